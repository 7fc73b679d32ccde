"""A website that is not ours, guarded by a lobby: nobody is there out of turn, and each pass is good once."""

from __future__ import annotations

import importlib.util
import io
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest

from nowserving.domain.shows.draw import place_id
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.house import ROOT
from tests.web.box_office import BoxOffice
from tests.web.conftest import serving
from tests.web.forged_passes import FORGERIES
from tests.web.forms import send, text_of
from tests.web.playhouse import make_web_playhouse

pytestmark = pytest.mark.anyio
EXAMPLE = ROOT / "docs" / "examples" / "website_guard.py"
SHOP = "https://shop.example.org/buy?lang=es"


@pytest.fixture
async def office(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[BoxOffice]:
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, client):
        playhouse = await make_web_playhouse(house, client, wall, web_build, guarded_url=SHOP)
        await playhouse.change("open")
        yield BoxOffice(playhouse)


def token_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["ns_pass"][0]


async def verify(
    office: BoxOffice, token: Any, performance_id: str | None = None, verb: str = "verify"
) -> Any:
    body = {"token": token, "performance_id": performance_id or office.playhouse.performance_id}
    return await office.playhouse.client.post(f"/api/v1/passes/{verb}", json=body)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_pass_leads_to_the_website_and_is_taken_there_once(office: BoxOffice) -> None:
    given = await office.enters("ana")
    assert given["website"].startswith(f"{SHOP}&ns_pass=")
    token = token_in(given["website"])
    taken = await verify(office, token)
    assert (taken.status_code, taken.json()["data"]) == (
        200,
        {
            "performance_id": office.playhouse.performance_id,
            "place": place_id(given["key"]),
            "expires_at": given["expires_at"],
        },
    )
    assert refusal(await verify(office, token)) == (403, "no_pass")
    # Another token of the same pass is the same pass; the way back is open to whoever the website knows.
    again = await office.enters("ana", given["key"])
    assert again["website"] == SHOP


async def test_two_tokens_of_one_pass_are_good_once(office: BoxOffice) -> None:
    first = await office.enters("ana")
    second = await office.enters("ana", first["key"])
    assert (await verify(office, token_in(second["website"]))).status_code == 200
    assert refusal(await verify(office, token_in(first["website"]))) == (403, "no_pass")


async def test_the_way_there_takes_two_minutes_at_most(office: BoxOffice) -> None:
    given = await office.enters("ana")
    office.playhouse.clock.advance(121)
    assert refusal(await verify(office, token_in(given["website"]))) == (410, "pass_lapsed")
    fresh = await office.enters("ana", given["key"])
    assert (await verify(office, token_in(fresh["website"]))).status_code == 200


# Signed for websites it is what we give out ourselves.
@pytest.mark.parametrize("name", sorted({*FORGERIES} - {"signed: for websites"}))
async def test_what_is_forged_is_taken_nowhere(office: BoxOffice, name: str) -> None:
    token = token_in((await office.enters("ana"))["website"])
    forged = FORGERIES[name](office, token)
    answer = await verify(office, forged)
    # What is too large for any honest request is not read at all.
    assert refusal(answer) == (403, "no_pass") or (answer.status_code, len(forged) > 60_000) == (413, True)
    assert (await verify(office, token)).status_code == 200


async def test_no_token_serves_for_another_purpose(office: BoxOffice) -> None:
    given = await office.enters("ana")
    assert refusal(await verify(office, given["token"])) == (403, "no_pass")
    held = await office.holds("ana", token_in(given["website"]), many=1)
    assert refusal(held) == (403, "no_pass")
    assert refusal(await verify(office, token_in(given["website"]), "another-evening")) == (403, "no_pass")


@pytest.mark.parametrize("wrong", [7, None, ["x"]])
async def test_what_is_no_text_is_refused_at_its_place(office: BoxOffice, wrong: Any) -> None:
    answer = await verify(office, wrong)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/token")


async def test_the_website_says_when_its_guest_is_done_and_the_next_one_comes(office: BoxOffice) -> None:
    given, key = await office.enters("ana"), await office.joins("ben")
    token = token_in(given["website"])
    assert refusal(await verify(office, token, verb="end")) == (403, "no_pass")
    await verify(office, token)
    office.playhouse.clock.advance(200)
    ended = await verify(office, token, verb="end")
    assert ended.json()["data"] == {"performance_id": office.playhouse.performance_id, "ended": True}
    assert refusal(await verify(office, token, verb="end")) == (410, "pass_lapsed")
    assert (await office.enters("ben", key))["website"]


async def test_closed_nobody_is_let_to_the_website(office: BoxOffice) -> None:
    given = await office.enters("ana")
    await office.playhouse.change("close")
    assert refusal(await verify(office, token_in(given["website"]))) == (410, "pass_lapsed")


async def test_the_page_leads_there_from_the_device_that_joined_and_from_no_other(office: BoxOffice) -> None:
    playhouse = office.playhouse
    here = await playhouse.joins()
    assert (await playhouse.client.get(f"{here}/website")).headers["location"] == here
    entered = await send(playhouse.client, f"{here}/enter")
    # No form of ours may end at another website, so the page has a link instead.
    assert entered.headers["location"] == here
    assert f'href="{here}/website"' in await text_of(playhouse.client, here)
    led = await playhouse.client.get(f"{here}/website")
    assert (led.status_code, led.headers["location"].startswith(f"{SHOP}&ns_pass=")) == (303, True)
    assert led.headers["referrer-policy"] == "no-referrer"
    playhouse.client.cookies.clear()
    assert (await verify(office, token_in(led.headers["location"]))).status_code == 200
    assert (await playhouse.client.get(f"{here}/website")).headers["location"] == here
    assert (await playhouse.client.get("/on-sale/place/nobody-has-this-key-22/website")).status_code == 404


class Shop:
    """The website of the example, and a browser that comes to it."""

    def __init__(self, guard: Any) -> None:
        self.guard = guard
        self.cookie = ""

    async def get(self, query: str = "") -> tuple[str, str]:
        """Ask for its page; return the status and where it leads, or what it says."""
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            told.update(dict(headers), status=status)

        environ = {"PATH_INFO": "/buy", "QUERY_STRING": query, "HTTP_COOKIE": self.cookie}
        body = await anyio.to_thread.run_sync(lambda: b"".join(self.guard(environ, start)))
        self.cookie = told.get("Set-Cookie", self.cookie).partition(";")[0]
        return told["status"][:3], told.get("Location", body.decode())


def shop_of(office: BoxOffice, monkeypatch: pytest.MonkeyPatch) -> Shop:
    spec = importlib.util.spec_from_file_location("website_guard", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)

    def asked(request: Any, timeout: float) -> Any:
        path = urlsplit(request.full_url).path
        ask: Callable[[], Any] = lambda: office.playhouse.client.post(  # noqa: E731
            path, content=request.data, headers={"Content-Type": "application/json"}
        )
        answer = anyio.from_thread.run(ask)
        if answer.status_code >= 400:
            raise HTTPError(request.full_url, answer.status_code, "", answer.headers, io.BytesIO())
        return io.BytesIO(answer.content)

    monkeypatch.setattr(example, "urlopen", asked)

    def app(_: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"seats"]

    lobby = "https://queue.example.org"
    return Shop(example.WebsiteGuard(app, lobby, office.playhouse.performance_id, b"a secret of the shop"))


async def test_the_example_lets_in_whom_the_lobby_lets_in_and_nobody_else(
    office: BoxOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = shop_of(office, monkeypatch)
    to_lobby = ("303", f"https://queue.example.org/on-sale/{office.playhouse.performance_id}")
    assert await shop.get() == to_lobby
    assert await shop.get("ns_pass=forged") == to_lobby
    token = token_in((await office.enters("ana"))["website"])
    assert await shop.get(f"lang=es&ns_pass={token}") == ("303", "/buy")
    assert await shop.get() == ("200", "seats")
    own, shop.cookie = shop.cookie, ""
    # The token is spent: whoever copies the address is sent to the lobby.
    assert await shop.get(f"ns_pass={token}") == to_lobby
    for forged in (
        own[:-1] + "0",
        own.replace("=1", "=9", 1),
        "__Host-lobby=9999999999.x.y",
        "__Host-lobby=",
    ):
        shop.cookie = forged if forged != own else forged[:-1] + "1"
        assert await shop.get() == to_lobby
    shop.cookie = own
    monkeypatch.setattr(shop.guard, "is_inside", lambda _: False)
    assert await shop.get() == to_lobby


async def test_the_example_lets_nobody_in_while_the_lobby_does_not_answer(
    office: BoxOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = shop_of(office, monkeypatch)
    token = token_in((await office.enters("ana"))["website"])

    def away(*_: Any, **__: Any) -> Any:
        raise URLError("away")

    monkeypatch.setitem(shop.guard.taken.__globals__, "urlopen", away)
    assert (await shop.get(f"ns_pass={token}"))[1].endswith(office.playhouse.performance_id)
    for broken in (b"<html>", b"{}", json.dumps({"data": {"expires_at": "soon"}}).encode()):
        monkeypatch.setitem(shop.guard.taken.__globals__, "urlopen", lambda *_, b=broken, **__: io.BytesIO(b))
        assert (await shop.get(f"ns_pass={token}"))[0] == "303"
        assert shop.cookie == ""


def test_the_example_is_as_short_as_it_says() -> None:
    code = [line for line in EXAMPLE.read_text().splitlines() if line.strip() and '"""' not in line]
    assert len(code) <= 46

"""The attack kit of passes: whatever is sent in place of a pass, nobody comes to the seats out of turn.

Each attack is tried at every door that asks for a pass, and every door must give the same refusal. After all
of them nothing is held, nothing is booked, and nobody was let in but the one whose turn it was.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from sqlalchemy import func, select

from nowserving import secret_key as keys
from nowserving.actions.shows.organising import create_performance
from nowserving.domain.shows.draw import place_id
from nowserving.errors import Busy, Forbidden
from nowserving.settings import BadSettings
from nowserving.store import schema
from nowserving.web.gate.guests import passes
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.box_office import BoxOffice
from tests.web.conftest import serving
from tests.web.forged_passes import FORGERIES, b64, own_key, parts
from tests.web.playhouse import STARTS, make_web_playhouse

pytestmark = pytest.mark.anyio
DAY_S = 86_400


@pytest.fixture
async def office(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, clock: Clock
) -> AsyncIterator[BoxOffice]:
    async with serving(sqlite_url, tmp_path / "data", clock, limit_requests="100000 per minute") as (
        house,
        client,
    ):
        playhouse = await make_web_playhouse(house, client, clock, web_build, choose_s=600)
        await playhouse.change("open")
        yield BoxOffice(playhouse)


async def tries(office: BoxOffice, token: str | None, device: str | None = "ana") -> set[tuple[int, str]]:
    """Send a token to every door that asks for a pass; return what the doors have answered."""
    here = f"/performances/{office.playhouse.performance_id}"
    key = next(iter(office.keys), "no-key-at-all-22-chars")
    doors: list[tuple[str, str, Any]] = [
        ("POST", f"{here}/holds", {"many": 1}),
        ("POST", f"{here}/bookings", {"hold_key": "x" * 22, "name": "Eve", "email": "eve@example.org"}),
        ("POST", f"/holds/{'x' * 22}/extend", None),
        ("DELETE", f"/holds/{'x' * 22}", None),
        ("POST", f"/tickets/{key}/extend-pass", None),
        ("POST", f"/tickets/{key}/leave-seats", None),
    ]
    told = set()
    for method, path, body in doors:
        answer = await office.ask(method, path, body, device=device, token=token)
        told.add((answer.status_code, answer.json().get("code", "done")))
    return told


NO_PASS = {(403, "no_pass")}
LAPSED = {(410, "pass_lapsed")}


def count(office: BoxOffice, table: Any, *where: Any) -> int:
    query = select(func.count()).select_from(table).where(*where)
    return office.playhouse.house.store.read_now(lambda reader: int(reader.execute(query).scalar_one()))


@pytest.mark.parametrize("name", FORGERIES)
async def test_what_is_forged_opens_no_door_and_every_door_says_the_same(
    office: BoxOffice, name: str
) -> None:
    given = await office.enters("ana")
    forged = FORGERIES[name](office, given["token"])
    assert forged != given["token"]
    told = await tries(office, forged.encode("latin-1", "replace").decode("latin-1"))
    # A pass that was never issued but is signed has no hold either: those doors say that there is none.
    assert told <= NO_PASS | {(404, "not_found")}
    assert (403, "no_pass") in told
    assert "signed: a pass that was never" in name or told == NO_PASS
    assert count(office, schema.holds) == 0


async def test_the_kit_sees_an_open_door(office: BoxOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where no signature is looked at, forged passes come through the doors above."""
    given = await office.enters("ana")
    decode = jwt.decode

    def believes(token: str, *_: Any, **__: Any) -> Any:
        return decode(token, options={"verify_signature": False})

    monkeypatch.setattr(jwt, "decode", believes)
    monkeypatch.setattr(passes, "_key_id_of", lambda *_: "1")
    forged = FORGERIES["alg none"](office, given["token"])
    answer = await office.holds("ana", forged, many=1)
    assert answer.status_code == 201
    assert await tries(office, FORGERIES["another key"](office, given["token"])) != NO_PASS


async def test_one_bit_anywhere_makes_it_worthless(office: BoxOffice) -> None:
    given = await office.enters("ana")
    settings, now = office.playhouse.house.settings, office.playhouse.clock.now
    assert passes._read(settings, given["token"], "nowserving-seats", now)
    letters = given["token"]
    chance = random.Random(6)
    for place in range(len(letters)):
        other = chance.choice([one for one in "AQgw-_09." if one != letters[place]])
        with pytest.raises(Forbidden) as refused:
            passes._read(settings, letters[:place] + other + letters[place + 1 :], "nowserving-seats", now)
        assert refused.value.code == "no_pass"


async def test_ten_thousand_guesses_open_nothing(office: BoxOffice) -> None:
    given = await office.enters("ana")
    settings, now = office.playhouse.house.settings, office.playhouse.clock.now
    said = given["token"].rpartition(".")[0]
    chance = random.Random(21)
    for _ in range(10_000):
        guess = f"{said}.{b64(chance.randbytes(32))}"
        with pytest.raises(Forbidden):
            passes._read(settings, guess, "nowserving-seats", now)


@pytest.mark.parametrize("device", [None, "ben", "eve"])
async def test_copied_to_another_device_it_opens_nothing(office: BoxOffice, device: str | None) -> None:
    given = await office.enters("ana")
    assert await tries(office, given["token"], device) == NO_PASS


async def test_two_passes_at_once_are_none(office: BoxOffice) -> None:
    given = await office.enters("ana")
    client, path = office.playhouse.client, f"/performances/{office.playhouse.performance_id}/holds"
    headers = [("Pass", given["token"]), ("Pass", given["token"]), ("Cookie", "ns_phone=ana" + "-" * 19)]
    answer = await client.post(f"/api/v1{path}", json={"many": 1}, headers=headers)
    assert answer.status_code == 400


async def test_a_pass_to_another_evening_opens_nothing(office: BoxOffice) -> None:
    other = await office.playhouse.house.store.write(
        create_performance, show_id=office.playhouse.show_id, starts_at=STARTS + 1
    )
    key = await office.joins("ana", other.id)
    answer = await office.ask("POST", f"/tickets/{key}/enter", device="ana")
    assert (await office.holds("ana", answer.json()["data"]["token"], many=1)).json()["code"] == "no_pass"


async def test_a_pass_extends_no_other_place(office: BoxOffice) -> None:
    given = await office.enters("ana")
    key = await office.joins("ben")
    for verb in ("extend-pass", "leave-seats"):
        answer = await office.ask("POST", f"/tickets/{key}/{verb}", device="ana", token=given["token"])
        assert answer.json()["code"] == "no_pass"


@pytest.mark.parametrize(("late_s", "good"), [(-1, True), (0, False), (1, False)])
async def test_to_the_second_the_token_ends_and_to_the_microsecond_its_row(
    office: BoxOffice, late_s: int, good: bool
) -> None:
    given = await office.enters("ana")
    office.playhouse.clock.now = (parts(given["token"])[1]["exp"] + late_s) * 1_000_000 - 1_000_000 * good
    answer = await office.holds("ana", given["token"], many=1)
    assert answer.status_code == (201 if good else 410)


async def test_replayed_after_the_pass_has_ended_it_opens_nothing(office: BoxOffice) -> None:
    booked = await office.enters("ana")
    hold = (await office.holds("ana", booked["token"], many=1)).json()["data"]
    await office.books("ana", booked["token"], hold["key"])
    left = await office.enters("ben")
    await office.ask("POST", f"/tickets/{left['key']}/leave-seats", device="ben", token=left["token"])
    for device, given in (("ana", booked), ("ben", left)):
        assert (await office.holds(device, given["token"], many=1)).json()["code"] == "pass_lapsed"
        again = await office.ask("POST", f"/tickets/{given['key']}/enter", device=device)
        assert again.json()["code"] == "wrong_state"


async def test_where_the_sale_was_closed_nobody_comes_in_and_no_pass_is_good(office: BoxOffice) -> None:
    inside = await office.enters("ana")
    key = await office.joins("ben")
    await office.playhouse.change("close")
    assert (await office.holds("ana", inside["token"], many=1)).json()["code"] == "pass_lapsed"
    for device, place in (("ana", inside["key"]), ("ben", key)):
        answer = await office.ask("POST", f"/tickets/{place}/enter", device=device)
        assert answer.status_code in (409, 410)
    assert count(office, schema.holds) == 0


async def test_nobody_enters_out_of_turn_by_whatever_way(office: BoxOffice) -> None:
    await office.enters("ana")
    key = await office.joins("ben")
    ways: list[tuple[str, str]] = [
        ("POST", f"/tickets/{key}/enter"),
        ("POST", f"/tickets/{key}/enter/"),
        ("POST", f"/tickets/{key}/%65nter"),
        ("PUT", f"/tickets/{key}/enter"),
        ("GET", f"/tickets/{key}/enter"),
        ("POST", f"/tickets/{key}/check-in"),
        ("POST", f"/tickets/{key}/start"),
        ("POST", f"/tickets/{key}/recall"),
    ]
    for method, path in ways:
        for headers in ({}, {"X-HTTP-Method-Override": "POST"}, {"X-Original-URL": f"/tickets/{key}/enter"}):
            answer = await office.ask(method, path, device="ben", **headers)
            assert 400 <= answer.status_code < 500, (method, path)
    inside = schema.tickets.c.state.in_(("serving", "called"))
    assert count(office, schema.tickets, inside) == 1
    assert count(office, schema.passes) == 1


async def test_the_key_alone_from_another_device_does_not_enter(office: BoxOffice) -> None:
    key = await office.joins("ana")
    for device in (None, "eve"):
        answer = await office.ask("POST", f"/tickets/{key}/enter", device=device)
        assert (answer.status_code, answer.json()["code"]) == (403, "no_pass")
    assert (await office.enters("ana", key))["token"]


async def test_a_page_of_another_site_can_do_nothing_with_the_cookie(office: BoxOffice) -> None:
    key = await office.joins("ana")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = await office.ask("POST", f"/tickets/{key}/enter", device="ana", **headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


async def test_yesterdays_key_is_good_until_its_last_pass_is_over(
    office: BoxOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = office.playhouse.clock
    midnight_s = (clock.now // 1_000_000 // DAY_S + 1) * DAY_S
    clock.now = (midnight_s - 60) * 1_000_000
    given = await office.enters("ana")
    clock.advance(120)
    assert (await office.holds("ana", given["token"], many=1)).status_code == 201
    again = await office.enters("ana", given["key"])
    assert parts(again["token"])[0]["kid"] == str(int(parts(given["token"])[0]["kid"]) + 1)
    settings = office.playhouse.house.settings
    long = jwt.encode(
        {**parts(given["token"])[1], "exp": midnight_s + DAY_S},
        own_key(office, given["token"]),
        headers={"kid": parts(given["token"])[0]["kid"], "typ": "pass"},
    )
    last = (midnight_s + 3 * 3600 - 1) * 1_000_000
    assert passes._read(settings, long, "nowserving-seats", last)
    with pytest.raises(Forbidden):
        passes._read(settings, long, "nowserving-seats", last + 1_000_000)


async def test_the_key_of_another_house_signs_nothing_here(office: BoxOffice, tmp_path: Path) -> None:
    given = await office.enters("ana")
    (office.playhouse.house.settings.data_dir / keys.FILE_NAME).unlink()
    passes._made.cache_clear()
    assert await tries(office, given["token"]) == NO_PASS


async def test_without_a_signer_nobody_enters_and_no_pass_is_good(
    office: BoxOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, key = await office.enters("ana"), await office.joins("ben")
    passes._made.cache_clear()

    def away(_: Any) -> bytes:
        raise BadSettings(["the key can't be read"])

    monkeypatch.setattr(passes, "secret_key", away)
    assert await tries(office, given["token"]) == {(503, "no_signer")}
    answer = await office.ask("POST", f"/tickets/{key}/enter", device="ben")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert count(office, schema.passes) == 1
    monkeypatch.undo()
    assert (await office.holds("ana", given["token"], many=1)).status_code == 201


async def test_without_a_store_nobody_enters_and_no_pass_is_good(
    office: BoxOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, key = await office.enters("ana"), await office.joins("ben")

    async def away(*_: Any, **__: Any) -> Any:
        raise Busy("store_away", "The database is away.", retry_after_s=1)

    monkeypatch.setattr(office.playhouse.house.store, "write", away)
    held = await office.holds("ana", given["token"], many=1)
    entered = await office.ask("POST", f"/tickets/{key}/enter", device="ben")
    assert (held.status_code, entered.status_code) == (503, 503)


async def test_a_private_stream_opens_by_the_key_of_a_place_and_only_while_its_lobby_is_there(
    office: BoxOffice,
) -> None:
    key = await office.joins("ana")
    settled = office.playhouse.house.relay.settled

    async def told(name: str) -> int:
        await settled()
        return int((await office.ask("GET", f"/snapshots?topic=ticket:{name}", device="eve")).status_code)

    assert await told(key) == 200
    for other in ("x" * 22, place_id(key), key[:-1] + ("A" if key[-1] != "A" else "B"), key.swapcase()):
        assert await told(other) == 404
    await office.playhouse.change("close")
    assert await told(key) == 404

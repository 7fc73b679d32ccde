"""Desk, overview, guest's page and start page without a browser: who sees what, at what cost."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import cancel, park
from nowserving.domain.tickets.rules import QueueRules
from nowserving.store.engine.reader import Reader
from nowserving.store.store import Store
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving

pytestmark = pytest.mark.anyio
CANARY = "Zerafina Quux"


@dataclass
class Site:
    """A server with the town hall, and a browser before it."""

    house: House
    client: Client
    hall: TownHall
    registry: str

    async def get(self, path: str, role: str | None = "agent") -> Any:
        return await self.client.get(path, headers=self.client.as_(role) if role else {})

    async def post(self, path: str, role: str | None = "agent", **fields: str) -> Any:
        headers = {
            **(self.client.as_(role) if role else {}),
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        return await self.client.post(path, content=urlencode(fields), headers=headers)

    async def act(self, verb: str, desk_id: str = "", **fields: str) -> Any:
        return await self.post(f"/desk/{desk_id or self.hall.desk_1}", verb=verb, **fields)

    async def join(self, queue_id: str = "", **asked: Any) -> Any:
        made = await self.house.store.write(join, queue_id=queue_id or self.hall.passports, **asked)
        return made.ticket

    async def state(self, key: str) -> str:
        answer = await self.get(f"/api/v1/tickets/{key}", None)
        return str(answer.json()["data"]["state"])


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[Site]:
    rules = QueueRules(ask_name=True)
    registry = web_build.queue("Registry", hall.branch_id, prefix="R", rules=rules)
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, client):
        yield Site(house, client, hall, registry)


async def test_a_stranger_is_shown_the_way_in_and_back(site: Site) -> None:
    answer = await site.get(f"/desk/{site.hall.desk_1}?x=1", None)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next=%2Fdesk%2F{site.hall.desk_1}%3Fx%3D1"


@pytest.mark.parametrize("path", ["/desk", "/overview", "/desk/desk-1/walk-in", "/overview/town-hall"])
async def test_every_page_of_staff_asks_who_is_there(site: Site, path: str) -> None:
    assert (await site.get(path, None)).status_code == 303


@pytest.mark.parametrize("path", ["/desk", "/desk/desk-1", "/overview/town-hall"])
@pytest.mark.parametrize("role", ["kiosk", "display"])
async def test_devices_are_no_agents(site: Site, path: str, role: str) -> None:
    assert (await site.get(path, role)).status_code == 403


@pytest.mark.parametrize("path", ["/desk/front-desk", "/desk/nowhere", "/overview/library"])
async def test_what_belongs_to_another_branch_is_not_there(site: Site, path: str) -> None:
    assert (await site.get(path)).status_code == 404


async def test_a_device_is_led_to_its_desk(site: Site) -> None:
    await site.get(f"/desk/{site.hall.desk_2}")
    remembered = await site.get("/desk")
    every = await site.get("/desk?all")

    assert remembered.headers["location"] == f"/desk/{site.hall.desk_2}"
    assert every.status_code == 200


async def test_each_verb_works_as_a_plain_form(site: Site) -> None:
    tickets = [await site.join() for _ in range(3)]
    keys = [ticket.key for ticket in tickets]
    seen = []
    for verb, key in [
        ("call-next", ""),
        ("recall", keys[0]),
        ("start", keys[0]),
        ("finish", keys[0]),
        ("call-next", ""),
        ("no-show", keys[1]),
        ("requeue:front", keys[1]),
        ("park", keys[1]),
        ("call", keys[1]),
        ("cancel", keys[2]),
        ("undo", ""),
        ("pause", ""),
    ]:
        answer = await site.act(verb, key=key)
        seen.append((verb, answer.status_code))

    # The desk is busy with the second ticket, so it can't pause.
    assert seen[:-1] == [(verb, 303) for verb, _ in seen[:-1]]
    assert seen[-1] == ("pause", 409)
    assert [await site.state(key) for key in keys] == ["done", "called", "waiting"]


async def test_a_refusal_is_a_sentence_on_the_desks_page(site: Site) -> None:
    refused = await site.act("call-next")

    assert refused.status_code == 409
    assert "Nobody is waiting for this desk." in refused.text
    assert 'id="call-next"' in refused.text


async def test_a_ticket_at_another_desk_is_asked_for_on_a_page(site: Site) -> None:
    ticket = await site.join()
    await site.act("call-next", site.hall.desk_2)
    asked = await site.act("call", key=ticket.key)
    insisted = await site.act("call", key=ticket.key, anyway="yes")

    assert asked.status_code == 200
    assert "A-001 is at Desk 2. Call it here all the same?" in asked.text
    assert insisted.status_code == 303


async def test_a_transfer_and_a_walk_in_have_pages_of_their_own(site: Site) -> None:
    ticket = await site.join()
    page = await site.get(f"/desk/{site.hall.desk_1}/transfer/{ticket.key}")
    moved = await site.act("transfer", key=ticket.key, queue_id=site.hall.licences, where="end")
    walk_in = await site.get(f"/desk/{site.hall.desk_1}/walk-in")
    given = await site.act("walk-in", queue_id=site.hall.passports, call="on")

    assert "Licences" in page.text
    assert moved.status_code == 303
    assert "Passports" in walk_in.text
    assert given.status_code == 303
    assert (await site.get(f"/api/v1/desks/{site.hall.desk_1}/work")).json()["data"]["current"][
        "code"
    ] == "A-002"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"verb": "fly", "key": "x" * 22}, 404),
        ({"verb": "call", "key": ""}, 404),
        ({"verb": "walk-in", "queue_id": "loans"}, 404),
        ({}, 404),
    ],
)
async def test_a_form_of_nonsense_is_refused(site: Site, fields: dict[str, str], code: int) -> None:
    assert (await site.post(f"/desk/{site.hall.desk_1}", **fields)).status_code == code


async def test_a_verb_that_nobody_knows_is_refused(site: Site) -> None:
    ticket = await site.join()

    assert (await site.act("fly", key=ticket.key)).status_code == 422
    assert (await site.act("requeue:sideways", key=ticket.key)).status_code == 422


async def test_a_form_from_another_site_changes_nothing(site: Site) -> None:
    ticket = await site.join()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"}
    answer = await site.client.post(f"/t/{ticket.key}/leave", content="", headers=headers)

    assert answer.status_code == 403
    assert await site.state(ticket.key) == "waiting"


async def test_names_are_for_staff_alone(site: Site) -> None:
    ticket = await site.join(site.registry, name=CANARY)

    assert CANARY in (await site.get(f"/overview/{site.hall.branch_id}")).text
    for path in (f"/t/{ticket.key}", f"/api/v1/tickets/{ticket.key}", "/"):
        assert CANARY not in (await site.get(path, None)).text


async def test_what_a_guest_types_stays_words(site: Site) -> None:
    await site.join(site.registry, name="<img src=x onerror=alert(1)>")
    text = (await site.get(f"/overview/{site.hall.branch_id}")).text

    assert "<img" not in text
    assert "&lt;img src=x" in text


async def test_the_overview_is_sifted_and_paged_by_its_address(site: Site) -> None:
    await site.join()
    await site.join(site.hall.licences)
    path = f"/overview/{site.hall.branch_id}"
    of_words = (await site.get(f"{path}?find=b-0")).text
    of_queue = (await site.get(f"{path}?queue={site.hall.passports}")).text

    assert _codes(of_words) == ["B-001"]
    assert _codes(of_queue) == ["A-001"]
    assert (await site.get(f"{path}?cursor=none-of-ours")).status_code == 400


async def test_a_guest_reads_place_and_estimate_before_any_script_runs(site: Site) -> None:
    for _ in range(2):
        await site.join()
    ticket = await site.join()
    answer = await site.get(f"/t/{ticket.key}", None)

    assert "2 people ahead of you" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"].startswith("noindex")


@pytest.mark.parametrize(
    ("verb", "words"), [(park, "Your ticket is set aside"), (cancel, "This ticket was cancelled")]
)
async def test_every_state_has_its_words(site: Site, verb: Callable[..., Any], words: str) -> None:
    ticket = await site.join()
    await site.house.store.write(verb, key=ticket.key)
    text = (await site.get(f"/t/{ticket.key}", None)).text
    shown = re.findall(r'<section class="say" data-when="\w+">(.*?)</section>', text, re.DOTALL)

    assert len(shown) == 1
    assert words in shown[0]


async def test_a_guest_leaves_and_comes_back_without_scripts(site: Site, wall: Clock) -> None:
    ticket = await site.join()
    left = await site.post(f"/t/{ticket.key}/leave", None)
    gone = (await site.get(f"/t/{ticket.key}", None)).text
    back = await site.post(f"/t/{ticket.key}/undo-leave", None)
    await site.post(f"/t/{ticket.key}/leave", None)
    wall.advance(61)
    late = await site.post(f"/t/{ticket.key}/undo-leave", None)

    assert left.headers["location"] == f"/t/{ticket.key}"
    assert "You have left the queue" in gone
    assert back.status_code == 303
    assert late.status_code == 409
    assert "it is too late" in late.text


async def test_a_key_of_nobody_gets_the_same_words_whatever_it_is(site: Site) -> None:
    ticket = await site.join()
    texts = {(await site.get(f"/t/{key}", None)).text for key in ("a" * 22, "short", ticket.key[:-1] + "!")}

    assert len(texts) == 1
    assert "There is no ticket here" in texts.pop()


async def test_a_guests_page_is_one_language_in_every_header(site: Site) -> None:
    ticket = await site.join()
    answer = await site.client.get(f"/t/{ticket.key}", headers={"Accept-Language": "ar"})

    assert answer.headers["content-language"] == "ar"
    assert 'dir="rtl"' in answer.text


async def test_a_guest_is_told_only_what_the_own_page_says(site: Site) -> None:
    """The page's scripts carry the messages of a phone, not those of the back office."""
    ticket = await site.join()
    answer = await site.client.get(f"/t/{ticket.key}", headers={"Accept-Language": "hi"})
    found = re.search(r'id="messages">(.*?)</script>', answer.text)
    assert found is not None
    messages = json.loads(found[1])["messages"]

    assert "%(n)s person ahead of you" in messages
    assert "Undo %(ticket)s: %(act)s" not in messages


async def test_the_start_page_shows_strangers_the_door_and_staff_their_screens(site: Site) -> None:
    stranger = (await site.get("/", None)).text
    agent = (await site.get("/")).text

    assert "/sign-in" in stranger
    assert "/overview/" not in stranger
    assert f"/overview/{site.hall.branch_id}" in agent
    assert "/overview/library" not in agent
    assert "/admin" not in agent
    assert "/t/" not in agent


@pytest.mark.parametrize(
    ("path", "most"), [("/desk?all", 1), ("/desk/desk-1", 3), ("/overview/town-hall", 1), ("/", 3)]
)
async def test_a_page_asks_the_database_little_however_long_the_line(
    site: Site, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    few = await _statements(site, monkeypatch, path)
    for _ in range(40):
        await site.join()
    many = await _statements(site, monkeypatch, path)

    assert few == many
    assert many <= most


async def test_an_open_tickets_page_asks_the_database_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await site.join()

    assert await _statements(site, monkeypatch, f"/t/{ticket.key}", None) == 0


async def _statements(
    site: Site, monkeypatch: pytest.MonkeyPatch, path: str, role: str | None = "agent"
) -> int:
    """Return how many statements a page runs, the credential being known."""
    await site.get(path, role)
    return min([await _counted(site, monkeypatch, path, role) for _ in range(6)])


async def _counted(site: Site, monkeypatch: pytest.MonkeyPatch, path: str, role: str | None) -> int:
    # The background may read at the same time; the smallest of six counts is the page's own.
    counted: list[int] = []
    read_now = Store.read_now

    def counting(store: Store, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        def asked(reader: Reader) -> Any:
            try:
                return query(reader, *args, **kwargs)
            finally:
                counted.append(reader.statements)

        return read_now(store, asked)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "read_now", counting)
        assert (await site.get(path, role)).status_code == 200
    return sum(counted)


def _codes(text: str) -> list[str]:
    found = text[text.index('id="waiting"') : text.index("<template")]
    return re.findall(r'<bdi class="number" dir="ltr" data-f="code">([^<]+)<', found)

"""Joining by phone: the page of a queue, the page of a branch, and what a form without scripts does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.tickets.joining import join
from nowserving.domain.calendar.hours import hours_from
from nowserving.domain.tickets.rules import Admission, PriorityClass, QueueRules
from nowserving.store import schema
from nowserving.web.house import House
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.web.conftest import Client, serving
from tests.web.forms import send, text_of, value_of

pytestmark = pytest.mark.anyio

ASSISTED = PriorityClass("assisted", "Needs assistance", 900)
REMOTE = QueueRules(remote_join=True)
ASKS = QueueRules(remote_join=True, ask_name=True, ask_party=True, max_party=8, priorities=(ASSISTED,))
BY_ITSELF = QueueRules(remote_join=True, admission=Admission.AUTOMATIC, capacity=0)
PLACE = 'You already have a place here: <bdi class="nowrap" dir="ltr">T-001</bdi>'
NEVER = hours_from({"weekly": {}, "day_starts_at": "00:00"})


@pytest.fixture
def door(web_build: Builder, hall: TownHall) -> dict[str, str]:
    """Queues of the town hall that phones may join: one that asks nothing, and one that asks all there is."""
    within: dict[str, Any] = {"branch_id": hall.branch_id, "department_id": hall.department_id}
    return {
        "plain": web_build.queue("Payments", **within, prefix="P", rules=REMOTE),
        "asks": web_build.queue("Table", **within, prefix="T", rules=ASKS),
        "tables": web_build.queue("Terrace", **within, prefix="E", rules=BY_ITSELF),
    }


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, hall: TownHall, door: dict[str, str], wall: Clock
) -> AsyncIterator[tuple[House, Client]]:
    async with serving(sqlite_url, tmp_path / "data", wall, limit_remote_join="4 per minute") as found:
        yield found


def key_in(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/t/([A-Za-z0-9_-]+)(\?have)?", answer.headers["location"])
    assert found
    return found[1]


async def test_a_form_makes_a_ticket_and_leads_to_its_page(
    site: tuple[House, Client], door: dict[str, str]
) -> None:
    house, client = site
    page = await text_of(client, f"/q/{door['plain']}")
    assert "Payments" in page
    answer = await send(client, f"/q/{door['plain']}", once=value_of(page, "once") or "")
    key = key_in(answer)

    assert "P-001" in await text_of(client, f"/t/{key}")
    found = house.relay.find(key)
    assert found
    assert found[1].queue_id == door["plain"]


async def test_what_a_queue_asks_is_kept_and_what_it_does_not_ask_is_not_read(
    site: tuple[House, Client], door: dict[str, str]
) -> None:
    house, client = site
    wishes = {"name": "Asha", "party_size": "5", "priority": "assisted"}
    asked = house.relay.find(key_in(await send(client, f"/q/{door['asks']}", **wishes)))
    plain = house.relay.find(key_in(await send(client, f"/q/{door['plain']}", **wishes)))

    assert asked
    assert (asked[1].name, asked[1].party_size, asked[1].priority) == ("Asha", 5, "assisted")
    assert plain
    assert (plain[1].name, plain[1].party_size, plain[1].priority) == (None, 1, "")


async def test_looking_takes_no_place(site: tuple[House, Client], door: dict[str, str]) -> None:
    house, client = site
    before = {one.layout.branch.id: one.version for one in house.relay.branches.values()}
    for path in (f"/q/{door['asks']}", f"/q/{door['plain']}"):
        await client.get(path, headers={"User-Agent": "facebookexternalhit/1.1"})
        await client.head(path)

    assert {one.layout.branch.id: one.version for one in house.relay.branches.values()} == before


async def test_two_presses_of_one_form_are_one_place(
    site: tuple[House, Client], door: dict[str, str]
) -> None:
    _, client = site
    once = value_of(await text_of(client, f"/q/{door['plain']}"), "once") or ""
    assert len(once) == 22
    first = key_in(await send(client, f"/q/{door['plain']}", once=once))
    client.cookies.clear()

    assert key_in(await send(client, f"/q/{door['plain']}", once=once)) == first


async def test_who_goes_back_and_corrects_the_form_is_led_to_the_place_that_is_there(
    site: tuple[House, Client], door: dict[str, str]
) -> None:
    _, client = site
    path = f"/q/{door['asks']}"
    once = value_of(await text_of(client, path), "once") or ""
    first = key_in(await send(client, path, once=once, name="Ana", party_size="2"))

    assert key_in(await send(client, path, once=once, name="Anna", party_size="2")) == first
    client.cookies.clear()
    assert (await send(client, path, once=once, name="Anna", party_size="2")).status_code == 422


async def test_a_phone_that_has_a_place_is_led_back_to_it(
    site: tuple[House, Client], hall: TownHall, door: dict[str, str]
) -> None:
    _, client = site
    await client.get(f"/q/{door['plain']}")
    key = key_in(await send(client, f"/q/{door['plain']}"))
    for path in (f"/q/{door['plain']}", f"/q/{door['asks']}", f"/b/{hall.branch_id}"):
        assert f'href="/t/{key}"' in await text_of(client, path)
    client.cookies.clear()

    assert f'href="/t/{key}"' not in await text_of(client, f"/q/{door['plain']}")


async def test_a_phone_has_one_place_in_a_line_unless_the_queue_says_otherwise(
    site: tuple[House, Client], web_build: Builder, door: dict[str, str]
) -> None:
    _, client = site
    await client.get(f"/q/{door['plain']}")
    first = key_in(await send(client, f"/q/{door['plain']}"))
    assert key_in(await send(client, f"/q/{door['plain']}")) == first
    assert "<form" not in await text_of(client, f"/q/{door['plain']}")
    client.cookies.clear()
    assert key_in(await send(client, f"/q/{door['plain']}")) != first


async def test_a_bad_size_is_refused_beside_what_was_typed(
    site: tuple[House, Client], door: dict[str, str]
) -> None:
    _, client = site
    answer = await send(client, f"/q/{door['asks']}", name="Asha", party_size="99")

    assert answer.status_code == 422
    assert value_of(answer.text, "name") == "Asha"
    field = re.search(r'<input[^>]*id="party_size"[^>]*>', answer.text)
    assert field
    assert 'value="99" aria-invalid="true" aria-describedby="party_size-error" autofocus' in field[0]
    assert 'id="party_size-error"' in answer.text
    assert 'role="alert"' not in re.sub(r'<div id="alerter"[^>]*>', "", answer.text), "said beside the field"


async def test_a_second_tab_that_wants_another_size_is_told_and_offered_to_change_it(
    site: tuple[House, Client], door: dict[str, str]
) -> None:
    _, client = site
    await client.get(f"/q/{door['asks']}")
    key = key_in(await send(client, f"/q/{door['asks']}", party_size="2"))
    same = await send(client, f"/q/{door['asks']}", party_size="2")
    assert same.headers["location"] == f"/t/{key}?have"
    assert f"{PLACE} for 2 people." in await text_of(client, f"/t/{key}?have")

    other = await send(client, f"/q/{door['asks']}", party_size="5")
    assert other.headers["location"] == f"/t/{key}/party-size?wanted=5"
    page = await text_of(client, other.headers["location"])
    assert f"{PLACE} for 2 people." in page
    assert value_of(page, "party_size") == "5"


async def test_whoever_asks_is_not_among_those_who_wait(
    site: tuple[House, Client], hall: TownHall, door: dict[str, str]
) -> None:
    house, client = site
    await house.store.write(join, queue_id=door["plain"])
    await client.get(f"/q/{door['plain']}")
    await send(client, f"/q/{door['plain']}")
    assert "1 person waiting" in await text_of(client, f"/b/{hall.branch_id}")
    assert 'data-f="waiting"' not in await text_of(client, f"/q/{door['plain']}")
    client.cookies.clear()
    assert "2 people waiting" in await text_of(client, f"/b/{hall.branch_id}")


async def test_where_parties_wait_no_people_are_counted(
    site: tuple[House, Client], hall: TownHall, door: dict[str, str]
) -> None:
    house, client = site
    await house.store.write(join, queue_id=door["tables"], party_size=1)
    assert "1 party ahead of you" in await text_of(client, f"/b/{hall.branch_id}")


async def test_a_phone_joins_so_often_and_no_more(site: tuple[House, Client], door: dict[str, str]) -> None:
    _, client = site
    answers = [await send(client, f"/q/{door['plain']}", once=f"{n:022}") for n in range(6)]

    assert [one.status_code for one in answers] == [303] * 4 + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert "Many people are joining from this network just now." in answers[-1].text
    assert "<form" in answers[-1].text, "what was typed is still there"


async def test_a_cafe_may_join_at_once_and_a_flood_may_not(
    sqlite_url: str, tmp_path: Path, web_build: Builder, hall: TownHall, wall: Clock
) -> None:
    """Of one address: twenty guests in the same moment, and not a hundred."""
    queue_id = web_build.queue("Payments", hall.branch_id, prefix="P", rules=REMOTE)
    async with serving(sqlite_url, tmp_path / "data", wall) as (_, client):
        path = f"/api/v1/queues/{queue_id}/tickets"
        codes = [(await client.post(path, json={})).status_code for _ in range(100)]
        assert codes == [201] * 20 + [429] * 80
        # A kiosk or a program draws tickets for a whole hall: it has a limit of its own.
        answer = await client.post(path, json={}, headers=client.as_("agent"))
        assert answer.status_code == 201


async def test_another_site_can_make_nobody_join(site: tuple[House, Client], door: dict[str, str]) -> None:
    _, client = site
    answer = await client.post(f"/q/{door['plain']}", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rules": QueueRules()}, "Tickets are given at the place itself"),
        ({"rules": QueueRules(remote_join=True, walk_ins=False)}, "Only with a reservation"),
        ({"rules": QueueRules(remote_join=True, max_waiting=0)}, "Full just now"),
        ({"rules": REMOTE, "paused_at": 1}, "Takes a short break"),
    ],
)
async def test_a_queue_that_takes_nobody_says_why_and_offers_no_form(
    sqlite_url: str,
    tmp_path: Path,
    web_build: Builder,
    hall: TownHall,
    wall: Clock,
    changes: dict[str, Any],
    said: str,
) -> None:
    queue_id = web_build.queue("Payments", hall.branch_id, prefix="P", rules=changes["rules"])
    if "paused_at" in changes:
        web_build.change(schema.queues, queue_id, paused_at=1)
    async with serving(sqlite_url, tmp_path / "data", wall) as (_, client):
        page = await text_of(client, f"/q/{queue_id}")
        assert said in page
        assert "<form" not in page
        refused = await send(client, f"/q/{queue_id}")
        assert refused.status_code == 409
        assert said in refused.text


async def test_a_closed_branch_says_when_it_opens(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> None:
    hours = hours_from({"weekly": {"tue": [["09:30", "12:00"]]}, "day_starts_at": "00:00"})
    branch_id = web_build.branch("Clinic", time_zone="Europe/Madrid", hours=hours)
    queue_id = web_build.queue("Doctor", branch_id, rules=REMOTE)
    # It is Monday morning.
    async with serving(sqlite_url, tmp_path / "data", clock) as (_, client):
        page = await text_of(client, f"/q/{queue_id}")
        choice = await text_of(client, f"/b/{branch_id}")

    for text in (page, choice):
        assert "Closed now" in text
        assert re.search(r"Opens on Tuesday, 24 November 2026 at 9:30\sAM", text)


async def test_a_branch_shows_what_can_be_joined_by_phone_and_nothing_else(
    site: tuple[House, Client], hall: TownHall, door: dict[str, str]
) -> None:
    _, client = site
    page = await text_of(client, f"/b/{hall.branch_id}")

    assert set(re.findall(r'href="/q/([^"]+)"', page)) == set(door.values())


@pytest.mark.parametrize("path", ["/q/nowhere", "/b/nowhere", "/q/%00", "/q/" + "a" * 90, "/b/%2e%2e"])
async def test_an_address_that_leads_nowhere_says_so_kindly(site: tuple[House, Client], path: str) -> None:
    _, client = site
    answer = await client.get(path)

    assert answer.status_code == 404
    assert "There is no queue here" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_the_phones_cookie_is_for_the_server_alone(
    site: tuple[House, Client], door: dict[str, str]
) -> None:
    _, client = site
    answer = await client.get(f"/q/{door['plain']}")
    cookie = answer.headers["set-cookie"]

    assert cookie.startswith("ns_phone=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_the_page_speaks_the_phones_language(site: tuple[House, Client], door: dict[str, str]) -> None:
    house, client = site
    page = await client.get(f"/q/{door['plain']}", headers={"Accept-Language": "ar"})
    assert 'dir="rtl"' in page.text
    answer = await client.post(
        f"/q/{door['plain']}", content="", headers={"Accept-Language": "hi", "Sec-Fetch-Site": "same-origin"}
    )
    key = key_in(answer)
    events = await house.store.read(lambda reader: reader.execute(schema.tickets.select()).mappings().all())
    assert [row["language"] for row in events if row["key"] == key] == ["hi"]

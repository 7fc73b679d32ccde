"""What can be done with seats that are booked: shown, printed, handed on, put into a calendar, forgotten."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.seats.admitting import Scan, look_at_stubs
from nowserving.domain.seats.stub import StubText
from nowserving.store.seats.bookings import booking_by_key, stubs_of
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import refusal_of, send, text_of
from tests.web.playhouse import Playhouse, make_web_playhouse

pytestmark = pytest.mark.anyio
ANA = {"name": "Ana Ruiz", "email": "ana@example.org"}
BO = {"name": "Bo Bold", "email": "bo@example.org"}


@pytest.fixture
async def playhouse(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Playhouse]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        made = await make_web_playhouse(house, client, clock, web_build, cancel_until_s=3600)
        await made.change("open")
        yield made


async def books(playhouse: Playhouse, seats: int = 2) -> str:
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", **{f"seat_{nth}": "on" for nth in range(seats)})
    return str((await send(playhouse.client, f"{here}/book", **ANA)).headers["location"])


async def lets_in(playhouse: Playhouse, link: str) -> None:
    read = playhouse.house.store.read
    booking = await read(booking_by_key, link.rpartition("/")[2])
    assert booking is not None
    stub = (await read(stubs_of, booking.id))[0]
    scan = Scan(StubText(stub.performance_id, stub.serial, stub.version))
    await playhouse.house.store.write(look_at_stubs, performance_id=playhouse.performance_id, scans=[scan])


async def test_seats_are_handed_on_and_their_codes_change(playhouse: Playhouse) -> None:
    link = await books(playhouse)
    before = (await playhouse.client.get(f"{link}/1/qr.svg")).content
    form = await text_of(playhouse.client, f"{link}/hand-on")
    names = re.findall(r'name="(seat_\d+)"', form)
    assert len(names) == 2
    done = await send(playhouse.client, f"{link}/hand-on", **{names[0]: "on"}, **BO)
    page = await text_of(playhouse.client, done.headers["location"])
    assert "Handed on. Your friend has been written to" in page
    assert page.count("/qr.svg") == 1
    # What was the first seat's code is no code of what is left.
    assert (await playhouse.client.get(f"{link}/1/qr.svg")).content != before
    # The last seat needs no choice.
    assert "Which seats?" not in await text_of(playhouse.client, f"{link}/hand-on")
    await send(playhouse.client, f"{link}/hand-on", **BO)
    assert "You have handed these seats on" in await text_of(playhouse.client, link)
    assert (await playhouse.client.get(f"{link}/hand-on")).headers["location"] == link


async def test_a_friend_without_a_name_or_seats_is_asked_for_beside_the_field(playhouse: Playhouse) -> None:
    link = await books(playhouse)
    refused = await send(playhouse.client, f"{link}/hand-on", seat_0="on", name="Bo")
    assert refused.status_code == 422
    assert refusal_of(refused.text, "email")
    none = await send(playhouse.client, f"{link}/hand-on", **BO)
    assert "Please choose at least one seat." in none.text
    assert 'value="Bo Bold"' in none.text


async def test_who_has_come_in_hands_nothing_on(playhouse: Playhouse) -> None:
    link = await books(playhouse, seats=1)
    assert "Hand seats on" in await text_of(playhouse.client, link)
    await lets_in(playhouse, link)
    assert "Hand seats on" not in await text_of(playhouse.client, link)
    assert (await playhouse.client.get(f"{link}/hand-on")).status_code == 303
    assert (await send(playhouse.client, f"{link}/hand-on", **BO)).status_code in (409, 422)


async def test_the_evening_goes_into_a_calendar(playhouse: Playhouse) -> None:
    link = await books(playhouse)
    answer = await playhouse.client.get(f"{link}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:The Storm · Playhouse" in answer.text
    await send(playhouse.client, f"{link}/cancel")
    assert "STATUS:CANCELLED" in (await playhouse.client.get(f"{link}/calendar.ics")).text


async def test_whoever_booked_reads_and_takes_along_what_is_kept(playhouse: Playhouse) -> None:
    link = await books(playhouse)
    page = await text_of(playhouse.client, f"{link}/data")
    assert "ana@example.org" in page
    kept: dict[str, Any] = (await playhouse.client.get(f"{link}/data.json")).json()
    assert (kept["name"], kept["email"], kept["show"]) == ("Ana Ruiz", "ana@example.org", "The Storm")
    assert [one["seat"] for one in kept["seats"]] == ["Stalls, A, 1", "Stalls, A, 2"]


async def test_whoever_booked_erases_themselves_and_keeps_the_seats(playhouse: Playhouse) -> None:
    link = await books(playhouse)
    done = await send(playhouse.client, f"{link}/erase")
    page = await text_of(playhouse.client, done.headers["location"])
    assert "Your data is erased." in page
    assert "Ana Ruiz" not in page
    assert page.count("/qr.svg") == 2
    assert "Nothing is kept here that says who you are." in await text_of(playhouse.client, f"{link}/data")
    assert (await playhouse.client.get(f"{link}/data.json")).json()["name"] is None


async def test_the_money_is_said_on_the_booking(playhouse: Playhouse) -> None:
    assert "You pay €25.00 at the door." in await text_of(playhouse.client, await books(playhouse))


async def test_the_way_onto_the_waiting_list_leads_to_the_sale_while_there_are_seats(
    playhouse: Playhouse,
) -> None:
    way = f"{playhouse.path}/waiting-list"
    assert way in await text_of(playhouse.client, playhouse.path)
    assert "Onto the waiting list" in await text_of(playhouse.client, way)
    refused = await send(playhouse.client, way, many="2", **ANA)
    assert refused.status_code == 409
    assert "There are seats: please choose yours." in refused.text
    assert "To the sale" in refused.text
    wrong = await send(playhouse.client, way, many="many", name="Ana")
    assert refusal_of(wrong.text, "many")


async def test_a_place_in_the_waiting_list_is_taken_and_erased(playhouse: Playhouse) -> None:
    await books(playhouse, seats=4)
    here = await playhouse.comes_in()
    # Six seats at most for each, so three more people buy the house.
    await send(playhouse.client, f"{here}/hold", **{f"seat_{nth}": "on" for nth in range(4, 10)})
    await send(playhouse.client, f"{here}/book", **BO)
    for first, name in ((10, "Cy"), (16, "Di")):
        here = await playhouse.comes_in()
        wish = {f"seat_{nth}": "on" for nth in range(first, min(first + 6, 18))}
        await send(playhouse.client, f"{here}/hold", **wish)
        await send(playhouse.client, f"{here}/book", name=name, email=f"{name}@example.org")
    way = f"{playhouse.path}/waiting-list"
    taken = await send(playhouse.client, way, many="2", name="Eve", email="eve@example.org")
    place = taken.headers["location"]
    assert "You are on the waiting list" in await text_of(playhouse.client, place)
    await send(playhouse.client, f"{place}/leave")
    assert "Erase my data" in await text_of(playhouse.client, place)
    await send(playhouse.client, f"{place}/erase")
    assert "Erase my data" not in await text_of(playhouse.client, place)


async def test_links_that_open_no_booking_get_the_same_kind_words(playhouse: Playhouse) -> None:
    nobody = "/booked/AAAAAAAAAAAAAAAAAAAAAA"
    for path in (f"{nobody}/data", f"{nobody}/data.json", f"{nobody}/hand-on", f"{nobody}/calendar.ics"):
        assert (await playhouse.client.get(path)).status_code == 404
    for path in (f"{nobody}/erase", f"{nobody}/hand-on", "/on-sale/nothing/waiting-list"):
        assert (await send(playhouse.client, path)).status_code == 404
    assert (await playhouse.client.get("/on-sale/nothing/waiting-list")).status_code == 404

"""Shows as a browser without scripts meets them: the doors, the line, the seats, and what was booked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.seats.mapping import block_seats
from nowserving.actions.seats.standing_by import stand_by_for_seats
from nowserving.actions.shows.lobbying import pause_lobby, take_place
from nowserving.domain.shows.draw import lot, place_id, seed_hash
from nowserving.outside.senders import Recorder
from tests.builders import Builder
from tests.conftest import Clock
from tests.web.conftest import serving
from tests.web.forms import refusal_of, send, text_of
from tests.web.playhouse import Playhouse, make_web_playhouse

pytestmark = pytest.mark.anyio


@pytest.fixture
async def playhouse(
    sqlite_url: str, tmp_path: Path, web_build: Builder, clock: Clock
) -> AsyncIterator[Playhouse]:
    async with serving(sqlite_url, tmp_path / "data", clock) as (house, client):
        yield await make_web_playhouse(house, client, clock, web_build, cancel_until_s=3600)


async def test_a_branch_lists_what_was_announced_and_nothing_else(playhouse: Playhouse) -> None:
    page = await text_of(playhouse.client, f"/shows/{playhouse.branch_id}")
    assert "The Storm" in page
    assert f'href="{playhouse.path}"' in page
    assert "The sale has not opened yet" in page
    assert (await playhouse.client.get("/shows/nowhere")).status_code == 404


async def test_the_doors_say_how_the_draw_goes_and_what_seats_cost(playhouse: Playhouse) -> None:
    page = await text_of(playhouse.client, playhouse.path)
    assert "gets a place by lot, not by speed" in page
    assert 'class="draw__hash"' in page
    assert "€12.50" in page
    assert (await playhouse.client.get("/on-sale/nothing")).status_code == 404


async def test_an_early_place_says_nothing_of_its_place_in_line(playhouse: Playhouse) -> None:
    page = await text_of(playhouse.client, await playhouse.joins())
    assert "You have a place" in page
    assert "ahead of you" not in page


async def test_a_device_has_one_place_however_often_it_asks(playhouse: Playhouse) -> None:
    first = await playhouse.joins()
    assert await playhouse.joins() == first
    assert first in await text_of(playhouse.client, playhouse.path)


async def test_a_browser_that_keeps_no_cookies_is_told_why_it_gets_no_place(playhouse: Playhouse) -> None:
    playhouse.client.cookies.clear()
    answer = await send(playhouse.client, playhouse.path)
    assert answer.status_code == 200
    assert "keeps no cookies" in answer.text


async def test_an_address_that_is_none_is_refused_beside_its_field(playhouse: Playhouse) -> None:
    await text_of(playhouse.client, playhouse.path)
    answer = await send(playhouse.client, playhouse.path, email="nobody")
    assert answer.status_code == 422
    assert refusal_of(answer.text, "email")


async def test_who_waits_sees_how_many_are_ahead_and_that_the_line_stands_still(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    for other in ("first", "second"):
        await playhouse.house.store.write(
            take_place, actor="guest", performance_id=playhouse.performance_id, joined_from=other
        )
    here = await playhouse.joins()
    page = await text_of(playhouse.client, here)
    assert "1 person ahead of you" in page
    assert 'data-again="' in page
    await playhouse.house.store.write(
        pause_lobby, actor="staff:olga", performance_id=playhouse.performance_id
    )
    assert "The line stands still" in await text_of(playhouse.client, here)


async def test_whoever_left_an_address_is_told_that_the_page_may_be_closed(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    await playhouse.house.store.write(
        take_place, actor="guest", performance_id=playhouse.performance_id, joined_from="first"
    )
    here = await playhouse.joins(email="ana@example.org")
    # While nobody can send letters, none are promised.
    assert "we write" not in await text_of(playhouse.client, here)
    playhouse.house.senders = {"email": Recorder()}
    assert "You may also close it: we write to you" in await text_of(playhouse.client, here)
    playhouse.client.cookies.clear()
    assert "we write when it is your turn" in await text_of(playhouse.client, playhouse.path)


async def test_the_link_of_a_letter_leads_to_the_line_and_not_to_a_ticket_of_a_counter(
    playhouse: Playhouse,
) -> None:
    here = await playhouse.joins()
    answer = await playhouse.client.get(here.replace("/on-sale/place/", "/t/"))
    assert (answer.status_code, answer.headers["location"]) == (303, here)


async def test_from_the_line_to_the_seats_to_the_codes(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    here = await playhouse.comes_in()
    seats = await text_of(playhouse.client, f"{here}/seats")
    assert seats.count('name="seat_') == 18
    answer = await send(playhouse.client, f"{here}/hold", seat_0="on", seat_1="on")
    assert answer.headers["location"] == f"{here}/seats", answer.text
    held = await text_of(playhouse.client, f"{here}/seats")
    assert "Kept for you" in held
    assert "€12.50" in held
    refused = await send(playhouse.client, f"{here}/book", name="Ana Ruiz")
    assert refused.status_code == 422
    assert refusal_of(refused.text, "email")
    booked = await send(playhouse.client, f"{here}/book", name="Ana Ruiz", email="ana@example.org")
    page = await text_of(playhouse.client, booked.headers["location"])
    assert page.count("/qr.svg") == 2
    picture = await playhouse.client.get(f"{booked.headers['location']}/1/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert (await playhouse.client.get(f"{booked.headers['location']}/3/qr.svg")).status_code == 404
    # Sent twice: what the first press has done is what this one wanted.
    again = await send(playhouse.client, f"{here}/book", name="Ana Ruiz", email="ana@example.org")
    assert again.headers["location"] == booked.headers["location"]
    assert "Your time with the seats is over" in await text_of(playhouse.client, here)


async def test_the_best_seats_are_found_by_one_press(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", best="yes", many="3")
    held = await text_of(playhouse.client, f"{here}/seats")
    assert held.count("<li><span") == 3
    await send(playhouse.client, f"{here}/release")
    assert "Seat by seat" in await text_of(playhouse.client, f"{here}/seats")
    refused = await send(playhouse.client, f"{here}/hold")
    assert refused.status_code == 422


async def test_more_time_is_given_once(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    here = await playhouse.comes_in()
    assert "More time, once" in await text_of(playhouse.client, f"{here}/seats")
    assert (await send(playhouse.client, f"{here}/more-time")).status_code == 303
    assert "More time, once" not in await text_of(playhouse.client, f"{here}/seats")
    assert (await send(playhouse.client, f"{here}/more-time")).status_code == 409


async def test_who_leaves_the_seats_lets_the_next_one_in(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", seat_4="on")
    left = await send(playhouse.client, f"{here}/leave-seats")
    assert left.headers["location"] == here
    assert (await playhouse.client.get(f"{here}/seats")).headers["location"] == here
    assert await playhouse.joins() != here


async def test_another_device_with_the_link_gets_to_no_seats(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    here = await playhouse.comes_in()
    playhouse.client.cookies.clear()
    assert (await playhouse.client.get(f"{here}/seats")).headers["location"] == here
    assert (await send(playhouse.client, f"{here}/hold", seat_0="on")).headers["location"] == here
    assert (await send(playhouse.client, f"{here}/enter")).status_code == 403


async def test_a_pass_whose_time_is_over_opens_nothing(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", seat_0="on")
    playhouse.clock.advance(601)
    answer = await send(playhouse.client, f"{here}/book", name="Ana Ruiz", email="ana@example.org")
    assert answer.status_code in (303, 410)
    assert "booked" not in answer.headers.get("location", "")


async def test_a_booking_is_given_back_after_one_question(playhouse: Playhouse) -> None:
    await playhouse.change("open")
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", seat_0="on")
    booked = await send(playhouse.client, f"{here}/book", name="Ana Ruiz", email="ana@example.org")
    link = booked.headers["location"]
    assert "Give all these seats back?" in await text_of(playhouse.client, f"{link}/cancel")
    assert (await send(playhouse.client, f"{link}/cancel")).status_code == 303
    assert "This booking was cancelled" in await text_of(playhouse.client, link)


async def test_the_end_of_a_sale_is_said_to_whoever_waited(playhouse: Playhouse) -> None:
    here = await playhouse.joins()
    await playhouse.change("postpone", message="The tenor is ill.")
    page = await text_of(playhouse.client, here)
    assert "This show was postponed" in page
    assert "The tenor is ill." in page
    assert "This show was postponed" in await text_of(playhouse.client, playhouse.path)


async def test_links_that_open_nothing_get_the_same_kind_words(playhouse: Playhouse) -> None:
    for path in (
        "/on-sale/place/nothing",
        "/on-sale/place/AAAAAAAAAAAAAAAAAAAAAA",
        "/booked/AAAAAAAAAAAAAAAAAAAAAA",
    ):
        answer = await playhouse.client.get(path)
        assert answer.status_code == 404
        assert "There is no show here" in answer.text


async def test_the_waiting_list_keeps_what_is_given_back_and_passes_it_on(playhouse: Playhouse) -> None:
    write = playhouse.house.store.write
    await playhouse.change("open")
    here = await playhouse.comes_in()
    await send(playhouse.client, f"{here}/hold", seat_0="on")
    booked = await send(playhouse.client, f"{here}/book", name="Ana Ruiz", email="ana@example.org")
    every = [f"{row}-{n}" for row in "ABC" for n in range(1, 7)]
    of: dict[str, Any] = {"performance_id": playhouse.performance_id}
    await write(block_seats, actor="staff:olga", guids=every[1:], reason="repairs", **of)
    said: dict[str, Any] = {"size": 1, "email": "bo@example.org"}
    first, second = [await write(stand_by_for_seats, name=name, **said, **of) for name in ("Bo", "Cy")]
    page = await text_of(playhouse.client, f"/seat-standby/{second.key}")
    assert "1 person waits before you." in page
    await send(playhouse.client, f"{booked.headers['location']}/cancel")
    assert "Take these" in await text_of(playhouse.client, f"/seat-standby/{first.key}")
    assert (await send(playhouse.client, f"/seat-standby/{second.key}/take")).status_code == 409
    await send(playhouse.client, f"/seat-standby/{first.key}/decline")
    taken = await send(playhouse.client, f"/seat-standby/{second.key}/take")
    assert "Your seats are booked" in await text_of(playhouse.client, taken.headers["location"])
    await send(playhouse.client, f"/seat-standby/{first.key}/leave")
    assert "You have left the waiting list" in await text_of(playhouse.client, f"/seat-standby/{first.key}")
    assert (await send(playhouse.client, "/seat-standby/AAAAAAAAAAAAAAAAAAAAAA/take")).status_code == 404


async def test_anybody_can_draw_again_once_the_seed_is_revealed(playhouse: Playhouse) -> None:
    early = await playhouse.joins()
    for other in ("first", "second", "third"):
        await playhouse.house.store.write(
            take_place, actor="guest", performance_id=playhouse.performance_id, joined_from=other
        )
    before = (await playhouse.client.get(f"{playhouse.path}/draw.json")).json()
    assert set(before) == {"performance", "seed_hash"}
    assert before["seed_hash"] in await text_of(playhouse.client, playhouse.path)
    playhouse.clock.advance(1)
    await playhouse.change("open")
    playhouse.clock.advance(1)
    await playhouse.house.store.write(
        take_place, actor="guest", performance_id=playhouse.performance_id, joined_from="late"
    )
    after = (await playhouse.client.get(f"{playhouse.path}/draw.json")).json()
    assert seed_hash(after["seed"]) == before["seed_hash"]
    assert len(after["places"]) == 4
    assert after["places"] == sorted(after["places"], key=lambda place: lot(after["seed"], place))
    assert place_id(early.rpartition("/")[2]) in after["places"]
    assert (await playhouse.client.get("/on-sale/nothing/draw.json")).status_code == 404

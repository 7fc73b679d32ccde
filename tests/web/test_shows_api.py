"""Shows over the API, as an organiser's program sets them up, sells them, and watches them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nowserving.actions.seats.booking import book_seats
from nowserving.store.seats.seating import forget_houses
from tests.builders import TownHall
from tests.conftest import Clock
from tests.domain.seats.plans import house as rows_of
from tests.web.conftest import serving
from tests.web.organiser import API, DOORS, OPENS, PRICES, STARTS, Organiser

pytestmark = pytest.mark.anyio


@pytest.fixture
async def organiser(sqlite_url: str, tmp_path: Path, hall: TownHall, wall: Clock) -> AsyncIterator[Organiser]:
    forget_houses()
    async with serving(sqlite_url, tmp_path / "data", wall) as (house, client):
        yield Organiser(house, client, wall, hall.branch_id)


async def test_a_show_is_made_read_edited_and_put_away(organiser: Organiser) -> None:
    path = f"/branches/{organiser.branch_id}/shows"
    given = {"name": "The Tempest", "opens_at": OPENS, "rules": {"choosing": 7}}
    answer = await organiser.call("POST", path, given)
    made = answer.json()["data"]
    assert (answer.status_code, made["state"], made["opens_at"]) == (
        201,
        "draft",
        "2099-12-01T09:00:00.000000Z",
    )
    assert (made["rules"]["choosing"], made["rules"]["per_person"]) == (7, 6)
    one = await organiser.call("GET", answer.headers["location"].removeprefix(API))
    assert (one.json()["data"], one.headers["etag"]) == (made, '"1"')

    edit = {"description": "A play", "opens_at": None, "rules": {"per_person": 2}}
    here = f"/shows/{made['id']}"
    assert (await organiser.call("PATCH", here, edit, **{"If-Match": '"7"'})).status_code == 412
    edited = await organiser.call("PATCH", here, edit, **{"If-Match": '"1"'})
    after = edited.json()["data"]
    assert (edited.headers["etag"], after["opens_at"], after["description"]) == ('"2"', None, "A play")
    assert (after["rules"]["choosing"], after["rules"]["per_person"]) == (7, 2)

    assert await organiser.data("GET", path) == [after]
    assert (await organiser.data("DELETE", here))["archived_at"] is not None
    assert await organiser.data("GET", path) == []
    assert (await organiser.call("PATCH", here, {"name": "Again"})).json()["code"] == "archived"


async def test_the_same_key_makes_one_show(organiser: Organiser) -> None:
    path, once = f"/branches/{organiser.branch_id}/shows", {"Idempotency-Key": "one press"}
    first, again = [await organiser.call("POST", path, {"name": "Hamlet"}, **once) for _ in range(2)]
    assert first.json() == again.json()
    assert len(await organiser.data("GET", path)) == 1
    assert (await organiser.call("POST", path, {"name": "Lear"}, **once)).status_code == 422


async def test_a_performance_is_made_read_edited_and_put_away(organiser: Organiser) -> None:
    show_id, _ = await organiser.show()
    path = f"/shows/{show_id}/performances"
    answer = await organiser.call("POST", path, {"starts_at": STARTS, "doors_at": DOORS, "prices": PRICES})
    made = answer.json()["data"]
    assert (answer.status_code, made["gate"], made["starts_at"]) == (
        201,
        "closed",
        "2099-12-05T19:30:00.000000Z",
    )
    assert (made["prices"], len(made["seed_hash"]), "seed" in made) == (PRICES, 64, False)
    here = answer.headers["location"].removeprefix(API)
    assert (await organiser.call("GET", here)).headers["etag"] == '"1"'
    edit = {"starts_at": "2099-12-04T20:30:00+01:00", "doors_at": None}
    assert (await organiser.call("PATCH", here, edit, **{"If-Match": '"2"'})).status_code == 412
    edited = await organiser.call("PATCH", here, edit, **{"If-Match": '"1"'})
    assert (edited.headers["etag"], edited.json()["data"]["doors_at"]) == ('"2"', None)
    # By date: what was moved to the day before comes first now.
    listed = await organiser.data("GET", path)
    assert (len(listed), listed[0]["id"]) == (2, made["id"])
    assert (await organiser.data("DELETE", here))["archived_at"] is not None
    assert len(await organiser.data("GET", path)) == 1


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/name", "required"),
        ({"name": " "}, "/name", "empty"),
        ({"name": "x", "name2": 1}, "/name2", "unknown_field"),
        ({"name": "x", "opens_at": "tomorrow"}, "/opens_at", "not_an_instant"),
        ({"name": "x", "opens_at": "2099-12-01T09:00:00"}, "/opens_at", "not_an_instant"),
        ({"name": "x", "opens_at": 7}, "/opens_at", "not_an_instant"),
        ({"name": "x", "opens_at": OPENS, "closes_at": OPENS}, "/closes_at", "before_opening"),
        ({"name": "x", "rules": {"choosing": 0}}, "/rules/choosing", "out_of_range"),
        ({"name": "x", "rules": {"choosing": True}}, "/rules/choosing", "not_whole"),
        ({"name": "x", "rules": {"warn_s": 600}}, "/rules/warn_s", "longer_than_pass"),
        ({"name": "x", "rules": {"speed": 1}}, "/rules/speed", "unknown_field"),
        ({"name": "x", "rules": []}, "/rules", "not_an_object"),
        ({"name": "x", "rules": {"guarded_url": "http://a.example"}}, "/rules/guarded_url", "bad_address"),
    ],
)
async def test_a_show_that_can_not_be_is_refused_at_the_field(
    organiser: Organiser, body: dict[str, Any], pointer: str, code: str
) -> None:
    await organiser.refused("POST", f"/branches/{organiser.branch_id}/shows", body, pointer, code)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/starts_at", "required"),
        ({"starts_at": None}, "/starts_at", "not_whole"),
        ({"starts_at": "1969-12-01T09:00:00Z"}, "/starts_at", "not_an_instant"),
        ({"starts_at": STARTS, "doors_at": "2099-12-06T20:30:00Z"}, "/doors_at", "after_start"),
        ({"starts_at": STARTS, "prices": {"A": {"amount_minor": 5}}}, "/prices/A/currency", "half_a_price"),
        ({"starts_at": STARTS, "prices": [1]}, "/prices", "not_an_object"),
    ],
)
async def test_a_date_that_can_not_be_is_refused_at_the_field(
    organiser: Organiser, body: dict[str, Any], pointer: str, code: str
) -> None:
    show_id, performance_id = await organiser.show()
    await organiser.refused("POST", f"/shows/{show_id}/performances", body, pointer, code)
    if body:
        await organiser.refused("PATCH", f"/performances/{performance_id}", body, pointer, code)


async def test_a_change_says_what_it_did_to_each_performance(organiser: Organiser) -> None:
    show_id, performance_id = await organiser.show()
    other = (await organiser.data("POST", f"/shows/{show_id}/performances", {"starts_at": OPENS}))["id"]
    await organiser.data("POST", f"/shows/{show_id}/announce")
    for phone in ("a", "b", "c"):
        await organiser.comes(performance_id, phone)
    opened = await organiser.data("POST", f"/shows/{show_id}/open")
    assert opened["show"]["state"] == "open"
    nothing = {"effect": "start", "drawn": 0, "called": 0, "told": 0, "freed": 0}
    assert opened["performances"] == [
        {"performance_id": other, "starts_at": "2099-12-01T09:00:00.000000Z", **nothing},
        {
            "performance_id": performance_id,
            "starts_at": "2099-12-05T19:30:00.000000Z",
            **nothing,
            "drawn": 3,
            "called": 1,
        },
    ]
    closed = await organiser.data("POST", f"/shows/{show_id}/close", {"text": "Sold out. Thank you."})
    assert [(one["effect"], one["told"]) for one in closed["performances"]] == [("end", 0), ("end", 3)]


async def test_seats_that_were_held_are_free_when_a_sale_closes(organiser: Organiser) -> None:
    show_id, performance_id = await organiser.open()
    await organiser.sell(performance_id, rows_of(1, 4))
    await organiser.holds(performance_id, "a", "A-1", "A-2")
    closed = await organiser.data("POST", f"/shows/{show_id}/close")
    assert (closed["performances"][0]["told"], closed["performances"][0]["freed"]) == (1, 2)


async def test_what_the_table_of_shows_does_not_allow_is_refused_with_the_real_state(
    organiser: Organiser,
) -> None:
    show_id, performance_id = await organiser.show()
    for verb in ("open", "begin", "close", "postpone"):
        answer = await organiser.call("POST", f"/shows/{show_id}/{verb}")
        assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (
            409,
            "wrong_show_state",
            "draft",
        )
    assert (await organiser.call("POST", f"/performances/{performance_id}/pause")).status_code == 409
    await organiser.data("POST", f"/shows/{show_id}/announce")
    for path in (f"/shows/{show_id}", f"/performances/{performance_id}"):
        assert (await organiser.call("DELETE", path)).json()["code"] == "show_going_on"


async def test_a_postponed_show_is_announced_again_and_a_cancelled_one_never(organiser: Organiser) -> None:
    show_id, _ = await organiser.open()
    assert (await organiser.data("POST", f"/shows/{show_id}/begin"))["show"]["state"] == "on_going"
    for verb, state in (("postpone", "postponed"), ("announce", "upcoming"), ("cancel", "cancelled")):
        assert (await organiser.data("POST", f"/shows/{show_id}/{verb}"))["show"]["state"] == state
    assert (await organiser.call("POST", f"/shows/{show_id}/announce")).status_code == 409


async def test_a_farewell_that_is_no_text_or_too_long_is_refused(organiser: Organiser) -> None:
    show_id, _ = await organiser.open()
    for body, pointer, code in (
        ({"text": 7}, "/text", "not_text"),
        ({"text": "x" * 301}, "/text", "too_long"),
        ({"words": "x"}, "/words", "unknown_field"),
    ):
        await organiser.refused("POST", f"/shows/{show_id}/close", body, pointer, code)
    assert (await organiser.data("GET", f"/shows/{show_id}"))["state"] == "open"


async def test_a_lobby_stands_still_and_goes_on(organiser: Organiser) -> None:
    _, performance_id = await organiser.open()
    here = f"/performances/{performance_id}"
    assert (await organiser.data("POST", f"{here}/pause"))["gate"] == "paused"
    await organiser.comes(performance_id, "a")
    assert (await organiser.data("GET", f"{here}/live"))["called"] == 0
    assert (await organiser.data("POST", f"{here}/resume"))["gate"] == "open"
    assert (await organiser.data("GET", f"{here}/live"))["called"] == 1


async def test_the_rate_is_raised_and_fills_the_room_at_once(organiser: Organiser) -> None:
    _, performance_id = await organiser.open()
    here = f"/performances/{performance_id}"
    for phone in ("a", "b", "c", "d"):
        await organiser.comes(performance_id, phone)
    wanted = {"choosing": 3, "admit_per_minute": None}
    assert await organiser.data("PUT", f"{here}/rate", wanted) == wanted
    now = await organiser.data("GET", f"{here}/live")
    assert (now["called"], now["waiting"], now["choosing_limit"]) == (3, 1, 3)
    for body, pointer, code in (
        ({"choosing": 0, "admit_per_minute": 1}, "/choosing", "out_of_range"),
        ({"choosing": 1, "admit_per_minute": "many"}, "/admit_per_minute", "not_whole"),
        ({"choosing": 1}, "/admit_per_minute", "required"),
    ):
        await organiser.refused("PUT", f"{here}/rate", body, pointer, code)


async def test_the_line_is_told_something(organiser: Organiser) -> None:
    _, performance_id = await organiser.open()
    path = f"/performances/{performance_id}/message"
    told = await organiser.data("POST", path, {"text": "Only seats in the circle are left"}, role="agent")
    assert (told["text"], told["told_at"] is not None) == ("Only seats in the circle are left", True)
    assert (await organiser.data("POST", path, {"text": ""}))["told_at"] is None
    await organiser.refused("POST", path, {"text": None}, "/text", "not_text")


async def test_lobbies_are_listed_with_their_average_and_their_wait(organiser: Organiser) -> None:
    show_id, performance_id = await organiser.open()
    for phone in ("a", "b", "c"):
        await organiser.comes(performance_id, phone)
    (row,) = await organiser.data("GET", f"/shows/{show_id}/lobbies", role="agent")
    assert (row["performance_id"], row["starts_at"]) == (performance_id, "2099-12-05T19:30:00.000000Z")
    assert (row["waiting"], row["called"], row["average_service_s"]) == (2, 1, 300)
    assert 0 < row["estimated_wait"]["low_s"] < row["estimated_wait"]["high_s"]
    # There is room for all of them, and one is called a minute: the third from now in two minutes or later.
    slowly = {"choosing": 50, "admit_per_minute": 1}
    await organiser.data("PUT", f"/performances/{performance_id}/rate", slowly)
    (row,) = await organiser.data("GET", f"/shows/{show_id}/lobbies")
    assert (row["waiting"], row["estimated_wait"]["low_s"]) == (2, 120)
    await organiser.data("POST", f"/performances/{performance_id}/pause")
    (row,) = await organiser.data("GET", f"/shows/{show_id}/lobbies")
    assert (row["gate"], row["estimated_wait"]) == ("paused", None)


async def test_live_numbers_follow_what_happens(organiser: Organiser) -> None:
    _, performance_id = await organiser.open(choosing=2)
    here = f"/performances/{performance_id}/live"
    assert (await organiser.data("GET", here))["house"] is None
    await organiser.sell(performance_id, rows_of(1, 4))
    hold_key, claims = await organiser.holds(performance_id, "a", "A-1", "A-2")
    await organiser.comes(performance_id, "b")
    await organiser.comes(performance_id, "c")
    now = await organiser.data("GET", here, role="agent")
    assert (now["waiting"], now["called"], now["choosing"], now["admitted_per_minute"]) == (1, 1, 1, 2)
    assert (now["house"]["held"], now["house"]["sold"], now["house"]["free"]) == (2, 0, 2)
    assert now["expected_end_at"] > now["at"]
    said: dict[str, Any] = {"name": "Ana Ruiz", "email": "ana@example.org"}
    await organiser.house.store.write(book_seats, hold_key=hold_key, claims=claims, **said)
    now = await organiser.data("GET", here)
    assert now["sections"] == [{"name": "Stalls", "seats": 4, "sold": 2, "held": 0, "blocked": 0, "free": 2}]
    # Booking has freed a unit, and the next in line is called into it.
    assert (now["visits"], now["waiting"], now["called"]) == (1, 0, 2)


@pytest.mark.parametrize("path", ["shows/nothing", "performances/nothing", "performances/nothing/live"])
async def test_what_is_not_there_is_not_found(organiser: Organiser, path: str) -> None:
    assert (await organiser.call("GET", f"/{path}")).status_code == 404


async def test_what_was_put_away_has_no_numbers(organiser: Organiser) -> None:
    show_id, performance_id = await organiser.show()
    await organiser.data("DELETE", f"/shows/{show_id}")
    assert (await organiser.call("GET", f"/performances/{performance_id}/live")).status_code == 404
    assert (
        await organiser.call("POST", f"/shows/{show_id}/performances", {"starts_at": STARTS})
    ).status_code == 404

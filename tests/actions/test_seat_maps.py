"""Seat maps are edited by whoever has seen them; a performance that sells keeps the seats it has."""

from __future__ import annotations

import pytest

from nowserving.actions.seats.mapping import (
    archive_seat_map,
    block_seats,
    create_seat_map,
    edit_seat_map,
    set_seat_map,
)
from nowserving.domain.seats.plan import read_plan
from nowserving.errors import AppError, Conflict, NotFound, Stale
from nowserving.store.seats.maps import seat_map, seat_maps_of
from tests.actions.theatre import Theatre
from tests.domain.seats.plans import house


def test_a_map_is_made_renamed_drawn_anew_and_put_away(theatre: Theatre) -> None:
    made = theatre.do(
        create_seat_map, branch_id=theatre.branch_id, name="Studio", plan=read_plan(house(1, 4))
    )
    assert (made.seat_count, made.edited) == (4, 1)
    renamed = theatre.do(edit_seat_map, seat_map_id=made.id, name="Studio 1", expected=1)
    drawn = theatre.do(edit_seat_map, seat_map_id=made.id, plan=read_plan(house(2, 4)), expected=2)
    assert (renamed.name, drawn.name, drawn.seat_count, drawn.edited) == ("Studio 1", "Studio 1", 8, 3)
    assert theatre.do(edit_seat_map, seat_map_id=made.id, name="Studio 1") == drawn
    assert len(theatre.store.read_now(seat_maps_of, theatre.branch_id)) == 2
    theatre.do(archive_seat_map, seat_map_id=made.id)
    assert len(theatre.store.read_now(seat_maps_of, theatre.branch_id)) == 1
    assert theatre.verbs(4) == ["seat_map.created", "seat_map.edited", "seat_map.edited", "seat_map.archived"]


def test_nobody_overwrites_what_they_have_not_seen(theatre: Theatre) -> None:
    refusal = theatre.refuses(edit_seat_map, seat_map_id=theatre.seat_map_id, name="Other", expected=7)
    assert isinstance(refusal, Stale)


def test_what_is_put_away_is_changed_no_more(theatre: Theatre) -> None:
    theatre.do(archive_seat_map, seat_map_id=theatre.seat_map_id)
    refusals: list[AppError] = [
        theatre.refuses(edit_seat_map, seat_map_id=theatre.seat_map_id, name="Other"),
        theatre.refuses(archive_seat_map, seat_map_id=theatre.seat_map_id),
        theatre.refuses(set_seat_map, performance_id="tuesday", seat_map_id=theatre.seat_map_id),
    ]
    assert {one.code for one in refusals} == {"archived"}
    assert theatre.hold(many=1).seats == 1


def test_a_map_of_another_house_is_not_there(theatre: Theatre) -> None:
    other = theatre.build.branch("Other")
    made = theatre.do(create_seat_map, branch_id=other, name="Theirs", plan=read_plan(house(1, 1)))
    refusal = theatre.refuses(set_seat_map, performance_id="tuesday", seat_map_id=made.id)
    assert isinstance(refusal, NotFound)


def test_the_map_of_a_performance_changes_until_a_seat_is_held_or_sold(theatre: Theatre) -> None:
    theatre.seats(house(1, 4))
    held = theatre.hold(guids=["A-1"])
    refusal = theatre.refuses(set_seat_map, performance_id="tuesday", seat_map_id=theatre.seat_map_id)
    assert (type(refusal), refusal.code) == (Conflict, "seats_in_use")
    theatre.clock.now = held.expires_at
    theatre.sweep()
    theatre.seats(house(2, 4))
    theatre.book("B-4")
    assert (
        theatre.refuses(set_seat_map, performance_id="tuesday", seat_map_id=theatre.seat_map_id).code
        == "seats_in_use"
    )


def test_what_a_map_becomes_later_changes_no_performance(theatre: Theatre) -> None:
    theatre.do(edit_seat_map, seat_map_id=theatre.seat_map_id, plan=read_plan(house(1, 1)))
    assert theatre.hold(guids=["C-6"]).seats == 1
    found = theatre.store.read_now(seat_map, theatre.seat_map_id)
    assert found is not None
    assert found.seat_count == 1


def test_blocked_seats_are_kept_from_everybody_until_they_are_opened(theatre: Theatre) -> None:
    theatre.do(block_seats, performance_id="tuesday", guids=["A-1", "A-2"], reason="Camera")
    assert theatre.taken() == {"A-1", "A-2"}
    theatre.do(block_seats, performance_id="tuesday", guids=["A-1", "A-2"], reason="Mixing desk")
    theatre.do(block_seats, performance_id="tuesday", guids=["A-1"], reason=None)
    assert theatre.taken() == {"A-2"}
    assert theatre.verbs(2) == ["seats.blocked", "seats.opened"]


def test_what_is_held_or_sold_can_not_be_blocked(theatre: Theatre) -> None:
    theatre.book("A-1")
    theatre.hold(guids=["A-2"])
    refusal = theatre.refuses(
        block_seats, performance_id="tuesday", guids=["A-1", "A-2", "A-3"], reason="Camera"
    )
    assert (refusal.code, refusal.data["taken"]) == ("seats_taken", ["A-1", "A-2"])


def test_a_hold_that_has_run_out_does_not_keep_a_seat_from_being_blocked(theatre: Theatre) -> None:
    held = theatre.hold(guids=["A-1"])
    theatre.clock.now = held.expires_at
    theatre.do(block_seats, performance_id="tuesday", guids=["A-1"], reason="Camera")
    theatre.sweep()
    assert theatre.taken() == {"A-1"}


def test_a_plan_may_block_seats_itself(theatre: Theatre) -> None:
    plan = house(1, 2)
    plan["zones"][0]["rows"][0]["seats"][0]["blocked"] = "Pillar"
    theatre.seats(plan)
    assert theatre.taken() == {"A-1"}


def test_a_performance_without_seats_sells_none(theatre: Theatre) -> None:
    theatre.build.queue("Other", theatre.branch_id, prefix="O")
    with pytest.raises(NotFound):
        theatre.do(block_seats, performance_id="nowhere", guids=["A-1"], reason="x")

"""A plan is read leniently where tools differ, strictly where a mistake would sell a seat twice."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from nowserving.domain.seats.plan import MOST_NAMED, MOST_SEATS, read_plan
from nowserving.domain.seats.pretix import to_pretix
from nowserving.domain.seats.seat import seats_of
from nowserving.errors import Invalid
from tests.domain.seats.plans import NEW, OLD, house


def faults(value: object) -> list[tuple[str, str]]:
    """Return pointer and code of everything a plan is refused for."""
    with pytest.raises(Invalid) as caught:
        read_plan(value)
    return [(field.pointer, field.code) for field in caught.value.fields]


def changed(plan: dict[str, Any], *path: str | int, **members: Any) -> dict[str, Any]:
    """Return a copy of a plan with other members in the part at `path`."""
    made = copy.deepcopy(plan)
    part: Any = made
    for step in path:
        part = part[step]
    part.update(members)
    return made


SEAT = ("zones", 0, "rows", 0, "seats", 0)


@pytest.mark.parametrize("plan", [OLD, NEW, house(2, 3)], ids=["old", "new", "ours"])
def test_what_pretix_wrote_comes_back_as_it_was(plan: dict[str, Any]) -> None:
    assert to_pretix(read_plan(copy.deepcopy(plan))) == plan


def test_what_is_ours_stays_with_us_and_never_gets_into_the_open_format() -> None:
    plan = house(1, 3, standing=4)
    plan = changed(plan, *SEAT, accessible=True, blocked="Camera")
    plan = changed(plan, "zones", 0, "rows", 0, "seats", 1, companion_of="A-1")
    read = read_plan(plan)

    assert read.form == plan
    written = json.dumps(to_pretix(read))
    assert not [name for name in ("accessible", "blocked", "companion_of", "capacity") if name in written]


def test_every_seat_has_a_name_in_full_words_and_a_place_in_the_whole() -> None:
    first, second = seats_of(read_plan(NEW))

    assert (first.guid, first.name, first.x, first.y) == ("p-A-1", "Parkett, Reihe A, Platz 1", 25.5, 45)
    assert (second.place, second.x) == (1, 50.75)
    assert seats_of(read_plan(OLD))[0].name == "Main, 0, 0-0"


def test_a_label_without_a_placeholder_still_says_the_number() -> None:
    plan = changed(house(1, 1), "zones", 0, "rows", 0, seat_label="Box")
    assert seats_of(read_plan(plan))[0].name == "Stalls, A, Box 1"


def test_a_seat_that_nobody_named_is_called_by_its_guid() -> None:
    plan = changed(changed(house(1, 1), *SEAT, seat_number=""), "zones", 0, name="")
    plan = changed(plan, "zones", 0, "rows", 0, row_number="")
    assert seats_of(read_plan(plan))[0].name == "A-1"


def test_the_places_of_an_area_are_seats_without_a_number() -> None:
    plan = read_plan(house(1, 2, standing=3))

    assert plan.seat_count == 5
    assert [seat.guid for seat in seats_of(plan)] == ["A-1", "A-2", "Floor#1", "Floor#2", "Floor#3"]
    assert {seat.name for seat in seats_of(plan)[2:]} == {"Stalls, Floor"}


BAD: list[tuple[dict[str, Any], str, str]] = [
    (changed(house(2, 3), "zones", 0, "rows", 1, "seats", 2, seat_guid="A-1"), "seat_guid", "twice"),
    (changed(house(), *SEAT, category="Loge"), "category", "unknown_category"),
    (changed(house(), *SEAT, position={"x": float("nan"), "y": 0}), "position/x", "not_a_number"),
    (changed(house(), *SEAT, position={"x": True, "y": 0}), "position/x", "not_a_number"),
    (changed(house(), *SEAT, position={"x": 1e9, "y": 0}), "position/x", "out_of_range"),
    (changed(house(), *SEAT, position={"x": 1}), "position/y", "required"),
    (changed(house(), *SEAT, seats=[]), "seats", "unknown_field"),
    (changed(house(), *SEAT, seat_guid=7), "seat_guid", "not_text"),
    (changed(house(), *SEAT, companion_of="Z-9"), "companion_of", "unknown_seat"),
    (changed(house(), *SEAT, companion_of="A-1"), "companion_of", "cycle"),
    (changed(house(), *SEAT, companion_of="A-2"), "companion_of", "not_accessible"),
]


@pytest.mark.parametrize(("plan", "member", "code"), BAD)
def test_a_wrong_seat_is_named_by_its_place(plan: dict[str, Any], member: str, code: str) -> None:
    found = faults(plan)
    assert len(found) == 1
    assert found[0][0].startswith("/zones/0/rows/")
    assert found[0][0].endswith("/" + member)
    assert found[0][1] == code


def test_wrong_parts_are_named_all_over_the_plan() -> None:
    plan = changed(house(), "categories", 0, color="javascript:")
    plan = changed(plan, "zones", 0, "rows", 0, row_number_position="left", row_label=None)
    areas = [{"shape": "star"}, {"capacity": 3}, {"text": 5}, {"text": {"size": 0}}, "bar"]
    plan = changed(plan, "zones", 0, areas=areas)

    assert sorted(faults(plan)) == [
        ("/categories/0/color", "not_a_colour"),
        ("/zones/0/areas/0/shape", "not_a_choice"),
        ("/zones/0/areas/2/text", "not_an_object"),
        ("/zones/0/areas/3/text/size", "out_of_range"),
        ("/zones/0/areas/3/text/text", "required"),
        ("/zones/0/areas/4", "not_an_object"),
        ("/zones/0/rows/0/row_number_position", "not_a_choice"),
    ]


def test_an_area_with_places_says_what_it_is_called_and_costs() -> None:
    plan = changed(house(), "zones", 0, areas=[{"capacity": 3}])
    assert faults(plan) == [
        ("/zones/0/areas/0/name", "required"),
        ("/zones/0/areas/0/category", "required"),
    ]


def test_no_uuid_and_no_area_may_stand_twice() -> None:
    plan = changed(NEW, *SEAT, uuid="stage")
    assert faults(plan) == [("/zones/0/areas/4/uuid", "twice")]

    floor = {"name": "Floor", "capacity": 1, "category": "Seats"}
    assert faults(changed(house(), "zones", 0, areas=[floor, floor])) == [("/zones/0/areas/1/name", "twice")]


def test_a_million_seats_are_refused_at_the_place_where_it_is_too_many() -> None:
    floor = {"name": "Floor", "capacity": MOST_SEATS, "category": "Seats"}
    plan = changed(house(1, 1), "zones", 0, areas=[floor])
    assert faults(plan) == [("/zones/0/areas/0/capacity", "too_many_seats")]
    million = changed(house(1, 1), "zones", 0, areas=[{**floor, "capacity": 1_000_000}])
    assert faults(million) == [("/zones/0/areas/0/capacity", "out_of_range")]


def test_a_row_of_a_million_seats_is_refused_before_one_of_them_is_read() -> None:
    plan = changed(house(1, 1), "zones", 0, "rows", 0, seats=[None] * 1_000_000)
    assert faults(plan) == [("/zones/0/rows/0/seats", "too_many_values")]


def test_a_plan_without_a_seat_is_none() -> None:
    assert faults(changed(house(), "zones", 0, rows=[])) == [("/zones", "no_seats")]


def test_a_refusal_names_no_more_than_a_person_can_mend_at_once() -> None:
    plan = changed(house(1, 1), "zones", 0, "rows", 0, seats=[{}] * 100)
    assert len(faults(plan)) == MOST_NAMED


@pytest.mark.parametrize("value", [None, [], "plan", 7, {}, {"zones": {}, "name": 1, "categories": []}])
def test_what_is_no_plan_is_refused(value: object) -> None:
    assert faults(value)

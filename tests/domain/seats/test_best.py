"""The best seats: together, in the middle, in front; and no seat left alone where that can be avoided."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from nowserving.domain.seats.best import House, best_available, nearest_free, stranded
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.seats.seat import seats_of
from tests.domain.seats.plans import house


def prepared(plan: dict[str, Any]) -> House:
    return House(seats_of(read_plan(plan)))


def taken(of: House, *guids: str) -> bytearray:
    """Return the bytes of a house in which these seats are taken."""
    marks = bytearray(len(of.seats))
    for guid in guids:
        marks[of.by_guid[guid]] = 1
    return marks


def named(of: House, places: list[int] | None) -> list[str] | None:
    return None if places is None else [of.seats[place].guid for place in places]


def best(of: House, marks: bytearray, many: int, **wish: Any) -> list[str] | None:
    return named(of, best_available(of, marks, many, **wish))


HALL = prepared(house(3, 10))


def test_an_empty_house_gives_the_middle_of_the_first_row() -> None:
    assert best(HALL, taken(HALL), 2) == ["A-5", "A-6"]
    assert best(HALL, taken(HALL), 4) == ["A-4", "A-5", "A-6", "A-7"]


def test_the_middle_of_the_second_row_is_better_than_the_end_of_the_first() -> None:
    marks = taken(HALL, *(f"A-{n}" for n in range(3, 11)))
    assert best(HALL, marks, 2) == ["B-5", "B-6"]


def test_a_group_is_parted_only_where_no_row_has_room() -> None:
    small = prepared(house(2, 4))
    assert best(small, taken(small, "A-2", "B-3"), 3) == ["A-3", "A-4", "B-1"]
    assert best(small, taken(small, "A-2", "B-3"), 6) == ["A-1", "A-3", "A-4", "B-1", "B-2", "B-4"]
    assert best(small, taken(small, "A-2", "B-3"), 7) is None


def test_nobody_is_left_alone_where_another_choice_leaves_nobody_alone() -> None:
    row = prepared(house(1, 5))
    assert best(row, taken(row), 2) == ["A-2", "A-3"]
    assert best(row, taken(row), 2, no_single_seat=True) == ["A-1", "A-2"]
    assert best(row, taken(row), 4, no_single_seat=True) == ["A-1", "A-2", "A-3", "A-4"]


def test_which_seats_a_choice_leaves_alone() -> None:
    row = prepared(house(1, 6))
    assert named(row, stranded(row, taken(row), [1, 2])) == ["A-1"]
    assert named(row, stranded(row, taken(row, "A-6"), [3])) == ["A-5"]
    assert stranded(row, taken(row), [0, 1]) == []
    # It was alone before: the choice is not to blame.
    assert stranded(row, taken(row, "A-2"), [2, 3]) == []


def test_places_without_numbers_are_never_alone() -> None:
    floor = prepared(house(1, 1, standing=5))
    assert stranded(floor, taken(floor), [2, 3, 4]) == []
    assert best(floor, taken(floor, "A-1"), 2) == ["Floor#1", "Floor#2"]


def test_an_aisle_parts_neighbours() -> None:
    plan = house(2, 6)
    for seat in plan["zones"][0]["rows"][0]["seats"][3:]:
        seat["position"]["x"] += 60
    hall = prepared(plan)
    assert best(hall, taken(hall), 4) == ["B-2", "B-3", "B-4", "B-5"]
    assert best(hall, taken(hall), 3) == ["A-1", "A-2", "A-3"]


def test_only_seats_of_the_category_are_chosen() -> None:
    plan = house(2, 4)
    plan["categories"].append({"name": "Box"})
    for seat in plan["zones"][0]["rows"][1]["seats"]:
        seat["category"] = "Box"
    hall = prepared(plan)
    assert best(hall, taken(hall), 2, category="Box") == ["B-2", "B-3"]
    assert best(hall, taken(hall), 1, category="Attic") is None
    assert nearest_free(hall, taken(hall, "B-1"), [hall.by_guid["B-1"]]) == [hall.by_guid["B-2"]]


def accessible() -> House:
    plan = house(2, 4)
    front = plan["zones"][0]["rows"][0]["seats"]
    front[1]["accessible"] = True
    front[2]["companion_of"] = "A-2"
    return prepared(plan)


def test_accessible_seats_and_their_companions_go_last_to_whoever_does_not_need_them() -> None:
    hall = accessible()
    assert best(hall, taken(hall), 2) == ["B-2", "B-3"]
    assert best(hall, taken(hall, "B-1", "B-2", "B-3", "B-4"), 2) == ["A-1", "A-4"]
    assert best(hall, taken(hall, "B-1", "B-2", "B-3", "B-4", "A-1"), 3) == ["A-2", "A-3", "A-4"]


def test_who_needs_an_accessible_seat_gets_one_with_a_neighbour() -> None:
    hall = accessible()
    assert best(hall, taken(hall), 2, accessible=True) == ["A-2", "A-3"]
    assert best(hall, taken(hall, "A-1", "A-3"), 2, accessible=True) == ["A-2", "B-1"]
    assert best(hall, taken(hall, "A-1", "A-3"), 1, accessible=True) == ["A-2"]
    assert best(hall, taken(hall, "A-2"), 1, accessible=True) is None


def test_who_was_too_late_is_shown_the_nearest_that_is_free() -> None:
    wanted = [HALL.by_guid["B-5"], HALL.by_guid["B-6"]]
    assert named(HALL, nearest_free(HALL, taken(HALL, "B-5"), wanted)) == ["A-5", "A-6"]
    full = taken(HALL, *(guid for guid in HALL.by_guid if guid not in ("A-1", "C-3")))
    assert named(HALL, nearest_free(HALL, full, wanted)) == ["A-1", "C-3"]
    assert nearest_free(HALL, taken(HALL, *HALL.by_guid), wanted) is None


def test_the_nearest_leaves_nobody_alone_either() -> None:
    row = prepared(house(1, 6))
    wanted = [row.by_guid["A-3"]]
    assert named(row, nearest_free(row, taken(row, "A-3"), wanted)) == ["A-2"]
    assert named(row, nearest_free(row, taken(row, "A-3"), wanted, no_single_seat=True)) == ["A-4"]


@pytest.mark.parametrize("no_single_seat", [False, True])
def test_nobody_is_refused_while_there_are_seats_until_the_house_is_full(*, no_single_seat: bool) -> None:
    chance = Random(8)
    hall = prepared(house(6, 11, standing=9))
    marks, sold = taken(hall), 0
    while sold < len(hall.seats):
        many = chance.randint(1, 5)
        found = best_available(hall, marks, many, no_single_seat=no_single_seat)
        free = len(hall.seats) - sold
        assert (found is None) == (free < many)
        for place in found or ():
            assert not marks[place]
            marks[place] = 1
            sold += 1

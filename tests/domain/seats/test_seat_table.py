"""Seat maps as tables: what goes out comes in again, and a line that is wrong is named."""

from __future__ import annotations

import pytest

from nowserving.domain.seats.csv_file import plan_from_csv, to_csv
from nowserving.domain.seats.plan import MOST_SEATS, read_plan
from nowserving.domain.seats.seat import seats_of
from nowserving.errors import Invalid
from tests.domain.seats.plans import NEW, house

HEAD = "section,row,number,category"


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        plan_from_csv(text, "House")
    return [(field.pointer, field.code) for field in caught.value.fields]


def test_a_table_that_was_written_is_read_as_the_same_seats() -> None:
    plan = house(2, 3, standing=2)
    first, second, third = plan["zones"][0]["rows"][0]["seats"]
    first["accessible"] = True
    second["companion_of"] = first["seat_guid"]
    third["blocked"] = "=SUM(1;2)"
    read = read_plan(plan)

    again = plan_from_csv(to_csv(read), "House")

    assert seats_of(again) == seats_of(read)
    assert again.form["categories"] == plan["categories"]
    assert "'=SUM(1;2)" in to_csv(read)


def test_an_area_without_places_is_a_picture_and_no_line() -> None:
    assert len(to_csv(read_plan(NEW)).splitlines()) == 3


def test_a_table_of_four_columns_is_enough() -> None:
    plan = plan_from_csv(f"{HEAD}\nStalls,A,1,Adult\nStalls,A,2,Adult\nBalcony,A,1,Child\n\n", "House")

    seats = seats_of(plan)
    assert [seat.guid for seat in seats] == ["Stalls-A-1", "Stalls-A-2", "Balcony-A-1"]
    assert [(seat.x, seat.y) for seat in seats] == [(30, 30), (60, 30), (30, 30)]
    assert len({category["color"] for category in plan.form["categories"]}) == 2


def test_the_mark_of_a_spreadsheet_at_the_beginning_is_no_column() -> None:
    assert plan_from_csv(f"\ufeff{HEAD}\nS,A,1,X", "House").seat_count == 1


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        ("", "/heading/section", "required"),
        ("section,row,number", "/heading/category", "required"),
        (f"{HEAD},price\n", "/heading", "unknown_field"),
        (f"{HEAD},row\n", "/heading/row", "twice"),
        (f"{HEAD},x\nS,A,1,X,abc", "/lines/1/x", "not_a_number"),
        (f"{HEAD},x\nS,A,1,X,٣", "/lines/1/x", "not_a_number"),
        (f"{HEAD},x\nS,A,1,X,1e999", "/lines/1/x", "not_a_number"),
        (f"{HEAD},accessible\nS,A,1,X,maybe", "/lines/1/accessible", "not_flag"),
        (f"{HEAD},area,capacity\nS,,,X,Floor,", "/lines/1/capacity", "not_a_number"),
        (f"{HEAD}\nS,A,1,X,9", "/lines/1", "too_many_cells"),
        (f"{HEAD}\nS,A,\0,X", "/csv", "bad_character"),
        (f'{HEAD}\n"{"x" * 200_000}",A,1,X', "/csv", "not_csv"),
        (f"{HEAD}\nS,A,1,X\nS,A,1,X", "/zones/0/rows/0/seats/1/seat_guid", "twice"),
    ],
)
def test_a_table_that_is_wrong_is_refused_at_its_place(text: str, pointer: str, code: str) -> None:
    assert faults(text) == [(pointer, code)]


def test_a_million_lines_are_refused_at_the_first_that_is_too_many() -> None:
    text = HEAD + "\nS,A,1,X" * (MOST_SEATS + 1)
    assert faults(text) == [(f"/lines/{MOST_SEATS + 1}", "too_many_seats")]

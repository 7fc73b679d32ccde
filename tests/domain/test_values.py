from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain import values
from nowserving.errors import Invalid


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def refused(code: str, pointer: str = "/it") -> "pytest.RaisesExc[Invalid]":
    def names_the_field(refusal: Invalid) -> bool:
        return [(field.pointer, field.code) for field in refusal.fields] == [(pointer, code)]

    return pytest.RaisesExc(Invalid, check=names_the_field)


@pytest.mark.parametrize("value", [1, 5, 10])
def test_a_whole_number_in_its_range_is_taken(value: int) -> None:
    assert values.whole(value, "/it", 1, 10) == value


@pytest.mark.parametrize(
    "value", [True, False, None, "3", 1.5, 3.0, 1e3, float("nan"), float("inf"), -0.0, [3], {}, "１２", "²"]
)
def test_nothing_else_is_a_whole_number(value: object) -> None:
    with refused("not_whole"):
        values.whole(value, "/it", 0, 10)


@pytest.mark.parametrize("value", [0, -1, 11, 10**9, 2**63, 10**400])
def test_a_whole_number_out_of_range_is_refused(value: int) -> None:
    with refused("out_of_range"):
        values.whole(value, "/it", 1, 10)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("-5", -5), ("120", 120)])
def test_a_query_string_may_spell_a_whole_number(text: str, number: int) -> None:
    assert values.whole_from_text(text, "/it", -100, 200) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "１２",
        "٣",
        "1_000",
        "0x10",
        " 7",
        "7 ",
        "7\n",
        "+5",
        "²",
        "-0",
        "007",
        "1e3",
        "1.0",
        "--1",
        "9" * 5000,
    ],
)
def test_a_query_string_spells_it_in_one_way_only(text: str) -> None:
    with refused("not_whole"):
        values.whole_from_text(text, "/it", -100, 200)


def test_a_query_string_keeps_to_the_range() -> None:
    with refused("out_of_range"):
        values.whole_from_text("9223372036854775808", "/it", 1, 100)


def test_a_flag_is_true_or_false() -> None:
    assert values.flag(value=True, pointer="/it") is True
    assert values.flag(value=False, pointer="/it") is False


@pytest.mark.parametrize("value", [0, 1, "true", "", None])
def test_nothing_else_is_a_flag(value: object) -> None:
    with refused("not_flag"):
        values.flag(value, "/it")


def test_a_choice_is_spelled_exactly() -> None:
    assert values.choice("red", "/it", Colour) is Colour.RED


@pytest.mark.parametrize("value", ["Red", "red ", "", None, 1, ["red"], {"red": 1}])
def test_nothing_else_is_a_choice(value: object) -> None:
    with refused("not_a_choice"):
        values.choice(value, "/it", Colour)


@given(st.integers(0, 1439))
def test_every_minute_of_a_day_reads_back(minutes: int) -> None:
    assert values.time_of_day(values.time_text(minutes), "/it") == minutes


@pytest.mark.parametrize(
    "value",
    ["", "9:00", "09:60", "24:01", "25:00", "09:00:00", "0900", "９:00", "09:00\n", "09.00", 900, None, True],
)
def test_nothing_else_is_a_time_of_day(value: object) -> None:
    with refused("not_a_time"):
        values.time_of_day(value, "/it", midnight_ends=True)


def test_a_day_may_end_at_twenty_four_but_not_begin_there() -> None:
    assert values.time_of_day("24:00", "/it", midnight_ends=True) == 1440
    with refused("not_a_time"):
        values.time_of_day("24:00", "/it")


@pytest.mark.parametrize("value", ["2026-11-22", "2024-02-29", "2000-01-01", "2199-12-31"])
def test_a_real_date_is_taken(value: str) -> None:
    assert values.calendar_date(value, "/it") == value


@pytest.mark.parametrize(
    "value",
    [
        *("2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "0000-01-01", "1969-12-31", "1999-12-31"),
        *(
            "2200-01-01",
            "9999-12-31",
            "+10000-01-01",
            "20260329",
            "2026-W13-7",
            "2026-3-9",
            "2026-03-29T00:00",
        ),
        *("２０２６-03-29", "", 20260329, None, True),
    ],
)
def test_nothing_else_is_a_date(value: object) -> None:
    with refused("not_a_date"):
        values.calendar_date(value, "/it")


def test_a_list_is_taken_up_to_its_length() -> None:
    assert values.listed([1, 2], "/it", 2) == [1, 2]
    assert values.listed((1, 2), "/it", 2) == [1, 2]
    with refused("too_many_values"):
        values.listed([1, 2, 3], "/it", 2)


@pytest.mark.parametrize("value", ["ab", {"a": 1}, None, 3])
def test_nothing_else_is_a_list(value: object) -> None:
    with refused("not_a_list"):
        values.listed(value, "/it", 2)


READERS = {
    "size": values.whole_between(1, 9),
    "colour": values.one_of(Colour),
    "limit": values.optional(values.whole_between(1, 9)),
}


def test_an_object_is_read_field_by_field() -> None:
    given = {"size": 3, "colour": "blue", "limit": None}
    assert values.read_fields(given, "/it", READERS) == {"size": 3, "colour": Colour.BLUE, "limit": None}


def test_a_field_left_out_is_left_out() -> None:
    assert values.read_fields({}, "/it", READERS) == {}


def test_everything_wrong_with_an_object_is_said_at_once() -> None:
    given = {"size": "3", "colour": "red", "limit": 10, "colr": 1}
    with pytest.raises(Invalid) as refusal:
        values.read_fields(given, "/it", READERS, required=frozenset({"size", "shape"}))
    assert [(field.pointer, field.code) for field in refusal.value.fields] == [
        ("/it/size", "not_whole"),
        ("/it/limit", "out_of_range"),
        ("/it/colr", "unknown_field"),
        ("/it/shape", "required"),
    ]


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_nothing_else_is_an_object(value: object) -> None:
    with refused("not_an_object"):
        values.read_fields(value, "/it", READERS)


@pytest.mark.parametrize(
    ("name", "part"), [("a/b~c", "a~1b~0c"), ("\ud800", "?"), ("x" * 1000, "x" * 64), (7, "7")]
)
def test_a_strange_name_makes_a_pointer_that_can_be_printed(name: object, part: str) -> None:
    with refused("unknown_field", f"/it/{part}"):
        values.read_fields({name: 1}, "/it", READERS)

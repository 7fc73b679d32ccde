"""The clinic's rules: figures that are unknown before the first, and the words a person is found by."""

from __future__ import annotations

import pytest

from nowserving.domain.clinic.figures import figures, over
from nowserving.domain.clinic.record import Person, asked_words, person_from, person_to, words_of
from nowserving.domain.clinic.visit import Reading, checked_reading, clean_note, clean_reason
from nowserving.errors import Forbidden


def test_before_the_first_nothing_is_known() -> None:
    assert figures([]) is None


def test_figures_have_their_count() -> None:
    found = figures([60.0 * n for n in range(1, 11)])
    assert found is not None
    assert (found.count, found.mean_s, found.p90_s) == (10, 330.0, 540.0)
    assert round(found.spread_s, 1) == 172.3
    one = figures([7.0])
    assert one is not None
    assert (one.count, one.mean_s, one.spread_s, one.p90_s) == (1, 7.0, 0.0, 7.0)


def test_a_person_is_found_by_all_that_is_known() -> None:
    ana = Person(name="Ana O’Brien", birth_date="1954-03-01", phone="+34600123456", number="SS-7")
    words = {"nana", "no", "nbrien", "d1954-03-01", "p34600123456", "p00123456", "iss7"}
    assert words_of(ana) == words
    assert person_from(person_to(ana)) == ana
    assert words_of(Person(name="Li")) == {"nli"}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("", []),
        ("ana", [{"nana"}]),
        ("ANA brien", [{"nana"}, {"nbrien"}]),
        ("+34 600 123 456", [{"i34600123456", "p34600123456", "p00123456"}]),
        ("ana 1954-03-01", [{"nana"}, {"d1954-03-01", "i19540301"}]),
        ("A7", [{"ia7"}]),
        ("!! ana", [{"nana"}]),
    ],
)
def test_what_somebody_means_who_searches(asked: str, meant: list[set[str]]) -> None:
    assert asked_words(asked) == meant


def test_a_reason_is_asked_of_whom_it_is_no_daily_work() -> None:
    assert checked_reading(Reading()).why == ""
    with pytest.raises(Forbidden):
        checked_reading(Reading(ordinary=False, why="  "))
    assert checked_reading(Reading(ordinary=False, why=" a  complaint ")).why == "a complaint"


def test_a_note_keeps_its_lines() -> None:
    assert clean_note(" Rest.\r\n\r\n  Tea. \n") == "Rest.\n\nTea."
    assert clean_reason("  ") == ""


def test_what_lasts_as_long_as_it_was_told_is_not_late_and_what_nobody_limited_never_is() -> None:
    assert [over(one, 600) for one in (0, 600, 600.001)] == [False, False, True]
    assert not over(10**9, None)

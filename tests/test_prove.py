"""The page of proofs keeps only rows that a reader can run again."""

from __future__ import annotations

import pytest

import prove

HERE = "tests/test_prove.py"


def row(test: str) -> prove.Row:
    return {"kind": "row", "test": test, "where": "SQLite"}


@pytest.mark.parametrize(
    ("test", "kept"),
    [
        (f"{HERE}::test_a_row_stays_as_long_as_its_test[sqlite]", True),
        (f"{HERE}::test_that_went_away[sqlite]", False),
        ("tests/test_that_went_away.py::test_a_row_stays_as_long_as_its_test", False),
    ],
)
def test_a_row_stays_as_long_as_its_test(test: str, kept: bool) -> None:
    assert prove.merge([row(test)], []) == ([row(test)] if kept else [])


def test_a_new_run_replaces_the_row_of_the_same_test_and_place() -> None:
    test = f"{HERE}::test_a_row_stays_as_long_as_its_test"
    assert prove.merge([row(test) | {"took": 1}], [row(test) | {"took": 2}]) == [row(test) | {"took": 2}]


def test_a_test_that_is_named_is_run_whatever_its_marks_are() -> None:
    assert prove.marks_for([]) == prove.marks_for(["tests/races/rush"]) == "prove or control"
    assert prove.marks_for([f"{HERE}::test_a_row_stays_as_long_as_its_test"]) == ""

"""What a service can be told, read strictly; what contradicts itself is refused, naming the field."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.domain.reservations.fields import GUEST
from nowserving.domain.reservations.service import (
    QuestionKind,
    ServiceRules,
    questions_from,
    questions_to,
    service_rules_from,
    service_rules_to,
)
from nowserving.errors import Invalid
from tests.told import refused

WHY = {"code": "why", "label": "Why?"}
WHICH = {"code": "which", "label": "Which?", "kind": "choice", "choices": ["a", "b"]}


def test_rules_are_read_back_unchanged() -> None:
    rules = ServiceRules(capacity=3, max_size=2, reminders_s=(7200, 600), miss_after_s=None)
    assert service_rules_from(service_rules_to(rules)) == rules
    assert service_rules_from({}) == ServiceRules()


def test_questions_are_read_back_unchanged() -> None:
    questions = questions_from([WHY, WHICH])
    assert questions_from(questions_to(questions)) == questions
    assert [one.kind for one in questions] == [QuestionKind.TEXT, QuestionKind.CHOICE]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"capacity": 0}, {"/rules/capacity": "out_of_range"}),
        ({"max_size": 2}, {"/rules/max_size": "beyond_capacity"}),
        ({"miss_after_s": 600, "grace_s": 900}, {"/rules/miss_after_s": "before_grace"}),
        ({"reminders_s": [600, 600]}, {"/rules/reminders_s": "twice"}),
        ({"reminders_s": [1]}, {"/rules/reminders_s/0": "out_of_range"}),
        ({"surprise": 1}, {"/rules/surprise": "unknown_field"}),
    ],
)
def test_bad_rules_are_refused(given: dict[str, Any], wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        service_rules_from(given)
    assert refused(caught) == wrong


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ([WHY | {"code": "Why now"}], {"/questions/0/code": "bad_code"}),
        ([WHICH | {"choices": ["a", "a"]}], {"/questions/0/choices": "twice"}),
        ([WHICH | {"choices": []}], {"/questions/0/choices": "bad_choices"}),
        ([WHY | {"choices": ["a"]}], {"/questions/0/choices": "bad_choices"}),
        ([WHY, WHY], {"/questions": "twice"}),
    ],
)
def test_bad_questions_are_refused(given: list[Any], wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        questions_from(given)
    assert refused(caught) == wrong


@pytest.mark.parametrize("date", ["1889-12-31", "1984-13-01", "84-11-22", 5])
def test_nobody_is_born_on_such_a_day(date: object) -> None:
    with pytest.raises(Invalid) as caught:
        GUEST["birth_date"](date, "/birth_date")
    assert refused(caught) == {"/birth_date": "not_a_birth_date"}
    assert GUEST["birth_date"]("1890-01-01", "/birth_date") == "1890-01-01"

"""A service that can be booked, and its rules: one dataclass, and the strict way in and out of its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from nowserving.domain.calendar.hours import Hours
from nowserving.domain.instants import SECOND_US
from nowserving.domain.text import clean_code, clean_text, typed
from nowserving.domain.values import (
    Reader,
    choice,
    flag,
    listed,
    optional,
    read_fields,
    whole,
    whole_between,
)
from nowserving.errors import N_, invalid_field

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
DAY_S = 24 * HOUR_S
_MOST_QUESTIONS = 20
_MOST_REMINDERS = 5


class QuestionKind(StrEnum):
    """How a question of the form is answered."""

    TEXT = "text"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Question:
    """Something the form asks besides name and contact."""

    code: str
    label: str
    kind: QuestionKind = QuestionKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRules:
    """Everything that makes the booking of one service unlike another. Durations are seconds."""

    capacity: int = 1
    """People that one slot has room for: of each desk that gives the service, or of the service itself."""
    max_size: int = 1
    """People that one reservation may bring."""
    step_s: int | None = None
    """How far apart slots begin; None: one after the other, with the buffers between."""
    buffer_before_s: int = 0
    buffer_after_s: int = 0
    notice_s: int = 0
    """How long before its beginning a slot can be booked at the latest."""
    window_days: int = 60
    """How many days ahead can be booked."""
    per_guest: int | None = None
    """Open reservations of this service that one contact, account or device may have."""
    approval: bool = False
    verify_email: bool = False
    hold_s: int = 10 * MINUTE_S
    """How long a slot is kept while the form is filled in."""
    answer_s: int = DAY_S
    """How long a request waits for the staff's word or for the guest's proof; never past its beginning."""
    cutoff_s: int = 0
    """How long before the beginning a guest may move or cancel at the latest."""
    lead_s: int = 0
    """How much earlier than its slot a reservation counts as having come: its head start over walk-ins."""
    early_s: int = 2 * HOUR_S
    """How long before the beginning a guest may check in."""
    near_m: int | None = None
    """How near to the branch, in metres, a phone must be to check in; None: anywhere."""
    grace_s: int = 15 * MINUTE_S
    """How late a guest still counts as on time; later, as a walk-in who comes now."""
    miss_after_s: int | None = HOUR_S
    """How long after the beginning nobody is expected any more; None: until the day is over."""
    standby: bool = True
    """Whether full slots have a waiting list."""
    offer_s: int = 30 * MINUTE_S
    """How long a freed place is kept for whom it is offered to."""
    reminders_s: tuple[int, ...] = (DAY_S, 2 * HOUR_S)
    """How long before the beginning the guest is reminded."""
    ask_birth_date: bool = False
    ask_phone: bool = True
    choose_desk: bool = True
    """Whether guests may choose who serves them, where several do."""
    public_name: str = ""
    """What screens in public say instead of the name, where the name itself would tell a secret."""

    def changes_until(self, start_at: int) -> int:
        """Return until when (µs) a guest may move or cancel what begins at an instant."""
        return start_at - self.cutoff_s * SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a guest comes for; a bookable thing that feeds one queue."""

    id: str
    branch_id: str
    queue_id: str
    name: str
    description: str
    price: str
    place: int
    duration_s: int
    hours: Hours | None
    questions: tuple[Question, ...]
    rules: ServiceRules
    desk_ids: tuple[str, ...]
    edited: int
    archived_at: int | None


def _choices(value: object, pointer: str) -> tuple[str, ...]:
    found = [
        clean_text(one, f"{pointer}/{place}", 100)
        for place, one in enumerate(listed(value, pointer, _MOST_QUESTIONS))
    ]
    if len(set(found)) < len(found):
        raise invalid_field(pointer, "twice", N_("Each answer may be there once."))
    return tuple(found)


_QUESTION: Mapping[str, Reader] = {
    "code": clean_code,
    "label": typed(200),
    "kind": lambda value, pointer: choice(value, pointer, QuestionKind),
    "required": flag,
    "choices": _choices,
}


def questions_from(given: object, pointer: str = "/questions") -> tuple[Question, ...]:
    """Return the questions that a list spells; raises Invalid naming every field that is wrong."""
    required = frozenset({"code", "label"})
    found = []
    for place, one in enumerate(listed(given, pointer, _MOST_QUESTIONS)):
        question = Question(**read_fields(one, f"{pointer}/{place}", _QUESTION, required=required))
        if (question.kind is QuestionKind.CHOICE) != bool(question.choices):
            message = N_("A question to choose from has answers, and no other has.")
            raise invalid_field(f"{pointer}/{place}/choices", "bad_choices", message)
        found.append(question)
    if len({one.code for one in found}) < len(found):
        raise invalid_field(pointer, "twice", N_("Each code may be there once."))
    return tuple(found)


def questions_to(questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    """Return the questions as JSON values; `questions_from` reads them back unchanged."""
    return [
        {
            "code": one.code,
            "label": one.label,
            "kind": one.kind.value,
            "required": one.required,
            "choices": list(one.choices),
        }
        for one in questions
    ]


def _reminders(value: object, pointer: str) -> tuple[int, ...]:
    found = [
        whole(one, f"{pointer}/{place}", 5 * MINUTE_S, 30 * DAY_S)
        for place, one in enumerate(listed(value, pointer, _MOST_REMINDERS))
    ]
    if len(set(found)) < len(found):
        raise invalid_field(pointer, "twice", N_("Each reminder may be there once."))
    return tuple(sorted(found, reverse=True))


_READERS: Mapping[str, Reader] = {
    "capacity": whole_between(1, 10_000),
    "max_size": whole_between(1, 1_000),
    "step_s": optional(whole_between(MINUTE_S, DAY_S)),
    "buffer_before_s": whole_between(0, DAY_S),
    "buffer_after_s": whole_between(0, DAY_S),
    "notice_s": whole_between(0, 90 * DAY_S),
    "window_days": whole_between(1, 730),
    "per_guest": optional(whole_between(1, 1_000)),
    "approval": flag,
    "verify_email": flag,
    "hold_s": whole_between(MINUTE_S, HOUR_S),
    "answer_s": whole_between(5 * MINUTE_S, 30 * DAY_S),
    "cutoff_s": whole_between(0, 30 * DAY_S),
    "lead_s": whole_between(0, DAY_S),
    "early_s": whole_between(0, DAY_S),
    "near_m": optional(whole_between(50, 50_000)),
    "grace_s": whole_between(0, DAY_S),
    "miss_after_s": optional(whole_between(MINUTE_S, DAY_S)),
    "standby": flag,
    "offer_s": whole_between(MINUTE_S, DAY_S),
    "reminders_s": _reminders,
    "ask_birth_date": flag,
    "ask_phone": flag,
    "choose_desk": flag,
    "public_name": typed(60, required=False),
}


def service_rules_from(given: object, pointer: str = "/rules") -> ServiceRules:
    """Return the rules that an object spells; raises Invalid naming every field that is wrong."""
    rules = ServiceRules(**read_fields(given, pointer, _READERS))
    if rules.max_size > rules.capacity:
        message = N_("One reservation can't bring more people than a slot has room for.")
        raise invalid_field(f"{pointer}/max_size", "beyond_capacity", message)
    if rules.miss_after_s is not None and rules.miss_after_s < rules.grace_s:
        message = N_("Nobody may be given up while still on time.")
        raise invalid_field(f"{pointer}/miss_after_s", "before_grace", message)
    return rules


def service_rules_to(rules: ServiceRules) -> dict[str, object]:
    """Return the rules as JSON values; `service_rules_from` reads them back unchanged."""
    plain: dict[str, Any] = {one.name: getattr(rules, one.name) for one in fields(rules)}
    plain["reminders_s"] = list(rules.reminders_s)
    return plain

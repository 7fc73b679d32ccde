"""The fields of reservations, each with its strict reader: what an admin sets up, what a guest writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from nowserving.domain.calendar.hours import hours_from, intervals_from
from nowserving.domain.layout.screens import LANGUAGES, ids_of
from nowserving.domain.reservations.service import (
    DAY_S,
    MINUTE_S,
    Question,
    QuestionKind,
    Service,
    questions_from,
    service_rules_from,
)
from nowserving.domain.text import clean_text
from nowserving.domain.values import Reader, calendar_date, flag, optional, read_fields, whole_between
from nowserving.errors import N_, FieldError, Invalid, invalid_field

_LONGEST_ANSWER = 500
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Instants far enough away to be a mistake; they also keep every sum within 64 bits.
_LAST_INSTANT = 7_258_118_400_000_000


def text(most: int, *, required: bool = False) -> Reader:
    """Return a reader of typed text; lines are made one."""

    def read(value: object, pointer: str) -> str:
        one_line = " ".join(value.splitlines()) if isinstance(value, str) else value
        return clean_text(one_line, pointer, most, required=required)

    return read


def identifier(value: object, pointer: str) -> str:
    """Return an id. Whether it exists is the action's business."""
    return str(ids_of([value], pointer)[0])


def _language(value: object, pointer: str) -> str:
    if value == "" or value in LANGUAGES:
        return str(value)
    raise invalid_field(pointer, "unknown_language", N_("This language is not offered."))


def _birth_date(value: object, pointer: str) -> str | None:
    if value in (None, ""):
        return None
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            # Who is alive was born in these years; the action knows what day it is.
            if 1890 <= date.fromisoformat(value).year <= 2199:
                return value
        except ValueError:
            pass  # 30 February has the shape of a date and is none: refused below.
    raise invalid_field(pointer, "not_a_birth_date", N_("This must be a date of birth like 1984-11-22."))


instant_us: Reader = whole_between(0, _LAST_INSTANT)

SERVICE: Mapping[str, Reader] = {
    "name": text(100, required=True),
    "description": text(1_000),
    "price": text(100),
    "queue_id": identifier,
    "duration_s": whole_between(MINUTE_S, DAY_S),
    "hours": optional(hours_from),
    "questions": questions_from,
    "rules": service_rules_from,
    "desk_ids": ids_of,
}
ROSTER: Mapping[str, Reader] = {
    "owner_id": optional(identifier),
    "public_name": text(60),
    "hours": optional(hours_from),
}
SPECIAL_DAY: Mapping[str, Reader] = {
    "on_date": calendar_date,
    "service_id": optional(identifier),
    "intervals": intervals_from,
    "walk_ins_only": flag,
    "reason": text(200),
}
ABSENCE: Mapping[str, Reader] = {
    "from_at": instant_us,
    "to_at": instant_us,
    "reason": text(200),
    "replacement_id": optional(identifier),
}
GUEST: Mapping[str, Reader] = {
    "name": text(120),
    "birth_date": _birth_date,
    "note": text(300),
    "language": _language,
}


def answers_from(value: object, questions: tuple[Question, ...], pointer: str = "/answers") -> dict[str, Any]:
    """Return what a guest answered, by the code of the question; raises Invalid naming what is wrong."""
    readers = {question.code: _reader_of(question) for question in questions}
    needed = frozenset(question.code for question in questions if question.required)
    read = read_fields({} if value is None else value, pointer, readers, required=needed)
    wrong = [code for code in needed if read[code] == ""]
    if wrong:
        raise invalid_field(f"{pointer}/{min(wrong)}", "empty", N_("This must not be empty."))
    return read


def _reader_of(question: Question) -> Reader:
    if question.kind is QuestionKind.YES_NO:
        return flag
    if question.kind is QuestionKind.CHOICE:
        return lambda value, pointer: _choice(value, pointer, question)
    return text(_LONGEST_ANSWER)


def _choice(value: object, pointer: str, question: Question) -> str:
    if value in question.choices or (value == "" and not question.required):
        return str(value)
    message = N_("This must be one of: %(choices)s.")
    raise invalid_field(pointer, "not_a_choice", message, choices=", ".join(question.choices))


def check_details(service: Service, read: Mapping[str, Any], email: str | None) -> None:
    """Refuse a booking that lacks what its service needs; raises Invalid naming every such field.

    The name always; the date of birth where it is asked for; the address where it must be proved.
    """
    lacking = {
        "/name": not read.get("name"),
        "/birth_date": service.rules.ask_birth_date and not read.get("birth_date"),
        "/email": service.rules.verify_email and not email,
    }
    missing = N_("This field is missing.")
    fields = [FieldError(pointer, "required", missing) for pointer, lacks in lacking.items() if lacks]
    if fields:
        raise Invalid("invalid", N_("Some values are not acceptable."), fields=tuple(fields))

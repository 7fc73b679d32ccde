"""A service's rules as fields that people understand: minutes, hours, boxes, and a row for each question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nowserving.domain.calendar.hours import NEVER_OPEN
from nowserving.domain.reservations.service import Question, QuestionKind, Service, ServiceRules
from nowserving.web.forms import hours_form
from nowserving.web.forms.form_state import as_minutes, as_number, minutes, number
from nowserving.web.forms.queue_form import code_of

QUESTION_ROWS = 20
REMINDER_ROWS = 5
_BOXES = ("approval", "verify_email", "standby", "ask_birth_date", "ask_phone", "choose_desk")
_NUMBERS = ("capacity", "max_size", "window_days", "per_guest", "near_m")
_MINUTES = (
    "step_s",
    "buffer_before_s",
    "buffer_after_s",
    "hold_s",
    "lead_s",
    "early_s",
    "grace_s",
    "miss_after_s",
    "offer_s",
)
_HOURS = ("notice_s", "answer_s", "cutoff_s")
# Left empty, these mean "none"; the others then keep their default.
_MAY_BE_NONE = frozenset({"step_s", "per_guest", "miss_after_s", "near_m"})
_HOUR_IN_MINUTES = 60
_QUESTION = re.compile(r"questions-([0-9]+)(-.+)?")
_REMINDER = re.compile(r"rules-reminders_s(-[0-9]+)?")


def fields_of(service: Service | None) -> dict[str, str]:
    """Return what stands in the fields of a service, or of a new one; a box without a tick has none."""
    rules = service.rules if service else ServiceRules()
    fields = {
        "name": service.name if service else "",
        "description": service.description if service else "",
        "price": service.price if service else "",
        "queue_id": service.queue_id if service else "",
        "duration_s": as_minutes(service.duration_s if service else 30 * 60),
        "given": "hours" if service and service.hours else "branch",
        "rules-public_name": rules.public_name,
    }
    fields |= {f"desk-{desk_id}": "on" for desk_id in (service.desk_ids if service else ())}
    fields |= {f"rules-{name}": as_number(getattr(rules, name)) for name in _NUMBERS}
    fields |= {f"rules-{name}": as_minutes(getattr(rules, name)) for name in _MINUTES}
    fields |= {f"rules-{name}": _as_hours(getattr(rules, name)) for name in _HOURS}
    fields |= {f"rules-{name}": "on" for name in _BOXES if getattr(rules, name)}
    fields |= {f"rules-reminders_s-{place}": _as_hours(one) for place, one in enumerate(rules.reminders_s)}
    return fields | _question_fields(service.questions if service else ()) | week_fields(service)


def changes_from(form: Mapping[str, str], desk_ids: Sequence[str]) -> dict[str, Any]:
    """Return what a form says as the fields of a service. What is wrong with it is for the domain to say.

    `desk_ids` are the desks of the branch in their order.
    """
    rules: dict[str, Any] = {name: number(form.get(f"rules-{name}")) for name in _NUMBERS}
    rules |= {name: minutes(form.get(f"rules-{name}")) for name in _MINUTES}
    rules |= {name: _hours(form.get(f"rules-{name}")) for name in _HOURS}
    # An emptied field says "as usual" where there is no such thing as none.
    rules = {name: value for name, value in rules.items() if value is not None or name in _MAY_BE_NONE}
    rules |= {name: f"rules-{name}" in form for name in _BOXES}
    rules["public_name"] = form.get("rules-public_name", "")
    rules["reminders_s"] = [_hours(form.get(f"rules-reminders_s-{place}")) for place in _used_reminders(form)]
    return {
        "name": form.get("name", ""),
        "description": form.get("description", ""),
        "price": form.get("price", ""),
        "queue_id": form.get("queue_id", ""),
        "duration_s": minutes(form.get("duration_s")),
        "hours": hours_form.hours_from_form(form) if form.get("given") == "hours" else None,
        "questions": [_question(form, place) for place in _used_questions(form)],
        "rules": rules,
        "desk_ids": [desk_id for desk_id in desk_ids if f"desk-{desk_id}" in form],
    }


def field_of(form: Mapping[str, str], name: str) -> str:
    """Return the field of the page that a refusal is about: rows that were left empty are not counted."""
    if name.startswith("hours-"):
        return hours_form.field_of(form, name)
    if name.startswith("desk_ids"):
        return "desk_ids"
    found = _REMINDER.fullmatch(name)
    if found:
        return _row("rules-reminders_s", _used_reminders(form), found[1], "")
    found = _QUESTION.fullmatch(name)
    if not found:
        return name
    rest = (found[2] or "").replace("-code", "-label")
    return _row("questions", _used_questions(form), f"-{found[1]}", "-choices" if "choices" in rest else rest)


def _row(part: str, used: Sequence[int], place: str | None, rest: str) -> str:
    if place is None:
        return part
    at = int(place.removeprefix("-"))
    return f"{part}-{used[at] if at < len(used) else at}{rest or ('-label' if part == 'questions' else '')}"


def _question_fields(questions: Sequence[Question]) -> dict[str, str]:
    fields = {}
    for place, one in enumerate(questions):
        base = f"questions-{place}"
        fields[f"{base}-code"] = one.code
        fields[f"{base}-label"] = one.label
        fields[f"{base}-kind"] = one.kind.value
        fields[f"{base}-choices"] = ", ".join(one.choices)
        if one.required:
            fields[f"{base}-required"] = "on"
    return fields


def _question(form: Mapping[str, str], place: int) -> dict[str, Any]:
    base = f"questions-{place}"
    label, kind = form.get(f"{base}-label", ""), form.get(f"{base}-kind", QuestionKind.TEXT)
    typed = (one.strip() for one in form.get(f"{base}-choices", "").split(","))
    return {
        # A code stays when the words of its question change: what was answered is filed under it.
        "code": form.get(f"{base}-code") or code_of(label) or f"question_{place + 1}",
        "label": label,
        "kind": kind,
        "required": f"{base}-required" in form,
        "choices": [one for one in typed if one] if kind == QuestionKind.CHOICE else [],
    }


def _used_questions(form: Mapping[str, str]) -> list[int]:
    return [place for place in range(QUESTION_ROWS) if form.get(f"questions-{place}-label", "").strip()]


def _used_reminders(form: Mapping[str, str]) -> list[int]:
    return [place for place in range(REMINDER_ROWS) if form.get(f"rules-reminders_s-{place}", "").strip()]


def week_fields(service: Service | None) -> dict[str, str]:
    """Return the fields of a service's own hours; all are empty where it has none."""
    hours = service.hours if service and service.hours else NEVER_OPEN
    rows = [row for _, _, day in hours_form.week_of(hours) for row in day]
    return {row.opens_name: row.opens for row in rows} | {row.closes_name: row.closes for row in rows}


def _hours(text: str | None) -> Any:
    """Return hours, which people type, as seconds."""
    found = minutes(text)
    return found * _HOUR_IN_MINUTES if isinstance(found, int) else found


def _as_hours(seconds: int) -> str:
    return as_minutes(round(seconds / _HOUR_IN_MINUTES))

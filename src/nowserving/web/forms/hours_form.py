"""Opening hours as a grid of a page: seven days, a few times each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nowserving.domain.calendar.hours import MIDNIGHT, WEEKDAYS, Hours
from nowserving.domain.values import time_text
from nowserving.errors import N_

MOST_ROWS = 4
NAMES: Mapping[str, str] = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
_FIELD = re.compile(r"hours-weekly-([a-z]{3})-([0-9]+)(-[01])?")


@dataclass(frozen=True, slots=True)
class Row:
    """One opening of a day: the names of its two fields and the times that stand in them."""

    opens_name: str
    closes_name: str
    opens: str
    closes: str


def week_of(hours: Hours) -> list[tuple[str, str, list[Row]]]:
    """Return each weekday: code, English name (to be translated), and rows, the spare ones at the end."""
    return [
        (day, NAMES[day], [_row(hours, place, day, number) for number in range(MOST_ROWS)])
        for place, day in enumerate(WEEKDAYS)
    ]


def _row(hours: Hours, place: int, day: str, number: int) -> Row:
    name = f"hours-weekly-{day}-{number}"
    intervals = hours.weekly[place]
    if number >= len(intervals):
        return Row(f"{name}-0", f"{name}-1", "", "")
    opens, closes = intervals[number]
    return Row(f"{name}-0", f"{name}-1", time_text(opens), time_text(closes % MIDNIGHT))


def hours_from_form(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the hours that a form spells. A time field can't say 24:00: closing at 00:00 is midnight."""
    weekly = {}
    for day in WEEKDAYS:
        rows = [_typed(form, day, number) for number in _used(form, day)]
        weekly[day] = [[opens, "24:00" if closes == "00:00" else closes] for opens, closes in rows]
    return {"weekly": weekly, "day_starts_at": form.get("hours-day_starts_at") or "00:00"}


def field_of(form: Mapping[str, str], name: str) -> str:
    """Return the field of the page that a refusal is about: rows that were left empty are not counted."""
    found = _FIELD.fullmatch(name)
    if found is None:
        return name
    day, place, end = found[1], int(found[2]), found[3]
    used = _used(form, day)
    number = used[place] if place < len(used) else 0
    return f"hours-weekly-{day}-{number}{end or '-0'}"


def _used(form: Mapping[str, str], day: str) -> list[int]:
    return [number for number in range(MOST_ROWS) if any(_typed(form, day, number))]


def _typed(form: Mapping[str, str], day: str, number: int) -> tuple[str, str]:
    name = f"hours-weekly-{day}-{number}"
    return form.get(f"{name}-0", "").strip(), form.get(f"{name}-1", "").strip()

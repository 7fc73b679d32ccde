"""When a branch is open: weekly hours and closures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from nowserving.domain.values import Reader, listed, read_fields, time_of_day, time_text
from nowserving.errors import N_, invalid_field

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
_MOST_INTERVALS = 12


class Interval(NamedTuple):
    """Opening and closing time in minutes since the midnight that begins its day."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Seven days from Monday, each with its intervals, and the minute at which a service day begins."""

    weekly: tuple[tuple[Interval, ...], ...]
    day_starts_at: int = 0


ALWAYS_OPEN = Hours(((Interval(0, MIDNIGHT),),) * 7)
NEVER_OPEN = Hours(((),) * 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days on which a branch stays closed whatever its weekly hours say, both ends included."""

    id: str
    branch_id: str
    starts_on: str
    ends_on: str
    reason: str

    def covers(self, day: str) -> bool:
        """Tell whether it closes this day, given as "2026-11-22"."""
        return self.starts_on <= day <= self.ends_on


def _interval(value: object, pointer: str) -> Interval:
    pair = listed(value, pointer, 2)
    if len(pair) != 2:
        message = N_("This must be a pair of times: opening and closing.")
        raise invalid_field(pointer, "not_a_pair", message)
    opens = time_of_day(pair[0], f"{pointer}/0")
    closes = time_of_day(pair[1], f"{pointer}/1", midnight_ends=True)
    if opens == closes:
        message = N_("Opening and closing are the same. The whole day is 00:00 to 24:00.")
        raise invalid_field(f"{pointer}/1", "no_time", message)
    return Interval(opens, closes)


def _day(value: object, pointer: str) -> tuple[Interval, ...]:
    found = [
        _interval(pair, f"{pointer}/{place}")
        for place, pair in enumerate(listed(value, pointer, _MOST_INTERVALS))
    ]
    for place, (before, after) in enumerate(zip(found, found[1:], strict=False), start=1):
        if after.opens < before.closes or before.closes < before.opens:
            message = N_("Opening times must follow each other and not overlap.")
            raise invalid_field(f"{pointer}/{place}", "overlap", message)
    return tuple(found)


def _weekly(value: object, pointer: str) -> tuple[tuple[Interval, ...], ...]:
    days = read_fields(value, pointer, dict.fromkeys(WEEKDAYS, _day))
    return tuple(days.get(weekday, ()) for weekday in WEEKDAYS)


_READERS: Mapping[str, Reader] = {"weekly": _weekly, "day_starts_at": time_of_day}


def hours_from(given: object, pointer: str = "/hours") -> Hours:
    """Return the hours that an object spells; a weekday left out is closed all day."""
    return Hours(**read_fields(given, pointer, _READERS, required=frozenset({"weekly"})))


def hours_to(hours: Hours) -> dict[str, object]:
    """Return the hours as JSON values; `hours_from` reads them back unchanged."""
    weekly = {
        weekday: [[time_text(one.opens), time_text(one.closes)] for one in day]
        for weekday, day in zip(WEEKDAYS, hours.weekly, strict=True)
    }
    return {"weekly": weekly, "day_starts_at": time_text(hours.day_starts_at)}

"""When a branch is open: weekly hours, closures, and the questions that are asked of them.

A day may have several intervals. One may end at 24:00; one that closes at an earlier time than it
opens runs into the next day, and belongs to the day on which it begins: a closure on that date
removes it whole, and a closure of the next date does not cut it. Intervals that touch or overlap
are one opening. When clocks change, an opening at a skipped time is at the instant of the skip,
and among times shown twice the first one opens and the second one closes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from nowserving.domain.calendar.day import instant, local_time, service_day_of
from nowserving.domain.instants import DAY_US, MINUTE_US
from nowserving.domain.tickets.rules import QueueRules
from nowserving.domain.values import Reader, listed, read_fields, time_of_day, time_text
from nowserving.errors import N_, invalid_field

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
_MOST_INTERVALS = 12
_SEARCH_DAYS = 400
_LOOK_BACK_DAYS = 62
_ONE_DAY = timedelta(days=1)
_WEEK_US = 7 * DAY_US


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

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """Return when it is open all the same: never."""
        return ()


@dataclass(frozen=True, slots=True)
class DayHours:
    """One date on which a branch keeps other hours than those of its weekday. Without any it stays closed."""

    on_date: str
    intervals: tuple[Interval, ...]
    reason: str

    def covers(self, day: str) -> bool:
        """Tell whether it is about this day, given as "2026-11-22"."""
        return self.on_date == day


Exceptional: TypeAlias = Closure | DayHours
"""What makes a date other than its weekday. Where two are about one date, it is open only when both are."""


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


def intervals_from(value: object, pointer: str) -> tuple[Interval, ...]:
    """Return the intervals of one day that a list of pairs spells; raises Invalid."""
    found = [
        _interval(pair, f"{pointer}/{place}")
        for place, pair in enumerate(listed(value, pointer, _MOST_INTERVALS))
    ]
    for place, (before, after) in enumerate(pairwise(found), start=1):
        if after.opens < before.closes or before.closes < before.opens:
            message = N_("Opening times must follow each other and not overlap.")
            raise invalid_field(f"{pointer}/{place}", "overlap", message)
    return tuple(found)


def _weekly(value: object, pointer: str) -> tuple[tuple[Interval, ...], ...]:
    days = read_fields(value, pointer, dict.fromkeys(WEEKDAYS, intervals_from))
    return tuple(days.get(weekday, ()) for weekday in WEEKDAYS)


_READERS: Mapping[str, Reader] = {"weekly": _weekly, "day_starts_at": time_of_day}


def hours_from(given: object, pointer: str = "/hours") -> Hours:
    """Return the hours that an object spells; a weekday left out is closed all day."""
    return Hours(**read_fields(given, pointer, _READERS, required=frozenset({"weekly"})))


def intervals_to(intervals: Sequence[Interval]) -> list[list[str]]:
    """Return intervals as JSON values; `intervals_from` reads them back unchanged."""
    return [[time_text(one.opens), time_text(one.closes)] for one in intervals]


def hours_to(hours: Hours) -> dict[str, object]:
    """Return the hours as JSON values; `hours_from` reads them back unchanged."""
    weekly = {weekday: intervals_to(day) for weekday, day in zip(WEEKDAYS, hours.weekly, strict=True)}
    return {"weekly": weekly, "day_starts_at": time_text(hours.day_starts_at)}


class Span(NamedTuple):
    """One opening in time: from its first instant to the first instant after it."""

    start_us: int
    end_us: int


def is_open(at_us: int, hours: Hours, zone: ZoneInfo, closures: Sequence[Exceptional] = ()) -> bool:
    """Tell whether a branch is open at an instant."""
    return _span_at(at_us, hours, zone, closures) is not None


def closing_at(at_us: int, hours: Hours, zone: ZoneInfo, closures: Sequence[Exceptional] = ()) -> int | None:
    """Return when the present opening ends; None if it is closed now or stays open for a week."""
    now = _span_at(at_us, hours, zone, closures)
    return now.end_us if now and now.end_us - at_us <= _WEEK_US else None


def opened_at(at_us: int, hours: Hours, zone: ZoneInfo, closures: Sequence[Exceptional] = ()) -> int | None:
    """Return when the present opening began; None if closed now, or open for a day or longer."""
    now = _span_at(at_us, hours, zone, closures)
    return now.start_us if now and at_us - now.start_us < DAY_US else None


def last_closing(
    at_us: int, hours: Hours, zone: ZoneInfo, closures: Sequence[Exceptional] = ()
) -> int | None:
    """Return when the latest opening that is over ended; None if there was none for two months."""
    first = local_time(at_us, zone).date() - timedelta(days=_LOOK_BACK_DAYS)
    spans = _joined(_spans(first, _LOOK_BACK_DAYS + 1, hours, zone, closures))
    return max((span.end_us for span in spans if span.end_us <= at_us), default=None)


def next_opening(
    at_us: int, hours: Hours, zone: ZoneInfo, closures: Sequence[Exceptional] = ()
) -> int | None:
    """Return when it opens next, after the present opening if there is one; None if not within 400 days."""
    yesterday = local_time(at_us, zone).date() - _ONE_DAY
    spans = _joined(_spans(yesterday, _SEARCH_DAYS, hours, zone, closures))
    return next((span.start_us for span in spans if span.start_us > at_us), None)


def closed_for(at_us: int, zone: ZoneInfo, closures: Sequence[Exceptional] = ()) -> str | None:
    """Return why it is closed on the whole date of an instant ("" without a reason); None if it is not."""
    day = local_time(at_us, zone).date().isoformat()
    return next((one.reason for one in closures if one.covers(day) and not one.intervals), None)


def joinable(
    at_us: int, rules: QueueRules, hours: Hours, zone: ZoneInfo, closures: Sequence[Exceptional] = ()
) -> bool:
    """Tell whether the hours and the rule of the last ticket let somebody join now.

    A last ticket in minutes counts back from the end of the present opening; one at a time of day
    ends the joining of its service day.
    """
    if rules.ignore_hours:
        return True
    if not is_open(at_us, hours, zone, closures):
        return False
    if isinstance(rules.last_ticket, int):
        closing = closing_at(at_us, hours, zone, closures)
        return closing is None or at_us < closing - rules.last_ticket * MINUTE_US
    if isinstance(rules.last_ticket, str):
        return at_us < _last_ticket_at(at_us, rules.last_ticket, hours, zone)
    return True


def _last_ticket_at(at_us: int, time: str, hours: Hours, zone: ZoneInfo) -> int:
    """Return the instant of a time of day within the service day of `at_us`."""
    minutes = time_of_day(time, "/last_ticket")
    if minutes < hours.day_starts_at:
        minutes += MIDNIGHT
    today = date.fromisoformat(service_day_of(at_us, zone, hours.day_starts_at).label)
    return instant(today, minutes, zone)


def _span_at(at_us: int, hours: Hours, zone: ZoneInfo, closures: Sequence[Exceptional]) -> Span | None:
    """Return the opening that an instant lies in."""
    spans = _near(at_us // DAY_US, hours, zone, tuple(closures))
    return next((span for span in spans if span.start_us <= at_us < span.end_us), None)


@lru_cache(maxsize=512)
def _near(utc_day: int, hours: Hours, zone: ZoneInfo, closures: tuple[Exceptional, ...]) -> tuple[Span, ...]:
    """Return the openings around a day, and a week ahead: each join asks for them, so they are kept.

    Two days back: local dates are up to a day behind UTC, and yesterday's interval may still run.
    """
    first = date(1970, 1, 1) + timedelta(days=utc_day - 2)
    return tuple(_joined(_spans(first, 13, hours, zone, closures)))


def _spans(
    first: date, days: int, hours: Hours, zone: ZoneInfo, closures: Sequence[Exceptional]
) -> Iterator[Span]:
    """Yield the openings that belong to so many dates, by their beginnings."""
    for day in (first + timedelta(days=passed) for passed in range(days)):
        for opens, closes in _intervals(day, hours, closures):
            end = closes + MIDNIGHT if closes < opens else closes
            span = Span(instant(day, opens, zone), instant(day, end, zone, last=True))
            # A clock that skips a whole interval leaves nothing of it.
            if span.start_us < span.end_us:
                yield span


def _intervals(day: date, hours: Hours, closures: Sequence[Exceptional]) -> tuple[Interval, ...]:
    found = [one.intervals for one in closures if one.covers(day.isoformat())]
    # A closure has none, and is stronger than special hours.
    return min(found, key=len) if found else hours.weekly[day.weekday()]


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Yield openings with those that touch or overlap made one."""
    open_now: Span | None = None
    for span in spans:
        if open_now is None or span.start_us > open_now.end_us:
            if open_now is not None:
                yield open_now
            open_now = span
        else:
            open_now = Span(open_now.start_us, max(open_now.end_us, span.end_us))
    if open_now is not None:
        yield open_now

"""Calendar files that other programs wrote: what of them says that somebody is away.

Outlook, Google and Apple write the same times in three ways, and people send half a file. So a broken
entry is left out and named, and the rest is read. Everything is bounded: a rule that repeats for ever, or
each second, costs as little as one that repeats twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from nowserving.domain.calendar.day import instant, zone_of
from nowserving.domain.calendar.repeating import Often, Repeating, repeated
from nowserving.errors import N_, AppError, invalid_field

MOST_FOUND = 500
"""How many times away one file may say."""
_MOST_EVENTS = 2_000
_MOST_RULES = 100
"""How many entries of a file may repeat: each is walked day by day."""
_OLDEST_DAILY = timedelta(days=10 * 366)
"""How long ago what repeats each day or week may have begun."""
_FIRST, _LAST = date(1970, 1, 1), date(2199, 12, 31)
_ZONE_BLOCK = re.compile(
    r"^BEGIN:VTIMEZONE\r?\n.*?^END:VTIMEZONE\r?\n", re.MULTILINE | re.DOTALL | re.IGNORECASE
)
# "/freeassociation.sourceforge.net/Europe/Berlin": old programs put their own name before the zone's.
_LONG_ZONE = re.compile(r'(;TZID="?)/([^":;\r\n]{1,200})')
_MOST_WORDS = 200
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 by a wall whose zone is known apart from it


class Why(StrEnum):
    """Why an entry of a file is left out."""

    UNREADABLE = "unreadable"
    CANCELLED = "cancelled"
    FREE = "free"
    PAST = "past"
    NO_LENGTH = "no_length"
    TOO_OFTEN = "too_often"
    TOO_MANY = "too_many"


class Away(NamedTuple):
    """A time at which somebody is away: instants in µs; `days` are its first and last whole day, or ""."""

    from_at: int
    to_at: int
    words: str
    days: tuple[str, str]


class LeftOut(NamedTuple):
    """An entry that is not taken, and why."""

    words: str
    why: Why


class Read(NamedTuple):
    """What a file says, earliest first."""

    away: tuple[Away, ...]
    left_out: tuple[LeftOut, ...]


def read_calendar(text: str, zone: ZoneInfo, from_us: int, to_us: int, *, free_too: bool = False) -> Read:
    """Return the times from `from_us` until `to_us` at which a calendar file says that somebody is away.

    What has no zone, or one that nobody knows, is read in `zone`. Entries that are marked as free are taken
    only with `free_too` (Google marks whole days so by default). Raises Invalid for what is no calendar.
    """
    events = _events(text)
    changed = {_identity(one) for one in events if "RECURRENCE-ID" in one}
    if sum("RRULE" in one for one in events) > _MOST_RULES:
        message = N_("A calendar file may have %(most)s entries that repeat at most.")
        raise invalid_field("/calendar", "too_many_values", message, most=_MOST_RULES)
    away: set[Away] = set()
    left: list[LeftOut] = []
    for one in events:
        words = _words(one)
        try:
            _check(one, free_too=free_too)
            found = [span for span in _spans(one, zone, changed, to_us) if span[1] > from_us]
        except _Unfit as unfit:
            left.append(LeftOut(words, unfit.why))
            continue
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            left.append(LeftOut(words, Why.UNREADABLE))
            continue
        if not found:
            left.append(LeftOut(words, Why.PAST))
        if len(away) + len(found) > MOST_FOUND:
            left.append(LeftOut(words, Why.TOO_MANY))
            continue
        away.update(Away(start, end, words, days) for start, end, days in found)
    return Read(tuple(sorted(away)), tuple(left))


class _Unfit(Exception):
    def __init__(self, why: Why) -> None:
        self.why = why


@cache
def _package() -> Any:
    import icalendar  # noqa: PLC0415 - it takes a tenth of a second, and is needed once a month.

    return icalendar


def _events(text: str) -> list[Any]:
    # The rules of a file's own zones can repeat for ever too; the zones are known by their names instead.
    plain = _LONG_ZONE.sub(_short_zone, _ZONE_BLOCK.sub("", text.lstrip("\ufeff")))
    try:
        calendars = _package().Calendar.from_ical(plain, multiple=True)
        events = [event for one in calendars for event in one.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, AttributeError, TypeError, RecursionError):
        calendars, events = [], []
    if not any(one.name == "VCALENDAR" for one in calendars):
        raise invalid_field("/calendar", "not_a_calendar", N_("This is no calendar file that we can read."))
    if len(events) > _MOST_EVENTS:
        message = N_("A calendar file may have %(most)s entries at most.")
        raise invalid_field("/calendar", "too_many_values", message, most=_MOST_EVENTS)
    return events


def _check(one: Any, *, free_too: bool) -> None:
    if str(one.get("STATUS", "")).upper() == "CANCELLED":
        raise _Unfit(Why.CANCELLED)
    busy = str(one.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if not free_too and (str(one.get("TRANSP", "")).upper() == "TRANSPARENT" or busy == "FREE"):
        raise _Unfit(Why.FREE)


def _words(one: Any) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in str(one.get("SUMMARY", "")))
    return printable.strip()[:_MOST_WORDS]


def _identity(one: Any) -> tuple[str, Any]:
    try:
        return str(one.get("UID", "")), _plain(one["RECURRENCE-ID"].dt)
    except (AttributeError, ValueError):
        return "", None


Span = tuple[int, int, tuple[str, str]]


def _spans(one: Any, zone: ZoneInfo, changed: set[tuple[str, Any]], to_us: int) -> Iterator[Span]:
    start = one["DTSTART"].dt
    length = _length(one, start)
    own_zone = _zone_of(one["DTSTART"], zone)
    without = {_plain(value.dt) for value in _dates(one, "EXDATE")}
    if "RECURRENCE-ID" not in one:
        without |= {at for uid, at in changed if uid and uid == str(one.get("UID", ""))}
    first = _plain(start)
    if not _FIRST <= first.date() <= _LAST:
        raise _Unfit(Why.PAST)
    for at in _starts(one, first, own_zone, to_us):
        if at in without:
            continue
        begins = _instant(at, own_zone)
        if begins >= to_us:
            break
        yield _span(at, length, own_zone, begins, whole=not isinstance(start, datetime))


def _span(at: datetime, length: timedelta, zone: tzinfo, begins: int, *, whole: bool) -> Span:
    if whole:
        last = at + length - timedelta(days=1)
        return begins, _instant(at + length, zone), (at.date().isoformat(), last.date().isoformat())
    return begins, begins + round(length.total_seconds() * 1_000_000), ("", "")


def _length(one: Any, start: date) -> timedelta:
    """Return how long an entry lasts: until its end, for its duration, or, of whole days, one."""
    length = timedelta(days=0 if isinstance(start, datetime) else 1)
    if "DTEND" in one:
        end = one["DTEND"].dt
        # An end in a zone that nobody knows is read as its beginning is.
        aware = isinstance(start, datetime) and isinstance(end, datetime) and start.tzinfo and end.tzinfo
        length = end - start if aware else _plain(end) - _plain(start)
    elif "DURATION" in one:
        length = one["DURATION"].dt
    if length <= timedelta(0):
        raise _Unfit(Why.NO_LENGTH)
    return length


def _starts(one: Any, first: datetime, zone: tzinfo, to_us: int) -> Iterator[datetime]:
    """Yield when an entry begins, each time that it does, by the wall of its zone; bounded in every way."""
    yield from sorted({first, *(_plain(value.dt) for value in _dates(one, "RDATE"))})
    latest = _EPOCH + timedelta(microseconds=to_us) + timedelta(days=2)
    for found in _listed(one.get("RRULE", [])):
        rule = _rule(found)
        if rule.often in {Often.DAILY, Often.WEEKLY} and latest - first > _OLDEST_DAILY:
            raise _Unfit(Why.TOO_MANY)
        until = found.get("UNTIL", [None])[0]
        end = latest if until is None else min(latest, _local(until, zone))
        for day in repeated(rule, first.date(), end.date()):
            at = datetime.combine(day, first.time())
            if first < at <= end:
                yield at


def _rule(found: Mapping[str, Any]) -> Repeating:
    """Return a rule of a file; raises ValueError for one that is broken, or of a kind that we don't read."""
    often = str(found["FREQ"][0]).upper()
    finer = {"BYHOUR", "BYMINUTE", "BYSECOND"} & found.keys()
    if finer or often in {"SECONDLY", "MINUTELY", "HOURLY"}:
        raise _Unfit(Why.TOO_OFTEN)
    if {"BYWEEKNO", "BYYEARDAY", "BYEASTER"} & found.keys():
        raise _Unfit(Why.UNREADABLE)
    return Repeating(
        often=Often(often),
        interval=int(found.get("INTERVAL", [1])[0]),
        weekdays=tuple(_weekday(str(one)) for one in found.get("BYDAY", ())),
        days=_numbers(found, "BYMONTHDAY"),
        months=_numbers(found, "BYMONTH"),
        places=_numbers(found, "BYSETPOS"),
        week_begins=_WEEKDAYS.index(str(found.get("WKST", ["MO"])[0]).upper()),
        count=int(found["COUNT"][0]) if "COUNT" in found else None,
    )


def _weekday(text: str) -> tuple[int, int]:
    return _WEEKDAYS.index(text[-2:].upper()), int(text[:-2] or 0)


def _numbers(found: Mapping[str, Any], name: str) -> tuple[int, ...]:
    return tuple(int(one) for one in found.get(name, ()))


def _local(until: date, zone: tzinfo) -> datetime:
    """Return the end of a rule by the wall of its zone; a date means its whole day."""
    if not isinstance(until, datetime):
        return _plain(until) + timedelta(days=1, seconds=-1)
    return until.astimezone(zone).replace(tzinfo=None) if until.tzinfo else until


def _dates(one: Any, name: str) -> Iterator[Any]:
    for listed in _listed(one.get(name, [])):
        yield from listed.dts


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain(at: date) -> datetime:
    """Return what the wall shows: a date is its midnight."""
    if isinstance(at, datetime):
        return at.replace(tzinfo=None)
    return datetime(at.year, at.month, at.day)  # noqa: DTZ001 its zone is known apart from it


def _instant(at: datetime, zone: tzinfo) -> int:
    """Return the instant of a time on a zone's wall, by the rules of domain/calendar/day.py."""
    if isinstance(zone, ZoneInfo):
        minutes = instant(at.date(), at.hour * 60 + at.minute, zone)
        return minutes + at.second * 1_000_000
    return round(at.replace(tzinfo=zone).timestamp() * 1_000_000)


def _zone_of(value: Any, otherwise: ZoneInfo) -> tzinfo:
    """Return the zone that the package knows (Windows' names too), or the branch's."""
    own: tzinfo | None = getattr(value.dt, "tzinfo", None)
    return own or otherwise


def _short_zone(found: re.Match[str]) -> str:
    """Return a zone's parameter with the end of its long name that is a zone's; unknown it stays as it is."""
    parts = found[2].split("/")
    for long in (3, 2, 1):
        with suppress(AppError):
            return found[1] + zone_of("/".join(parts[-long:])).key
    return f"{found[1]}{parts[-1]}"

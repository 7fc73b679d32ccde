"""Days and time zones: the local date on which a branch works, and where it begins and ends.

A service day begins at `day_starts_at` (minutes after midnight, local time) and lasts until the
next one begins, so it may have 23 or 25 hours. Two rules make local times exact when clocks
change: a time that the clock skips means the instant at which it skips; a time that the clock
shows twice means the first one, except that a closing time means the second.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from nowserving.domain.instants import SECOND_US
from nowserving.errors import N_, invalid_field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 local times have no zone until we give them one
_ONE_DAY = timedelta(days=1)
_MOST_CURRENT = 1024


class ServiceDay(NamedTuple):
    """One service day: its first instant, the first instant of the next one, and its ISO date."""

    start_us: int
    end_us: int
    label: str


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    # "localtime" would mean another zone on another machine; the others are not zones of a place.
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def zone_of(name: object, pointer: str = "/time_zone") -> ZoneInfo:
    """Return the time zone of this IANA name, or refuse it; a name is never used as a path."""
    if not isinstance(name, str) or name not in _known_zones():
        message = N_("This is not a known time zone. One looks like Europe/Madrid.")
        raise invalid_field(pointer, "unknown_zone", message)
    return ZoneInfo(name)


def local_time(at_us: int, zone: ZoneInfo) -> datetime:
    """Return what the clock on the wall shows at an instant."""
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)


def hour_of(at_us: int, zone: ZoneInfo) -> int:
    """Return the instant (µs) at which the hour that the wall shows began; of a fold each hour is its own."""
    shown = local_time(at_us, zone)
    return at_us - ((shown.minute * 60 + shown.second) * SECOND_US + shown.microsecond)


def instant(day: date, minutes: int, zone: ZoneInfo, *, last: bool = False) -> int:
    """Return the instant at which the local clock shows `minutes` after midnight of `day`.

    Minutes may run past 24:00 into the next day. A time shown twice is the first one, or the
    second if `last`; a skipped time is the instant of the skip.
    """
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
    before = _seconds(local, zone, fold=0)
    after = _seconds(local, zone, fold=1)
    if after < before:
        return _skip_between(after, before, zone) * SECOND_US
    return (after if last else before) * SECOND_US


def _seconds(local: datetime, zone: ZoneInfo, fold: int) -> int:
    """Return seconds since the epoch of a local time, by the offset before (0) or after (1) a change."""
    offset = local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
    return int((local - _NAIVE_EPOCH - offset).total_seconds())


def _skip_between(low: int, high: int, zone: ZoneInfo) -> int:
    """Return the second after `low`, `high` at the latest, at which the zone's clock jumps forward."""
    offset_before = local_time(low * SECOND_US, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if local_time(middle * SECOND_US, zone).utcoffset() == offset_before:
            low = middle
        else:
            high = middle
    return high


def day_bounds(day: date, zone: ZoneInfo, day_starts_at: int = 0) -> ServiceDay:
    """Return the service day of this date."""
    start = instant(day, day_starts_at, zone)
    return ServiceDay(start, instant(day + _ONE_DAY, day_starts_at, zone), day.isoformat())


# The service day that was asked for last, by zone and start: nearly every question is about today.
_current: dict[tuple[str, int], ServiceDay] = {}


def service_day_of(now_us: int, zone: ZoneInfo, day_starts_at: int = 0) -> ServiceDay:
    """Return the service day that an instant belongs to."""
    place = (zone.key, day_starts_at)
    known = _current.get(place)
    if known is not None and known.start_us <= now_us < known.end_us:
        return known
    found = _find_day(now_us, zone, day_starts_at)
    if len(_current) >= _MOST_CURRENT:
        _current.clear()
    _current[place] = found
    return found


def _find_day(now_us: int, zone: ZoneInfo, day_starts_at: int) -> ServiceDay:
    # The local date is off by one before the day's start, and around a clock change at midnight.
    day = local_time(now_us, zone).date() - _ONE_DAY
    while (found := day_bounds(day, zone, day_starts_at)).end_us <= now_us:
        day += _ONE_DAY
    return found


def service_day(now_us: int, zone: ZoneInfo, day_starts_at: int = 0) -> str:
    """Return the ISO date of the service day that an instant belongs to."""
    return service_day_of(now_us, zone, day_starts_at).label

"""Every IANA zone over ten years, cheaply: zones that show the same clock are one, and most days are alike.

A slot can only go wrong where a clock changes, or where a year or a month is odd: those days and their
neighbours are laid out in every zone, and of all the others every ninety-seventh. Two zones whose clocks
change at the same instants to the same time are the same zone here, by whatever name.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

FIRST, YEARS = date(2020, 1, 1), 10
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
_BEGIN = datetime(FIRST.year, 1, 1, tzinfo=UTC) - timedelta(days=2)
_END = datetime(FIRST.year + YEARS, 1, 1, tzinfo=UTC) + timedelta(days=2)
# No clock of these years goes there and back within a week.
_STEP = timedelta(days=7)
_SECOND = timedelta(seconds=1)
Change = tuple[datetime, timedelta | None]


@cache
def clocks() -> dict[str, list[str]]:
    """Return one zone of each clock, with all the names of it."""
    found: dict[tuple[Change, ...], list[str]] = {}
    for name in ZONES:
        found.setdefault(changes(name), []).append(name)
    return {names[0]: names for names in found.values()}


@cache
def changes(name: str) -> tuple[Change, ...]:
    """Return the instants at which a clock changes, to the second, each with the offset from then on."""
    zone = ZoneInfo(name)
    at, offset = _BEGIN, _offset(_BEGIN, zone)
    found: list[Change] = [(at, offset)]
    while at < _END:
        after = at + _STEP
        if _offset(after, zone) != offset:
            found += _between(at, after, zone)
            offset = _offset(after, zone)
        at = after
    return tuple(found)


def days(name: str) -> list[date]:
    """Return the days to lay out: around each change of the clock, at the edges of years, and a sample."""
    zone = ZoneInfo(name)
    middles = [at.astimezone(zone).date() for at, _ in changes(name)[1:]]
    middles += [date(FIRST.year + year, month, 1) for year in range(YEARS) for month in (1, 3)]
    near = {middle + timedelta(days=days) for middle in middles for days in (-1, 0, 1)}
    last = date(FIRST.year + YEARS, 1, 1)
    sample = {FIRST + timedelta(days=passed) for passed in range(0, (last - FIRST).days, 97)}
    return sorted(day for day in near | sample if FIRST <= day < last)


def _between(at: datetime, after: datetime, zone: ZoneInfo) -> list[Change]:
    """Return the change in a day, or, where it went there and back, both."""
    low, high = at, after
    while high - low > _SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(middle, zone) == _offset(at, zone):
            low = middle
        else:
            high = middle
    first = (high, _offset(high, zone))
    return [first] if _offset(after, zone) == first[1] else [first, *_between(high, after, zone)]


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()

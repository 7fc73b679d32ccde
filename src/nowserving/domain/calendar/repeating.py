"""When something that repeats comes again: the rules of RFC 5545 that have a day as their smallest step.

Walked period by period until an end that is always given, so that a rule which never comes true (30 February)
costs no more than one that does. Rules by the week or the day of a year, and finer ones, are refused.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

_DAY = timedelta(days=1)
_WEEK = 7
_MONTHS = 12


class Often(StrEnum):
    """How long a period of a rule is."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeating:
    """A rule. Weekdays count from Monday, 0; each says which of a period it is (2: the second; 0: all)."""

    often: Often
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    days: tuple[int, ...] = ()
    """Days of a month; -1 is the last."""
    months: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    """Which of those that a period has; -1 is the last."""
    week_begins: int = 0
    count: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for what has no end or no sense."""
        ordinals = any(which for _, which in self.weekdays)
        sound = self.interval >= 1 and (self.count is None or self.count >= 1)
        if not sound or 0 in self.days or 0 in self.places:
            raise ValueError("a rule without sense")
        if ordinals and self.often in (Often.DAILY, Often.WEEKLY):
            raise ValueError("the second Monday of a week is none")


def repeated(rule: Repeating, first: date, last: date) -> Iterator[date]:
    """Yield the dates of a rule from `first` until `last`, both included, in order."""
    return islice((day for day in _all(rule, first, last) if first <= day <= last), rule.count)


def _all(rule: Repeating, first: date, last: date) -> Iterator[date]:
    for period in _periods(rule, first, last):
        found = [day for day in period if _fits(rule, day)]
        if rule.places:
            places = {at - 1 if at > 0 else len(found) + at for at in rule.places}
            found = [day for place, day in enumerate(found) if place in places]
        yield from found


def _periods(rule: Repeating, first: date, last: date) -> Iterator[list[date]]:
    """Yield, of each period that counts, the days on which its rule looks at all, in order."""
    if rule.often is Often.DAILY:
        for step in range(0, (last - first).days + 1, rule.interval):
            yield [first + step * _DAY]
    elif rule.often is Often.WEEKLY:
        begins = first - (first.weekday() - rule.week_begins) % _WEEK * _DAY
        wanted = {weekday for weekday, _ in rule.weekdays} or {first.weekday()}
        for step in range(0, (last - begins).days + 1, _WEEK * rule.interval):
            week = (begins + (step + day) * _DAY for day in range(_WEEK))
            yield [day for day in week if day.weekday() in wanted]
    else:
        yield from _long_periods(rule, first, last)


def _long_periods(rule: Repeating, first: date, last: date) -> Iterator[list[date]]:
    if rule.often is Often.MONTHLY:
        begin = first.year * _MONTHS + first.month - 1
        for number in range(begin, last.year * _MONTHS + last.month, rule.interval):
            yield _of_month(rule, number // _MONTHS, number % _MONTHS + 1, first)
        return
    by_year = bool(rule.weekdays) and not rule.months
    for year in range(first.year, last.year + 1, rule.interval):
        if by_year and not rule.days:
            yield _by_weekday(rule.weekdays, date(year, 1, 1), date(year, 12, 31))
            continue
        months = sorted(rule.months) or (range(1, 13) if rule.days else [first.month])
        yield [day for month in months for day in _of_month(rule, year, month, first)]


def _of_month(rule: Repeating, year: int, month: int, first: date) -> list[date]:
    length = monthrange(year, month)[1]
    begin, end = date(year, month, 1), date(year, month, length)
    if rule.weekdays:
        found = _by_weekday(rule.weekdays, begin, end)
        return [day for day in found if not rule.days or _has(rule.days, day)]
    wanted = rule.days or (first.day,)
    numbers = {number if number > 0 else length + 1 + number for number in wanted}
    return [date(year, month, number) for number in sorted(numbers) if 1 <= number <= length]


def _by_weekday(weekdays: Sequence[tuple[int, int]], begin: date, end: date) -> list[date]:
    found: set[date] = set()
    for weekday, which in weekdays:
        start = begin + (weekday - begin.weekday()) % _WEEK * _DAY
        every = [start + step * _DAY for step in range(0, (end - start).days + 1, _WEEK)]
        place = which - 1 if which > 0 else len(every) + which
        found.update(every if which == 0 else every[place : place + 1] if place >= 0 else [])
    return sorted(found)


def _fits(rule: Repeating, day: date) -> bool:
    """Tell whether a day is of the months, weekdays and days of the month that the rule names, if it does."""
    if rule.months and day.month not in rule.months:
        return False
    if rule.often is Often.DAILY and rule.weekdays and (day.weekday(), 0) not in rule.weekdays:
        return False
    return rule.often in (Often.MONTHLY, Often.YEARLY) or not rule.days or _has(rule.days, day)


def _has(days: Sequence[int], day: date) -> bool:
    return day.day in days or day.day - monthrange(day.year, day.month)[1] - 1 in days

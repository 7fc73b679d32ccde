"""When a giver's slots begin, day by day: each day is reckoned once and kept.

Weeks repeat. Away from closures, special days and changes of the clock, a day's openings are those of the
same weekday, moved; so a year is seven days that are reckoned and a sum for each of the others. All other
days are laid out hour by hour (opening.py), which is the rule: the sum is only a quick way to the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

from nowserving.domain.calendar.day import instant
from nowserving.domain.calendar.hours import Span
from nowserving.domain.instants import SECOND_US
from nowserving.domain.reservations.opening import Giver, Plan, openings
from nowserving.domain.reservations.roster import SpecialDay
from nowserving.domain.reservations.service import Service

# What may touch the openings that begin on a day: those of the two days before, which may run into it or
# be one with it, and of the day after. They end three midnights after its own at the latest.
_BEFORE, _AFTER, _END = 2, 1, 3
_MOST_DAYS = 2_000
# The beginnings of slots in one opening, in order.
Run = Sequence[int]


def step_us(service: Service) -> int:
    """Return how far apart the beginnings of slots are."""
    rules = service.rules
    step_s = rules.step_s or service.duration_s + rules.buffer_before_s + rules.buffer_after_s
    return step_s * SECOND_US


class Timetable:
    """The beginnings of a giver's slots, without what absences take away."""

    __slots__ = ("_days", "_giver", "_length_us", "_plan", "_special", "_step_us", "_week")

    def __init__(self, plan: Plan, giver: Giver) -> None:
        self._plan, self._giver = plan, giver
        self._length_us = plan.service.duration_s * SECOND_US
        self._step_us = step_us(plan.service)
        self._special = frozenset(_near(plan))
        self._week: dict[int, tuple[Span, ...]] = {}
        self._days: dict[date, tuple[Run, ...]] = {}

    def starts(self, day: date) -> tuple[Run, ...]:
        """Return the beginnings in each of the openings of a date, in µs, in order."""
        kept = self._days.get(day)
        if kept is None:
            if len(self._days) >= _MOST_DAYS:
                self._days.clear()
            kept = self._days[day] = tuple(self._runs(day))
        return kept

    def _runs(self, day: date) -> list[Run]:
        spans = self._openings(day)
        last = self._length_us - 1
        runs = [range(start_us, end_us - last, self._step_us) for start_us, end_us in spans]
        found: list[Run] = [run for run in runs if run]
        # Two openings that meet in an hour that the clock shows twice both have it: one list of both.
        if any(after[0] <= before[-1] for before, after in pairwise(found)):
            return [tuple(sorted(set(chain(*found))))]
        return found

    def _openings(self, day: date) -> Iterator[Span]:
        midnight = steady_midnight(day, self._plan.zone)
        if midnight is None or day in self._special or self._closed_near(day):
            return iter(openings(self._plan, self._giver, day))
        weekday = day.weekday()
        if weekday not in self._week:
            self._week[weekday] = tuple(
                Span(span.start_us - midnight, span.end_us - midnight)
                for span in openings(self._plan, self._giver, day)
            )
        return (Span(midnight + start_us, midnight + end_us) for start_us, end_us in self._week[weekday])

    def _closed_near(self, day: date) -> bool:
        first, last = (day - timedelta(days=_BEFORE)).isoformat(), (day + timedelta(days=_AFTER)).isoformat()
        return any(one.starts_on <= last and first <= one.ends_on for one in self._plan.closures)


def timetable(plan: Plan, giver: Giver) -> Timetable:
    """Return a giver's timetable; plans of the same hours share one, also when they are read anew."""
    found = plan.reckoned.get(giver.desk_id)
    if found is None:
        found = plan.reckoned[giver.desk_id] = _shared(_Key(plan, giver))
    return found


class _Key:
    """All that a timetable follows from, as one value, and plan and giver to make it of."""

    __slots__ = ("giver", "plan", "value")

    def __init__(self, plan: Plan, giver: Giver) -> None:
        self.plan, self.giver = plan, giver
        of = plan.service
        self.value: Hashable = (
            *(plan.zone, plan.hours, plan.closures, _of(plan.days)),
            *(of.hours, _of(plan.own_days), giver.hours, of.duration_s, step_us(of)),
        )

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.value == other.value


# The value itself is the key, so edited hours are a new key and nothing can be out of date.
@lru_cache(maxsize=256)
def _shared(key: _Key) -> Timetable:
    return Timetable(key.plan, key.giver)


def _of(days: Mapping[str, SpecialDay]) -> Hashable:
    return tuple((at, one.intervals, one.walk_ins_only) for at, one in sorted(days.items()))


def _near(plan: Plan) -> Iterator[date]:
    """Yield the dates whose openings special days may touch."""
    for on_date in (*plan.days, *plan.own_days):
        there = date.fromisoformat(on_date)
        yield from (there + timedelta(days=passed) for passed in range(-_AFTER, _BEFORE + 1))


@lru_cache(maxsize=16_384)
def steady_midnight(day: date, zone: ZoneInfo) -> int | None:
    """Return the instant at which a date begins; None if the clock changes anywhere near it."""
    there = datetime(day.year, day.month, day.day, tzinfo=zone)
    midnights = [there + timedelta(days=passed) for passed in range(-_BEFORE, _END + 1)]
    offsets = {one.replace(fold=fold).utcoffset() for one in midnights for fold in (0, 1)}
    return instant(day, 0, zone) if len(offsets) == 1 else None

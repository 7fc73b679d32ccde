"""Slots: bounded times with a capacity. They follow from hours and reservations and stand nowhere.

Slots begin at the opening and follow each other in elapsed time. So on a day when clocks change an
opening has as many slots as it has hours; a time that the clock skips has none, and one that it shows
twice has two. An absence takes slots away and moves none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, repeat
from typing import Any, NamedTuple, cast

from nowserving.domain.calendar.day import day_bounds, instant, local_time
from nowserving.domain.calendar.hours import Span
from nowserving.domain.instants import DAY_US, SECOND_US
from nowserving.domain.reservations.opening import Giver, Plan
from nowserving.domain.reservations.room import Load, Taken
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.timetable import Run, Timetable, timetable

_ONE_DAY = timedelta(days=1)
Loads = Mapping[str | None, Load]


class Slot(NamedTuple):
    """A time that can be reserved. `free` is the largest party that it still takes, 0 when it is full.

    `desk_id` is the desk that somebody asked for; None where anyone would do.
    """

    start_at: int
    end_at: int
    desk_id: str | None
    free: int


class Asked(NamedTuple):
    """Which slots somebody asks for: when they begin, at which desk (None: anyone's), for how many."""

    span: Span
    desk_id: str | None
    size: int


@dataclass(slots=True)
class _Team:
    """Desks that give the same slots: one of them for all, when they begin, and what is taken of each."""

    giver: Giver
    table: Timetable
    loads: list[Load]
    idle: bool = False
    """Whether one of them has nothing to do in all the time that is asked for."""


def busy(service: Service, start_at: int) -> Span:
    """Return what of a desk's time a reservation that starts then would take, buffers included."""
    rules = service.rules
    end_at = start_at + service.duration_s * SECOND_US
    return Span(start_at - rules.buffer_before_s * SECOND_US, end_at + rules.buffer_after_s * SECOND_US)


def bookable(plan: Plan, now: int, *, by_staff: bool = False) -> Span:
    """Return from when to when slots may begin that are booked now.

    Guests keep to the notice and the window; staff may also give a slot that has begun and not ended.
    """
    if by_staff:
        return Span(now - plan.service.duration_s * SECOND_US + 1, now + 800 * DAY_US)
    today = local_time(now, plan.zone).date()
    after_last = today + timedelta(days=plan.service.rules.window_days + 1)
    return Span(now + plan.service.rules.notice_s * SECOND_US, instant(after_last, 0, plan.zone))


def loads_of(plan: Plan, taken: Sequence[Taken]) -> dict[str | None, Load]:
    """Return what is taken of each giver."""
    service_id = plan.service.id
    if plan.givers and plan.givers[0].desk_id is None:
        return {None: Load(service_id, [one for one in taken if one.service_id == service_id])}
    by_desk: defaultdict[str | None, list[Taken]] = defaultdict(list)
    for one in taken:
        by_desk[one.desk_id].append(one)
    return {giver.desk_id: Load(service_id, by_desk[giver.desk_id]) for giver in plan.givers}


def slots_of(
    plan: Plan, loads: Loads, from_us: int, to_us: int, *, desk_id: str | None = None, size: int = 1
) -> Iterator[Slot]:
    """Return the slots that begin from one instant on and before another, in order, full ones too.

    Of one desk, or of anyone: then a slot has as much room as the desk that has most, for a party is
    never parted. `free` is 0 where a party of this size does not fit in. Slots are reckoned day by day,
    as they are taken.
    """
    asked = Asked(Span(from_us, to_us), desk_id, size)
    teams = _teams(plan, loads, asked)
    return chain.from_iterable(_day(plan, teams, day, asked) for day in _days(plan, from_us, to_us))


def _teams(plan: Plan, loads: Loads, asked: Asked) -> list[_Team]:
    """Return the givers that are asked, those who work the same hours and are never away as one."""
    before, after = busy(plan.service, 0)
    from_us, to_us = asked.span
    found: dict[object, _Team] = {}
    for giver in plan.givers:
        if asked.desk_id in (None, giver.desk_id):
            table, load = timetable(plan, giver), loads[giver.desk_id]
            team = found.setdefault(giver if giver.away else table, _Team(giver, table, []))
            team.loads.append(load)
            team.idle |= not load.is_busy(from_us + before, to_us + after)
    return list(found.values())


def _day(plan: Plan, teams: Sequence[_Team], day: date, asked: Asked) -> list[Slot]:
    """Return the slots in the openings of a date that begin in a span, in order."""
    found: list[Slot] = []
    parts = 0
    for team in teams:
        runs = _present(plan, team.giver, team.table.starts(day))
        parts += bool(runs)
        for run in runs:
            wanted = _within(run, asked.span)
            if wanted:
                ends = map((plan.service.duration_s * SECOND_US).__add__, wanted)
                free = _free(plan, team, wanted, asked.size)
                # As `map(Slot, …)` does it, without a call of Python for each.
                found += map(_new_slot, repeat(Slot), zip(wanted, ends, repeat(asked.desk_id), free))
    return found if parts < 2 else _merged(found)


_new_slot = cast("Callable[[type[Slot], tuple[Any, ...]], Slot]", tuple.__new__)


def _merged(slots: Iterable[Slot]) -> list[Slot]:
    """Return slots in order; of those that begin together the one with most room."""
    most: dict[int, Slot] = {}
    for slot in slots:
        known = most.get(slot.start_at)
        if known is None or known.free < slot.free:
            most[slot.start_at] = slot
    return [most[at] for at in sorted(most)]


def _within(run: Run, span: Span) -> Run:
    if not run or (span.start_us <= run[0] and run[-1] < span.end_us):
        return run
    return run[bisect_left(run, span.start_us) : bisect_left(run, span.end_us)]


def _free(plan: Plan, team: _Team, run: Run, size: int) -> Iterable[int]:
    """Return the room of each slot of an opening: the most that one of a team has, if a party fits in.

    Where one of them has nothing to do all the time, there is no more to ask.
    """
    capacity = plan.service.rules.capacity
    before, after = busy(plan.service, 0)
    if team.idle or not all(load.is_busy(run[0] + before, run[-1] + after) for load in team.loads):
        return repeat(capacity if capacity >= size else 0)
    rooms = [max([load.room(capacity, at + before, at + after) for load in team.loads]) for at in run]
    return [room if room >= size else 0 for room in rooms]


def room_for(plan: Plan, loads: Loads, giver: Giver, start_at: int) -> int:
    """Return how many people a giver's slot still takes."""
    from_us, to_us = busy(plan.service, start_at)
    return loads[giver.desk_id].room(plan.service.rules.capacity, from_us, to_us)


def starts_at(plan: Plan, giver: Giver, start_at: int) -> bool:
    """Tell whether a giver has a slot that begins at this very instant."""
    days = _days(plan, start_at, start_at + 1)
    return any(start_at in run for day in days for run in _starts(plan, giver, day))


def giver_for(
    plan: Plan, loads: Loads, start_at: int, *, desk_id: str | None = None, size: int = 1
) -> Giver | None:
    """Return who gives a slot to a party: of those with room, who has the least reserved time that day.

    None where nobody has room. Among equals it is the one listed first.
    """
    able = [
        giver
        for giver in plan.givers
        if desk_id in (None, giver.desk_id)
        and starts_at(plan, giver, start_at)
        and room_for(plan, loads, giver, start_at) >= size
    ]
    if len(able) < 2:
        return able[0] if able else None
    day = day_bounds(local_time(start_at, plan.zone).date(), plan.zone)
    return min(able, key=lambda giver: loads[giver.desk_id].reserved_us(day.start_us, day.end_us))


def exists(plan: Plan, start_at: int, *, desk_id: str | None = None) -> bool:
    """Tell whether a slot begins at this instant, full or not."""
    givers = [giver for giver in plan.givers if desk_id in (None, giver.desk_id)]
    return any(starts_at(plan, giver, start_at) for giver in givers)


def nearest(slots: Sequence[Slot], start_at: int, most: int) -> list[Slot]:
    """Return the free slots nearest to an instant, in order of time."""
    free = sorted((one for one in slots if one.free), key=lambda one: abs(one.start_at - start_at))
    return sorted(free[:most], key=lambda one: one.start_at)


def _days(plan: Plan, from_us: int, to_us: int) -> Iterator[date]:
    """Yield the dates whose openings may hold slots of a span: yesterday's may run over midnight."""
    day = local_time(from_us, plan.zone).date() - _ONE_DAY
    last = local_time(max(from_us, to_us - 1), plan.zone).date()
    while day <= last:
        yield day
        day += _ONE_DAY


def _starts(plan: Plan, giver: Giver, day: date) -> Sequence[Run]:
    """Return the beginnings of a giver's slots in the openings of one date."""
    return _present(plan, giver, timetable(plan, giver).starts(day))


def _present(plan: Plan, giver: Giver, runs: Sequence[Run]) -> Sequence[Run]:
    """Return what absences leave of the slots of a date."""
    if not runs or not giver.away:
        return runs
    length = plan.service.duration_s * SECOND_US
    away = [one for one in giver.away if one.start_us < runs[-1][-1] + length and runs[0][0] < one.end_us]
    if not away:
        return runs
    return [
        [at for at in run if not any(at < one.end_us and one.start_us < at + length for one in away)]
        for run in runs
    ]

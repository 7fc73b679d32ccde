"""Slots: bounded times with a capacity. They follow from hours and reservations and stand nowhere.

Slots begin at the opening and follow each other in elapsed time. So on a day when clocks change an
opening has as many slots as it has hours; a time that the clock skips has none, and one that it shows
twice has two. An absence takes slots away and moves none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nowserving.domain.calendar.day import SECOND, day_bounds, instant, local_time
from nowserving.domain.calendar.hours import Span
from nowserving.domain.reservations.opening import Giver, Plan, openings
from nowserving.domain.reservations.room import Load, Taken
from nowserving.domain.reservations.service import Service

_ONE_DAY = timedelta(days=1)
Loads = Mapping[str | None, Load]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be reserved. `free` is the largest party that it still takes, 0 when it is full.

    `desk_id` is the desk that somebody asked for; None where anyone would do.
    """

    start_at: int
    end_at: int
    desk_id: str | None
    free: int


def step_us(service: Service) -> int:
    """Return how far apart the beginnings of slots are."""
    rules = service.rules
    step_s = rules.step_s or service.duration_s + rules.buffer_before_s + rules.buffer_after_s
    return step_s * SECOND


def busy(service: Service, start_at: int) -> Span:
    """Return what of a desk's time a reservation that starts then would take, buffers included."""
    rules = service.rules
    end_at = start_at + service.duration_s * SECOND
    return Span(start_at - rules.buffer_before_s * SECOND, end_at + rules.buffer_after_s * SECOND)


def bookable(plan: Plan, now: int, *, by_staff: bool = False) -> Span:
    """Return from when to when slots may begin that are booked now.

    Guests keep to the notice and the window; staff may also give a slot that has begun and not ended.
    """
    if by_staff:
        return Span(now - plan.service.duration_s * SECOND + 1, now + 800 * 86_400 * SECOND)
    today = local_time(now, plan.zone).date()
    after_last = today + timedelta(days=plan.service.rules.window_days + 1)
    return Span(now + plan.service.rules.notice_s * SECOND, instant(after_last, 0, plan.zone))


def loads_of(plan: Plan, taken: Sequence[Taken]) -> dict[str | None, Load]:
    """Return what is taken of each giver."""
    service_id = plan.service.id
    if plan.givers and plan.givers[0].desk_id is None:
        own = [one for one in taken if one.service_id == service_id]
        return {None: Load(service_id, own)}
    by_desk: dict[str | None, list[Taken]] = {giver.desk_id: [] for giver in plan.givers}
    for one in taken:
        if one.desk_id in by_desk:
            by_desk[one.desk_id].append(one)
    return {desk_id: Load(service_id, found) for desk_id, found in by_desk.items()}


def slots_of(
    plan: Plan, loads: Loads, from_us: int, to_us: int, *, desk_id: str | None = None, size: int = 1
) -> Iterator[Slot]:
    """Yield the slots that begin from one instant on and before another, in order, full ones too.

    Of one desk, or of anyone: then a slot has as much room as the desk that has most, for a party is
    never parted. `free` is 0 where a party of this size does not fit in.
    """
    for day in _days(plan, from_us, to_us):
        free: dict[int, int] = {}
        for giver in plan.givers:
            if desk_id is not None and giver.desk_id != desk_id:
                continue
            for start_at in _starts(plan, giver, day):
                if from_us <= start_at < to_us:
                    room = room_for(plan, loads, giver, start_at)
                    free[start_at] = max(free.get(start_at, 0), room if room >= size else 0)
        length = plan.service.duration_s * SECOND
        yield from (Slot(at, at + length, desk_id, free[at]) for at in sorted(free))


def room_for(plan: Plan, loads: Loads, giver: Giver, start_at: int) -> int:
    """Return how many people a giver's slot still takes."""
    from_us, to_us = busy(plan.service, start_at)
    return loads[giver.desk_id].room(plan.service.rules.capacity, from_us, to_us)


def starts_at(plan: Plan, giver: Giver, start_at: int) -> bool:
    """Tell whether a giver has a slot that begins at this very instant."""
    return any(start_at in _starts(plan, giver, day) for day in _days(plan, start_at, start_at + 1))


def giver_for(
    plan: Plan, loads: Loads, start_at: int, *, desk_id: str | None = None, size: int = 1
) -> Giver | None:
    """Return who gives a slot to a party: of those with room, who has the least reserved time that day.

    None where nobody has room. Among equals it is the one listed first.
    """
    day = day_bounds(local_time(start_at, plan.zone).date(), plan.zone)
    able = [
        giver
        for giver in plan.givers
        if desk_id in (None, giver.desk_id)
        and starts_at(plan, giver, start_at)
        and room_for(plan, loads, giver, start_at) >= size
    ]
    return min(
        able,
        key=lambda giver: loads[giver.desk_id].reserved_us(day.start_us, day.end_us),
        default=None,
    )


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


def _starts(plan: Plan, giver: Giver, day: date) -> Iterator[int]:
    """Yield the beginnings of a giver's slots in the openings of one date."""
    length = plan.service.duration_s * SECOND
    for span in openings(plan, giver, day):
        for start_at in range(span.start_us, span.end_us - length + 1, step_us(plan.service)):
            if not any(start_at < away.end_us and away.start_us < start_at + length for away in giver.away):
                yield start_at

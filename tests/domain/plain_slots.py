"""Slots as they are defined, reckoned the long way: every day laid out anew, every reservation counted.

What the product does quicker has to come to the same; the tests hold the one against the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from nowserving.domain.calendar.day import day_bounds, local_time
from nowserving.domain.instants import SECOND_US
from nowserving.domain.reservations.opening import Giver, Plan, openings
from nowserving.domain.reservations.room import Taken
from nowserving.domain.reservations.slots import Slot

_ONE_DAY = timedelta(days=1)


def plain_slots(
    plan: Plan, taken: Sequence[Taken], from_us: int, to_us: int, desk_id: str | None = None, size: int = 1
) -> list[Slot]:
    """Return the slots that begin in a span."""
    found: list[Slot] = []
    for day in _days(plan, from_us, to_us):
        rooms: dict[int, int] = {}
        for giver in plan.givers:
            if desk_id in (None, giver.desk_id):
                for at in _starts(plan, giver, day):
                    if from_us <= at < to_us:
                        rooms[at] = max(rooms.get(at, 0), plain_room(plan, taken, giver, at))
        length = plan.service.duration_s * SECOND_US
        found += [
            Slot(at, at + length, desk_id, room if room >= size else 0) for at, room in sorted(rooms.items())
        ]
    return found


def plain_room(plan: Plan, taken: Sequence[Taken], giver: Giver, at: int) -> int:
    """Return how many people a giver's slot still takes: counted whenever anything changes."""
    rules = plan.service.rules
    from_us = at - rules.buffer_before_s * SECOND_US
    to_us = at + (plan.service.duration_s + rules.buffer_after_s) * SECOND_US
    there = [
        one
        for one in taken
        if one.busy_from_at < to_us and from_us < one.busy_to_at
        if (one.desk_id == giver.desk_id if giver.desk_id else one.service_id == plan.service.id)
    ]
    if any(one.service_id != plan.service.id for one in there):
        return 0
    instants = [from_us, *(one.busy_from_at for one in there if one.busy_from_at > from_us)]
    most = max(sum(one.size for one in there if one.busy_from_at <= now < one.busy_to_at) for now in instants)
    return max(rules.capacity - most, 0)


def plain_giver(
    plan: Plan, taken: Sequence[Taken], at: int, desk_id: str | None = None, size: int = 1
) -> Giver | None:
    """Return who gives a slot to a party."""
    day = day_bounds(local_time(at, plan.zone).date(), plan.zone)
    able = [
        giver
        for giver in plan.givers
        if desk_id in (None, giver.desk_id)
        and any(at in _starts(plan, giver, one) for one in _days(plan, at, at + 1))
        and plain_room(plan, taken, giver, at) >= size
    ]

    def reserved(giver: Giver) -> int:
        own = [one for one in taken if one.desk_id == giver.desk_id]
        return sum((one.end_at - one.start_at) * one.many for one in own if _begins_in(one, day))

    return min(able, key=reserved, default=None)


def _begins_in(one: Taken, day: Sequence[int | str]) -> bool:
    return int(day[0]) <= one.start_at < int(day[1])


def _days(plan: Plan, from_us: int, to_us: int) -> Iterator[date]:
    day = local_time(from_us, plan.zone).date() - _ONE_DAY
    last = local_time(max(from_us, to_us - 1), plan.zone).date()
    while day <= last:
        yield day
        day += _ONE_DAY


def _starts(plan: Plan, giver: Giver, day: date) -> Iterator[int]:
    rules, length = plan.service.rules, plan.service.duration_s * SECOND_US
    step_s = rules.step_s or plan.service.duration_s + rules.buffer_before_s + rules.buffer_after_s
    for span in openings(plan, giver, day):
        for at in range(span.start_us, span.end_us - length + 1, step_s * SECOND_US):
            if not any(at < away.end_us and away.start_us < at + length for away in giver.away):
                yield at

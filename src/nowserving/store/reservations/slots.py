"""Looking for slots: a fixed number of statements, then only reckoning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from nowserving.domain.calendar.day import instant, local_time
from nowserving.domain.reservations import slots as rules
from nowserving.domain.reservations.opening import Plan
from nowserving.domain.reservations.slots import Loads, Slot
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.reservations import LONGEST_US, taken_by
from nowserving.store.reservations.services import for_booking

Source = Reader | Tx


@dataclass(frozen=True, slots=True)
class Board:
    """A service's plan and what is taken of it in a span of time."""

    plan: Plan
    loads: Loads

    def slots(self, from_us: int, to_us: int, *, desk_id: str | None = None, size: int = 1) -> Iterator[Slot]:
        """Yield the slots that begin in a span, full ones too."""
        return rules.slots_of(self.plan, self.loads, from_us, to_us, desk_id=desk_id, size=size)


def board(source: Source, service_id: str, from_us: int, to_us: int, *, now: int, but_id: int = 0) -> Board:
    """Return a service's plan, with what is taken of slots that begin in a span. Six statements.

    Raises NotFound for a service that can't be booked.
    """
    plan = for_booking(source, service_id, from_us)
    if plan is None:
        raise not_found()
    return Board(plan, loads(source, plan, from_us, to_us, now=now, but_id=but_id))


def loads(source: Source, plan: Plan, from_us: int, to_us: int, *, now: int, but_id: int = 0) -> Loads:
    """Return what is taken of slots that begin in a span, by desk. One statement."""
    taken = taken_by(
        source,
        plan.service.id,
        from_us - LONGEST_US,
        to_us + LONGEST_US,
        now=now,
        at_desks=plan.givers[0].desk_id is not None,
        but_id=but_id,
    )
    return rules.loads_of(plan, taken)


def slots_between(
    source: Source,
    service_id: str,
    from_us: int,
    to_us: int,
    *,
    now: int,
    desk_id: str | None = None,
    size: int = 1,
    by_staff: bool = False,
) -> list[Slot]:
    """Return the slots that begin in a span and can be booked now, in order, full ones with `free` 0.

    Six statements. Raises NotFound for a service that can't be booked.
    """
    found = board(source, service_id, from_us, to_us, now=now)
    first, end = rules.bookable(found.plan, now, by_staff=by_staff)
    return list(found.slots(max(first, from_us), min(end, to_us), desk_id=desk_id, size=size))


def next_free(
    source: Source, service_id: str, after_us: int, *, now: int, desk_id: str | None = None, size: int = 1
) -> Slot | None:
    """Return the first slot from an instant on that a party can book now, or None. Six statements."""
    plan = for_booking(source, service_id, after_us)
    if plan is None:
        raise not_found()
    first, end = rules.bookable(plan, now)
    from_us = max(first, after_us)
    found = Board(plan, loads(source, plan, from_us, max(from_us, end), now=now))
    return next((one for one in found.slots(from_us, end, desk_id=desk_id, size=size) if one.free), None)


def days_with_room(
    source: Source, service_id: str, month: str, *, now: int, desk_id: str | None = None, size: int = 1
) -> dict[str, int]:
    """Return the dates of a month ("2026-11") with how many of their slots a party can book now.

    A date with none is left out. Six statements.
    """
    plan = for_booking(source, service_id, 0)
    if plan is None:
        raise not_found()
    first_day = date.fromisoformat(f"{month}-01")
    next_month = (first_day + timedelta(days=32)).replace(day=1)
    from_us, to_us = instant(first_day, 0, plan.zone), instant(next_month, 0, plan.zone)
    first, end = rules.bookable(plan, now)
    from_us, to_us = max(from_us, first), min(to_us, end)
    if from_us >= to_us:
        return {}
    found = Board(plan, loads(source, plan, from_us, to_us, now=now))
    days: dict[str, int] = {}
    for slot in found.slots(from_us, to_us, desk_id=desk_id, size=size):
        if slot.free:
            day = local_time(slot.start_at, plan.zone).date().isoformat()
            days[day] = days.get(day, 0) + 1
    return days

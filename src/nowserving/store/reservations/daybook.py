"""What is taken of a day, kept for the actions of one transaction: whoever books next need not ask again.

The branch is locked, so nobody else writes; and who writes a reservation here notes it, so that only those
rely on a day who have followed everything that happened to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

from nowserving.domain.calendar.day import day_bounds
from nowserving.domain.reservations.opening import Plan
from nowserving.domain.reservations.reservation import Reservation, ReservationState
from nowserving.domain.reservations.room import Taken
from nowserving.domain.reservations.slots import Loads, loads_of
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.slots import taken_of

_FINAL_SAY = (ReservationState.CONFIRMED, ReservationState.ARRIVED)


@dataclass(slots=True)
class Day:
    """What is taken of a service on a date."""

    plan: Plan
    loads: Loads
    until: float
    """When something of it may stop taking room by itself."""
    written: int
    """How many reservations this transaction had written when it was true."""


@dataclass(slots=True)
class Daybook:
    """The days that a transaction knows, and how many reservations it has written."""

    written: int = 0
    days: dict[tuple[str, date], Day] = field(default_factory=dict)


def daybook(tx: Tx) -> Daybook:
    """Return the one of this transaction."""
    return tx.kept(_begun, "daybook")


def day_of(tx: Tx, plan: Plan, on_date: date, but_id: int = 0) -> Day:
    """Return what is taken of a service on a date; read in one statement, where it is not known yet.

    `but_id` is a reservation that is to be moved and so is in nobody's way.
    """
    book = daybook(tx)
    known = None if but_id else book.days.get((plan.service.id, on_date))
    if known and known.plan is plan and known.written == book.written and tx.now < known.until:
        return known
    start_us, end_us, _ = day_bounds(on_date, plan.zone)
    taken = taken_of(tx, plan, start_us, end_us, now=tx.now, but_id=but_id)
    until = min((one.lapses_at for one in taken if one.lapses_at is not None), default=math.inf)
    found = Day(plan, loads_of(plan, taken), until, book.written)
    if not but_id:
        book.days[plan.service.id, on_date] = found
    return found


def follow(tx: Tx, day: Day, made: Reservation) -> None:
    """Count a reservation that has just been written, and nothing else since the day was looked at.

    The other days that were true before stay so: where it is at the same desk, it counts there too.
    """
    book, taken = daybook(tx), taken_from(made)
    before = day.written
    for one in book.days.values():
        if one.written == before:
            if made.desk_id in one.loads and (made.desk_id or one.plan.service.id == made.service_id):
                one.loads[made.desk_id].add(taken)
            one.written = book.written
            if made.state not in _FINAL_SAY and made.deadline_at is not None:
                one.until = min(one.until, made.deadline_at)


def taken_from(made: Reservation) -> Taken:
    """Return what a reservation takes."""
    busy = (made.busy_from_at, made.busy_to_at)
    return Taken(made.service_id, made.desk_id, made.start_at, made.end_at, *busy, made.size)


def _begun(_tx: Tx, _name: str) -> Daybook:
    return Daybook()

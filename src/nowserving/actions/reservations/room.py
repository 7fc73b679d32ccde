"""Asking for room under the branch's lock: who gives a slot to a party, or what is nearest if nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nowserving.domain.calendar.day import local_time, service_day_of
from nowserving.domain.instants import DAY_US, SECOND_US
from nowserving.domain.reservations.opening import Giver, Plan
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.service import ServiceRules
from nowserving.domain.reservations.slots import (
    Slot,
    bookable,
    exists,
    giver_for,
    nearest,
    slots_of,
)
from nowserving.domain.values import whole
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.daybook import Day, day_of
from nowserving.store.reservations.plans import for_booking
from nowserving.store.reservations.slots import loads
from nowserving.store.tickets.places import opening_of

_NEAREST = 5
_NEAR_US = 7 * DAY_US


@dataclass(frozen=True, slots=True)
class Place:
    """Room that was found: who gives it, when it starts, and what else is taken that day."""

    plan: Plan
    giver: Giver
    start_at: int
    day: Day


def bookable_plan(tx: Tx, service_id: str) -> Plan:
    """Return a service's plan; raises NotFound for one that can't be booked."""
    plan = tx.kept(_plan_now, service_id)
    if plan is None:
        raise not_found()
    return plan


def _plan_now(tx: Tx, service_id: str) -> Plan | None:
    return for_booking(tx, service_id, tx.now - DAY_US)


def take_place(
    tx: Tx,
    plan: Plan,
    start_at: int,
    *,
    desk_id: str | None = None,
    size: int = 1,
    by_staff: bool = False,
    but_id: int = 0,
) -> Place:
    """Return who gives a slot to a party, or refuse it with the nearest slots that are free.

    `but_id` is a reservation that is to be moved, and so in nobody's way. Raises Invalid, and Conflict
    `slot_full`, `no_such_slot`, `too_soon` or `too_far`.
    """
    # Who has been promised a place for so many keeps their number when the rule becomes stricter.
    _check(plan, desk_id, 1 if but_id else size, by_staff=by_staff)
    first, end = bookable(plan, tx.now, by_staff=by_staff)
    if not first <= start_at < end:
        code = "too_soon" if start_at < first else "too_far"
        raise _refusal(tx, plan, code, start_at, desk_id=desk_id, size=size, by_staff=by_staff, but_id=but_id)
    day = day_of(tx, plan, local_time(start_at, plan.zone).date(), but_id)
    giver = giver_for(plan, day.loads, start_at, desk_id=desk_id, size=size)
    if giver is None:
        code = "slot_full" if exists(plan, start_at, desk_id=desk_id) else "no_such_slot"
        raise _refusal(tx, plan, code, start_at, desk_id=desk_id, size=size, by_staff=by_staff, but_id=but_id)
    return Place(plan, giver, start_at, day)


def miss_at(tx: Tx, reservation: Reservation, rules: ServiceRules) -> int:
    """Return when nobody is expected any more: some time after the beginning, or when the day is over."""
    if rules.miss_after_s is not None:
        return reservation.start_at + rules.miss_after_s * SECOND_US
    hours, zone, _ = opening_of(tx, reservation.branch_id)
    return service_day_of(reservation.start_at, zone, hours.day_starts_at).end_us


def _check(plan: Plan, desk_id: str | None, size: int, *, by_staff: bool) -> None:
    rules = plan.service.rules
    whole(size, "/size", 1, rules.max_size)
    if desk_id is None:
        return
    if desk_id not in [giver.desk_id for giver in plan.givers]:
        raise invalid_field("/desk_id", "unknown_desk", N_("This desk does not give this service."))
    if not (rules.choose_desk or by_staff):
        message = N_("For this service nobody chooses who serves them.")
        raise invalid_field("/desk_id", "not_chosen", message)


_MESSAGES = {
    "slot_full": N_("This time has just been taken. Please choose another one."),
    "no_such_slot": N_("There is no such time. Please choose another one."),
    "too_soon": N_("This time can't be booked any more. Please choose a later one."),
    "too_far": N_("This time can't be booked yet. Please choose an earlier one."),
}


def _refusal(tx: Tx, plan: Plan, code: str, start_at: int, **wanted: Any) -> Conflict:
    near = _alternatives(tx, plan, start_at, **wanted)
    told = [{"start_at": one.start_at, "end_at": one.end_at, "free": one.free} for one in near]
    return Conflict(code, _MESSAGES[code], alternatives=told)


def _alternatives(
    tx: Tx, plan: Plan, start_at: int, *, desk_id: str | None, size: int, by_staff: bool, but_id: int
) -> list[Slot]:
    """Return the free slots nearest to the wanted one, a week before and after."""
    first, end = bookable(plan, tx.now, by_staff=by_staff)
    middle = min(max(start_at, first), end)
    from_us, to_us = max(first, middle - _NEAR_US), min(end, middle + _NEAR_US)
    taken = loads(tx, plan, from_us, to_us, now=tx.now, but_id=but_id)
    return nearest(
        list(slots_of(plan, taken, from_us, to_us, desk_id=desk_id, size=size)), start_at, _NEAREST
    )

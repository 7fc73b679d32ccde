"""Offering freed places to the waiting list, in every transaction that frees room.

An offer is a reservation that takes room until its deadline, so a freed place is kept for whom it was
offered to, and nobody else can be quicker. First come, first offered: to each the first slot that would
do, and never one that was offered to them before.
"""

from __future__ import annotations

from typing import Any

from nowserving.actions.reservations.moving import create
from nowserving.domain.calendar.hours import Span
from nowserving.domain.instants import DAY_US, SECOND_US
from nowserving.domain.reservations.opening import Plan
from nowserving.domain.reservations.reservation import Reservation, ReservationState
from nowserving.domain.reservations.slots import Loads, bookable, giver_for, slots_of
from nowserving.domain.reservations.standby import MOST_OFFERS, Standby, StandbyState
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations import reservations as rows
from nowserving.store.reservations.daybook import taken_from
from nowserving.store.reservations.plans import for_booking
from nowserving.store.reservations.services import services, sharing_desk
from nowserving.store.reservations.slots import loads
from nowserving.store.reservations.standbys import set_standby, standby_by_id, waiting_for

_LOOKED_AT = 200


def offer_free(tx: Tx, *service_ids: str) -> None:
    """Offer what is free of these services to whoever waits for it."""
    for service_id in dict.fromkeys(service_ids):
        line = waiting_for(tx, service_id, _LOOKED_AT)
        plan = for_booking(tx, service_id, tx.now - DAY_US) if line else None
        if plan is not None:
            _offer_in(tx, plan, line)


def offer_after(tx: Tx, *freed: Reservation) -> None:
    """Offer the room that these reservations have given up: to all services that share their desks."""
    service_ids = []
    for one in freed:
        service_ids.append(one.service_id)
        if one.desk_id is not None:
            service_ids += sharing_desk(tx, one.desk_id)
    offer_free(tx, *service_ids)


def offer_in_branch(tx: Tx, branch_id: str) -> None:
    """Offer whatever has become free at a branch: its hours may have been widened."""
    offer_free(tx, *(one.id for one in services(tx, branch_id)))


def pass_on(tx: Tx, offer: Reservation) -> None:
    """Let the place in the list go on waiting whose offer has ended, or give it up after so many offers."""
    standby = None if offer.standby_id is None else standby_by_id(tx, offer.standby_id)
    if standby is None or standby.state is not StandbyState.OFFERED:
        return
    state = StandbyState.OVER if standby.offers >= MOST_OFFERS else StandbyState.WAITING
    set_standby(tx, standby.id, state, standby.offers)
    if state is StandbyState.OVER:
        _told_over(tx, standby)


def _offer_in(tx: Tx, plan: Plan, line: list[Standby]) -> None:
    first, end = bookable(plan, tx.now)
    from_us = max(first, min(one.from_at for one in line))
    to_us = min(end, max(one.to_at for one in line))
    taken = loads(tx, plan, from_us - DAY_US, max(from_us, to_us) + DAY_US, now=tx.now)
    for standby in line:
        if standby.to_at <= first:
            set_standby(tx, standby.id, StandbyState.OVER, standby.offers)
            _told_over(tx, standby)
            continue
        start_at = _first_free(tx, plan, taken, standby, Span(first, end))
        if start_at is not None:
            _offer(tx, plan, taken, standby, start_at)


def _first_free(tx: Tx, plan: Plan, taken: Loads, standby: Standby, when: Span) -> int | None:
    from_us, to_us = max(when.start_us, standby.from_at), min(when.end_us, standby.to_at)
    before: frozenset[int] | None = None
    for slot in slots_of(plan, taken, from_us, to_us, desk_id=standby.desk_id, size=standby.size):
        if slot.free:
            before = rows.offered_before(tx, standby.id) if before is None else before
            if slot.start_at not in before:
                return slot.start_at
    return None


def _offer(tx: Tx, plan: Plan, taken: Loads, standby: Standby, start_at: int) -> None:
    giver = giver_for(plan, taken, start_at, desk_id=standby.desk_id, size=standby.size)
    if giver is None:  # It was free a line ago, under the same lock.
        raise RuntimeError("a free slot has nobody who gives it")
    offered = create(
        tx,
        plan,
        giver,
        start_at,
        ReservationState.OFFERED,
        actor="rule",
        size=standby.size,
        standby_id=standby.id,
        deadline_at=min(tx.now + plan.service.rules.offer_s * SECOND_US, start_at),
    )
    taken[giver.desk_id].add(taken_from(offered))
    set_standby(tx, standby.id, StandbyState.OFFERED, standby.offers + 1)
    told: dict[str, Any] = {
        "standby_id": standby.id,
        "reservation_id": offered.id,
        "deadline_at": offered.deadline_at,
    }
    tx.emit("standby.offered", actor="rule", service_id=standby.service_id, **told)


def _told_over(tx: Tx, standby: Standby) -> None:
    tx.emit("standby.over", actor="rule", standby_id=standby.id, service_id=standby.service_id)

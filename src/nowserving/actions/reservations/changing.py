"""Changing a promise: another time, none at all, other details. The room that is freed is offered on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nowserving.actions.reservations.booking import check_limit, known_service, read_details
from nowserving.actions.reservations.lapsing import lapse_before_booking
from nowserving.actions.reservations.moving import amend, find_live, move, times
from nowserving.actions.reservations.offering import offer_after, pass_on
from nowserving.actions.reservations.room import bookable_plan, miss_at, take_place
from nowserving.domain.reservations.fields import text
from nowserving.domain.reservations.reservation import (
    PROMISED,
    Reservation,
    ReservationState,
    ReservationVerb,
    next_state,
)
from nowserving.domain.reservations.service import ServiceRules
from nowserving.domain.values import whole
from nowserving.errors import N_, Conflict
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx

DETAILS = ("name", "birth_date", "phone", "email", "note", "answers", "language")


@action(scope="reservation_key")
def move_reservation(
    tx: Tx,
    *,
    reservation_key: str,
    start_at: int,
    desk_id: str | None = None,
    size: int | None = None,
    by_staff: bool = False,
) -> Reservation:
    """Give a reservation another time: the same promise, key and code.

    Raises Conflict `too_late_to_change` after the cut-off, `wrong_state`, and what `hold` refuses; then
    the old time stays.
    """
    before = find_live(tx, reservation_key)
    next_state(before.state, ReservationVerb.MOVE)
    plan = bookable_plan(tx, before.service_id)
    rules = plan.service.rules
    check_cutoff(tx, before, rules, by_staff=by_staff)
    lapse_before_booking(tx, plan)
    wanted = before.size if size is None else whole(size, "/size", 1, rules.max_size)
    place = take_place(tx, plan, start_at, desk_id=desk_id, size=wanted, by_staff=by_staff, but_id=before.id)
    there = times(plan, start_at)
    if (before.start_at, before.desk_id, before.size) == (start_at, place.giver.desk_id, wanted):
        return before
    changes: dict[str, Any] = {**there, "desk_id": place.giver.desk_id, "size": wanted}
    moved = move(tx, before, ReservationVerb.MOVE, **changes, sequence=before.sequence + 1)
    # What ends by itself moves along with the time that it is about.
    deadline_at = (
        miss_at(tx, moved, rules)
        if moved.state is ReservationState.CONFIRMED
        else min(before.deadline_at or start_at, max(start_at, tx.now + 1))
    )
    if deadline_at != moved.deadline_at:
        moved = amend(tx, moved, "reservation.edited", deadline_at=deadline_at)
    offer_after(tx, before)
    return moved


@action(scope="reservation_key")
def cancel_reservation(
    tx: Tx, *, reservation_key: str, reason: str = "", by_staff: bool = False
) -> Reservation:
    """Give a reservation up, or a slot that is only held. The room goes to the waiting list at once.

    Raises Conflict `too_late_to_change` for a guest after the cut-off, `wrong_state`, Gone `lapsed`.
    """
    before = find_live(tx, reservation_key)
    next_state(before.state, ReservationVerb.CANCEL)
    if before.state in PROMISED:
        check_cutoff(tx, before, known_service(tx, before.service_id).rules, by_staff=by_staff)
    return give_up(tx, before, reason, "staff" if by_staff else "guest")


def give_up(tx: Tx, before: Reservation, reason: str, ended_by: str) -> Reservation:
    """Cancel a reservation, and offer its room to the waiting list."""
    words = text(300)(reason, "/reason")
    changes = {"reason": words, "ended_by": ended_by, "sequence": before.sequence + 1}
    ended = move(tx, before, ReservationVerb.CANCEL, **changes)
    if before.state is ReservationState.OFFERED:
        pass_on(tx, before)
    if before.start_at > tx.now:
        offer_after(tx, before)
    return ended


@action(scope="reservation_key")
def edit_reservation(
    tx: Tx, *, reservation_key: str, changes: Mapping[str, Any], by_staff: bool = False
) -> Reservation:
    """Change what a guest wrote: name, date of birth, contact, note, answers, language.

    What is left out stays. Another address has to be proved anew where its service wants that proved, and
    the promise stands meanwhile. Raises Invalid, and Conflict `wrong_state` for one that has ended,
    `too_many_reservations` for a contact that has as many as one guest may have.
    """
    before = find_live(tx, reservation_key)
    if before.state not in PROMISED:
        next_state(before.state, ReservationVerb.MOVE)
    given = {name: getattr(before, name) for name in DETAILS} | dict(changes)
    service = known_service(tx, before.service_id)
    details = read_details(tx, service, given)
    read = details.columns
    wanted = {name: value for name, value in read.items() if getattr(before, name) != value}
    if not wanted:
        return before
    if not by_staff and wanted.keys() & {"email", "phone"}:
        # As the contact that it has from now on: the device and the account have it already.
        check_limit(tx, service, details, account_id=None, booked_from=None, but_id=before.id)
    if "email" in wanted:
        wanted["verified_at"] = None
    return amend(tx, before, "reservation.edited", **wanted)


def check_cutoff(tx: Tx, before: Reservation, rules: ServiceRules, *, by_staff: bool) -> None:
    """Refuse a guest who comes too late to change anything; raises Conflict `too_late_to_change`."""
    last = rules.changes_until(before.start_at)
    if not by_staff and tx.now >= last:
        message = N_("It is too late to change this online. Please contact us.")
        raise Conflict("too_late_to_change", message, until_at=last)

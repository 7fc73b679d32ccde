"""The waiting list of a house that is sold out: taking a place in it, leaving it, declining an offer."""

from __future__ import annotations

from nowserving.actions.messages.seats import tell_of_standing
from nowserving.actions.seats.booking import offered_to, read_buyer
from nowserving.actions.seats.freeing import end
from nowserving.actions.seats.mapping import selling
from nowserving.actions.seats.offering import offer_seats
from nowserving.domain.seats.best import best_available
from nowserving.domain.seats.sale import HoldState, SeatStandby, SeatStandbyState, sale_over
from nowserving.domain.values import whole
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import holds, seating
from nowserving.store.seats.seat_standbys import (
    insert_seat_standby,
    seat_standby_by_key,
    set_seat_standby,
    waiting_in_vain,
)

_BATCH = 200


@action(scope="performance_id")
def stand_by_for_seats(
    tx: Tx,
    *,
    performance_id: str,
    size: int,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    category: str | None = None,
    language: str = "",
) -> SeatStandby:
    """Wait for so many seats of a performance, of one category or of any.

    Raises NotFound, Invalid, Conflict `sale_over`, `room_left` while there are so many seats to be had.
    """
    sale = selling(tx, performance_id)
    if sale.over or sale.starts_at <= tx.now:
        raise sale_over()
    whole(size, "/size", 1, sale.per_person)
    if category is not None and category not in {seat.category for seat in sale.house.seats}:
        message = N_("There is no category of this name in the plan.")
        raise invalid_field("/category", "unknown_category", message)
    said = read_buyer(tx, sale.branch_id, name=name, email=email, phone=phone, language=language)
    taken = seating.taken_of(tx, sale, tx.now)
    if best_available(sale.house, taken, size, category=category) is not None:
        raise Conflict("room_left", N_("There are seats: please choose yours."))
    key = tx.new_key()
    standby_id = insert_seat_standby(
        tx,
        key=key,
        branch_id=sale.branch_id,
        performance_id=performance_id,
        size=size,
        category=category,
        state=SeatStandbyState.WAITING.value,
        offers=0,
        turn=0,
        created_at=tx.now,
        ended_at=None,
        **said,
    )
    tx.emit("seat_standby.joined", performance_id=performance_id, seat_standby_id=standby_id)
    made = find_seat_standby(tx, key)
    tell_of_standing(tx, made)
    return made


@action(scope="seat_standby_key")
def leave_seat_standby(tx: Tx, *, seat_standby_key: str) -> SeatStandby:
    """Give up a place in the waiting list; what is kept for it is offered to the next. Twice is once."""
    before = find_seat_standby(tx, seat_standby_key)
    if before.ended:
        return before
    offer = holds.offer_of(tx, before.id)
    set_seat_standby(tx, before, SeatStandbyState.LEFT)
    tx.emit("seat_standby.left", performance_id=before.performance_id, seat_standby_id=before.id)
    if offer is not None:
        end(tx, offer, HoldState.RELEASED)
        offer_seats(tx, before.performance_id)
    return find_seat_standby(tx, seat_standby_key)


@action(scope="seat_standby_key")
def decline_seat_offer(tx: Tx, *, seat_standby_key: str) -> SeatStandby:
    """Say no to what is offered. It passes on to the next; the place in the list stays, behind the others.

    Raises NotFound, Conflict `no_offer`, Gone `hold_lapsed`.
    """
    standby, offer = offered_to(tx, seat_standby_key)
    tx.emit("seat_standby.declined", performance_id=standby.performance_id, seat_standby_id=standby.id)
    end(tx, offer, HoldState.RELEASED)
    offer_seats(tx, standby.performance_id)
    return find_seat_standby(tx, seat_standby_key)


@action(scope="branch_id")
def end_vain_standbys(tx: Tx, *, branch_id: str) -> int:
    """End the waiting for seats of evenings that have begun or are cancelled, a batch; returns how many."""
    found = waiting_in_vain(tx, branch_id, tx.now, _BATCH)
    for standby in found:
        set_seat_standby(tx, standby, SeatStandbyState.OVER)
        of = standby.performance_id
        tx.emit("seat_standby.over", actor="rule", performance_id=of, seat_standby_id=standby.id)
    return len(found)


def find_seat_standby(tx: Tx, key: str) -> SeatStandby:
    """Return the place in the waiting list of a key, in the branch that is locked; raises NotFound."""
    found = seat_standby_by_key(tx, key)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    return found

"""What becomes of the money of bookings. Nothing here speaks to a provider."""

from __future__ import annotations

from nowserving.actions.seats.booking import call_off, find_booking
from nowserving.domain.seats.payment import DUE, FAILED, next_try_at
from nowserving.domain.seats.sale import Booking
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import bookings

_BATCH = 100


@action(scope="booking_key")
def settle_payment(tx: Tx, *, booking_key: str, due: str, refused: bool = False) -> Booking:
    """Note that the provider has done what was due, or has `refused` it for good.

    Where something else is due by now (the booking was given back meanwhile) nothing is changed: that is
    done next. Raises NotFound.
    """
    found = find_booking(tx, booking_key)
    if found.payment["state"] != due:
        return found
    state = FAILED if refused else DUE[due]
    bookings.set_payment(tx, found, {**found.payment, "state": state}, None)
    tx.emit("booking.paid", performance_id=found.performance_id, booking_id=found.id, state=state)
    return find_booking(tx, booking_key)


@action(scope="booking_key")
def try_payment_later(tx: Tx, *, booking_key: str, due: str) -> Booking:
    """Note that the provider did not answer: it is asked again, each time after a longer pause."""
    found = find_booking(tx, booking_key)
    if found.payment["state"] == due:
        tries = found.payment.get("tries", 0)
        bookings.set_payment(tx, found, {**found.payment, "tries": tries + 1}, next_try_at(tx.now, tries))
    return find_booking(tx, booking_key)


@action(scope="branch_id")
def call_off_bookings(tx: Tx, *, branch_id: str) -> int:
    """End bookings of shows that were cancelled, a batch at a time; returns how many.

    Whoever booked is told, and gets the money back that was taken.
    """
    found = bookings.bookings_in_vain(tx, branch_id, _BATCH)
    for booking in found:
        call_off(tx, booking, "rule")
    return len(found)

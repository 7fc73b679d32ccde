"""What is told of booked seats and of the waiting list for them, in the transaction of the change itself."""

from __future__ import annotations

from nowserving.domain.messages.kinds import Kind
from nowserving.domain.seats.sale import Booking, SeatStandby
from nowserving.store.engine.tx import Tx
from nowserving.store.messages import outbox


def tell_of_booking(tx: Tx, kind: Kind, booking: Booking) -> None:
    """Write to whoever booked, where a contact was left."""
    if booking.email or booking.phone:
        sequence = booking.sequence + (kind is Kind.SEATS_CANCELLED)
        outbox.write_message(
            tx, kind, queue_id=None, ticket_id=None, booking_id=booking.id, occasion=sequence
        )


def tell_of_handing_on(tx: Tx, booking: Booking, friend_id: int) -> None:
    """Write to whoever had seats that they are somebody else's now: if it was not them, they know."""
    if booking.email or booking.phone:
        kind, of = Kind.SEATS_HANDED_ON, booking.id
        outbox.write_message(tx, kind, queue_id=None, ticket_id=None, booking_id=of, occasion=friend_id)


def tell_of_standing(tx: Tx, standby: SeatStandby) -> None:
    """Write to somebody who has joined the waiting list for seats."""
    outbox.write_message(tx, Kind.SEATS_STANDBY, queue_id=None, ticket_id=None, seat_standby_id=standby.id)


def tell_of_offer(tx: Tx, standby: SeatStandby, hold_id: int) -> None:
    """Write to somebody in the waiting list that seats are kept for them."""
    outbox.write_message(
        tx, Kind.SEATS_OFFERED, queue_id=None, ticket_id=None, seat_standby_id=standby.id, occasion=hold_id
    )

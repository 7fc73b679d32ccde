"""Erasing what is personal about a visit: at the guest's own word, or because it has had its time."""

from __future__ import annotations

from nowserving.actions.seats.booking import find_booking
from nowserving.actions.seats.standing_by import find_seat_standby, leave_seat_standby
from nowserving.actions.tickets.moving import find
from nowserving.domain.retention import AT_ONCE, COMMENTS_KEPT_US
from nowserving.domain.seats.sale import Booking, SeatStandby
from nowserving.domain.tickets.ticket import FINAL, Ticket
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.guests.erasing import (
    bookings_of_ticket,
    erase_bookings,
    erase_comment,
    erase_seat_standbys,
    erase_ticket,
    old_comments_erased,
)
from nowserving.store.messages.contacts import erase_contact


@action(scope="key")
def erase_guest(tx: Tx, *, key: str) -> Ticket:
    """Erase who the guest of a ticket is: name, note, contact and comment. It can't be undone.

    The ticket stays as a number, wherever it is in its life; the events never had anything personal.
    The device is forgotten once the visit is over: until then it has its one place.
    """
    ticket = find(tx, key)
    erase_ticket(tx, ticket.id, device=None if ticket.state in FINAL else ticket.joined_from)
    erase_bookings(tx, bookings_of_ticket(tx, ticket.id))
    erase_contact(tx, ticket.id)
    erase_comment(tx, ticket.id)
    tx.emit("guest.erased", queue_id=ticket.queue_id, code=ticket.code, of=ticket.id)
    return find(tx, key)


@action(scope="booking_key")
def erase_booking(tx: Tx, *, booking_key: str) -> Booking:
    """Erase whose a booking is: name, e-mail, phone, and whom seats were handed on to. It can't be undone.

    The seats stay booked and their codes good; nobody can be written to. What its place in the lobby knew of
    the same guest goes too. Raises NotFound.
    """
    found = find_booking(tx, booking_key)
    erase_bookings(tx, [found.id])
    if found.ticket_id is not None:
        erase_ticket(tx, found.ticket_id, device=None)
        erase_contact(tx, found.ticket_id)
    tx.emit("booking.erased", performance_id=found.performance_id, booking_id=found.id)
    return find_booking(tx, booking_key)


@action(scope="seat_standby_key")
def erase_seat_standby(tx: Tx, *, seat_standby_key: str) -> SeatStandby:
    """Give up a place in the waiting list for seats, and erase whose it was. Raises NotFound."""
    found = leave_seat_standby(tx, seat_standby_key=seat_standby_key)
    erase_seat_standbys(tx, [found.id])
    return find_seat_standby(tx, seat_standby_key)


@action(scope="branch_id")
def forget_comments(tx: Tx, *, branch_id: str) -> int:
    """Erase comments that are older than a month, a batch at a time; returns how many. The faces stay."""
    return old_comments_erased(tx, branch_id, tx.now - COMMENTS_KEPT_US, AT_ONCE)

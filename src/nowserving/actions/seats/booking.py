"""Booking what is held: in one transaction seats are sold, stubs made, the guest told and the pass ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nowserving.actions.messages.seats import tell_of_booking
from nowserving.actions.seats.holding import own_hold
from nowserving.actions.seats.mapping import selling
from nowserving.actions.seats.offering import offer_seats
from nowserving.actions.shows.passing import end_pass
from nowserving.domain.instants import SECOND_US
from nowserving.domain.messages.contact import contact_from
from nowserving.domain.messages.kinds import Kind
from nowserving.domain.seats.payment import PAID_AT_DOOR, is_due, to_give_back
from nowserving.domain.seats.sale import (
    Booking,
    BookingState,
    Hold,
    HoldState,
    Sale,
    SeatStandby,
    SeatStandbyState,
    hold_lapsed,
    sale_over,
)
from nowserving.domain.text import clean_text
from nowserving.domain.tickets.ticket import Ticket
from nowserving.errors import N_, Conflict, FieldError, Invalid, invalid_field, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.contacts import setup_of
from nowserving.store.seats import bookings, holds, seating
from nowserving.store.seats.seat_standbys import seat_standby_by_key, set_seat_standby

# Two years of a booking's life at most are reckoned with: a performance has a beginning and no end.
_LASTS_US = 86_400 * SECOND_US
_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"
_CODE_LENGTH = 6


@action(scope="hold_key")
def book_seats(
    tx: Tx,
    *,
    hold_key: str,
    claims: Mapping[str, Any],
    name: str,
    email: str | None = None,
    phone: str | None = None,
    language: str = "",
    payment: Mapping[str, Any] = PAID_AT_DOOR,
) -> Booking:
    """Book what is held under a pass; the pass ends by it.

    Raises NotFound, Gone `hold_lapsed` or `pass_lapsed` (nothing is changed then), Conflict `already_booked`,
    `per_person`, Invalid naming every field that is wrong.
    """
    hold, ticket = own_hold(tx, hold_key, claims)
    sale = selling(tx, hold.performance_id)
    said = read_buyer(tx, sale.branch_id, name=name, email=email, phone=phone, language=language)
    _check_limit(tx, sale, hold, said)
    made = _sell(tx, sale, hold, {**said, "ticket_id": ticket.id}, payment)
    _leave_with(tx, ticket)
    return made


@action(scope="seat_standby_key")
def take_seat_offer(
    tx: Tx,
    *,
    seat_standby_key: str,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    payment: Mapping[str, Any] = PAID_AT_DOOR,
) -> Booking:
    """Book what is offered from the waiting list; what is left out is as it was said before.

    Raises NotFound, Conflict `no_offer`, `sale_over`, Gone `hold_lapsed`, Invalid.
    """
    standby, hold = offered_to(tx, seat_standby_key)
    sale = selling(tx, standby.performance_id)
    if sale.over:
        raise sale_over()
    said = read_buyer(
        tx,
        sale.branch_id,
        name=name or standby.name or "",
        email=email or standby.email,
        phone=phone or standby.phone,
        language=standby.language,
    )
    made = _sell(tx, sale, hold, said, payment)
    set_seat_standby(tx, standby, SeatStandbyState.BOOKED)
    return made


@action(scope="booking_key")
def cancel_booking(tx: Tx, *, booking_key: str, by_staff: bool = False) -> Booking:
    """Give a booking up; its seats go to the waiting list at once. Twice is once.

    Raises NotFound, Conflict `too_late` for guests after the show's cut-off, `already_in` once somebody came.
    """
    found = find_booking(tx, booking_key)
    if found.state is BookingState.CANCELLED:
        return found
    sale = selling(tx, found.performance_id)
    if not by_staff:
        _check_cut_off(sale, tx.now)
    if any(stub.came_at is not None for stub in bookings.stubs_of(tx, found.id)):
        raise Conflict("already_in", N_("Somebody has come in with this booking already."))
    call_off(tx, found, "staff" if by_staff else "guest")
    offer_seats(tx, sale.performance_id)
    return find_booking(tx, booking_key)


def call_off(tx: Tx, booking: Booking, by: str) -> None:
    """End a booking that stands: its seats are free, its guest is told, its money goes back."""
    bookings.cancel_row(tx, booking, by)
    back = to_give_back(booking.payment)
    if back is not booking.payment:
        bookings.set_payment(tx, booking, back, tx.now)
    freed = seating.unsell(tx, booking.id)
    told: dict[str, Any] = {"booking_id": booking.id, "freed": sorted(freed)}
    tx.emit("booking.cancelled", performance_id=booking.performance_id, **told)
    tell_of_booking(tx, Kind.SEATS_CANCELLED, booking)


def find_booking(tx: Tx, booking_key: str) -> Booking:
    """Return the booking of a key in the branch that is locked; raises NotFound."""
    found = bookings.booking_by_key(tx, booking_key)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    return found


def offered_to(tx: Tx, seat_standby_key: str) -> tuple[SeatStandby, Hold]:
    """Return a place in the waiting list and what is offered to it; raises NotFound, Conflict, Gone."""
    standby = seat_standby_by_key(tx, seat_standby_key)
    if standby is None or standby.branch_id != tx.scope_id:
        raise not_found()
    hold = holds.offer_of(tx, standby.id)
    if hold is None:
        message = N_("No seats are kept for you now. We write when some are free.")
        raise Conflict("no_offer", message, state=standby.state.value)
    if not hold.live(tx.now):
        raise hold_lapsed()
    return standby, hold


def read_buyer(
    tx: Tx, branch_id: str, *, name: object, email: object, phone: object, language: object = ""
) -> dict[str, Any]:
    """Return who books as columns; raises Invalid naming every field that is wrong."""
    wrong: list[FieldError] = []
    said = ""
    try:
        said = clean_text(name, "/name", 200)
    except Invalid as refusal:
        wrong += refusal.fields
    contact = None
    try:
        country_code = tx.kept(setup_of, branch_id).wanted.country_code
        contact = contact_from({"email": email, "phone": phone}, country_code, pointer="")
        if contact.empty:
            raise invalid_field("/email", "required", N_("Leave an e-mail address or a phone number."))
    except Invalid as refusal:
        wrong += refusal.fields
    if wrong or contact is None:
        raise Invalid("invalid", N_("Some values are not acceptable."), fields=tuple(wrong))
    spoken = clean_text(language, "/language", 35, required=False)
    return {"name": said, "email": contact.email, "phone": contact.phone, "language": spoken}


def new_booking(tx: Tx, sale: Sale, said: Mapping[str, Any], payment: Mapping[str, Any]) -> Booking:
    """Insert a booking that has no seats yet."""
    key, code = tx.new_key(), ""
    while not code or bookings.is_code(tx, sale.branch_id, code):
        code = "".join(tx.random.choices(_LETTERS, k=_CODE_LENGTH))
    bookings.insert_booking(
        tx,
        key=key,
        code=code,
        branch_id=sale.branch_id,
        performance_id=sale.performance_id,
        state=BookingState.CONFIRMED.value,
        payment=payment,
        created_at=tx.now,
        over_at=sale.starts_at + _LASTS_US,
        pay_at=tx.now if is_due(payment) else None,
        **said,
    )
    return find_booking(tx, key)


def _sell(tx: Tx, sale: Sale, hold: Hold, said: Mapping[str, Any], payment: Mapping[str, Any]) -> Booking:
    made = new_booking(tx, sale, {**said, "hold_id": hold.id}, payment)
    sold = seating.sell(tx, hold, made.id)
    if len(sold) != hold.seats:
        # The hold lasts, so its seats are there; should they ever not be, nothing of this may stand.
        raise hold_lapsed()
    holds.end_hold(tx, hold, HoldState.BOOKED)
    of = {"booking_id": made.id, "performance_id": sale.performance_id, "branch_id": sale.branch_id}
    bookings.insert_stubs(tx, [{**of, "seat_id": seat_id, "serial": tx.new_key()} for seat_id, _ in sold])
    told: dict[str, Any] = {
        "booking_id": made.id,
        "hold_id": hold.id,
        "taken": sorted(place for _, place in sold),
    }
    tx.emit("booking.made", performance_id=sale.performance_id, **told)
    tell_of_booking(tx, Kind.SEATS_BOOKED, made)
    return made


def _check_limit(tx: Tx, sale: Sale, hold: Hold, said: Mapping[str, Any]) -> None:
    has = bookings.seats_sold_to(tx, sale.performance_id, said["email"], said["phone"])
    if has + hold.seats > sale.per_person:
        message = N_("One person may have %(most)s seats at most.")
        raise Conflict("per_person", message, most=sale.per_person)


def _check_cut_off(sale: Sale, now: int) -> None:
    until_s = sale.cancel_until_s
    if until_s is None or now > sale.starts_at - until_s * SECOND_US:
        message = N_("It is too late to give this booking back. Please ask the house.")
        raise Conflict("too_late", message)


def _leave_with(tx: Tx, ticket: Ticket) -> None:
    end_pass(tx, ticket, "booked")

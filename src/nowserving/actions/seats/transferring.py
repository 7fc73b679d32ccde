"""Handing seats on to a friend, who gets a booking of their own; every code given out before is void."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nowserving.actions.messages.seats import tell_of_booking, tell_of_handing_on
from nowserving.actions.seats.booking import find_booking, new_booking, read_buyer
from nowserving.actions.seats.mapping import selling
from nowserving.domain.messages.kinds import Kind
from nowserving.domain.seats.payment import parted
from nowserving.domain.seats.sale import Booking, BookingState, Stub
from nowserving.domain.values import listed
from nowserving.errors import N_, Conflict, invalid_field
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import bookings


@action(scope="booking_key")
def transfer_seats(
    tx: Tx,
    *,
    booking_key: str,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    guids: Sequence[str] | None = None,
    language: str = "",
) -> Booking:
    """Hand all seats of a booking, or those named, on to somebody; returns the friend's booking.

    A booking without seats left is cancelled. Raises NotFound, Conflict `cancelled`, `already_in`, Invalid
    naming every field that is wrong.
    """
    before = find_booking(tx, booking_key)
    sale = selling(tx, before.performance_id)
    if before.state is BookingState.CANCELLED:
        raise Conflict("cancelled", N_("This booking is cancelled."))
    said = read_buyer(tx, sale.branch_id, name=name, email=email, phone=phone, language=language)
    stubs = bookings.stubs_of(tx, before.id)
    chosen = stubs if guids is None else _named(stubs, guids)
    if any(stub.came_at is not None for stub in chosen):
        raise Conflict("already_in", N_("Somebody has come in with this booking already."))
    whole = len(chosen) == len(stubs)
    categories = [sale.house.seats[stub.place].category for stub in chosen]
    rest, handed = (before.payment, before.payment) if whole else parted(before.payment, categories)
    friend = new_booking(tx, sale, said, handed)
    for stub in chosen:
        bookings.hand_on(tx, stub, friend.id, said["name"])
    # The money goes with the seats: whoever gives them back gets it.
    bookings.set_payment(tx, before, rest, None if whole else before.pay_at)
    if whole:
        bookings.cancel_row(tx, before, "transfer")
    told: dict[str, Any] = {
        "booking_id": before.id,
        "to_booking_id": friend.id,
        "seats": [stub.place for stub in chosen],
    }
    tx.emit("booking.transferred", performance_id=sale.performance_id, **told)
    tell_of_booking(tx, Kind.SEATS_BOOKED, friend)
    tell_of_handing_on(tx, before, friend.id)
    return friend


def _named(stubs: Sequence[Stub], guids: object) -> list[Stub]:
    by_guid = {stub.guid: stub for stub in stubs}
    found: list[Stub] = []
    for nth, guid in enumerate(listed(guids, "/guids", len(stubs))):
        stub = by_guid.pop(guid, None) if isinstance(guid, str) else None
        if stub is None:
            message = N_("This seat is not of this booking, or is named twice.")
            raise invalid_field(f"/guids/{nth}", "unknown_seat", message)
        found.append(stub)
    if not found:
        raise invalid_field("/guids", "empty", N_("This must not be empty."))
    return found

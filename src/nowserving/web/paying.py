"""Booking seats with their payment: the money is promised first, and in no transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nowserving.domain.seats.payment import PAID_AT_DOOR
from nowserving.domain.seats.sale import Booking, Hold, Sale, amount_of
from nowserving.errors import N_, Conflict
from nowserving.outside.payment import Charge, book_paid
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.bookings import booking_of_hold
from nowserving.store.seats.holds import hold_by_key, offer_of
from nowserving.store.seats.seat_standbys import seat_standby_by_key
from nowserving.store.seats.seating import held_by, sale_of
from nowserving.web.house import House

Held = tuple[Hold, Sale, list[str]]


async def pay_and_book(
    house: House, verb: Callable[..., Booking], *, actor: str, **arguments: Any
) -> Booking:
    """Book by `book_seats` or `take_seat_offer` as the show wants to be paid; returns the booking.

    Raises what the verb raises, Conflict `payment_refused` or `no_such_payment`, Busy `payment_away`; then
    nothing is booked, nothing is paid, and what is held stays held.
    """

    async def book(payment: Mapping[str, Any]) -> Booking:
        return await house.store.write(verb, actor=actor, payment=payment, **arguments)

    found = await house.store.read(_held, arguments.get("hold_key"), arguments.get("seat_standby_key"))
    # A show whose prices are words can only be paid where words are understood.
    charge = charge_of(found[0].key, found[1], found[2]) if found else None
    if found is None or charge is None or not charge.amount_minor:
        return await book(PAID_AT_DOOR)
    hold_id, way = found[0].id, house.payments.get(found[1].payment)
    if way is None:
        message = N_(
            "The way to pay for this show is not set up. Please tell the house; your seats are kept."
        )
        raise Conflict("no_such_payment", message)

    async def sold() -> bool:
        return await house.store.read(booking_of_hold, hold_id) is not None

    return await book_paid(way, charge, book, sold)


def charge_of(reference: str, sale: Sale, categories: list[str]) -> Charge | None:
    """Return what seats of these categories cost; None where a price is only words."""
    amount, currency = amount_of(sale, categories)
    if amount is None:
        return None
    prices = {one: sale.prices[one]["amount_minor"] for one in dict.fromkeys(categories)}
    return Charge(reference=reference, amount_minor=amount, currency=currency, prices=prices)


def _held(reader: Reader, hold_key: str | None, seat_standby_key: str | None) -> Held | None:
    if hold_key is not None:
        hold = hold_by_key(reader, hold_key)
    else:
        standby = seat_standby_by_key(reader, seat_standby_key or "")
        hold = offer_of(reader, standby.id) if standby else None
    sale = sale_of(reader, hold.performance_id) if hold else None
    if hold is None or sale is None:
        return None
    return hold, sale, [seat["category"] for seat in held_by(reader, hold.id)]

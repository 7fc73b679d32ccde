"""Bookings of seats, for whoever holds their key and for staff of the house."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from nowserving.actions.seats.booking import cancel_booking
from nowserving.actions.seats.transferring import transfer_seats
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.seats.sale import Booking, Stub
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.bookings import booking_by_key, stubs_of
from nowserving.web.api.seats.keys import key_of
from nowserving.web.api.seats.shapes import BookingShape, booking_json
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Envelope, Form, Text, TextOrNull, Texts, resource

router = resource("bookings")


class Friend(Form):
    """Whom seats are handed on to, and which of them; all of them if it does not say."""

    name: Text
    email: TextOrNull = None
    phone: TextOrNull = None
    guids: Texts = None
    language: Text = ""


@router.get("/bookings/{booking_key}", operation_id="getBooking", response_model=Envelope[BookingShape])
async def one(request: Request, _principal: MaybeCaller, booking_key: str) -> Any:
    """Return a booking with the codes of its seats."""
    return await _shown(request, booking_key)


@router.delete("/bookings/{booking_key}", operation_id="cancelBooking", response_model=Envelope[BookingShape])
async def cancel(request: Request, principal: MaybeCaller, booking_key: str) -> Any:
    """Give a booking back, by the rule of its show; its seats go to the waiting list at once."""
    found, _ = await _found(request, booking_key)
    by_staff = _is_staff(principal, found.branch_id)
    await house_of(request).store.write(
        cancel_booking, actor=_actor(principal), booking_key=booking_key, by_staff=by_staff
    )
    return await _shown(request, booking_key)


@router.post(
    "/bookings/{booking_key}/transfer",
    operation_id="transferBooking",
    response_model=Envelope[BookingShape],
)
async def transfer(request: Request, principal: MaybeCaller, booking_key: str, form: Friend) -> Any:
    """Hand seats on to a friend, who gets a booking of their own; the codes given out before are void."""
    await _found(request, booking_key)
    friend = await house_of(request).store.write(
        transfer_seats, actor=_actor(principal), booking_key=booking_key, **form.given()
    )
    return await _shown(request, friend.key)


async def _shown(request: Request, booking_key: str) -> dict[str, Any]:
    return {"data": booking_json(*await _found(request, booking_key), key_of(request))}


async def _found(request: Request, booking_key: str) -> tuple[Booking, list[Stub]]:
    house = house_of(request)
    found = await house.limits.looked_up(request.scope, lambda: house.store.read(_read, booking_key))
    if found is None:
        raise not_found()
    return found


def _read(reader: Reader, booking_key: str) -> tuple[Booking, list[Stub]] | None:
    found = booking_by_key(reader, booking_key)
    return None if found is None else (found, stubs_of(reader, found.id))


def _actor(principal: Principal | None) -> str:
    return principal.actor if principal else "guest"


def _is_staff(principal: Principal | None, branch_id: str) -> bool:
    return principal is not None and principal.may(Permission.CALL) and principal.sees(branch_id)

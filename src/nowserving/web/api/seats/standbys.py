"""The waiting list of a sold-out performance, for whoever holds the key of a place in it."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from nowserving.actions.seats.booking import take_seat_offer
from nowserving.actions.seats.standing_by import decline_seat_offer, leave_seat_standby, stand_by_for_seats
from nowserving.domain.seats.sale import Hold, SeatStandby
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.bookings import stubs_of
from nowserving.store.seats.holds import offer_of
from nowserving.store.seats.seat_standbys import ahead_in_list, seat_standby_by_key
from nowserving.store.seats.seating import held_by
from nowserving.web.api.given import Nothing
from nowserving.web.api.seats.keys import key_of
from nowserving.web.api.seats.shapes import BookingShape, SeatStandbyShape, booking_json, standby_json
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.paying import pay_and_book
from nowserving.web.wire.resource import (
    ONCE,
    Envelope,
    Form,
    Number,
    Text,
    TextOrNull,
    create,
    resource,
)

router = resource("bookings")


class NewSeatStandby(Form):
    """How many seats would do, and of which category."""

    size: Number
    name: Text
    email: TextOrNull = None
    phone: TextOrNull = None
    category: TextOrNull = None
    language: Text = ""


class TakenSeats(Form):
    """What is still missing to book what is offered; the rest is as it was said before."""

    name: Text = None
    email: TextOrNull = None
    phone: TextOrNull = None


@router.post(
    "/performances/{performance_id}/standbys",
    operation_id="createSeatStandby",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[SeatStandbyShape],
)
async def add(
    request: Request, principal: MaybeCaller, performance_id: str, form: NewSeatStandby
) -> Response:
    """Wait for seats of a house that is sold out; 409 `room_left` while there are so many to be had."""
    await house_of(request).limits.check_join(request.scope, principal)
    return await create(
        request,
        principal,
        stand_by_for_seats,
        lambda made: {"data": standby_json(made, 0, None, ())},
        "seat-standbys",
        performance_id=performance_id,
        **form.given(),
    )


@router.get(
    "/seat-standbys/{seat_standby_key}",
    operation_id="getSeatStandby",
    response_model=Envelope[SeatStandbyShape],
)
async def one(request: Request, _principal: MaybeCaller, seat_standby_key: str) -> Any:
    """Return a place in the waiting list, with how many come before it and what is kept for it."""
    return await _shown(request, seat_standby_key)


@router.post(
    "/seat-standbys/{seat_standby_key}/take",
    operation_id="takeSeatOffer",
    response_model=Envelope[BookingShape],
)
async def take(request: Request, principal: MaybeCaller, seat_standby_key: str, form: TakenSeats) -> Any:
    """Book what is kept; 410 once it is not kept any more."""
    await _found(request, seat_standby_key)
    made = await pay_and_book(
        house_of(request),
        take_seat_offer,
        actor=principal.actor if principal else "guest",
        seat_standby_key=seat_standby_key,
        **form.given(),
    )
    stubs = await house_of(request).store.read(stubs_of, made.id)
    return {"data": booking_json(made, stubs, key_of(request))}


@router.post(
    "/seat-standbys/{seat_standby_key}/decline",
    operation_id="declineSeatOffer",
    response_model=Envelope[SeatStandbyShape],
)
async def decline(request: Request, principal: MaybeCaller, seat_standby_key: str, _given: Nothing) -> Any:
    """Say no to what is kept: it passes on, and the place in the list stays, behind the others."""
    await _run(request, principal, decline_seat_offer, seat_standby_key)
    return await _shown(request, seat_standby_key)


@router.delete(
    "/seat-standbys/{seat_standby_key}",
    operation_id="leaveSeatStandby",
    response_model=Envelope[SeatStandbyShape],
)
async def leave(request: Request, principal: MaybeCaller, seat_standby_key: str) -> Any:
    """Give up a place in the waiting list."""
    await _run(request, principal, leave_seat_standby, seat_standby_key)
    return await _shown(request, seat_standby_key)


async def _run(request: Request, principal: Any, verb: Any, seat_standby_key: str, **more: Any) -> Any:
    await _found(request, seat_standby_key)
    actor = principal.actor if principal else "guest"
    write = house_of(request).store.write
    return await write(verb, actor=actor, seat_standby_key=seat_standby_key, **more)


async def _shown(request: Request, seat_standby_key: str) -> dict[str, Any]:
    return {"data": standby_json(*await _found(request, seat_standby_key))}


Found = tuple[SeatStandby, int, Hold | None, list[dict[str, Any]]]


async def _found(request: Request, seat_standby_key: str) -> Found:
    house = house_of(request)
    found = await house.limits.looked_up(request.scope, lambda: house.store.read(_read, seat_standby_key))
    if found is None:
        raise not_found()
    return found


def _read(reader: Reader, seat_standby_key: str) -> Found | None:
    standby = seat_standby_by_key(reader, seat_standby_key)
    if standby is None:
        return None
    offer = offer_of(reader, standby.id)
    seats = held_by(reader, offer.id) if offer else []
    return standby, ahead_in_list(reader, standby), offer, seats

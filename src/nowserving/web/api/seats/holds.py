"""Holding seats under a pass and booking them. The pass travels in the header `Pass`, for its own device."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Request, Response

from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.holding import extend_hold, release_hold
from nowserving.actions.seats.naming import Named, hold_and_name
from nowserving.domain.seats.sale import Booking, Hold, Stub
from nowserving.errors import AppError, not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.bookings import booking_by_key, booking_of_hold, stubs_of
from nowserving.store.seats.holds import hold_by_key
from nowserving.store.seats.seating import held_by
from nowserving.store.shows.passes import pass_by_id
from nowserving.web.api.given import Nothing
from nowserving.web.api.seats.keys import key_of
from nowserving.web.api.seats.shapes import BookingShape, booking_json, hold_json
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.gate.guests.passes import claims_of
from nowserving.web.house import house_of
from nowserving.web.paying import pay_and_book
from nowserving.web.wire import asgi
from nowserving.web.wire.resource import (
    JSON,
    ONCE,
    Envelope,
    Flag,
    Form,
    NumberOrNull,
    Shape,
    Text,
    TextOrNull,
    Texts,
    create_once,
    resource,
)

router = resource("bookings")


async def _pass_header(
    _sent: Annotated[
        str | None, Header(alias="Pass", description="The token that `enterTicket` has given to this device.")
    ] = None,
) -> None:
    """Tell the document of the header that `claims_of` reads."""


UNDER_PASS = [Depends(_pass_header)]


class HeldSeatShape(Shape):
    """A seat that is held."""

    guid: str
    name: str
    category: str


class HoldShape(Shape):
    """Seats that are kept, for whoever holds the hold's key; none any more once it has ended."""

    id: str
    key: str
    state: Literal["held", "booked", "released", "lapsed"]
    performance_id: str
    seats: list[HeldSeatShape]
    expires_at: str
    extended: bool


class SeatsHold(Form):
    """Seats by their guids, or the best so many: one of the two."""

    guids: Texts = None
    many: NumberOrNull = None
    category: TextOrNull = None
    accessible: Flag = False


class NewBooking(Form):
    """What is held, and who books it: a name, and an e-mail address or a phone number."""

    hold_key: Text
    name: Text
    email: TextOrNull = None
    phone: TextOrNull = None
    language: Text = ""


@router.post(
    "/performances/{performance_id}/holds",
    operation_id="holdSeats",
    status_code=201,
    dependencies=[*ONCE, *UNDER_PASS],
    response_model=Envelope[HoldShape],
)
async def hold(request: Request, _principal: MaybeCaller, performance_id: str, form: SeatsHold) -> Response:
    """Keep seats for some minutes: all of them or none.

    409 `seats_taken` names which were taken meanwhile, and the nearest that are free.
    """
    claims = claims_of(request)
    return await create_once(
        request,
        # A key that somebody else sends again must not tell what is held here.
        ("guest", f"pass:{claims['jti']}"),
        hold_and_name,
        _held_json,
        "holds",
        performance_id=performance_id,
        claims=claims,
        **form.given(),
    )


@router.get("/holds/{hold_key}", operation_id="getHold", response_model=Envelope[HoldShape])
async def one(request: Request, _principal: MaybeCaller, hold_key: str) -> Any:
    """Return what is held, and until when."""
    return {"data": hold_json(*await _found(request, hold_key))}


@router.post(
    "/holds/{hold_key}/extend",
    operation_id="extendHold",
    dependencies=UNDER_PASS,
    response_model=Envelope[HoldShape],
)
async def extend(request: Request, _principal: MaybeCaller, hold_key: str, _given: Nothing) -> Any:
    """Keep the seats longer, once; the pass lasts as long where its show gives more time."""
    return await _done(request, extend_hold, hold_key)


@router.delete(
    "/holds/{hold_key}",
    operation_id="releaseHold",
    dependencies=UNDER_PASS,
    response_model=Envelope[HoldShape],
)
async def release(request: Request, _principal: MaybeCaller, hold_key: str) -> Any:
    """Let the seats go: they are free for everybody at once."""
    return await _done(request, release_hold, hold_key)


@router.post(
    "/performances/{performance_id}/bookings",
    operation_id="bookSeats",
    status_code=201,
    dependencies=UNDER_PASS,
    response_model=Envelope[BookingShape],
)
async def book(request: Request, _principal: MaybeCaller, performance_id: str, form: NewBooking) -> Response:
    """Book what is held under the pass; the pass ends by it. Sent again, it answers with the same booking.

    410 `hold_lapsed` or `pass_lapsed` for whoever is too late: nothing is changed then.
    """
    house, claims, given = house_of(request), claims_of(request), form.given()
    held, _ = await _found(request, given["hold_key"])
    if held.performance_id != performance_id:
        raise not_found()
    try:
        await pay_and_book(house, book_seats, actor="guest", claims=claims, **given)
    except AppError as refusal:
        if refusal.code != "already_booked":
            raise
    booked = await house.store.read(_own_booking, held, claims)
    if booked is None:
        raise not_found()
    document = {"data": booking_json(*booked, key_of(request))}
    return Response(asgi.encode(document), 201, {"Location": f"/api/v1/bookings/{booked[0].key}"}, JSON)


async def _done(request: Request, verb: Any, hold_key: str) -> dict[str, Any]:
    claims = claims_of(request)
    await _found(request, hold_key)
    await house_of(request).store.write(verb, actor="guest", hold_key=hold_key, claims=claims)
    return {"data": hold_json(*await _found(request, hold_key))}


async def _found(request: Request, hold_key: Any) -> Named:
    house = house_of(request)
    found = await house.limits.looked_up(request.scope, lambda: house.store.read(_read, hold_key))
    if found is None:
        raise not_found()
    return found


def _read(reader: Reader, hold_key: Any) -> Named | None:
    # What is offered to the waiting list is a hold too: it has a key of its own, and no pass.
    found = hold_by_key(reader, hold_key) if isinstance(hold_key, str) else None
    return None if found is None or found.ticket_id is None else (found, held_by(reader, found.id))


def _own_booking(reader: Reader, held: Hold, claims: dict[str, Any]) -> tuple[Booking, list[Stub]] | None:
    """Return what was booked of a hold, for the pass under which it was held; None for every other."""
    given = pass_by_id(reader, claims["jti"])
    key = booking_of_hold(reader, held.id)
    booked = booking_by_key(reader, key) if key else None
    if given is None or booked is None or given.ticket_id != held.ticket_id:
        return None
    return booked, stubs_of(reader, booked.id)


def _held_json(made: Named) -> dict[str, Any]:
    return {"data": hold_json(*made)}

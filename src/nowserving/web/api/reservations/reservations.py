"""Reservations: made by anybody, and read, moved and cancelled by whoever has their link, or by staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import book, confirm, hold, reserve
from nowserving.actions.reservations.changing import (
    DETAILS,
    cancel_reservation,
    edit_reservation,
    move_reservation,
)
from nowserving.actions.tickets.joining import Joined
from nowserving.domain.layout.location import whereabouts_from
from nowserving.domain.people.roles import Permission, Principal, Role
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.values import optional
from nowserving.errors import AppError, not_found
from nowserving.store.reservations.reservations import reservation_by_key
from nowserving.store.reservations.services import service
from nowserving.web.api.given import Given, Nothing, body, described
from nowserving.web.api.reservations.shapes import ReservationShape, instant_of, reservation_json, told
from nowserving.web.api.tickets.ticket_answers import guest_ticket
from nowserving.web.api.tickets.ticket_models import Ticket as GuestTicket
from nowserving.web.gate.auth import MaybeCaller, check_branch
from nowserving.web.house import House, house_of
from nowserving.web.wire.resource import (
    ONCE,
    Agent,
    Envelope,
    Form,
    Number,
    Object,
    Text,
    TextOrNull,
    create,
    resource,
)

router = resource("reservations")


class Booking(Form):
    """What a guest writes."""

    name: Text
    phone: TextOrNull = None
    email: TextOrNull = None
    birth_date: TextOrNull = None
    note: TextOrNull = None
    answers: Object = None
    language: Text = ""


class NewReservation(Booking):
    """A time, and who wants it."""

    service_id: Text
    start_at: Text
    desk_id: TextOrNull = None
    size: Number = 1


class NewHold(Form):
    """A time to keep while the form is filled in."""

    start_at: Text
    desk_id: TextOrNull = None
    size: Number = 1


class ReservationEdit(Form):
    """Another time (with its desk and size), or other details; what is left out stays."""

    start_at: Text = None
    desk_id: TextOrNull = None
    size: Number = None
    name: Text = None
    phone: TextOrNull = None
    email: TextOrNull = None
    birth_date: TextOrNull = None
    note: TextOrNull = None
    answers: Object = None
    language: Text = None


_WHEREABOUTS = {
    "type": ["object", "null"],
    "properties": {name: {"type": "number"} for name in ("latitude", "longitude", "accuracy_m")},
    "required": ["latitude", "longitude"],
    "additionalProperties": False,
}
_CHECK_IN: Any = described(
    {"location": _WHEREABOUTS},
    example={"location": {"latitude": 40.4168, "longitude": -3.7038, "accuracy_m": 20}},
)
CheckIn = Annotated[Given, Depends(body({"location": optional(whereabouts_from)}))]


@router.post(
    "/reservations",
    operation_id="createReservation",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[ReservationShape],
)
async def add(request: Request, principal: MaybeCaller, form: NewReservation) -> Response:
    """Reserve a time at once. A time that is gone is refused with the nearest that are free."""
    given = form.given()
    service_id = given.pop("service_id")
    given["start_at"] = instant_of(given["start_at"], "/start_at")
    return await _made(request, principal, reserve, service_id, given)


@router.post(
    "/services/{service_id}/holds",
    operation_id="holdSlot",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[ReservationShape],
)
async def keep(request: Request, principal: MaybeCaller, service_id: str, form: NewHold) -> Response:
    """Keep a time while a form is filled in; `deadline_at` says until when."""
    given = form.given()
    given["start_at"] = instant_of(given["start_at"], "/start_at")
    return await _made(request, principal, hold, service_id, given)


@router.post(
    "/reservations/{reservation_key}/book",
    operation_id="bookReservation",
    response_model=Envelope[ReservationShape],
)
async def send(request: Request, principal: MaybeCaller, reservation_key: str, form: Booking) -> Any:
    """Send the form of a time that is kept or offered; 410 once the time to do so is over."""
    return await _changed(request, principal, book, reservation_key, **form.given())


@router.get(
    "/reservations/{reservation_key}",
    operation_id="getReservation",
    response_model=Envelope[ReservationShape],
)
async def one(request: Request, _principal: MaybeCaller, reservation_key: str) -> Any:
    """Return a reservation."""
    found = await _found(request, reservation_key)
    return {"data": reservation_json(found)}


@router.patch(
    "/reservations/{reservation_key}",
    operation_id="editReservation",
    response_model=Envelope[ReservationShape],
)
async def edit(request: Request, principal: MaybeCaller, reservation_key: str, form: ReservationEdit) -> Any:
    """Move a reservation to another time, or change what was written; the cut-off of the service holds."""
    given = form.given()
    details = {name: given.pop(name) for name in DETAILS if name in given}
    answer = None
    if given:
        before = await _found(request, reservation_key)
        at = given.pop("start_at", None)
        start_at = before.start_at if at is None else instant_of(at, "/start_at")
        answer = await _changed(
            request, principal, move_reservation, reservation_key, start_at=start_at, **given
        )
    if details or answer is None:
        answer = await _changed(request, principal, edit_reservation, reservation_key, changes=details)
    return answer


@router.delete(
    "/reservations/{reservation_key}",
    operation_id="cancelReservation",
    response_model=Envelope[ReservationShape],
)
async def cancel(request: Request, principal: MaybeCaller, reservation_key: str) -> Any:
    """Give a reservation up, or a time that is only kept. Its place goes to the waiting list at once."""
    return await _changed(request, principal, cancel_reservation, reservation_key)


@router.post(
    "/reservations/{reservation_key}/confirm",
    operation_id="confirmReservation",
    response_model=Envelope[ReservationShape],
)
async def approve(request: Request, principal: Agent, reservation_key: str, _given: Nothing) -> Any:
    """Approve a request."""
    return await _changed(request, principal, confirm, reservation_key, _staff=None)


@router.post(
    "/reservations/{reservation_key}/check-in",
    operation_id="checkInReservation",
    response_model=Envelope[GuestTicket],
    openapi_extra=_CHECK_IN,
)
async def check_in(request: Request, principal: MaybeCaller, reservation_key: str, given: CheckIn) -> Any:
    """Turn a reservation into a ticket: the guest is here. Once is enough; again gives the same ticket.

    Where the service wants guests to be near (`near_m`), `location` is compared with the branch's and kept
    nowhere; a kiosk and the staff need none.
    """
    house = house_of(request)
    kiosk = principal is not None and principal.role is Role.KIOSK
    phone = given.get("location")
    joined: Joined = await _run(request, principal, arrive, reservation_key, on_the_spot=kiosk, phone=phone)
    return {"data": guest_ticket(house, joined.ticket)}


async def _made(
    request: Request,
    principal: Principal | None,
    verb: Callable[..., Reservation],
    service_id: Any,
    given: Any,
) -> Response:
    house = house_of(request)
    wanted = await house.store.read(service, str(service_id))
    if wanted is None:
        raise not_found()
    by_staff = _is_staff(principal, wanted.branch_id)
    await house.limits.check_hold(request.scope, principal)
    try:
        return await create(
            request,
            principal,
            verb,
            lambda made: {"data": reservation_json(made)},
            "reservations",
            service_id=wanted.id,
            by_staff=by_staff,
            **given,
        )
    except AppError as error:
        raise told(error) from None


async def _changed(
    request: Request, principal: Principal | None, verb: Callable[..., Any], reservation_key: str, **more: Any
) -> Any:
    return {"data": reservation_json(await _run(request, principal, verb, reservation_key, **more))}


async def _run(
    request: Request,
    principal: Principal | None,
    verb: Callable[..., Any],
    reservation_key: str,
    *,
    _staff: bool | None = True,
    **more: Any,
) -> Any:
    """Run a verb on a reservation: whoever holds the key is the guest; staff of its branch are more."""
    house = house_of(request)
    found = await _found(request, reservation_key)
    if _staff is None and principal is not None:
        check_branch(principal, found.branch_id)
    if _staff:
        more["by_staff"] = _is_staff(principal, found.branch_id)
    actor = principal.actor if principal else "guest"
    try:
        return await house.store.write(verb, actor=actor, reservation_key=reservation_key, **more)
    except AppError as error:
        raise told(error) from None


async def _found(request: Request, reservation_key: str) -> Reservation:
    house: House = house_of(request)
    found = await house.limits.looked_up(
        request.scope, lambda: house.store.read(reservation_by_key, reservation_key)
    )
    if found is None:
        raise not_found()
    return found


def _is_staff(principal: Principal | None, branch_id: str) -> bool:
    return principal is not None and principal.may(Permission.CALL) and principal.sees(branch_id)

"""The waiting list of full slots, for whoever holds the key of a place in it."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from nowserving.actions.reservations.standing_by import decline_offer, leave_standby, stand_by, take_offer
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.standby import Standby
from nowserving.errors import AppError, not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.reservations import offer_to
from nowserving.store.reservations.standbys import ahead_of, standby_by_key
from nowserving.web.api.given import Nothing
from nowserving.web.api.reservations.shapes import (
    ReservationShape,
    StandbyShape,
    instant_of,
    reservation_json,
    standby_json,
    told,
)
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.wire.resource import (
    ONCE,
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


class NewStandby(Form):
    """Which slots would do: those that start from one instant on and before another."""

    from_at: Text
    to_at: Text
    desk_id: TextOrNull = None
    size: Number = 1
    name: Text = ""
    phone: TextOrNull = None
    email: TextOrNull = None
    language: Text = ""


class TakenOffer(Form):
    """What is still missing to book what is offered; the rest is as it was said before."""

    name: Text = None
    phone: TextOrNull = None
    email: TextOrNull = None
    birth_date: TextOrNull = None
    note: TextOrNull = None
    answers: Object = None


@router.post(
    "/services/{service_id}/standbys",
    operation_id="createStandby",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[StandbyShape],
)
async def add(request: Request, principal: MaybeCaller, service_id: str, form: NewStandby) -> Response:
    """Wait for a full slot; 409 `room_left` with times that can be booked, while there are any."""
    given = form.given()
    given |= {name: instant_of(given[name], f"/{name}") for name in ("from_at", "to_at")}
    await house_of(request).limits.check_join(request.scope, principal)
    try:
        return await create(
            request,
            principal,
            stand_by,
            lambda made: {"data": standby_json(made, 0, None)},
            "standbys",
            service_id=service_id,
            **given,
        )
    except AppError as error:
        raise told(error) from None


@router.get("/standbys/{standby_key}", operation_id="getStandby", response_model=Envelope[StandbyShape])
async def one(request: Request, _principal: MaybeCaller, standby_key: str) -> Any:
    """Return a place in the waiting list, with how many came before it and what is offered to it."""
    return await _shown(request, standby_key)


@router.post(
    "/standbys/{standby_key}/take", operation_id="takeOffer", response_model=Envelope[ReservationShape]
)
async def take(request: Request, principal: MaybeCaller, standby_key: str, form: TakenOffer) -> Any:
    """Book what is offered; 410 once the offer has run out."""
    return {"data": reservation_json(await _run(request, principal, take_offer, standby_key, **form.given()))}


@router.post(
    "/standbys/{standby_key}/decline", operation_id="declineOffer", response_model=Envelope[StandbyShape]
)
async def decline(request: Request, principal: MaybeCaller, standby_key: str, _given: Nothing) -> Any:
    """Say no to what is offered: it passes on, and the place in the list stays."""
    await _run(request, principal, decline_offer, standby_key)
    return await _shown(request, standby_key)


@router.delete("/standbys/{standby_key}", operation_id="leaveStandby", response_model=Envelope[StandbyShape])
async def leave(request: Request, principal: MaybeCaller, standby_key: str) -> Any:
    """Give up a place in the waiting list."""
    await _run(request, principal, leave_standby, standby_key)
    return await _shown(request, standby_key)


async def _run(request: Request, principal: Any, verb: Any, standby_key: str, **more: Any) -> Any:
    await _found(request, standby_key)
    actor = principal.actor if principal else "guest"
    return await house_of(request).store.write(verb, actor=actor, standby_key=standby_key, **more)


async def _shown(request: Request, standby_key: str) -> dict[str, Any]:
    return {"data": standby_json(*await _found(request, standby_key))}


async def _found(request: Request, standby_key: str) -> tuple[Standby, int, Reservation | None]:
    house = house_of(request)
    found = await house.limits.looked_up(request.scope, lambda: house.store.read(_read, standby_key))
    if found is None:
        raise not_found()
    return found


def _read(reader: Reader, standby_key: str) -> tuple[Standby, int, Reservation | None] | None:
    standby = standby_by_key(reader, standby_key)
    if standby is None:
        return None
    return standby, ahead_of(reader, standby), offer_to(reader, standby.id)

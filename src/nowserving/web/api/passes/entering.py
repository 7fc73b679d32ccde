"""Coming in from a lobby, from the device that joined: the pass, more time for it, and giving it back."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from nowserving.actions.shows.passing import come_in, extend_own_pass, leave_seats, no_pass
from nowserving.domain.shows.show import Show
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.shows.passes import Pass, pass_by_id
from nowserving.store.shows.shows import performance, show
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.api.given import Nothing
from nowserving.web.api.passes.shapes import PassShape, pass_json
from nowserving.web.api.tickets.ticket_answers import guest_ticket
from nowserving.web.api.tickets.ticket_models import Ticket as GuestTicket
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.gate.guests.passes import check_signer, claims_of_place
from nowserving.web.house import house_of
from nowserving.web.pages.guest.phones import phone_of
from nowserving.web.wire.resource import Envelope, resource

router = resource("passes")


@router.post("/tickets/{key}/enter", operation_id="enterTicket", response_model=Envelope[PassShape])
async def enter(request: Request, _principal: MaybeCaller, key: str, _given: Nothing) -> Any:
    """Come in after the call, from the device (its cookie) that joined; asked again, the same pass.

    The token goes into the header `Pass` of whatever is done with seats. Where the lobby guards a website
    that is not ours, `website` is its address with a token that it takes once.
    """
    house = house_of(request)
    await _check_there(request, key)
    check_signer(house.settings, house.store.clock())
    given = await house.store.write(come_in, actor="guest", key=key, device_hash=phone_of(request))
    return await _shown(request, given.id, key)


@router.post("/tickets/{key}/extend-pass", operation_id="extendPass", response_model=Envelope[PassShape])
async def extend(request: Request, _principal: MaybeCaller, key: str, _given: Nothing) -> Any:
    """Give the pass in the header `Pass` more time, once; its token is a new one."""
    claims = claims_of_place(request, key)
    await house_of(request).store.write(
        extend_own_pass, actor="guest", performance_id=claims["perf"], claims=claims
    )
    return await _shown(request, claims["jti"], key)


@router.post("/tickets/{key}/leave-seats", operation_id="leaveSeats", response_model=Envelope[GuestTicket])
async def leave(request: Request, _principal: MaybeCaller, key: str, _given: Nothing) -> Any:
    """Give the pass in the header `Pass` back without booking: whoever is next is let in at once."""
    claims = claims_of_place(request, key)
    house = house_of(request)
    ticket = await house.store.write(leave_seats, actor="guest", performance_id=claims["perf"], claims=claims)
    return {"data": guest_ticket(house, ticket)}


async def _check_there(request: Request, key: str) -> None:
    house = house_of(request)
    if await house.limits.looked_up(request.scope, lambda: house.store.read(ticket_by_key, key)) is None:
        raise not_found()


async def _shown(request: Request, pass_id: str, key: str) -> dict[str, Any]:
    house = house_of(request)
    given, of = await house.store.read(_read, pass_id)
    return {"data": pass_json(house.settings, of, given, key, house.store.clock())}


def _read(reader: Reader, pass_id: str) -> tuple[Pass, Show]:
    given = pass_by_id(reader, pass_id)
    of = performance(reader, given.performance_id) if given else None
    sold = show(reader, of.show_id) if of else None
    if given is None or sold is None:
        raise no_pass()
    return given, sold

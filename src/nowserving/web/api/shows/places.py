"""Taking a place in a lobby. What becomes of it is read and done as with every ticket, by its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from nowserving.actions.shows.lobbying import take_place
from nowserving.domain.values import Reader, optional
from nowserving.errors import N_, Conflict, invalid_field
from nowserving.web.api.given import Given, any_text, body, described
from nowserving.web.api.shows.finding import announced_date
from nowserving.web.api.tickets.ticket_answers import guest_ticket
from nowserving.web.api.tickets.ticket_models import Ticket
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.pages.guest.phones import mark, phone_of
from nowserving.web.wire import asgi
from nowserving.web.wire.resource import JSON, Envelope, resource

router = resource("lobbies")


def _any_object(value: object, pointer: str) -> Mapping[str, Any]:
    """Return `value` if it is an object; what may stand in it, the action says."""
    if not isinstance(value, Mapping):
        raise invalid_field(pointer, "not_an_object", N_("This must be an object with named fields."))
    return value


_PLACE: Mapping[str, Reader] = {"contact": optional(_any_object), "language": any_text}
_PLACE_SCHEMA = described(
    {"contact": {"type": ["object", "null"]}, "language": {"type": "string"}},
    example={"contact": {"email": "ana@example.org"}, "language": "es"},
)


@router.post(
    "/performances/{performance_id}/places",
    operation_id="takePlace",
    status_code=201,
    response_model=Envelope[Ticket],
    responses={200: {"description": "The place that this device has already.", "model": Envelope[Ticket]}},
    openapi_extra=_PLACE_SCHEMA,
)
async def take(
    request: Request,
    principal: MaybeCaller,
    performance_id: str,
    given: Annotated[Given, Depends(body(_PLACE))],
) -> Response:
    """Take a place in a lobby, one for each device; asked again, the same place, with 200.

    A device is known by the cookie that `getLobby` gives; 409 `no_device` without it. A program that is no
    browser sends `Origin` too, as with every cookie. Before the opening the place is an early one: where it
    stands, the draw will say.
    """
    house = house_of(request)
    found = await announced_date(house, performance_id)
    phone = phone_of(request)
    if phone is None:
        raise no_device()
    await house.limits.check_join(request.scope, principal)
    joined = await house.store.write(
        take_place,
        actor=principal.actor if principal else "guest",
        performance_id=performance_id,
        joined_from=phone,
        pace=house.pace_for(found.performance.queue_id, 1),
        **given,
    )
    location = {"Location": f"/api/v1/tickets/{joined.ticket.key}"}
    answer = asgi.encode({"data": guest_ticket(house, joined.ticket)})
    response = Response(answer, 200 if joined.again else 201, location, JSON)
    mark(request, response)
    return response


def no_device() -> Conflict:
    """Return the refusal of whoever can't be told from others, ready to raise."""
    message = N_("Ask for the lobby first, and send back the cookie that it gives: it is one place a device.")
    return Conflict("no_device", message)

"""What a host does at the stand of a queue that calls by itself."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.tickets import hosting
from nowserving.actions.tickets.undoing import undo_at_stand
from nowserving.domain.values import whole_between
from nowserving.web.api.given import Given, Nothing, body, described
from nowserving.web.api.tickets.stand import branch_of_queue
from nowserving.web.api.tickets.ticket_answers import by_staff, staff_ticket
from nowserving.web.api.tickets.ticket_models import StaffTicket, Tickets
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Agent, Envelope, resource
from nowserving.web.wire.shapes import QueueShape, queue_json

router = resource("stands")


def _minutes(least: int) -> Any:
    return body({"minutes": whole_between(least, hosting.MOST_MINUTES)}, required=frozenset({"minutes"}))


def _described(least: int, example: int) -> Any:
    schema = {"type": "integer", "minimum": least, "maximum": hosting.MOST_MINUTES}
    return described({"minutes": schema}, example={"minutes": example}, required=("minutes",))


@router.post("/tickets/{key}/call", operation_id="callTicketNow", response_model=Envelope[StaffTicket])
async def call_now(request: Request, key: str, principal: Agent, _given: Nothing) -> Any:
    """Call a chosen party to no desk, whether there is room or not. Called already: announced again.

    409 `called_at_desks` in a queue whose desks call.
    """
    return await by_staff(request, principal, hosting.call_now, key)


@router.post("/tickets/{key}/seat", operation_id="seatTicket", response_model=Envelope[StaffTicket])
async def seat(request: Request, key: str, principal: Agent, _given: Nothing) -> Any:
    """Let a party in, called or not, set aside or missed. 409 `called_at_desks` where desks call."""
    return await by_staff(request, principal, hosting.seat, key)


@router.post(
    "/tickets/{key}/extend",
    operation_id="extendTicket",
    response_model=Envelope[StaffTicket],
    openapi_extra=_described(1, 15),
)
async def extend(
    request: Request, key: str, principal: Agent, given: Annotated[Given, Depends(_minutes(1))]
) -> Any:
    """Give a party more minutes to come, or to stay. 409 `no_time_limit` for one that has no limit."""
    return await by_staff(request, principal, hosting.extend, key, **given)


@router.post(
    "/queues/{queue_id}/late",
    operation_id="runLate",
    response_model=Envelope[QueueShape],
    openapi_extra=_described(0, 20),
)
async def late(
    request: Request, queue_id: str, principal: Agent, given: Annotated[Given, Depends(_minutes(0))]
) -> Any:
    """Add minutes to every estimate of a queue, in place of what was added before; 0 is on time again."""
    house = house_of(request)
    branch_of_queue(house, principal, queue_id)
    queue = await house.store.write(hosting.run_late, actor=principal.actor, queue_id=queue_id, **given)
    return {"data": queue_json(queue)}


@router.post("/queues/{queue_id}/undo", operation_id="undoAtStand", response_model=Envelope[Tickets])
async def undo(request: Request, queue_id: str, principal: Agent, _given: Nothing) -> Any:
    """Take back, within a minute, what staff did last in a queue at no desk. 409 `nothing_to_undo`."""
    house = house_of(request)
    branch_of_queue(house, principal, queue_id)
    tickets = await house.store.write(undo_at_stand, actor=principal.actor, queue_id=queue_id)
    return {"data": {"tickets": [staff_ticket(house, ticket) for ticket in tickets]}}

"""What is done at a desk. Calling the next ticket is a hot door (web/doors.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.tickets.calling import call_chosen
from nowserving.actions.tickets.desk_duty import close_desk, open_desk, pause_desk
from nowserving.actions.tickets.undoing import undo
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.values import flag
from nowserving.errors import N_, invalid_field
from nowserving.web.api.given import Given, Nothing, body, described
from nowserving.web.api.tickets.ticket_answers import (
    branch_of_desk,
    called_answer,
    check_ticket,
    desk_answer,
    staff_ticket,
)
from nowserving.web.api.tickets.ticket_models import Called, DeskWork, Tickets
from nowserving.web.gate.auth import require
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Envelope, resource

router = resource("desks")
Agent = Annotated[Principal, Depends(require(Permission.CALL))]


def _key(value: object, pointer: str) -> str:
    if not isinstance(value, str) or len(value) > 64:
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    return value


@router.get(
    "/desks/{desk_id}/work",
    operation_id="getDeskWork",
    response_model=Envelope[DeskWork],
)
async def work(request: Request, desk_id: str, principal: Agent) -> Any:
    """Return a desk as it is now: its state, its agent, its queues, the ticket it is busy with."""
    house = house_of(request)
    branch = branch_of_desk(house, principal, desk_id)
    return {"data": desk_answer(house, branch, desk_id)}


@router.post(
    "/desks/{desk_id}/call",
    operation_id="callTicket",
    response_model=Envelope[Called],
    openapi_extra=described(
        {"key": {"type": "string"}, "anyway": {"type": "boolean", "default": False}},
        example={"key": "nWvR2cT0Qm6aXk3JpLzYhw"},
        required=("key",),
    ),
)
async def call(
    request: Request,
    desk_id: str,
    principal: Agent,
    given: Annotated[Given, Depends(body({"key": _key, "anyway": flag}, required=frozenset({"key"})))],
) -> Any:
    """Call one chosen ticket to a desk.

    409 `at_other_desk` names the desk that has it; with `anyway` it is taken over from there.
    """
    house = house_of(request)
    branch = branch_of_desk(house, principal, desk_id)
    await check_ticket(house, principal, given["key"])
    called = await house.store.write(call_chosen, actor=principal.actor, desk_id=desk_id, **given)
    return {"data": called_answer(house, branch, called.ticket, desk_id)}


@router.post(
    "/desks/{desk_id}/undo",
    operation_id="undoAtDesk",
    response_model=Envelope[Tickets],
)
async def undo_last(request: Request, desk_id: str, principal: Agent, _given: Nothing) -> Any:
    """Take back the last act at a desk within a minute, whole: a call and the visit it finished."""
    house = house_of(request)
    branch_of_desk(house, principal, desk_id)
    tickets = await house.store.write(undo, actor=principal.actor, desk_id=desk_id)
    return {"data": {"tickets": [staff_ticket(house, ticket) for ticket in tickets]}}


async def _duty(request: Request, principal: Principal, verb: Callable[..., Any], desk_id: str) -> Any:
    house = house_of(request)
    branch = branch_of_desk(house, principal, desk_id)
    await house.store.write(verb, actor=principal.actor, desk_id=desk_id)
    return {"data": desk_answer(house, branch, desk_id)}


@router.post(
    "/desks/{desk_id}/open",
    operation_id="openDesk",
    response_model=Envelope[DeskWork],
)
async def open_(request: Request, desk_id: str, principal: Agent, _given: Nothing) -> Any:
    """Begin or resume work at a desk; it is the caller's desk now."""
    return await _duty(request, principal, open_desk, desk_id)


@router.post(
    "/desks/{desk_id}/pause",
    operation_id="pauseDesk",
    response_model=Envelope[DeskWork],
)
async def pause(request: Request, desk_id: str, principal: Agent, _given: Nothing) -> Any:
    """Stop calling for a while. 409 `desk_busy` while a ticket is open at the desk."""
    return await _duty(request, principal, pause_desk, desk_id)


@router.post(
    "/desks/{desk_id}/close",
    operation_id="closeDesk",
    response_model=Envelope[DeskWork],
)
async def close(request: Request, desk_id: str, principal: Agent, _given: Nothing) -> Any:
    """End work at a desk. 409 `desk_busy` while a ticket is open at the desk."""
    return await _duty(request, principal, close_desk, desk_id)

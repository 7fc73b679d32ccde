"""Visits: whose a ticket is and why they have come, who can't wait, on to another station and back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.clinic.pausing import pause_and_tell
from nowserving.actions.clinic.sending import send_back, send_on
from nowserving.actions.clinic.triage import take_over_line, triage
from nowserving.actions.clinic.visiting import attach, read_visits
from nowserving.domain.clinic.visit import MOST_REASON, Why, clean_reason
from nowserving.domain.people.roles import Permission
from nowserving.domain.tickets.ticket import Ticket
from nowserving.domain.values import Reader, flag, one_of, whole_between
from nowserving.errors import N_, Forbidden, not_found
from nowserving.store.clinic.visits import stations_of
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.api.clinic.looking import Clinician, RecordKeeper, branch_live, check_record, reading_of
from nowserving.web.api.clinic.shapes import VisitShape, visit_json
from nowserving.web.api.given import BY_DESK, BY_DESK_SCHEMA, Given, any_id, body, described
from nowserving.web.api.tickets.ticket_answers import (
    branch_of_desk,
    branch_of_ticket,
    by_staff,
    check_ticket,
    desk_answer,
    staff_ticket,
)
from nowserving.web.api.tickets.ticket_models import DeskWork, StaffTicket, Tickets
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.wire.resource import Agent, Envelope, resource

router = resource("visits")

_BACK_IN = N_("Back in %(minutes)s min.")
_TEXT = {"type": "string"}
_VISIT: dict[str, Reader] = {"record_id": any_id, "reason": clean_reason}
_ON: dict[str, Reader] = {"queue_id": any_id, **BY_DESK}
_TRIAGE: dict[str, Reader] = {"why": one_of(Why), "priority": any_id, "now": flag, **BY_DESK}


@router.get("/tickets/{key}/visit", operation_id="getVisit", response_model=Envelope[VisitShape])
async def one(request: Request, principal: Clinician, key: str) -> Any:
    """Return whose a ticket is, why they have come, and each station that was passed with this one code.

    The look is on record.
    """
    house = house_of(request)
    branch = branch_live(house, principal, await branch_of_ticket(house, key))
    ticket = await _ticket(house, key)
    seen = await house.store.write(
        read_visits,
        actor=principal.actor,
        branch_id=ticket.branch_id,
        ticket_ids=[ticket.id],
        cabinet=house.cabinet,
        reading=reading_of(request, principal),
    )
    stations = await house.store.read(stations_of, ticket.id)
    return {"data": visit_json(branch, key, ticket.code, seen.get(ticket.id), stations)}


@router.patch(
    "/tickets/{key}/visit",
    operation_id="editVisit",
    response_model=Envelope[StaffTicket],
    openapi_extra=described(
        {"record_id": _TEXT, "reason": {"type": "string", "maxLength": MOST_REASON}},
        example={"record_id": "r5t7v9x2z4b6d8f1h3k5m7p9q2"},
    ),
)
async def edit(
    request: Request, key: str, principal: RecordKeeper, given: Annotated[Given, Depends(body(_VISIT))]
) -> Any:
    """Say whose a ticket is, why they have come, or both; a reason is for clinicians to write."""
    house = house_of(request)
    await check_ticket(house, principal, key)
    if "reason" in given and not principal.may(Permission.CLINICAL):
        raise Forbidden("forbidden", N_("You may not do this."))
    if "record_id" in given:
        await check_record(house, principal, given["record_id"])
    await house.store.write(attach, actor=principal.actor, key=key, cabinet=house.cabinet, **given)
    return {"data": staff_ticket(house, await _ticket(house, key))}


@router.post(
    "/tickets/{key}/triage",
    operation_id="triageTicket",
    response_model=Envelope[StaffTicket],
    openapi_extra=described(
        {
            "why": {"type": "string", "enum": list(Why)},
            "priority": {"type": "string", "description": "The code of a class of the queue."},
            "now": {"type": "boolean", "default": False, "description": "Comes next, whatever the class."},
            "desk_id": BY_DESK_SCHEMA,
        },
        example={"why": "urgent", "now": True},
        required=("why",),
    ),
)
async def urgent(
    request: Request,
    key: str,
    principal: Agent,
    given: Annotated[Given, Depends(body(_TRIAGE, required=frozenset({"why"})))],
) -> Any:
    """Give a waiting ticket a class, worth its head start whenever given, or let it come next."""
    return await by_staff(request, principal, triage, key, **given)


@router.post(
    "/tickets/{key}/send-on",
    operation_id="sendTicketOn",
    response_model=Envelope[StaffTicket],
    openapi_extra=described(
        {"queue_id": _TEXT, "desk_id": BY_DESK_SCHEMA},
        example={"queue_id": "q7d2m5r8t1v4w6x9z3b5n8k2c4"},
        required=("queue_id",),
    ),
)
async def on(
    request: Request,
    key: str,
    principal: Agent,
    given: Annotated[Given, Depends(body(_ON, required=frozenset({"queue_id"})))],
) -> Any:
    """Send a guest on to another station, to come back to who sends: one visit, one code."""
    return await by_staff(request, principal, send_on, key, **given)


@router.post(
    "/tickets/{key}/send-back",
    operation_id="sendTicketBack",
    response_model=Envelope[StaffTicket],
    openapi_extra=described({"desk_id": BY_DESK_SCHEMA}, example={}),
)
async def back(
    request: Request, key: str, principal: Agent, given: Annotated[Given, Depends(body(BY_DESK))]
) -> Any:
    """Send a guest back to who sent them on, with the rank they had there. 409 `not_sent` if nobody did."""
    return await by_staff(request, principal, send_back, key, **given)


@router.post(
    "/queues/{queue_id}/take-over",
    operation_id="takeOverLine",
    response_model=Envelope[Tickets],
    openapi_extra=described(
        {"to_queue_id": _TEXT},
        example={"to_queue_id": "q9f4m7r2t5v8w1x3z6b9n2k4c7"},
        required=("to_queue_id",),
    ),
)
async def replace(
    request: Request,
    queue_id: str,
    principal: Agent,
    given: Annotated[Given, Depends(body({"to_queue_id": any_id}, required=frozenset({"to_queue_id"})))],
) -> Any:
    """Move everybody who waits to a replacement's queue, each with the rank they have."""
    house = house_of(request)
    branch = house.relay.branch_with_queue(queue_id)
    check_branch(principal, branch.layout.branch.id if branch else None)
    moved = await house.store.write(take_over_line, actor=principal.actor, queue_id=queue_id, **given)
    return {"data": {"tickets": [staff_ticket(house, ticket) for ticket in moved]}}


@router.post(
    "/desks/{desk_id}/pause-and-tell",
    operation_id="pauseDeskAndTell",
    response_model=Envelope[DeskWork],
    openapi_extra=described(
        {"minutes": {"type": "integer", "minimum": 1, "maximum": 240}},
        example={"minutes": 10},
        required=("minutes",),
    ),
)
async def pause(
    request: Request,
    desk_id: str,
    principal: Agent,
    given: Annotated[
        Given, Depends(body({"minutes": whole_between(1, 240)}, required=frozenset({"minutes"})))
    ],
) -> Any:
    """Pause a desk and tell the lines of its clinical queues "Back in 10 min." in the caller's language."""
    house = house_of(request)
    branch = branch_of_desk(house, principal, desk_id)
    text = localiser(language_of(request)).gettext(_BACK_IN, minutes=given["minutes"])
    await house.store.write(pause_and_tell, actor=principal.actor, desk_id=desk_id, text=text)
    return {"data": desk_answer(house, branch, desk_id)}


async def _ticket(house: House, key: str) -> Ticket:
    found = await house.store.read(ticket_by_key, key)
    if found is None:
        raise not_found()
    return found

"""What staff and guests do with one ticket. Joining and reading a ticket are hot doors (web/doors.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.tickets import arriving, calling, hosting, serving, undoing
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import Ticket
from nowserving.domain.values import Reader, one_of, whole_between
from nowserving.web.api.given import BY_DESK, BY_DESK_SCHEMA, Given, Nothing, any_id, body, described
from nowserving.web.api.tickets.ticket_answers import branch_of_ticket, by_staff, guest_ticket
from nowserving.web.api.tickets.ticket_models import StaffTicket
from nowserving.web.api.tickets.ticket_models import Ticket as GuestTicket
from nowserving.web.gate.auth import MaybeCaller, require
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Envelope, resource

router = resource("tickets")
Agent = Annotated[Principal, Depends(require(Permission.CALL))]


_REQUEUE: dict[str, Reader] = {**BY_DESK, "where": one_of(Where)}
_TRANSFER = {**_REQUEUE, "queue_id": any_id}
_WHERE_SCHEMA = {"type": "string", "enum": list(Where)}


async def _by_guest(
    request: Request, principal: Principal | None, verb: Callable[..., Ticket], key: str, **more: Any
) -> Any:
    """Whoever holds the key is the guest; staff may do the same in the guest's place."""
    house = house_of(request)
    await branch_of_ticket(house, key)
    actor = principal.actor if principal else "guest"
    ticket = await house.store.write(verb, actor=actor, key=key, **more)
    return {"data": guest_ticket(house, ticket)}


@router.post(
    "/tickets/{key}/recall",
    operation_id="recallTicket",
    response_model=Envelope[StaffTicket],
)
async def recall(request: Request, key: str, principal: Agent, _given: Nothing) -> Any:
    """Announce a called ticket again."""
    return await by_staff(request, principal, calling.recall, key)


@router.post(
    "/tickets/{key}/start",
    operation_id="startTicket",
    response_model=Envelope[StaffTicket],
)
async def start(request: Request, key: str, principal: Agent, _given: Nothing) -> Any:
    """Begin serving a called ticket."""
    return await by_staff(request, principal, serving.start, key)


@router.post(
    "/tickets/{key}/finish",
    operation_id="finishTicket",
    response_model=Envelope[StaffTicket],
)
async def finish(request: Request, key: str, principal: Agent, _given: Nothing) -> Any:
    """End the service of a ticket; one that was called and not started is started first, on record."""
    return await by_staff(request, principal, serving.finish, key)


@router.post(
    "/tickets/{key}/no-show",
    operation_id="noShowTicket",
    response_model=Envelope[StaffTicket],
)
async def no_show(request: Request, key: str, principal: Agent, _given: Nothing) -> Any:
    """Say that a called guest did not come. Final, unless the ticket is requeued."""
    return await by_staff(request, principal, serving.no_show, key)


@router.post(
    "/tickets/{key}/park",
    operation_id="parkTicket",
    response_model=Envelope[StaffTicket],
    openapi_extra=described({"desk_id": BY_DESK_SCHEMA}, example={}),
)
async def park(
    request: Request, key: str, principal: Agent, given: Annotated[Given, Depends(body(BY_DESK))]
) -> Any:
    """Set a ticket aside, to be called or requeued later."""
    return await by_staff(request, principal, serving.park, key, **given)


@router.post(
    "/tickets/{key}/requeue",
    operation_id="requeueTicket",
    response_model=Envelope[StaffTicket],
    openapi_extra=described(
        {"where": _WHERE_SCHEMA, "desk_id": BY_DESK_SCHEMA}, example={"where": "front"}, required=("where",)
    ),
)
async def requeue(
    request: Request,
    key: str,
    principal: Agent,
    given: Annotated[Given, Depends(body(_REQUEUE, required=frozenset({"where"})))],
) -> Any:
    """Bring a called, parked or missed ticket back to the front, the middle or the end of its line."""
    return await by_staff(request, principal, serving.requeue, key, **given)


@router.post(
    "/tickets/{key}/transfer",
    operation_id="transferTicket",
    response_model=Envelope[StaffTicket],
    openapi_extra=described(
        {"queue_id": {"type": "string"}, "where": _WHERE_SCHEMA, "desk_id": BY_DESK_SCHEMA},
        example={"queue_id": "q7d2m5r8t1v4w6x9z3b5n8k2c4", "where": "end"},
        required=("queue_id",),
    ),
)
async def transfer(
    request: Request,
    key: str,
    principal: Agent,
    given: Annotated[Given, Depends(body(_TRANSFER, required=frozenset({"queue_id"})))],
) -> Any:
    """Send a ticket to another queue of its branch; code, key and history stay."""
    return await by_staff(request, principal, serving.transfer, key, **given)


@router.post(
    "/tickets/{key}/cancel",
    operation_id="cancelTicket",
    response_model=Envelope[StaffTicket],
    openapi_extra=described({"desk_id": BY_DESK_SCHEMA}, example={}),
)
async def cancel(
    request: Request, key: str, principal: Agent, given: Annotated[Given, Depends(body(BY_DESK))]
) -> Any:
    """Withdraw a ticket, by staff."""
    return await by_staff(request, principal, serving.cancel, key, **given)


@router.post(
    "/tickets/{key}/postpone",
    operation_id="postponeTicket",
    response_model=Envelope[GuestTicket],
    openapi_extra=described(
        {"places": {"type": "integer", "minimum": 1, "maximum": 1000}},
        example={"places": 3},
        required=("places",),
    ),
)
async def postpone(
    request: Request,
    key: str,
    principal: MaybeCaller,
    given: Annotated[
        Given, Depends(body({"places": whole_between(1, 1000)}, required=frozenset({"places"})))
    ],
) -> Any:
    """Let so many others pass."""
    return await _by_guest(request, principal, serving.postpone, key, **given)


@router.post(
    "/tickets/{key}/check-in",
    operation_id="checkInTicket",
    response_model=Envelope[GuestTicket],
)
async def check_in(request: Request, key: str, principal: MaybeCaller, _given: Nothing) -> Any:
    """Say "I am here" to a call: service begins. 410 `lapsed` when the time to come is over.

    `may_rejoin` in that answer says whether the place can be taken up again.
    """
    return await _by_guest(request, principal, serving.check_in, key)


@router.post(
    "/tickets/{key}/coming",
    operation_id="comingTicket",
    response_model=Envelope[GuestTicket],
    openapi_extra=described(
        {"minutes": {"type": "integer", "minimum": 0, "maximum": arriving.MOST_MINUTES, "default": 0}},
        example={"minutes": 5},
    ),
)
async def coming(
    request: Request,
    key: str,
    principal: MaybeCaller,
    given: Annotated[Given, Depends(body({"minutes": whole_between(0, arriving.MOST_MINUTES)}))],
) -> Any:
    """Say "I'm on my way", to be here in so many minutes. It changes no place and no deadline."""
    return await _by_guest(request, principal, arriving.coming, key, **given)


@router.post(
    "/tickets/{key}/rejoin",
    operation_id="rejoinTicket",
    response_model=Envelope[GuestTicket],
)
async def rejoin(request: Request, key: str, principal: MaybeCaller, _given: Nothing) -> Any:
    """Come back after a missed call, to a place behind half of the line, where the queue allows it.

    409 `no_rejoin` where it does not, `queue_closed` or `queue_paused` while nobody may come,
    `one_place_only` for a device that has joined again; 410 `rejoin_over` when the time is over.
    """
    return await _by_guest(request, principal, arriving.rejoin, key)


@router.post(
    "/tickets/{key}/party-size",
    operation_id="resizeTicket",
    response_model=Envelope[GuestTicket],
    openapi_extra=described(
        {"party_size": {"type": "integer", "minimum": 1, "maximum": 1000}},
        example={"party_size": 4},
        required=("party_size",),
    ),
)
async def resize(
    request: Request,
    key: str,
    principal: MaybeCaller,
    given: Annotated[
        Given, Depends(body({"party_size": whole_between(1, 1000)}, required=frozenset({"party_size"})))
    ],
) -> Any:
    """Change how many people come: guests while they wait, staff also later."""
    branch_id = await branch_of_ticket(house_of(request), key)
    by_staff = principal is not None and principal.may(Permission.CALL) and principal.sees(branch_id)
    verb = hosting.resize if by_staff else hosting.resize_own
    return await _by_guest(request, principal, verb, key, **given)


@router.delete(
    "/tickets/{key}",
    operation_id="leaveTicket",
    response_model=Envelope[GuestTicket],
)
async def leave(request: Request, key: str, principal: MaybeCaller, _given: Nothing) -> Any:
    """Leave the queue, by the guest. It can be undone for a minute."""
    return await _by_guest(request, principal, serving.leave, key)


@router.post(
    "/tickets/{key}/undo-leave",
    operation_id="undoLeaveTicket",
    response_model=Envelope[GuestTicket],
)
async def undo_leave(request: Request, key: str, principal: MaybeCaller, _given: Nothing) -> Any:
    """Take a leave back within a minute: the old place, as if nothing had been.

    409 `one_place_only` for a device that has joined this queue again meanwhile.
    """
    return await _by_guest(request, principal, undoing.undo_leave, key)

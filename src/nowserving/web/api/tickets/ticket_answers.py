"""Tickets and desks on their way out to staff, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Request

from nowserving.domain.people.roles import Principal
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import not_found
from nowserving.live.branch import BranchLive
from nowserving.live.places import Place
from nowserving.store.engine.scopes import branch_of
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.wire.ticket_json import desk_json, instant, ticket_json

T = TypeVar("T")

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


async def branch_of_ticket(house: House, key: str) -> str:
    """Return the branch of a ticket key; raises NotFound for what is no key of ours."""
    if not _KEY.fullmatch(key):
        raise not_found()
    found = house.relay.find(key)
    branch_id = found[0].layout.branch.id if found else await house.store.read(branch_of, "key", key)
    if branch_id is None:
        raise not_found()
    return branch_id


async def check_ticket(house: House, principal: Principal, key: str) -> None:
    """Raise NotFound unless the ticket is of a branch that the caller sees."""
    check_branch(principal, await branch_of_ticket(house, key))


async def by_staff(
    request: Request, principal: Principal, verb: Callable[..., Ticket], key: str, **more: Any
) -> dict[str, Any]:
    """Let a member of staff do something with one ticket, and answer with it as it is then."""
    house = house_of(request)
    await check_ticket(house, principal, key)
    ticket = await house.store.write(verb, actor=principal.actor, key=key, **more)
    return {"data": staff_ticket(house, ticket)}


def branch_of_desk(house: House, principal: Principal, desk_id: str) -> BranchLive:
    """Return the branch of a desk; raises NotFound unless the caller sees it."""
    branch = house.relay.branch_with_desk(desk_id)
    if branch is None or not principal.sees(branch.layout.branch.id):
        raise not_found()
    return branch


def guest_ticket(house: House, ticket: Ticket) -> dict[str, Any]:
    """Return a ticket for its guest, with its place from memory when it waits."""
    branch = house.relay.branches.get(ticket.branch_id)
    return ticket_json(branch, ticket, _position(house, ticket), house.store.clock(), house.settings.base_url)


def staff_ticket(house: House, ticket: Ticket) -> dict[str, Any]:
    """Return a ticket for staff."""
    return {
        **guest_ticket(house, ticket),
        "name": ticket.name,
        "note": ticket.note,
        "priority": ticket.priority,
    }


def staff_place(house: House, branch: BranchLive, place: Place) -> dict[str, Any]:
    """Return an open ticket for staff, from memory."""
    position = branch.lines.ahead(place) + 1 if place.state is State.WAITING else None
    data = ticket_json(branch, place, position, house.store.clock(), house.settings.base_url)
    return {**data, "name": place.name, "note": place.note, "priority": place.priority}


def _position(house: House, ticket: Ticket) -> int | None:
    # Memory follows each commit before its caller is answered, so it knows the new place already.
    found = house.relay.find(ticket.key) if ticket.state is State.WAITING else None
    return found[0].lines.ahead(found[1]) + 1 if found else None


def desk_answer(house: House, branch: BranchLive, desk_id: str) -> dict[str, Any]:
    """Return a desk as it is now, from memory."""
    desk = branch.desks[desk_id]
    current = branch.lines.at_desk.get(desk_id)
    queues = [branch.queues[queue_id] for queue_id in desk.queue_ids if queue_id in branch.queues]
    return {
        "id": desk.id,
        "name": desk.name,
        "branch_id": desk.branch_id,
        "department_id": desk.department_id,
        "state": desk.state.value,
        "agent": desk.agent_id,
        "since_at": instant(desk.since_at),
        "queues": [
            {"id": one.id, "name": one.name, "prefix": one.prefix, "waiting": len(branch.lines.line(one.id))}
            for one in queues
        ],
        "current": staff_place(house, branch, current) if current else None,
    }


def called_answer(house: House, branch: BranchLive, ticket: Ticket, desk_id: str) -> dict[str, Any]:
    """Return a call: the ticket and the desk."""
    return {"ticket": staff_ticket(house, ticket), "desk": desk_json(branch, desk_id)}

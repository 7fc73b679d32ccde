"""The guest's page: /t/{key}. The link is the secret; whoever has it sees one ticket and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.tickets.undoing import UNDO_WINDOW_S
from nowserving.domain.tickets.ticket import FINAL, State, Ticket
from nowserving.errors import AppError
from nowserving.live.branch import BranchLive, pace_view
from nowserving.live.screens import poll_after_s, queue_name, ticket_view, without_null
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import House, house_of
from nowserving.web.looks.qr import is_key
from nowserving.web.pages.guest.frame import guest_page, nothing_here, words_of

router = APIRouter(include_in_schema=False)

_DOTS = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as its page shows it: the live document, and the branch it belongs to."""

    branch: BranchLive
    state: dict[str, Any]


@router.get("/t/{key}")
async def ticket(request: Request, key: str, _caller: MaybeCaller) -> Response:
    """Show a ticket. A key that nobody has gets the same kind words, whatever it looks like."""
    return await place_page(request, key)


async def place_page(request: Request, key: str, error: AppError | None = None) -> Response:
    """Return the page of a ticket, with what was refused if something was."""
    house = house_of(request)
    shown = await _shown(house, request, key)
    if shown is None:
        return nothing_here(request, "guest/unknown.html")
    now = house.store.clock()
    state, layout = shown.state, shown.branch.layout
    ahead = state.get("ahead")
    return guest_page(
        request,
        "guest/ticket.html",
        status_code=error.status if error else 200,
        error=words_of(request, error) if error else "",
        ticket={"desk": None, "deadline_at": None, "ahead": None, "position": None, **state},
        wait=shown.branch.wait(state["queue"]["id"], ahead) if ahead is not None else None,
        is_final=State(state["state"]) in FINAL,
        may_undo=state["state"] == "left" and now < state["since_at"] + UNDO_WINDOW_S * 1_000_000,
        undo_until=state["since_at"] + UNDO_WINDOW_S * 1_000_000,
        is_near=_is_near(state),
        dots=_DOTS,
        refresh_s=max(5, poll_after_s(state.get("position"))),
        place_name=layout.branch.name,
        zone=layout.branch.time_zone,
        now=now,
        config={
            "key": key,
            "state": state,
            "pace": pace_view(shown.branch, state["queue"]["id"]),
            "dots": _DOTS,
        },
    )


async def _shown(house: House, request: Request, key: str) -> Shown | None:
    """Return the ticket of a key, from memory if it is open, else from the database."""
    if not is_key(key):
        return None
    found = house.relay.find(key)
    if found is not None:
        return Shown(found[0], ticket_view(*found))
    stored = await house.limits.looked_up(request.scope, partial(house.store.read, ticket_by_key, key))
    branch = house.relay.branches.get(stored.branch_id) if stored else None
    return Shown(branch, _ended(branch, stored)) if branch and stored else None


def _ended(branch: BranchLive, ticket: Ticket) -> dict[str, Any]:
    """Return the document of a ticket that memory has let go."""
    queue = branch.queues.get(ticket.queue_id)
    return without_null(
        as_of=branch.version,
        key=ticket.key,
        code=ticket.code,
        number=ticket.number,
        state=ticket.state.value,
        queue={"id": ticket.queue_id, "name": queue_name(queue) if queue else ""},
        party_size=ticket.party_size,
        joined_at=ticket.joined_at,
        since_at=ticket.ended_at or ticket.since_at,
        calls=ticket.calls,
    )


def _is_near(state: dict[str, Any]) -> bool:
    position = state.get("position")
    return position is not None and position <= state.get("nearly_at", 0)

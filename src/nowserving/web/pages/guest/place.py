"""The guest's page: /t/{key}. The link is the secret; whoever has it sees one ticket and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.tickets.undoing import UNDO_WINDOW_S
from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.ticket import FINAL, State, Ticket
from nowserving.errors import AppError
from nowserving.live.branch import BranchLive
from nowserving.live.screens import line_view, poll_after_s, queue_name, ticket_view, without_null
from nowserving.store.guests.feedback import answer_of
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.looks.qr import is_key
from nowserving.web.pages.guest.frame import HEADERS, guest_page, nothing_here, words_of
from nowserving.web.pages.guest.reach import reach_of

router = APIRouter(include_in_schema=False)

_DOTS = 8
NOTHING = dict.fromkeys(
    ("desk", "deadline_at", "ahead", "position", "by_itself", "coming_at", "rejoin_until_at", "reminded_at")
)


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
    shown = await shown_ticket(request, key)
    if shown is None:
        return nothing_here(request, "guest/unknown.html")
    queue = shown.branch.queues.get(shown.state["queue"]["id"])
    if queue is not None and queue.is_lobby:
        # Letters know tickets; a place in a lobby has a page of its own, with the way to the seats.
        return RedirectResponse(f"/on-sale/place/{key}", 303, HEADERS)
    house = house_of(request)
    now = house.store.clock()
    return guest_page(
        request,
        "guest/ticket.html",
        status_code=error.status if error else 200,
        error=words_of(request, error) if error else "",
        erased="erased" in request.query_params,
        have="have" in request.query_params,
        said=shown.state["state"] == "done" and await house.store.read(answer_of, key) is not None,
        dots=_DOTS,
        place_name=shown.branch.layout.branch.name,
        zone=shown.branch.layout.branch.time_zone,
        now=now,
        **_of_ticket(shown, now),
        **_of_line(shown, now),
        **await reach_of(request, queue, key),
    )


async def shown_ticket(request: Request, key: str) -> Shown | None:
    """Return the ticket of a key, from memory if it is open, else from the database."""
    house = house_of(request)
    if not is_key(key):
        return None
    found = house.relay.find(key)
    if found is not None:
        return Shown(found[0], ticket_view(*found))
    stored = await house.limits.looked_up(request.scope, partial(house.store.read, ticket_by_key, key))
    branch = house.relay.branches.get(stored.branch_id) if stored else None
    return Shown(branch, _ended(branch, stored)) if branch and stored else None


def _of_ticket(shown: Shown, now: int) -> dict[str, Any]:
    """Return what the page says of the ticket itself."""
    state = shown.state
    undo_until = state["since_at"] + UNDO_WINDOW_S * SECOND_US
    return {
        "ticket": {**NOTHING, **state},
        "is_final": State(state["state"]) in FINAL,
        "may_undo": state["state"] == "left" and now < undo_until,
        "undo_until": undo_until,
        "may_rejoin": now < state.get("rejoin_until_at", 0),
        "is_near": _is_near(state),
        "refresh_s": max(5, poll_after_s(state.get("position"))),
    }


def _of_line(shown: Shown, now: int) -> dict[str, Any]:
    """Return what the page says of the line: the wait, who is behind, and what staff told everybody."""
    branch, state = shown.branch, shown.state
    queue_id, ahead = state["queue"]["id"], state.get("ahead")
    queue = branch.queues.get(queue_id)
    line = line_view(branch, queue_id)
    told = line.get("told")
    return {
        "rules": queue.rules if queue else None,
        "wait": branch.wait(queue_id, ahead, state["rank"], now) if ahead is not None else None,
        "to_come": branch.still_to_come(queue_id, ahead, state["rank"], now) if ahead is not None else 0,
        "behind": 0 if ahead is None else line["waiting"] - ahead - 1,
        "told": told if told and now < told["until_at"] else None,
        "late_s": line.get("late_s", 0),
        "config": {"key": state["key"], "state": state, "line": line, "dots": _DOTS, "at": now},
    }


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
        rejoin_until_at=ticket.rejoin_until_at,
    )


def _is_near(state: dict[str, Any]) -> bool:
    position = state.get("position")
    return position is not None and position <= state.get("nearly_at", 0)

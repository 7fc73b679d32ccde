"""Joining by phone: /q/{queue_id} for one queue, /b/{branch_id} to choose one. No app, no account."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.tickets.joining import Joined, join
from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.rules import Admission
from nowserving.domain.values import whole
from nowserving.errors import AppError, Conflict
from nowserving.live.branch import BranchLive
from nowserving.store.engine.job import Once, Reply
from nowserving.web.doors import body_hash
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.guest.frame import HEADERS, guest_page, nothing_here, words_of
from nowserving.web.pages.guest.offer import Offer, branch_with_queue, offer_of, opens_at
from nowserving.web.pages.guest.phones import mark, own_places_of, phone_of
from nowserving.web.pages.guest.reach import contact_wish, roads_of

router = APIRouter(include_in_schema=False)

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ONCE = re.compile(r"[0-9A-Za-z_-]{22}")


@router.get("/q/{queue_id}")
async def offered(request: Request, queue_id: str) -> Response:
    """Show what a queue offers, and the form to join it. Looking takes no place."""
    return await _page(request, queue_id, {})


@router.post("/q/{queue_id}")
async def take_a_place(request: Request, queue_id: str) -> Response:
    """Join a queue, and go to the page of the new ticket."""
    form = await form_of(request)
    branch = await branch_with_queue(request, queue_id) if _ID.fullmatch(queue_id) else None
    if branch is None:
        return nothing_here(request, "guest/no_queue.html")
    try:
        key = await _joined(request, branch.queues[queue_id], form)
    except AppError as error:
        return await _page(request, queue_id, form, error)
    return RedirectResponse(f"/t/{key}", 303, HEADERS)


@router.get("/b/{branch_id}")
async def choices(request: Request, branch_id: str) -> Response:
    """Show the queues of a branch that can be joined by phone."""
    house = house_of(request)
    branch = house.relay.branches.get(branch_id)
    if branch is None:
        return nothing_here(request, "guest/no_queue.html")
    now = house.store.clock()
    layout = branch.layout
    return guest_page(
        request,
        "guest/choose.html",
        place_name=layout.branch.name,
        groups=_groups(branch, now),
        own_places=await own_places_of(request, branch),
        opens_at=opens_at(branch, now),
        zone=layout.branch.time_zone,
        now=now,
    )


def _groups(branch: BranchLive, now: int) -> list[tuple[str, list[Offer]]]:
    """Return what can be joined by phone, by department; what belongs to none comes last."""
    offers = [offer_of(branch, queue, now) for queue in branch.layout.queues if queue.rules.remote_join]
    names = {one.id: one.name for one in branch.layout.departments}
    found = [
        (name, [offer for offer in offers if offer.queue.department_id == department_id])
        for department_id, name in names.items()
    ]
    found.append(("", [offer for offer in offers if offer.queue.department_id not in names]))
    return [(name, of) for name, of in found if of]


async def _joined(request: Request, queue: Queue, form: Mapping[str, str]) -> str:
    """Take the place and return its key. The form's own number makes a second press the same join."""
    house = house_of(request)
    await house.limits.check_join(request.scope, None)
    wishes = _wishes(queue, form, language_of(request))
    given = form.get("once", "")
    once = (
        Once("guest", f"POST /q/{queue.id}", given, body_hash(house.settings, wishes), _key_of)
        if _ONCE.fullmatch(given)
        else None
    )
    arguments = {**wishes, "queue_id": queue.id, "remote": True, "joined_from": phone_of(request)}
    arguments["pace"] = house.pace_for(queue.id, wishes.get("party_size", 1))
    value: Any = await house.store.write(join, actor="guest", once=once, **arguments)
    key: str = msgspec.json.decode(value.body)["key"] if isinstance(value, Reply) else value.ticket.key
    return key


def _key_of(joined: Joined) -> tuple[int, str]:
    return 201, msgspec.json.encode({"key": joined.ticket.key}).decode()


def _wishes(queue: Queue, form: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return what the form asks for; only what the queue asks is read."""
    wishes: dict[str, Any] = {"language": language}
    if queue.rules.ask_name and form.get("name", "").strip():
        wishes["name"] = form["name"]
    if queue.rules.ask_party:
        size = form.get("party_size", "").strip()
        wishes["party_size"] = whole(
            int(size) if size.isascii() and size.isdigit() and len(size) < 9 else size,
            "/party_size",
            1,
            queue.rules.max_party,
        )
    if contact := contact_wish(queue, form):
        wishes["contact"] = contact
    if queue.rules.priorities:
        wishes["priority"] = form.get("priority", "")
    return wishes


async def _page(
    request: Request, queue_id: str, form: Mapping[str, str], error: AppError | None = None
) -> Response:
    branch = await branch_with_queue(request, queue_id) if _ID.fullmatch(queue_id) else None
    if branch is None:
        return nothing_here(request, "guest/no_queue.html")
    now = house_of(request).store.clock()
    offer = offer_of(branch, branch.queues[queue_id], now)
    response = guest_page(
        request,
        "guest/join.html",
        status_code=error.status if error else 200,
        offer=offer,
        rules=offer.queue.rules,
        roads=roads_of(request, offer.queue),
        typed=form,
        error=_said(request, branch, queue_id, error),
        own_places=await own_places_of(request, branch),
        once=secrets.token_urlsafe(16),
        place_name=branch.layout.branch.name,
        opens_at=opens_at(branch, now),
        zone=branch.layout.branch.time_zone,
        now=now,
        config={"queue": queue_id, "by_itself": offer.queue.rules.admission is Admission.AUTOMATIC},
    )
    mark(request, response)
    return response


def _said(request: Request, branch: BranchLive, queue_id: str, error: AppError | None) -> str:
    """Return what a refusal says, unless the page says it already: a closed queue has its words."""
    if error is None:
        return ""
    now = house_of(request).store.clock()
    shown = offer_of(branch, branch.queues[queue_id], now).state != "open"
    return "" if shown and isinstance(error, Conflict) else words_of(request, error)

"""Joining by phone: /q/{queue_id} for one queue, /b/{branch_id} to choose one. No app, no account."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.tickets.joining import Joined, join
from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.rules import Admission
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.domain.values import whole
from nowserving.errors import AppError, Conflict, Invalid
from nowserving.live.branch import BranchLive
from nowserving.store.engine.job import Once, Reply
from nowserving.web.doors import body_hash
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, guest_page, nothing_here, words_of
from nowserving.web.pages.guest.offer import Offer, branch_with_queue, doors_of, offer_of
from nowserving.web.pages.guest.phones import mark, own_places_of, phone_of
from nowserving.web.pages.guest.reach import contact_wish, roads_of

router = APIRouter(include_in_schema=False)

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ONCE = re.compile(r"[0-9A-Za-z_-]{22}")
# The fields of the form, from top to bottom: what is wrong with one is said beside it.
_FIELDS = ("/party_size", "/name", "/contact/phone", "/contact/email")


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
    queue = branch.queues[queue_id]
    try:
        wishes = _wishes(queue, form, language_of(request))
        key, had = await _joined(request, queue, wishes, form.get("once", ""))
    except AppError as error:
        return await _page(request, queue_id, form, error)
    return RedirectResponse(f"/t/{key}" if had is None else _way_to(had, wishes), 303, HEADERS)


def _way_to(had: Ticket, wishes: Mapping[str, Any]) -> str:
    """Return the page of a place that this phone had already, which says so; perhaps of another size."""
    wanted = wishes.get("party_size", had.party_size)
    if wanted != had.party_size and had.state is State.WAITING:
        return f"/t/{had.key}/party-size?wanted={wanted}"
    return f"/t/{had.key}?have"


@router.get("/b/{branch_id}")
async def choices(request: Request, branch_id: str) -> Response:
    """Show the queues of a branch that can be joined by phone."""
    house = house_of(request)
    branch = house.relay.branches.get(branch_id)
    if branch is None:
        return nothing_here(request, "guest/no_queue.html")
    now = house.store.clock()
    layout = branch.layout
    own = await own_places_of(request, branch)
    return guest_page(
        request,
        "guest/choose.html",
        place_name=layout.branch.name,
        groups=_groups(branch, now, Counter(one["queue_id"] for one in own if one["waits"])),
        own_places=own,
        **doors_of(branch, now),
        zone=layout.branch.time_zone,
        now=now,
    )


def _groups(branch: BranchLive, now: int, own: Mapping[str, int]) -> list[tuple[str, list[Offer]]]:
    """Return what can be joined by phone, by department; what belongs to none comes last.

    Whoever asks is not counted among those who wait: `own` says in which queues they do.
    """
    queues = [queue for queue in branch.layout.queues if queue.rules.remote_join]
    offers = [offer_of(branch, queue, now, own.get(queue.id, 0)) for queue in queues]
    names = {one.id: one.name for one in branch.layout.departments}
    found = [
        (name, [offer for offer in offers if offer.queue.department_id == department_id])
        for department_id, name in names.items()
    ]
    found.append(("", [offer for offer in offers if offer.queue.department_id not in names]))
    return [(name, of) for name, of in found if of]


async def _joined(
    request: Request, queue: Queue, wishes: Mapping[str, Any], number: str
) -> tuple[str, Ticket | None]:
    """Take the place and return its key, and the ticket if this phone had it already.

    The form's own number makes a second press the same join.
    """
    house = house_of(request)
    await house.limits.check_join(request.scope, None)
    once = (
        Once("guest", f"POST /q/{queue.id}", number, body_hash(house.settings, dict(wishes)), _key_of)
        if _ONCE.fullmatch(number)
        else None
    )
    arguments = {**wishes, "queue_id": queue.id, "remote": True, "joined_from": phone_of(request)}
    arguments["pace"] = house.pace_for(queue.id, wishes.get("party_size", 1))
    try:
        value: Any = await house.store.write(join, actor="guest", once=once, **arguments)
    except Invalid as error:
        # Back from the new place, another word in the form, sent again: this phone has its place.
        known = arguments["joined_from"] is not None and queue.rules.one_per_device
        if error.code != "idempotency_key_reused" or not known:
            raise
        value = await house.store.write(join, actor="guest", **arguments)
    if isinstance(value, Reply):
        return msgspec.json.decode(value.body)["key"], None
    return value.ticket.key, value.ticket if value.again else None


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
    errors = {at: words for at, words in field_words_of(request, error).items() if at in _FIELDS}
    response = guest_page(
        request,
        "guest/join.html",
        status_code=error.status if error else 200,
        offer=offer,
        rules=offer.queue.rules,
        roads=roads_of(request, offer.queue),
        typed=form,
        error="" if errors else _said(request, branch, queue_id, error),
        errors=errors,
        first=next((at for at in _FIELDS if at in errors), ""),
        own_places=await own_places_of(request, branch),
        once=secrets.token_urlsafe(16),
        place_name=branch.layout.branch.name,
        **doors_of(branch, now),
        zone=branch.layout.branch.time_zone,
        now=now,
        config={"queue": queue_id, "by_itself": offer.queue.rules.admission is Admission.AUTOMATIC},
    )
    if error and error.retry_after_s:
        response.headers["Retry-After"] = str(error.retry_after_s)
    mark(request, response)
    return response


def _said(request: Request, branch: BranchLive, queue_id: str, error: AppError | None) -> str:
    """Return what a refusal says, unless the page says it already: a closed queue has its words."""
    if error is None:
        return ""
    now = house_of(request).store.clock()
    shown = offer_of(branch, branch.queues[queue_id], now).state != "open"
    return "" if shown and isinstance(error, Conflict) else words_of(request, error)

"""What is on, and the lobby of a performance: before the opening, in line, and when it is your turn.

Every step is a plain form, and the page reads itself again when the server chose: it needs no script.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.shows.drawing import published_draw
from nowserving.actions.shows.lobbying import come_back, take_place
from nowserving.actions.shows.passing import come_in
from nowserving.actions.shows.selling import gate_of
from nowserving.actions.tickets.serving import leave
from nowserving.domain.messages.channels import Channel
from nowserving.domain.shows.show import Performance, Show, ShowState
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import AppError
from nowserving.live.screens import line_view, poll_after_s
from nowserving.store.engine.reader import Reader
from nowserving.store.shows.shows import performances, shows_of
from nowserving.store.tickets.tickets import open_from
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.booking.frame import branch_of
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, words_of
from nowserving.web.pages.guest.phones import mark, phone_of
from nowserving.web.pages.shows.frame import (
    Evening,
    Queuing,
    evening_of,
    no_show_here,
    queuing_of,
    show_page,
)

router = APIRouter(include_in_schema=False)

_LOOK_AGAIN_S = 30


@router.get("/shows/{branch_id}")
async def listed(request: Request, branch_id: str) -> Response:
    """Show what is on at a branch."""
    branch = branch_of(request, branch_id)
    if branch is None:
        return no_show_here(request)
    found = await house_of(request).store.read(_on, branch_id)
    layout = branch.layout.branch
    return show_page(request, "shows/list.html", place_name=layout.name, zone=layout.time_zone, shows=found)


@router.get("/on-sale/{performance_id}")
async def doors(request: Request, performance_id: str) -> Response:
    """Show a performance, when its sale opens, and the way into its lobby. Looking takes no place."""
    evening = await evening_of(request, performance_id)
    if evening is None:
        return no_show_here(request)
    response = await _doors_page(request, evening)
    mark(request, response)
    return response


@router.get("/on-sale/{performance_id}/draw.json")
async def draw(request: Request, performance_id: str) -> Response:
    """Publish the draw: the hash of the seed from the first day; once it was used, the seed and every place.

    No place has a name in it: guests work theirs out from their own key (docs/shows.md).
    """
    evening = await evening_of(request, performance_id)
    if evening is None:
        return no_show_here(request)
    one = await house_of(request).store.read(published_draw, evening.performance)
    published: dict[str, Any] = {"performance": one.performance_id, "seed_hash": one.seed_hash}
    if one.drawn_at is not None:
        published |= {"seed": one.seed, "drawn_at": one.drawn_at, "places": one.places}
    return Response(json.dumps(published), 200, HEADERS, "application/json")


@router.post("/on-sale/{performance_id}")
async def take(request: Request, performance_id: str) -> Response:
    """Take a place in the lobby, or come back to the one that this device has."""
    form = await form_of(request)
    evening = await evening_of(request, performance_id)
    if evening is None:
        return no_show_here(request)
    phone = phone_of(request)
    if phone is None:
        # A device is told from others by its cookie, which the page of this form has given it.
        response = await _doors_page(request, evening, asked=True)
        mark(request, response)
        return response
    house = house_of(request)
    email = form.get("email", "").strip()
    try:
        await house.limits.check_join(request.scope, None)
        joined = await house.store.write(
            take_place,
            actor="guest",
            performance_id=performance_id,
            joined_from=phone,
            contact={"email": email} if email else None,
            language=language_of(request),
            pace=house.pace_for(evening.performance.queue_id, 1),
        )
    except AppError as error:
        return await _doors_page(request, evening, error=error, email=email)
    response = RedirectResponse(f"/on-sale/place/{joined.ticket.key}", 303, HEADERS)
    mark(request, response)
    return response


@router.get("/on-sale/place/{key}")
async def place(request: Request, key: str) -> Response:
    """Show a place in the lobby. Looking keeps it: who is not heard of for long is set aside."""
    queuing = await queuing_of(request, key)
    if queuing is None:
        return no_show_here(request)
    if queuing.ticket.state is State.PARKED:
        await house_of(request).store.write(come_back, actor="guest", key=key)
        queuing = await queuing_of(request, key) or queuing
    return await _place_page(request, queuing)


@router.post("/on-sale/place/{key}/leave")
async def give_up(request: Request, key: str) -> Response:
    """Give up a place in the lobby."""
    return await _do(request, key, leave)


@router.post("/on-sale/place/{key}/enter")
async def enter(request: Request, key: str) -> Response:
    """Come in after the call, from the device that joined: the seats are open for some minutes."""
    queuing = await queuing_of(request, key)
    if queuing is None:
        return no_show_here(request)
    try:
        await house_of(request).store.write(come_in, actor="guest", key=key, device_hash=phone_of(request))
    except AppError as error:
        return await _place_page(request, await queuing_of(request, key) or queuing, error)
    # Where seats are sold on a website that is not ours, the page of the place leads there.
    seats = "" if queuing.evening.show.rules.guarded_url else "/seats"
    return RedirectResponse(f"/on-sale/place/{key}{seats}", 303, HEADERS)


async def _do(request: Request, key: str, verb: Any) -> Response:
    queuing = await queuing_of(request, key)
    if queuing is None:
        return no_show_here(request)
    try:
        await house_of(request).store.write(verb, actor="guest", key=key)
    except AppError as error:
        return await _place_page(request, await queuing_of(request, key) or queuing, error)
    return RedirectResponse(f"/on-sale/place/{key}", 303, HEADERS)


async def _doors_page(
    request: Request,
    evening: Evening,
    *,
    error: AppError | None = None,
    email: str = "",
    asked: bool = False,
) -> Response:
    phone, house = phone_of(request), house_of(request)
    queue_id = evening.performance.queue_id
    own = await house.store.read(open_from, queue_id, phone) if phone else None
    errors = field_words_of(request, error)
    opens_at = evening.show.opens_at if evening.show.state is ShowState.UPCOMING else None
    return show_page(
        request,
        "shows/doors.html",
        status_code=error.status if error else 200,
        **_of_evening(request, evening),
        own=own,
        email=email,
        writes=Channel.EMAIL in house.senders,
        asked=asked,
        errors=errors,
        error=words_of(request, error) if error and not errors else "",
        refresh_s=_until(opens_at, house.store.clock()),
    )


async def _place_page(request: Request, queuing: Queuing, error: AppError | None = None) -> Response:
    house = house_of(request)
    evening, ticket = queuing.evening, queuing.ticket
    live = house.relay.branches[evening.branch.id]
    found = house.relay.find(ticket.key)
    ahead = live.lines.ahead(found[1]) if found and ticket.state is State.WAITING else None
    position = None if ahead is None else ahead + 1
    gate = gate_of(evening.show, evening.performance)
    near_s = poll_after_s(position, live.queues.get(ticket.queue_id))
    now = house.store.clock()
    return show_page(
        request,
        "shows/place.html",
        status_code=error.status if error else 200,
        error=words_of(request, error) if error else "",
        **_of_evening(request, evening),
        ticket=ticket,
        written_to=ticket.reach > 0 and Channel.EMAIL in house.senders,
        ahead=ahead,
        wait=None if ahead is None or gate != "open" else live.wait(ticket.queue_id, ahead, ticket.rank, now),
        refresh_s=_again_s(ticket, gate, evening.show.opens_at, now, near_s),
    )


def _of_evening(request: Request, evening: Evening) -> dict[str, Any]:
    """Return what both pages say of a performance and of its line."""
    house, performance = house_of(request), evening.performance
    line = line_view(house.relay.branches[evening.branch.id], performance.queue_id)
    told = line.get("told")
    return {
        "place_name": evening.branch.name,
        "branch_id": evening.branch.id,
        "zone": evening.branch.time_zone,
        "show": evening.show,
        "performance": performance,
        "gate": gate_of(evening.show, performance),
        "waiting": line["waiting"],
        "told": told if told and house.store.clock() < told["until_at"] else None,
    }


def _again_s(ticket: Ticket, gate: str, opens_at: int | None, now: int, near_s: int) -> int | None:
    """Return in how many seconds the page reads itself again: soon for who is near, never when it is over."""
    if ticket.ended_at is not None:
        return None
    if gate == "early":
        return _until(opens_at, now)
    return 5 if ticket.state is not State.WAITING else max(5, near_s)


def _until(opens_at: int | None, now: int) -> int:
    left = _LOOK_AGAIN_S if opens_at is None else -(-(opens_at - now) // 1_000_000) + 1
    return max(2, min(_LOOK_AGAIN_S, left))


def _on(reader: Reader, branch_id: str) -> list[tuple[Show, list[Performance]]]:
    announced = (one for one in shows_of(reader, branch_id) if one.state is not ShowState.DRAFT)
    return [(one, performances(reader, one.id)) for one in announced]

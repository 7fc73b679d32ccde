"""What an organiser does with the lobby of one performance, and sees of all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.layout.telling import MOST_LETTERS
from nowserving.actions.shows.lobbying import pause_lobby, resume_lobby, set_rate, tell_lobby
from nowserving.actions.shows.overseeing import overseen, overseen_lobbies
from nowserving.domain.people.roles import Principal
from nowserving.domain.shows.show import Performance
from nowserving.errors import not_found
from nowserving.store.shows import shows as rows
from nowserving.web.api.given import Given, Nothing, any_text, body, described
from nowserving.web.api.shows.finding import seen_date, wait_in
from nowserving.web.api.shows.shapes import (
    LiveNumbersShape,
    LobbyRowShape,
    PerformanceShape,
    RateShape,
    numbers_json,
    performance_json,
    row_json,
)
from nowserving.web.api.tickets.ticket_models import Told
from nowserving.web.finding import seen
from nowserving.web.house import house_of
from nowserving.web.wire.resource import (
    Admin,
    Agent,
    Envelope,
    Form,
    Listing,
    Number,
    NumberOrNull,
    QueueReader,
    Reader,
    resource,
)
from nowserving.web.wire.ticket_json import instant

router = resource("lobbies")
_LOOK_AGAIN_S = 2


class Rate(Form):
    """How many choose at once, and how many are called in any minute at most; null: as there is room."""

    choosing: Number
    admit_per_minute: NumberOrNull


@router.get("/shows/{show_id}/lobbies", operation_id="listLobbies", response_model=Listing[LobbyRowShape])
async def index(request: Request, principal: Reader, show_id: str) -> Any:
    """List the lobbies of a show by date: who waits, how long a visit takes, how long a wait."""
    house = house_of(request)
    show = await seen(house, principal, rows.show, show_id)
    found = await house.store.read(overseen_lobbies, show, house.store.clock())
    return {"data": [row_json(one, wait_in(house, one.performance.queue_id, one.gate)) for one in found]}


@router.get(
    "/performances/{performance_id}/live",
    operation_id="getLiveNumbers",
    response_model=Envelope[LiveNumbersShape],
)
async def live(request: Request, principal: QueueReader, performance_id: str) -> Any:
    """Return the numbers of a sale as it goes: the line, the seats by section, and the expected end."""
    house = house_of(request)
    await seen_date(house, principal, performance_id)
    now = house.store.clock()
    found = await house.store.read(overseen, performance_id, now)
    if found is None:
        raise not_found()
    wait = wait_in(house, found.performance.queue_id, found.gate)
    return {"data": numbers_json(found, wait, now, _LOOK_AGAIN_S)}


@router.post(
    "/performances/{performance_id}/pause",
    operation_id="pauseLobby",
    response_model=Envelope[PerformanceShape],
)
async def pause(request: Request, principal: Admin, performance_id: str, _given: Nothing) -> Any:
    """Call nobody for a while. Places are kept and given as before, and passes go on."""
    return await _done(request, principal, performance_id, pause_lobby)


@router.post(
    "/performances/{performance_id}/resume",
    operation_id="resumeLobby",
    response_model=Envelope[PerformanceShape],
)
async def resume(request: Request, principal: Admin, performance_id: str, _given: Nothing) -> Any:
    """Call people again, as many as there is room for by now."""
    return await _done(request, principal, performance_id, resume_lobby)


@router.put("/performances/{performance_id}/rate", operation_id="setRate", response_model=Envelope[RateShape])
async def rate(request: Request, principal: Admin, performance_id: str, form: Rate) -> Any:
    """Say how fast people are let in. Whoever is inside stays, where there is less room than before."""
    await _done(request, principal, performance_id, set_rate, **form.given())
    return {"data": form.given()}


@router.post(
    "/performances/{performance_id}/message",
    operation_id="tellLobby",
    response_model=Envelope[Told],
    openapi_extra=described(
        {"text": {"type": "string", "maxLength": MOST_LETTERS}},
        example={"text": "The stalls are sold out. There are seats in the circle."},
        required=("text",),
    ),
)
async def tell(
    request: Request,
    principal: Agent,
    performance_id: str,
    given: Annotated[Given, Depends(body({"text": any_text}, required=frozenset({"text"})))],
) -> Any:
    """Tell everybody in line something: it stands on their pages for an hour. "" takes it back."""
    house = house_of(request)
    await seen_date(house, principal, performance_id)
    lobby = await house.store.write(tell_lobby, actor=principal.actor, performance_id=performance_id, **given)
    return {"data": {"text": lobby.told, "told_at": instant(lobby.told_at)}}


async def _done(
    request: Request, principal: Principal, performance_id: str, verb: Callable[..., Performance], **more: Any
) -> dict[str, Any]:
    house = house_of(request)
    found = await seen_date(house, principal, performance_id)
    after = await house.store.write(verb, actor=principal.actor, performance_id=performance_id, **more)
    return {"data": performance_json(found.show, after)}

"""What an organiser does with a show as a whole; every lobby follows in the same transaction."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.layout.telling import MOST_LETTERS
from nowserving.actions.shows.selling import change_show
from nowserving.domain.people.roles import Principal
from nowserving.domain.shows.show import ShowVerb
from nowserving.store.shows import shows as rows
from nowserving.web.api.given import Given, Nothing, any_text, body, described
from nowserving.web.api.shows.shapes import ShowChangeShape, change_json
from nowserving.web.finding import seen
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Admin, Envelope, resource

router = resource("shows")

_Changed = Envelope[ShowChangeShape]
# What everybody in line is told when their lobby ends; it may be left out.
_Farewell = Annotated[Given, Depends(body({"text": any_text}))]
_FAREWELL = described(
    {"text": {"type": "string", "maxLength": MOST_LETTERS}},
    example={"text": "The Tempest is sold out. Thank you for waiting."},
)


@router.post("/shows/{show_id}/announce", operation_id="announceShow", response_model=_Changed)
async def announce(request: Request, principal: Admin, show_id: str, _given: Nothing) -> Any:
    """Let guests see a show and take early places. It opens by itself where it says when."""
    return await _changed(request, principal, show_id, ShowVerb.ANNOUNCE)


@router.post("/shows/{show_id}/open", operation_id="openShow", response_model=_Changed)
async def open_sale(request: Request, principal: Admin, show_id: str, _given: Nothing) -> Any:
    """Open the sale: early places are drawn, and as many are called as there is room for."""
    return await _changed(request, principal, show_id, ShowVerb.OPEN)


@router.post("/shows/{show_id}/begin", operation_id="beginShow", response_model=_Changed)
async def begin(request: Request, principal: Admin, show_id: str, _given: Nothing) -> Any:
    """Say that it is being played. The sale goes on."""
    return await _changed(request, principal, show_id, ShowVerb.BEGIN)


@router.post(
    "/shows/{show_id}/close", operation_id="closeShow", response_model=_Changed, openapi_extra=_FAREWELL
)
async def close(request: Request, principal: Admin, show_id: str, given: _Farewell) -> Any:
    """End the sale: everybody in line is told, passes end, and seats that were held are free."""
    return await _changed(request, principal, show_id, ShowVerb.CLOSE, **given)


@router.post(
    "/shows/{show_id}/cancel", operation_id="cancelShow", response_model=_Changed, openapi_extra=_FAREWELL
)
async def cancel(request: Request, principal: Admin, show_id: str, given: _Farewell) -> Any:
    """Call a show off for good, whatever it was doing; its lobbies end."""
    return await _changed(request, principal, show_id, ShowVerb.CANCEL, **given)


@router.post(
    "/shows/{show_id}/postpone",
    operation_id="postponeShow",
    response_model=_Changed,
    openapi_extra=_FAREWELL,
)
async def postpone(request: Request, principal: Admin, show_id: str, given: _Farewell) -> Any:
    """Put a show off; its lobbies end. Announced again it has new ones, with numbers from the beginning."""
    return await _changed(request, principal, show_id, ShowVerb.POSTPONE, **given)


async def _changed(
    request: Request, principal: Principal, show_id: str, to: ShowVerb, text: str = ""
) -> dict[str, Any]:
    house = house_of(request)
    await seen(house, principal, rows.show, show_id)
    change = await house.store.write(change_show, actor=principal.actor, show_id=show_id, to=to, message=text)
    return {"data": change_json(change)}

"""What a guest does with the own ticket, as plain forms: the page works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.tickets.serving import leave
from nowserving.actions.tickets.undoing import undo_leave
from nowserving.errors import AppError
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.looks.qr import is_key
from nowserving.web.pages.guest.frame import HEADERS
from nowserving.web.pages.guest.place import place_page

router = APIRouter(include_in_schema=False)


@router.post("/t/{key}/leave")
async def leave_queue(request: Request, key: str, caller: MaybeCaller) -> Response:
    """Leave the queue."""
    return await _do(request, key, leave, caller.actor if caller else "guest")


@router.post("/t/{key}/undo-leave")
async def come_back(request: Request, key: str, caller: MaybeCaller) -> Response:
    """Take a leave back."""
    return await _do(request, key, undo_leave, caller.actor if caller else "guest")


async def _do(request: Request, key: str, verb: Callable[..., Any], actor: str, **arguments: Any) -> Response:
    try:
        if is_key(key):
            await house_of(request).store.write(verb, actor=actor, key=key, **arguments)
    except AppError as error:
        return await place_page(request, key, error)
    return RedirectResponse(f"/t/{key}", 303, HEADERS)

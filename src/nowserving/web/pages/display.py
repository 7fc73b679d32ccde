"""The display: what hangs on the wall of the waiting room."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from nowserving.domain.people.credentials import DeviceKind
from nowserving.web.devices import pulse, show
from nowserving.web.wire.body import json_object

router = APIRouter(include_in_schema=False)


@router.get("/display")
async def display(request: Request) -> Response:
    """Show the display, or the code to pair it with."""
    return await show(request, DeviceKind.DISPLAY, "display/display.html")


@router.post("/display/pulse")
async def display_pulse(request: Request, given: Annotated[dict[str, Any], Depends(json_object)]) -> Response:
    """Note that a display lives, and what it lacks."""
    return await pulse(request, DeviceKind.DISPLAY, given)

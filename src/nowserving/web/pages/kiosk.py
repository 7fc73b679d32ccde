"""The kiosk: the page on which guests take their tickets, and the QR code of a ticket's page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from nowserving.domain.people.credentials import DeviceKind
from nowserving.errors import not_found
from nowserving.web.devices import pulse, show
from nowserving.web.looks.qr import is_key, qr_svg, ticket_page
from nowserving.web.wire.body import json_object

router = APIRouter(include_in_schema=False)


@router.get("/kiosk")
async def kiosk(request: Request) -> Response:
    """Show the kiosk, or the code to pair it with."""
    return await show(request, DeviceKind.KIOSK, "kiosk/kiosk.html")


@router.post("/kiosk/pulse")
async def kiosk_pulse(request: Request, given: Annotated[dict[str, Any], Depends(json_object)]) -> Response:
    """Note that a kiosk lives, and what it lacks."""
    return await pulse(request, DeviceKind.KIOSK, given)


@router.get("/t/{key}/qr.svg")
async def ticket_qr(request: Request, key: str) -> Response:
    """Draw the address of a ticket's page. It tells nothing about the ticket, so it asks for nothing."""
    if not is_key(key):
        raise not_found()
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(qr_svg(ticket_page(request, key)), media_type="image/svg+xml", headers=headers)

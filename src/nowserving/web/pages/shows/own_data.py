"""What is kept of whoever booked seats: to read, to take along, and to erase."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.guests.erasing import erase_booking
from nowserving.domain.retention import BOOKINGS_KEPT_US
from nowserving.web.house import house_of
from nowserving.web.pages.guest.frame import HEADERS
from nowserving.web.pages.shows.booked import Booked, booked_of, booked_page
from nowserving.web.pages.shows.frame import no_show_here
from nowserving.web.wire.ticket_json import instant

router = APIRouter(include_in_schema=False)


@router.get("/booked/{key}/data")
async def read(request: Request, key: str) -> Response:
    """Show what is kept of whoever booked, for how long, and the button that ends it sooner."""
    found = await booked_of(request, key)
    if found is None:
        return no_show_here(request)
    until = found.booking.over_at + BOOKINGS_KEPT_US
    return booked_page(request, "shows/own_data.html", found, kept_until=until)


@router.get("/booked/{key}/data.json")
async def take_along(request: Request, key: str) -> Response:
    """Return what is kept of whoever booked, for programs."""
    found = await booked_of(request, key)
    if found is None:
        return no_show_here(request)
    kept = {**HEADERS, "Content-Disposition": 'attachment; filename="booking.json"'}
    text = json.dumps(_kept(found), ensure_ascii=False, indent=2)
    return Response(text, 200, kept, "application/json")


@router.post("/booked/{key}/erase")
async def erase(request: Request, key: str) -> Response:
    """Erase whoever booked. The seats stay theirs who has the link."""
    if await booked_of(request, key) is None:
        return no_show_here(request)
    await house_of(request).store.write(erase_booking, actor="guest", booking_key=key)
    return RedirectResponse(f"/booked/{key}?told=erased", 303, HEADERS)


def _kept(found: Booked) -> dict[str, Any]:
    booking, evening = found.booking, found.evening
    of_payment = ("by", "state", "amount_minor", "currency")
    return {
        "name": booking.name,
        "email": booking.email,
        "phone": booking.phone,
        "language": booking.language,
        "code": booking.code,
        "state": booking.state.value,
        "show": evening.show.name,
        "place": evening.branch.name,
        "starts_at": instant(evening.performance.starts_at),
        "booked_at": instant(booking.created_at),
        "cancelled_at": instant(booking.cancelled_at),
        "payment": {name: booking.payment.get(name) for name in of_payment},
        "seats": [
            {
                "seat": one.seat,
                "holder": one.holder,
                "state": one.state.value,
                "came_at": instant(one.came_at),
            }
            for one in found.stubs
        ],
    }

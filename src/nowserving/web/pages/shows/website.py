"""The way from a lobby to a website that is not ours, for whoever came in from the device that joined."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.domain.tickets.ticket import State
from nowserving.errors import AppError
from nowserving.store.shows.passes import live_pass_of
from nowserving.web.api.passes.shapes import website_of
from nowserving.web.house import house_of
from nowserving.web.pages.guest.frame import HEADERS
from nowserving.web.pages.guest.phones import phone_of
from nowserving.web.pages.shows.frame import no_show_here, queuing_of

router = APIRouter(include_in_schema=False)


@router.get("/on-sale/place/{key}/website")
async def lead_on(request: Request, key: str) -> Response:
    """Lead to the website that this lobby guards, with a token that it takes once; else back to the place.

    A link leads here and no form: our policy lets no form end at another website.
    """
    queuing = await queuing_of(request, key)
    if queuing is None:
        return no_show_here(request)
    house, show, now = house_of(request), queuing.evening.show, house_of(request).store.clock()
    live = await house.store.read(live_pass_of, queuing.ticket.id)
    inside = queuing.ticket.state is State.SERVING and live is not None and live.live(now)
    back = RedirectResponse(f"/on-sale/place/{key}", 303, HEADERS)
    if live is None or not inside or live.device_hash != phone_of(request):
        return back
    try:
        address = website_of(house.settings, show, live, key, now)
    except AppError:
        return back
    return RedirectResponse(address, 303, HEADERS) if address else back

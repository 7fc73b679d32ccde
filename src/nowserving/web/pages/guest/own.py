"""The smaller pages of one ticket: to be shown across a counter, and what is kept of the visit."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.tickets.tidying import NAMES_KEPT_US
from nowserving.domain.tickets.ticket import FINAL, State
from nowserving.web.looks.qr import ticket_page
from nowserving.web.pages.guest.frame import guest_page, nothing_here
from nowserving.web.pages.guest.place import shown_ticket

router = APIRouter(include_in_schema=False)


@router.get("/t/{key}/show")
async def show(request: Request, key: str) -> Response:
    """Show the number and its code, as large as the phone is."""
    return await _page(request, key, "guest/show.html")


@router.get("/t/{key}/data")
async def data(request: Request, key: str) -> Response:
    """Say what is kept and until when, and ask once before it is erased for good."""
    return await _page(request, key, "guest/data.html")


async def _page(request: Request, key: str, template: str) -> Response:
    shown = await shown_ticket(request, key)
    if shown is None:
        return nothing_here(request, "guest/unknown.html")
    state, branch = shown.state, shown.branch.layout.branch
    over = State(state["state"]) in FINAL
    return guest_page(
        request,
        template,
        ticket=state,
        place_name=branch.name,
        zone=branch.time_zone,
        address=ticket_page(request, key).partition("://")[2],
        names_until=state["since_at"] + NAMES_KEPT_US if over else None,
    )

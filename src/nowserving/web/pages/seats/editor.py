"""The editor of seat maps: it draws what the API reads and writes; a script can do no more than a program."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.store.seats.maps import seat_map
from nowserving.web.finding import seen
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)


@router.get("/admin/seat-maps/{seat_map_id}/edit")
async def edit(request: Request, principal: Admin, seat_map_id: str) -> Response:
    """Show a seat map to be edited."""
    found = await seen(house_of(request), principal, seat_map, seat_map_id)
    branch = await branch_of_page(request, principal, found.branch_id)
    return await admin_page(
        request, principal, "seats/editor.html", section="shows", branch=branch, seat_map=found, starter=None
    )


@router.get("/admin/branches/{branch_id}/seat-maps/draw")
async def draw(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the editor with an empty house; what is drawn is there once it is saved."""
    branch = await branch_of_page(request, principal, branch_id)
    starter: dict[str, Any] = {
        "name": branch.name,
        "categories": [{"name": localiser(language_of(request)).gettext("Seats"), "color": "#2f6bd0"}],
        "zones": [],
    }
    return await admin_page(
        request,
        principal,
        "seats/editor.html",
        section="shows",
        branch=branch,
        seat_map=None,
        starter=starter,
    )

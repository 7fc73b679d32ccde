"""Operations: how the server does, and whether live data keeps every law, on request."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving import __version__
from nowserving.store.care.checks import run_checks
from nowserving.web.house import house_of
from nowserving.web.looks.check_words import LAWS
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.pages.admin.frame import Head, admin_page

router = APIRouter(include_in_schema=False)


@router.get("/admin/operations")
async def operations(request: Request, principal: Head) -> Response:
    """Show the server's state; with `?check=1` ask live data too, which reads the whole database."""
    house = house_of(request)
    asked = request.query_params.get("check") == "1"
    now = house.store.clock()
    speaking = localiser(language_of(request))
    found = await house.store.read(run_checks, now) if asked else []
    return await admin_page(
        request,
        principal,
        "admin/operations.html",
        section="organisation",
        version=__version__,
        database="SQLite" if house.store.is_sqlite else "PostgreSQL",
        streams=len(house.hub.streams),
        waiting=sum(len(one.lines.line(key)) for one in house.relay.branches.values() for key in one.queues),
        checked_at=now if asked else None,
        checks=[(speaking.gettext(LAWS[one.name]), one) for one in found],
        violations=sum(len(one.violations) for one in found),
        looked_at=sum(one.checked for one in found),
    )

"""The event log."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from nowserving.domain.event import ORGANISATION
from nowserving.domain.values import whole_from_text
from nowserving.store.log import log_page
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.house import House, house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.wire.resource import (
    HEAD_LOG_READERS,
    Listing,
    LogReader,
    cursor_of,
    limit_of,
    resource,
    version_of,
)
from nowserving.web.wire.shapes import EventShape, event_json

router = resource("log")

Limit = Annotated[str | None, Query(description="How many at most; 50 unless told, 200 at most.")]
Cursor = Annotated[str | None, Query(description="Where to go on: `next` of the page before.")]


@router.get("/branches/{branch_id}/events", operation_id="listEvents", response_model=Listing[EventShape])
async def of_branch(
    request: Request,
    response: Response,
    *,
    principal: LogReader,
    branch_id: str,
    ticket: Annotated[str | None, Query(description="Only this ticket's, by its number in the log.")] = None,
    queue: Annotated[str | None, Query(description="Only this queue's.")] = None,
    desk: Annotated[str | None, Query(description="Only this desk's.")] = None,
    actor: Annotated[str | None, Query(description='Only by this actor: "staff:ID", "rule", …')] = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Any:
    """Return what happened at a branch, newest first, in pages."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    ticket_id = None if ticket is None else whole_from_text(ticket, "/ticket", 1, (1 << 63) - 1)
    wanted = {"ticket_id": ticket_id, "queue_id": queue, "desk_id": desk, "actor": actor}
    return await _page(house, response, request, branch.id, cursor=cursor, limit=limit, **wanted)


@router.get(
    "/organisation/events",
    operation_id="listOrganisationEvents",
    dependencies=HEAD_LOG_READERS,
    response_model=Listing[EventShape],
)
async def of_organisation(
    request: Request, response: Response, cursor: Cursor = None, limit: Limit = None
) -> Any:
    """Return what happened to accounts, keys and the organisation itself, newest first, in pages."""
    return await _page(house_of(request), response, request, ORGANISATION, cursor=cursor, limit=limit)


async def _page(
    house: House,
    response: Response,
    request: Request,
    scope_id: str,
    *,
    cursor: str | None,
    limit: str | None,
    **wanted: Any,
) -> dict[str, Any]:
    found = await house.store.read(
        log_page, scope_id, before=version_of(cursor), most=limit_of(limit), **wanted
    )
    following = cursor_of(found.before) if found.before else None
    if following:
        there = request.url.include_query_params(cursor=following)
        response.headers["Link"] = f'<{there.path}?{there.query}>; rel="next"'
    speaking = localiser(language_of(request))
    data = [event_json(event, speaking, found.names) for event in found.events]
    return {"data": data, "next": following}

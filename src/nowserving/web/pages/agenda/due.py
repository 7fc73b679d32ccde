"""Reservations due: who is still to come today for the queues of one desk."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.layout.branch import Branch, Desk
from nowserving.domain.reservations.reservation import ReservationState
from nowserving.errors import not_found
from nowserving.store import layout
from nowserving.store.layout import Source
from nowserving.store.reservations.reservations import in_span
from nowserving.store.reservations.services import services as services_of
from nowserving.web.house import house_of
from nowserving.web.pages.agenda.day import Row, row_of
from nowserving.web.pages.agenda.frame import AtWork, agenda_page, branch_at, day_asked, span_of, today_at

router = APIRouter(include_in_schema=False)

_MOST = 30


@router.get("/agenda/due/{desk_id}")
async def due(request: Request, principal: AtWork, desk_id: str) -> Response:
    """Show a desk's reservations still to come, as a part of its page."""
    store = house_of(request).store
    desk = await store.read(layout.desk, desk_id)
    if desk is None or desk.archived_at is not None:
        raise not_found()
    branch = await branch_at(request, principal, desk.branch_id)
    found: list[Row] = await store.read(due_at, branch, desk, store.clock())
    context: dict[str, Any] = {"desk": desk, "rows": found[:_MOST]}
    return agenda_page(request, principal, "agenda/due.html", branch, **context)


def due_at(source: Source, branch: Branch, desk: Desk, now: int) -> list[Row]:
    """Return who is promised to a desk today and has not come: its own, and its queues' without a desk."""
    day = day_asked("", today_at(branch, now))
    span = span_of(branch, day)
    services = {one.id: one for one in services_of(source, branch.id, archived=True)}
    queues = frozenset(desk.queue_ids)

    def is_ours(desk_id: str | None, service_id: str) -> bool:
        if desk_id is not None:
            return desk_id == desk.id
        service = services.get(service_id)
        return service is not None and service.queue_id in queues

    found = in_span(source, branch.id, span.start_us, span.end_us)
    return [
        row_of(one, services, {})
        for one in found
        if one.state is ReservationState.CONFIRMED and is_ours(one.desk_id, one.service_id)
    ]

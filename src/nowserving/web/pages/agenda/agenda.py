"""The agenda: a day's reservations by time and desk, its free slots, and a search around it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.domain.calendar.day import ServiceDay
from nowserving.domain.layout.branch import Branch
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.slots import Slot
from nowserving.store import layout
from nowserving.store.layout import Source
from nowserving.store.reservations.agenda import tickets_of, waiting_for_room
from nowserving.store.reservations.reservations import in_span
from nowserving.store.reservations.rosters import special_days_of
from nowserving.store.reservations.services import services as services_of
from nowserving.store.reservations.slots import boards
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.pages.agenda.day import (
    SHOWN,
    Row,
    columns_of,
    counts_of,
    hours_of,
    matches,
    row_of,
    table_of,
)
from nowserving.web.pages.agenda.frame import (
    AtWork,
    agenda_page,
    around,
    branch_at,
    day_asked,
    desk_names,
    each_desk,
    span_of,
    today_at,
)
from nowserving.web.pages.agenda.said import said_of
from nowserving.web.pages.desk.doorkeeper import branches_of, to_sign_in

router = APIRouter(include_in_schema=False)

# Of more services than this only the one that is asked for shows its free slots.
_MOST_SERVICES = 24
_MOST_WORDS = 120
_BACK_DAYS, _AHEAD_DAYS = 7, 56
_MOST_FOUND = 50


@router.get("/agenda")
async def first(request: Request, principal: MaybeCaller) -> Response:
    """Go to the first branch of who asks."""
    if principal is None:
        return to_sign_in(request)
    own = next(iter(branches_of(house_of(request), principal)), None)
    return RedirectResponse(f"/agenda/{own.layout.branch.id}" if own else "/desk?all", 303)


@router.get("/agenda/{branch_id}")
async def day_page(request: Request, principal: AtWork, branch_id: str) -> Response:
    """Show a day of a branch, or what a search finds around it."""
    branch = await branch_at(request, principal, branch_id)
    store = house_of(request).store
    now = store.clock()
    today = today_at(branch, now)
    day = day_asked(request.query_params.get("day", ""), today)
    wanted = _wanted(request)
    facts = await store.read(_facts, branch, day, wanted, now)
    query = "&" + urlencode({"service": wanted["service_id"], "desk": wanted["desk_id"]})
    return agenda_page(
        request,
        principal,
        "agenda/agenda.html",
        branch,
        day=day,
        dates=around(branch, day, today, query if query != "&service=&desk=" else ""),
        wanted=wanted,
        names=await desk_names(request, branch_id),
        said=await said_of(request, branch_id),
        **facts,
    )


def _wanted(request: Request) -> dict[str, str]:
    given = request.query_params
    return {
        "service_id": given.get("service", ""),
        "desk_id": given.get("desk", ""),
        "find": given.get("find", "").strip()[:_MOST_WORDS],
    }


def _facts(source: Source, branch: Branch, day: date, wanted: dict[str, str], now: int) -> dict[str, Any]:
    """Return what a day's page shows; read on one snapshot."""
    services = services_of(source, branch.id, archived=True)
    known = {one.id: one for one in services}
    desks = layout.desks(source, branch.id)
    offered_services = [one for one in services if one.archived_at is None]
    special = special_days_of(source, branch.id, day.isoformat())
    span = span_of(branch, day)
    facts: dict[str, Any] = {
        "services": offered_services,
        "desks": desks,
        "walk_ins_only": any(one.walk_ins_only and one.on_date == day.isoformat() for one in special),
        "standing_by": waiting_for_room(source, branch.id, span.start_us, span.end_us),
        "found": [],
        "hours": [],
        "columns": [],
        "counts": {},
    }
    if wanted["find"]:
        return {**facts, "found": _found(source, branch, day, wanted["find"], known)}
    rows = _rows(source, in_span(source, branch.id, span.start_us, span.end_us), known, now)
    rows = [row for row in rows if _fits(row.service_id, row.desk_id, wanted)]
    offered = _offered(source, offered_services, wanted, span, now)
    return {
        **facts,
        "hours": hours_of(table_of(rows, offered), branch.time_zone),
        "columns": columns_of(rows, desks, offered),
        "counts": counts_of(rows),
    }


def _rows(source: Source, found: list[Reservation], known: dict[str, Service], now: int) -> list[Row]:
    shown = [one for one in found if one.state in SHOWN and not one.has_run_out(now)]
    tickets = tickets_of(source, [one.ticket_id for one in shown if one.ticket_id is not None])
    return [row_of(one, known, tickets) for one in shown]


def _offered(
    source: Source, services: list[Service], wanted: dict[str, str], span: ServiceDay, now: int
) -> dict[str, list[Slot]]:
    chosen = {one.id for one in services if wanted["service_id"] in ("", one.id)}
    if not chosen or len(chosen) > _MOST_SERVICES:
        return {}
    return {
        one.plan.service.id: [
            slot
            for slot in each_desk(one, span, now)
            if _fits(one.plan.service.id, slot.desk_id or "", wanted)
        ]
        for one in boards(source, services[0].branch_id, span.start_us, span.end_us, now=now)
        if one.plan.service.id in chosen
    }


def _fits(service_id: str, desk_id: str, wanted: dict[str, str]) -> bool:
    return wanted["service_id"] in ("", service_id) and wanted["desk_id"] in ("", desk_id)


def _found(source: Source, branch: Branch, day: date, words: str, known: dict[str, Service]) -> list[Row]:
    """Return the reservations around a day that words mean: name, phone or code."""
    from_us = span_of(branch, day - timedelta(days=_BACK_DAYS)).start_us
    to_us = span_of(branch, day + timedelta(days=_AHEAD_DAYS)).end_us
    found = [one for one in in_span(source, branch.id, from_us, to_us) if one.state in SHOWN]
    meant = [one for one in found if matches(row_of(one, known, {}), words, one.phone or "")][:_MOST_FOUND]
    tickets = tickets_of(source, [one.ticket_id for one in meant if one.ticket_id is not None])
    return [row_of(one, known, tickets) for one in meant]

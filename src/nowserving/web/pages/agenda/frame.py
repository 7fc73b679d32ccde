"""What all pages of the agenda share: who may see them, their day, their slots, what was said before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from nowserving.domain.calendar.day import ServiceDay, day_bounds, service_day, zone_of
from nowserving.domain.layout.branch import Branch
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.reservations.slots import Slot
from nowserving.domain.values import calendar_date
from nowserving.errors import AppError, Invalid, not_found
from nowserving.store import layout
from nowserving.store.layout import Source
from nowserving.store.people.staff import names
from nowserving.store.reservations.rosters import rosters_of
from nowserving.store.reservations.slots import Board, board, next_free
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.looks.render import page
from nowserving.web.pages.admin.frame import signed_in
from nowserving.web.pages.desk.doorkeeper import check_may


async def at_work(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """Return who asks, if they may read names of guests and serve them."""
    check_may(principal, Permission.CALL)
    return principal


AtWork = Annotated[Principal, Depends(at_work)]


async def branch_at(request: Request, principal: Principal, branch_id: str) -> Branch:
    """Return a branch that the caller may work at; raises NotFound."""
    found = await house_of(request).store.read(layout.branch, check_branch(principal, branch_id))
    if found is None or found.archived_at is not None:
        raise not_found()
    return found


def today_at(branch: Branch, now: int) -> str:
    """Return the date of a branch's present service day."""
    return service_day(now, zone_of(branch.time_zone), branch.hours.day_starts_at)


def day_asked(given: str, today: str) -> date:
    """Return the date that an address names, or today's."""
    try:
        return date.fromisoformat(calendar_date(given, "/day"))
    except Invalid:
        return date.fromisoformat(today)


def span_of(branch: Branch, day: date) -> ServiceDay:
    """Return the instants between which a day of the agenda lies."""
    return day_bounds(day, zone_of(branch.time_zone), branch.hours.day_starts_at)


def slots_by_desk(source: Source, service_id: str, span: ServiceDay, now: int, but_id: int = 0) -> list[Slot]:
    """Return the slots of a day that staff may give, of each desk by itself. Two statements."""
    return each_desk(board(source, service_id, span.start_us, span.end_us, now=now, but_id=but_id), span, now)


def each_desk(found: Board, span: ServiceDay, now: int) -> list[Slot]:
    """Return the slots of a day that staff may give, of each desk by itself."""
    slots = [
        slot
        for giver in found.plan.givers
        for slot in found.bookable(span.start_us, span.end_us, now, desk_id=giver.desk_id, by_staff=True)
    ]
    return sorted(slots, key=lambda slot: slot.start_at)


def choices_of(slots: Iterable[Slot], desks: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Return the free slots as a form offers them."""
    return [
        {
            "value": f"{slot.start_at}.{slot.desk_id or ''}",
            "start_at": slot.start_at,
            "desk": desks.get(slot.desk_id or "", {}).get("name", ""),
        }
        for slot in slots
        if slot.free
    ]


def chosen_slot(value: str) -> tuple[int, str | None]:
    """Return the instant and desk that a choice names; raises NotFound for what is none of ours."""
    at, _, desk_id = value.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        raise not_found()
    return int(at), desk_id or None


async def next_day(request: Request, branch: Branch, service_id: str, span: ServiceDay) -> date | None:
    """Return the next date on which a service has a free slot, or None."""
    store = house_of(request).store
    try:
        slot = await store.read(next_free, service_id, span.end_us, now=store.clock())
    except AppError:
        return None
    return date.fromisoformat(today_at(branch, slot.start_at)) if slot else None


async def desk_names(request: Request, branch_id: str) -> dict[str, dict[str, str]]:
    """Return the name of each desk and whose it is; "" is what has no desk."""
    store = house_of(request).store
    people = await store.read(names)
    known = {one.desk_id: one for one in await store.read(rosters_of, branch_id)}
    found = {"": {"name": "", "person": ""}}
    for desk in await store.read(layout.desks, branch_id, archived=True):
        own = known.get(desk.id)
        person = (own.public_name or people.get(own.owner_id or "", "")) if own else ""
        found[desk.id] = {"name": desk.name, "person": person}
    return found


def agenda_page(
    request: Request,
    principal: Principal,
    template: str,
    branch: Branch,
    *,
    error: AppError | None = None,
    **context: Any,
) -> Response:
    """Return a page of the agenda."""
    speaking = localiser(language_of(request))
    return page(
        request,
        template,
        status_code=error.status if error else 200,
        caller=principal,
        branch=branch,
        zone=branch.time_zone,
        now_us=house_of(request).store.clock(),
        error=speaking.gettext(error.message, **error.data) if error else "",
        here=f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path,
        **{"said": None, **context},
    )


def around(branch: Branch, day: date, today: str, query: str) -> dict[str, Any]:
    """Return the addresses of the days beside one; `query` is what else was asked, ready to append."""
    base = f"/agenda/{branch.id}?day="
    return {
        "before": f"{base}{day - timedelta(days=1)}{query}",
        "after": f"{base}{day + timedelta(days=1)}{query}",
        "today": f"{base}{today}{query}",
        "is_today": day.isoformat() == today,
    }

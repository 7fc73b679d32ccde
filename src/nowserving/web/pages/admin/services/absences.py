"""One absence in the back office: which reservations fall into it, and moving them to who takes over."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.reservations.changing import move_reservation
from nowserving.actions.reservations.rosters import remove_absence
from nowserving.domain.people.roles import Principal
from nowserving.domain.reservations.reservation import PROMISED, Reservation
from nowserving.domain.reservations.roster import Absence
from nowserving.errors import AppError
from nowserving.store import layout
from nowserving.store.reservations.reservations import open_of_desk
from nowserving.store.reservations.rosters import absence
from nowserving.store.reservations.services import services as services_of
from nowserving.web.finding import seen
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)


@router.get("/admin/absences/{absence_id}")
async def one(request: Request, principal: Admin, absence_id: str) -> Response:
    """Show an absence with what is promised at that desk then."""
    return await _page(request, principal, await seen(house_of(request), principal, absence, absence_id))


@router.post("/admin/absences/{absence_id}/move")
async def move(request: Request, principal: Admin, absence_id: str) -> Response:
    """Give what falls into an absence to the desk that takes over, each at its own time if there is room."""
    away = await seen(house_of(request), principal, absence, absence_id)
    store = house_of(request).store
    moved = stuck = 0
    for promised in await _falling(request, away):
        try:
            await store.write(
                move_reservation,
                actor=principal.actor,
                reservation_key=promised.key,
                start_at=promised.start_at,
                desk_id=away.replacement_id,
                by_staff=True,
            )
        except AppError:
            stuck += 1
        else:
            moved += 1
    return await _page(request, principal, away, moved, stuck)


@router.post("/admin/absences/{absence_id}/remove")
async def remove(request: Request, principal: Admin, absence_id: str) -> Response:
    """Take an absence back."""
    away = await seen(house_of(request), principal, absence, absence_id)
    await house_of(request).store.write(remove_absence, actor=principal.actor, absence_id=absence_id)
    return go_to(request, f"/admin/rosters/{away.desk_id}", "removed")


async def _page(
    request: Request, principal: Principal, away: Absence, moved: int = 0, stuck: int = 0
) -> Response:
    store = house_of(request).store
    services = await store.read(services_of, away.branch_id)
    return await admin_page(
        request,
        principal,
        "admin/services/absence.html",
        section="rosters",
        branch=await branch_of_page(request, principal, away.branch_id),
        desk=await store.read(layout.desk, away.desk_id),
        absence=away,
        replacement=await store.read(layout.desk, away.replacement_id) if away.replacement_id else None,
        reservations=await _falling(request, away),
        services={service.id: service.name for service in services},
        moved=moved,
        stuck=stuck,
    )


async def _falling(request: Request, away: Absence) -> list[Reservation]:
    """Return what is promised at the desk and overlaps the absence."""
    store = house_of(request).store
    found = await store.read(open_of_desk, away.desk_id, store.clock())
    return [
        one
        for one in found
        if one.state in PROMISED and one.start_at < away.to_at and away.from_at < one.end_at
    ]

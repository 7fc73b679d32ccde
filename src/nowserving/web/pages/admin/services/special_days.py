"""Special days in the back office: one date with other hours, or without reservations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.reservations.rosters import remove_special_day, set_special_day
from nowserving.domain.calendar.day import service_day, zone_of
from nowserving.domain.calendar.hours import Interval, intervals_to
from nowserving.domain.people.roles import Principal
from nowserving.errors import AppError
from nowserving.store.reservations.rosters import special_day, special_days_of
from nowserving.store.reservations.services import services as services_of
from nowserving.web.finding import seen
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

_ROWS = 2


@router.get("/admin/branches/{branch_id}/special-days")
async def index(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the special days ahead."""
    return await _page(request, principal, branch_id, FormState())


@router.post("/admin/branches/{branch_id}/special-days")
async def add(request: Request, principal: Admin, branch_id: str) -> Response:
    """Say what is special about a date; what was said about it before is replaced."""
    form = await form_of(request)
    await branch_of_page(request, principal, branch_id)
    try:
        await house_of(request).store.write(
            set_special_day,
            actor=principal.actor,
            branch_id=branch_id,
            service_id=form.get("service_id") or None,
            on_date=form.get("on_date", ""),
            intervals=_intervals(form),
            walk_ins_only=form.get("kind") == "walk_ins",
            reason=form.get("reason", ""),
        )
    except AppError as error:
        return await _page(request, principal, branch_id, refused(request, form, error))
    return go_to(request, f"/admin/branches/{branch_id}/special-days", "created")


@router.post("/admin/special-days/{special_day_id}/remove")
async def remove(request: Request, principal: Admin, special_day_id: str) -> Response:
    """Make a date like any other again."""
    house = house_of(request)
    found = await seen(house, principal, special_day, special_day_id)
    await house.store.write(remove_special_day, actor=principal.actor, special_day_id=special_day_id)
    return go_to(request, f"/admin/branches/{found.branch_id}/special-days", "removed")


async def _page(request: Request, principal: Principal, branch_id: str, form: FormState) -> Response:
    store = house_of(request).store
    branch = await branch_of_page(request, principal, branch_id)
    today = service_day(store.clock(), zone_of(branch.time_zone), branch.hours.day_starts_at)
    services = await store.read(services_of, branch_id)
    names = {one.id: one.name for one in services}
    coming = [
        {
            "id": one.id,
            "date": date.fromisoformat(one.on_date),
            "walk_ins_only": one.walk_ins_only,
            "hours": _hours(one.intervals),
            "service": names.get(one.service_id or "", ""),
            "reason": one.reason,
        }
        for one in await store.read(special_days_of, branch_id, today)
    ]
    return await admin_page(
        request,
        principal,
        "admin/services/special_days.html",
        section="special_days",
        form=form,
        branch=branch,
        services=services,
        coming=coming,
        today=today,
    )


def _intervals(form: Mapping[str, str]) -> list[Any]:
    """Return the times typed for a day of other hours; a day of another kind has none."""
    if form.get("kind") != "hours":
        return []
    rows = [
        (form.get(f"intervals-{place}-0", ""), form.get(f"intervals-{place}-1", "")) for place in range(_ROWS)
    ]
    # A time field can't say 24:00. Nothing typed at all is refused: a closed day says so by its own choice.
    used = [[opens, "24:00" if closes == "00:00" else closes] for opens, closes in rows if opens or closes]
    return used or [["", ""]]


def _hours(intervals: tuple[Interval, ...]) -> list[str]:
    return ["–".join(pair) for pair in intervals_to(intervals)]

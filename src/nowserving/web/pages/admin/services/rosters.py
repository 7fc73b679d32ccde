"""Rosters in the back office: whose desk it is, when it takes reservations, and when its owner is away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.reservations.feeds import end_feed, make_feed
from nowserving.actions.reservations.rosters import add_absence, set_roster
from nowserving.domain.calendar.day import instant, zone_of
from nowserving.domain.calendar.hours import NEVER_OPEN
from nowserving.domain.layout.branch import Branch, Desk
from nowserving.domain.people.roles import Principal
from nowserving.domain.reservations.roster import Absence, Roster
from nowserving.errors import AppError
from nowserving.store import layout
from nowserving.store.people.staff import names, staff
from nowserving.store.reservations.own import has_feed
from nowserving.store.reservations.rosters import absences_of, roster, rosters_of
from nowserving.store.reservations.services import services as services_of
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.forms.hours_form import field_of, hours_from_form, week_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page
from nowserving.web.pages.guest.frame import public_base

router = APIRouter(include_in_schema=False)

_WALL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(:00)?")


@router.get("/admin/branches/{branch_id}/rosters")
async def index(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show every desk of a branch with its owner, its services and the next absence."""
    branch = await branch_of_page(request, principal, branch_id)
    store = house_of(request).store
    now = store.clock()
    people = await store.read(names)
    known = {one.desk_id: one for one in await store.read(rosters_of, branch_id)}
    away = await store.read(absences_of, branch_id, now)
    services = await store.read(services_of, branch_id)
    rows = []
    for desk in await store.read(layout.desks, branch_id):
        own = known.get(desk.id) or Roster(desk_id=desk.id, branch_id=branch_id)
        absences = [one for one in away if one.desk_id == desk.id]
        rows.append(
            {
                "desk": desk,
                "person": own.public_name or people.get(own.owner_id or "", ""),
                "own_hours": own.hours is not None,
                "services": [one.name for one in services if desk.id in one.desk_ids],
                "away": next((one for one in absences if one.from_at <= now), None),
                "next": next(iter(absences), None),
            }
        )
    return await admin_page(
        request, principal, "admin/services/rosters.html", section="rosters", branch=branch, rows=rows
    )


@router.get("/admin/rosters/{desk_id}")
async def one(request: Request, principal: Admin, desk_id: str) -> Response:
    """Show a desk's roster and absences."""
    desk = await in_use(house_of(request), principal, layout.desk, desk_id)
    return await _form(request, principal, desk, None)


@router.post("/admin/rosters/{desk_id}")
async def save(request: Request, principal: Admin, desk_id: str) -> Response:
    """Change a desk's roster."""
    form = await form_of(request)
    desk = await in_use(house_of(request), principal, layout.desk, desk_id)
    changes = {
        "owner_id": form.get("owner_id") or None,
        "public_name": form.get("public_name", ""),
        "hours": hours_from_form(form) if form.get("given") == "hours" else None,
    }
    try:
        await house_of(request).store.write(
            set_roster,
            actor=principal.actor,
            desk_id=desk_id,
            changes=changes,
            expected=number(form.get("edited")),
        )
    except AppError as error:
        state = refused(request, form, error, lambda name: field_of(form, name))
        return await _form(request, principal, desk, state)
    return go_to(request, f"/admin/branches/{desk.branch_id}/rosters", "saved")


@router.post("/admin/rosters/{desk_id}/absences")
async def add(request: Request, principal: Admin, desk_id: str) -> Response:
    """Add an absence, then show which reservations fall into it."""
    form = await form_of(request)
    desk = await in_use(house_of(request), principal, layout.desk, desk_id)
    branch = await branch_of_page(request, principal, desk.branch_id)
    try:
        absence: Absence = await house_of(request).store.write(
            add_absence,
            actor=principal.actor,
            desk_id=desk_id,
            from_at=at_wall(form.get("from_at", ""), branch),
            to_at=at_wall(form.get("to_at", ""), branch),
            reason=form.get("reason", ""),
            replacement_id=form.get("replacement_id") or None,
        )
    except AppError as error:
        return await _form(request, principal, desk, refused(request, form, error))
    return go_to(request, f"/admin/absences/{absence.id}", "created")


@router.post("/admin/rosters/{desk_id}/feed")
async def make_calendar(request: Request, principal: Admin, desk_id: str) -> Response:
    """Make the secret link of a desk's calendar, and show it this once."""
    desk = await in_use(house_of(request), principal, layout.desk, desk_id)
    secret = await house_of(request).store.write(make_feed, actor=principal.actor, desk_id=desk_id)
    return await _form(request, principal, desk, None, f"{public_base(request)}/calendar/{secret}.ics")


@router.post("/admin/rosters/{desk_id}/feed/end")
async def end_calendar(request: Request, principal: Admin, desk_id: str) -> Response:
    """Take the link back."""
    await in_use(house_of(request), principal, layout.desk, desk_id)
    await house_of(request).store.write(end_feed, actor=principal.actor, desk_id=desk_id)
    return go_to(request, f"/admin/rosters/{desk_id}", "removed")


def at_wall(text: str, branch: Branch) -> Any:
    """Return the instant at which a branch's wall shows what a field says; other text stays as it is."""
    found = _WALL.fullmatch(text)
    if not found:
        return text
    try:
        day = datetime.fromisoformat(found[1]).date()
    except ValueError:
        return text
    return instant(day, int(found[2]) * 60 + int(found[3]), zone_of(branch.time_zone))


async def _form(
    request: Request, principal: Principal, desk: Desk, form: FormState | None, feed: str = ""
) -> Response:
    store = house_of(request).store
    branch = await branch_of_page(request, principal, desk.branch_id)
    own = await store.read(roster, desk.id)
    desks = await store.read(layout.desks, branch.id)
    people = [one for one in await store.read(staff) if one.sees is None or branch.id in one.sees]
    away = await store.read(absences_of, branch.id, store.clock())
    return await admin_page(
        request,
        principal,
        "admin/services/roster.html",
        section="rosters",
        form=FormState({**_fields(own), **form.values}, form.errors, form.notice)
        if form is not None
        else FormState(_fields(own)),
        branch=branch,
        desk=desk,
        roster=own,
        feed=feed,
        has_feed=await store.read(has_feed, desk.id),
        people=people,
        week=week_of(own.hours if own and own.hours else NEVER_OPEN),
        absences=[one for one in away if one.desk_id == desk.id],
        others=[one for one in desks if one.id != desk.id],
        desk_names={one.id: one.name for one in desks},
    )


def _fields(own: Roster | None) -> Mapping[str, str]:
    hours = own.hours if own and own.hours else NEVER_OPEN
    rows = [row for _, _, day in week_of(hours) for row in day]
    week = {row.opens_name: row.opens for row in rows} | {row.closes_name: row.closes for row in rows}
    return {
        "owner_id": (own.owner_id if own else None) or "",
        "public_name": own.public_name if own else "",
        "given": "hours" if own and own.hours else "branch",
        **week,
    }

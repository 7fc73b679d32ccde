"""The back office's front door, and what a branch is: name, time zone, opening hours, closures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.layout.branches import (
    add_closure,
    archive_branch,
    create_branch,
    edit_branch,
    remove_closure,
)
from nowserving.domain.calendar.day import service_day, zone_of
from nowserving.domain.calendar.hours import Hours, Interval
from nowserving.domain.layout.branch import Closure, DeskState
from nowserving.domain.people.roles import Principal
from nowserving.domain.values import time_text
from nowserving.errors import AppError
from nowserving.store import layout
from nowserving.store.people import devices
from nowserving.web.finding import seen
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.forms.hours_form import field_of, hours_from_form, week_of
from nowserving.web.house import House, house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.looks.zones import zones_by_region
from nowserving.web.pages.admin.frame import Admin, Head, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

_PLACE = frozenset({"location-latitude", "location-longitude"})
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,12})?")


@router.get("/admin")
async def home(request: Request, principal: Admin) -> Response:
    """Show the branches with what happens in them now, and what else can be managed."""
    house = house_of(request)
    found = await house.store.read(layout.branches, principal.branch_ids)
    cards = [{"branch": branch, **_numbers(house, branch.id)} for branch in found]
    return await admin_page(request, principal, "admin/home.html", section="branches", cards=cards)


def _numbers(house: House, branch_id: str) -> dict[str, int]:
    live = house.relay.branches.get(branch_id)
    if live is None:
        return {"queues": 0, "desks": 0, "open": 0, "waiting": 0}
    return {
        "queues": len(live.queues),
        "desks": len(live.desks),
        "open": sum(desk.state is DeskState.OPEN for desk in live.desks.values()),
        "waiting": sum(len(live.lines.line(queue_id)) for queue_id in live.queues),
    }


# What a new branch is offered: office hours.
_OFFICE_HOURS = Hours(tuple((Interval(9 * 60, 17 * 60),) if day < 5 else () for day in range(7)))


@router.get("/admin/branches/new")
async def new(request: Request, principal: Head) -> Response:
    """Show the form of a new branch."""
    return await _new(request, principal, FormState())


@router.post("/admin/branches/new")
async def add(request: Request, principal: Head) -> Response:
    """Add a branch."""
    form = await form_of(request)
    try:
        branch = await house_of(request).store.write(
            create_branch,
            actor=principal.actor,
            name=form.get("name", ""),
            label=form.get("label", ""),
            time_zone=form.get("time_zone", ""),
            hours=hours_from_form(form),
        )
    except AppError as error:
        return await _new(
            request, principal, refused(request, form, error, lambda name: field_of(form, name))
        )
    return go_to(request, f"/admin/branches/{branch.id}/queues", "created")


async def _new(request: Request, principal: Principal, form: FormState) -> Response:
    return await admin_page(
        request,
        principal,
        "admin/branch_new.html",
        section="branches",
        form=form,
        zones=zones_by_region(),
        week=week_of(_OFFICE_HOURS),
        day_starts_at="00:00",
    )


@router.get("/admin/branches/{branch_id}")
async def details(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show a branch: what is missing for a start, and its own data."""
    return await _details(request, principal, branch_id, FormState())


@router.post("/admin/branches/{branch_id}")
async def save(request: Request, principal: Admin, branch_id: str) -> Response:
    """Change name, label or time zone."""
    form = await form_of(request)
    await branch_of_page(request, principal, branch_id)
    changes: dict[str, Any] = {name: form.get(name, "") for name in ("name", "label", "time_zone")}
    # A form of an older page, and programs that post one, say nothing of it.
    if form.keys() >= _PLACE:
        changes["location"] = _location(form)
    try:
        await _edit(request, principal, branch_id, form, changes)
    except AppError as error:
        return await _details(request, principal, branch_id, refused(request, form, error))
    return go_to(request, f"/admin/branches/{branch_id}", "saved")


def _location(form: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the coordinates that were typed, as a branch takes them; None where both are empty."""
    typed = {name.partition("-")[2]: form[name].strip().replace(",", ".") for name in _PLACE}
    if not any(typed.values()):
        return None
    return {name: float(text) if _DEGREES.fullmatch(text) else text for name, text in typed.items()}


async def _details(request: Request, principal: Principal, branch_id: str, form: FormState) -> Response:
    store = house_of(request).store
    branch = await branch_of_page(request, principal, branch_id)
    found = await store.read(layout.layout, branch_id)
    return await admin_page(
        request,
        principal,
        "admin/branch.html",
        section="details",
        form=form,
        branch=branch,
        layout=found,
        devices=await store.read(devices.devices, branch_id),
        zones=zones_by_region(),
    )


@router.post("/admin/branches/{branch_id}/archive")
async def archive(request: Request, principal: Head, branch_id: str) -> Response:
    """Close a branch for good."""
    store = house_of(request).store
    try:
        await store.write(archive_branch, actor=principal.actor, branch_id=branch_id)
    except AppError as error:
        return await _details(request, principal, branch_id, refused(request, {}, error))
    return go_to(request, "/admin", "archived")


@router.get("/admin/branches/{branch_id}/hours")
async def hours(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the opening hours."""
    return await _hours(request, principal, branch_id, FormState())


@router.post("/admin/branches/{branch_id}/hours")
async def save_hours(request: Request, principal: Admin, branch_id: str) -> Response:
    """Change the opening hours."""
    form = await form_of(request)
    await branch_of_page(request, principal, branch_id)
    try:
        await _edit(request, principal, branch_id, form, {"hours": hours_from_form(form)})
    except AppError as error:
        state = refused(request, form, error, lambda name: field_of(form, name))
        return await _hours(request, principal, branch_id, state)
    return go_to(request, f"/admin/branches/{branch_id}/hours", "saved")


async def _hours(request: Request, principal: Principal, branch_id: str, form: FormState) -> Response:
    branch = await branch_of_page(request, principal, branch_id)
    return await admin_page(
        request,
        principal,
        "admin/hours.html",
        section="hours",
        form=form,
        branch=branch,
        week=week_of(branch.hours),
        day_starts_at=time_text(branch.hours.day_starts_at),
    )


@router.get("/admin/branches/{branch_id}/closures")
async def closures(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the days on which the branch is closed."""
    return await _closures(request, principal, branch_id, FormState())


@router.post("/admin/branches/{branch_id}/closures")
async def close(request: Request, principal: Admin, branch_id: str) -> Response:
    """Close the branch on some days; a last day that is left out is the first."""
    form = await form_of(request)
    await branch_of_page(request, principal, branch_id)
    starts_on = form.get("starts_on", "")
    try:
        await house_of(request).store.write(
            add_closure,
            actor=principal.actor,
            branch_id=branch_id,
            starts_on=starts_on,
            ends_on=form.get("ends_on") or starts_on,
            reason=form.get("reason", ""),
        )
    except AppError as error:
        return await _closures(request, principal, branch_id, refused(request, form, error))
    return go_to(request, f"/admin/branches/{branch_id}/closures", "created")


@router.post("/admin/closures/{closure_id}/remove")
async def reopen(request: Request, principal: Admin, closure_id: str) -> Response:
    """Take a closure back."""
    house = house_of(request)
    found = await seen(house, principal, layout.closure, closure_id)
    await house.store.write(remove_closure, actor=principal.actor, closure_id=closure_id)
    return go_to(request, f"/admin/branches/{found.branch_id}/closures", "removed")


async def _closures(request: Request, principal: Principal, branch_id: str, form: FormState) -> Response:
    store = house_of(request).store
    branch = await branch_of_page(request, principal, branch_id)
    found = await store.read(layout.closures, branch_id)
    zone = zone_of(branch.time_zone)
    today = service_day(store.clock(), zone, branch.hours.day_starts_at)
    return await admin_page(
        request,
        principal,
        "admin/closures.html",
        section="closures",
        form=form,
        branch=branch,
        coming=[_closure_row(one) for one in found if one.ends_on >= today],
        past=[_closure_row(one) for one in found if one.ends_on < today],
        today=today,
    )


def _closure_row(closure: Closure) -> dict[str, Any]:
    return {
        "id": closure.id,
        "first": date.fromisoformat(closure.starts_on),
        "last": date.fromisoformat(closure.ends_on),
        "reason": closure.reason,
    }


async def _edit(
    request: Request, principal: Principal, branch_id: str, form: dict[str, str], changes: dict[str, Any]
) -> None:
    await house_of(request).store.write(
        edit_branch,
        actor=principal.actor,
        branch_id=branch_id,
        changes=changes,
        expected=number(form.get("edited")),
    )

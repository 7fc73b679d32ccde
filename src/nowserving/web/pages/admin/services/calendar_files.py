"""Calendars of other programs in the back office: given, shown, and taken over once somebody has looked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.branch import Branch
from nowserving.domain.people.roles import Principal
from nowserving.errors import N_, AppError
from nowserving.store import layout
from nowserving.web.api.reservations.imports import CalendarImport, import_holidays, import_leave
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page
from nowserving.web.wire.asgi import MOST_BODY

router = APIRouter(include_in_schema=False)

# A form spells each sign that is no letter with three.
_MOST_BYTES = 3 * MOST_BODY
_WHY = {
    "unreadable": N_("It can't be read."),
    "cancelled": N_("It was cancelled."),
    "free": N_("It is marked as free."),
    "past": N_("It is over, or more than two years ahead."),
    "no_length": N_("It has no length."),
    "too_often": N_("It repeats too often."),
    "too_many": N_("It is more than one file may say."),
    "part_of_a_day": N_("It is only a part of a day."),
}


@dataclass(frozen=True, slots=True)
class Into:
    """Where a calendar is read into: whose page it is, the way back, and what reads it."""

    branch: Branch
    back: str
    section: str
    name: str
    read: Callable[[CalendarImport], Awaitable[dict[str, Any]]]


@router.get("/admin/rosters/{desk_id}/import")
async def ask_leave(request: Request, principal: Admin, desk_id: str) -> Response:
    """Ask for a calendar of leave."""
    return await _page(request, principal, await _leave(request, principal, desk_id), FormState(), None)


@router.post("/admin/rosters/{desk_id}/import")
async def leave(request: Request, principal: Admin, desk_id: str) -> Response:
    """Show what a calendar of leave says, and with `apply` take it over."""
    return await _given(request, principal, await _leave(request, principal, desk_id))


@router.get("/admin/branches/{branch_id}/closures/import")
async def ask_holidays(request: Request, principal: Admin, branch_id: str) -> Response:
    """Ask for a calendar of closed days."""
    return await _page(request, principal, await _holidays(request, principal, branch_id), FormState(), None)


@router.post("/admin/branches/{branch_id}/closures/import")
async def holidays(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show what a calendar of closed days says, and with `apply` take it over."""
    return await _given(request, principal, await _holidays(request, principal, branch_id))


async def _leave(request: Request, principal: Principal, desk_id: str) -> Into:
    house = house_of(request)
    desk = await in_use(house, principal, layout.desk, desk_id)
    branch = await branch_of_page(request, principal, desk.branch_id)
    return Into(
        branch,
        f"/admin/rosters/{desk.id}",
        "rosters",
        desk.name,
        lambda form: import_leave(house, principal, desk, form),
    )


async def _holidays(request: Request, principal: Principal, branch_id: str) -> Into:
    branch = await branch_of_page(request, principal, branch_id)
    return Into(
        branch,
        f"/admin/branches/{branch.id}/closures",
        "closures",
        "",
        lambda form: import_holidays(house_of(request), principal, branch, form),
    )


async def _given(request: Request, principal: Principal, into: Into) -> Response:
    form = await form_of(request, most_bytes=_MOST_BYTES)
    applies = "apply" in form
    wanted = CalendarImport(
        calendar=form.get("calendar", ""),
        apply=applies,
        free_too="free_too" in form,
        with_words="with_words" in form,
    )
    try:
        found = await into.read(wanted)
    except AppError as error:
        return await _page(request, principal, into, refused(request, form, error), None)
    if applies:
        return go_to(request, into.back, "created" if found["applied"] else "")
    return await _page(request, principal, into, FormState(form), found)


async def _page(
    request: Request, principal: Principal, into: Into, form: FormState, found: dict[str, Any] | None
) -> Response:
    rows = [_row(one) for one in found["found"]] if found else []
    return await admin_page(
        request,
        principal,
        "admin/services/calendar_file.html",
        section=into.section,
        form=form,
        branch=into.branch,
        back=into.back,
        name=into.name,
        is_read=found is not None,
        rows=rows,
        new=sum(one["is_new"] for one in rows),
        left_out=[(one["words"], _WHY[one["why"]]) for one in found["left_out"]] if found else [],
    )


def _row(one: dict[str, Any]) -> dict[str, Any]:
    times = {name: _micros(one[name]) for name in ("from_at", "to_at")}
    return {**one, **times}


def _micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND_US

"""The plans of houses: their list, and taking one in from a file of another program."""

from __future__ import annotations

import asyncio
import json

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.seats.mapping import archive_seat_map, create_seat_map
from nowserving.domain.seats.csv_file import plan_from_csv
from nowserving.domain.seats.plan import Plan, read_plan
from nowserving.errors import N_, AppError, FieldError, Invalid, invalid_field
from nowserving.store.seats.maps import seat_map, seat_maps_of
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)


@router.get("/admin/branches/{branch_id}/seat-maps")
async def index(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the plans of a branch's houses."""
    return await _page(request, principal, branch_id, None)


@router.post("/admin/branches/{branch_id}/seat-maps")
async def take_in(request: Request, principal: Admin, branch_id: str) -> Response:
    """Add a plan from what a file says: a seating plan (JSON) or a table (CSV)."""
    form = await form_of(request)
    await branch_of_page(request, principal, branch_id)
    try:
        plan = await asyncio.to_thread(_plan_of, form.get("plan", ""), form.get("name", ""))
        await house_of(request).store.write(
            create_seat_map,
            actor=principal.actor,
            branch_id=branch_id,
            name=form.get("name", ""),
            plan=plan,
        )
    except AppError as error:
        state = refused(request, form, error, lambda name: name if name == "name" else "plan")
        return await _page(request, principal, branch_id, state)
    return go_to(request, f"/admin/branches/{branch_id}/seat-maps", "created")


@router.post("/admin/seat-maps/{seat_map_id}/archive")
async def archive(request: Request, principal: Admin, seat_map_id: str) -> Response:
    """Put a plan away; what is sold from it goes on."""
    house = house_of(request)
    found = await in_use(house, principal, seat_map, seat_map_id)
    await house.store.write(archive_seat_map, actor=principal.actor, seat_map_id=seat_map_id)
    return go_to(request, f"/admin/branches/{found.branch_id}/seat-maps", "archived")


def _plan_of(text: str, name: str) -> Plan:
    """Return what a file says; raises Invalid at /plan with the place in the file."""
    if not text.lstrip().startswith("{"):
        return plan_from_csv(text, name)
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise invalid_field(
            "/plan", "not_json", N_("This is neither a seating plan (JSON) nor a table.")
        ) from None
    try:
        return read_plan(given)
    except Invalid as refusal:
        # One field of the form holds the whole file, so the place in it stands before the words.
        first = refusal.fields[0]
        where = FieldError(
            "/plan",
            first.code,
            N_("At %(place)s something is wrong: look at it in the file."),
            (("place", first.pointer),),
        )
        raise Invalid(refusal.code, refusal.message, fields=(where,)) from None


async def _page(request: Request, principal: Admin, branch_id: str, form: FormState | None) -> Response:
    branch = await branch_of_page(request, principal, branch_id)
    return await admin_page(
        request,
        principal,
        "organiser/maps.html",
        section="seat_maps",
        branch=branch,
        maps=await house_of(request).store.read(seat_maps_of, branch_id),
        form=form,
    )

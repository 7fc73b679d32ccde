"""Services in the back office: the list with its order, and one service with all its rules."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from nowserving.actions.reservations.services import (
    archive_service,
    create_service,
    edit_service,
    order_services,
)
from nowserving.domain.calendar.hours import NEVER_OPEN
from nowserving.domain.people.roles import Principal
from nowserving.domain.reservations.service import Service
from nowserving.errors import AppError
from nowserving.store import layout
from nowserving.store.people.staff import names
from nowserving.store.reservations.rosters import rosters_of
from nowserving.store.reservations.services import service as service_by_id
from nowserving.store.reservations.services import services as services_of
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.forms.hours_form import week_of
from nowserving.web.forms.service_form import (
    QUESTION_ROWS,
    REMINDER_ROWS,
    changes_from,
    field_of,
    fields_of,
)
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page
from nowserving.web.pages.admin.queues import moved
from nowserving.web.pages.admin.services.preview import preview_of

router = APIRouter(include_in_schema=False)

_MOST_FIELDS = 1000


@router.get("/admin/branches/{branch_id}/services")
async def index(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show what can be booked at a branch, in its order."""
    branch = await branch_of_page(request, principal, branch_id)
    store = house_of(request).store
    found = await store.read(services_of, branch_id)
    desks = {one.id: one.name for one in await store.read(layout.desks, branch_id)}
    return await admin_page(
        request,
        principal,
        "admin/services/services.html",
        section="services",
        branch=branch,
        services=found,
        queues={one.id: one.name for one in await store.read(layout.counters, branch_id)},
        givers={one.id: ", ".join(desks[desk_id] for desk_id in one.desk_ids) for one in found},
    )


@router.post("/admin/branches/{branch_id}/services/order")
async def order(request: Request, principal: Admin, branch_id: str) -> Response:
    """Move one service up or down in the list."""
    form = await form_of(request)
    store = house_of(request).store
    await branch_of_page(request, principal, branch_id)
    ids = moved(await store.read(services_of, branch_id), form.get("move", ""), form.get("way", ""))
    await store.write(order_services, actor=principal.actor, branch_id=branch_id, service_ids=ids)
    return go_to(request, f"/admin/branches/{branch_id}/services")


@router.get("/admin/branches/{branch_id}/services/new")
async def new(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the form of a new service."""
    return await _form(request, principal, branch_id, None, FormState(fields_of(None)))


@router.post("/admin/branches/{branch_id}/services/new")
async def add(request: Request, principal: Admin, branch_id: str) -> Response:
    """Add a service at the end of the list."""
    form = await form_of(request, _MOST_FIELDS)
    await branch_of_page(request, principal, branch_id)
    try:
        await house_of(request).store.write(
            create_service,
            actor=principal.actor,
            branch_id=branch_id,
            **changes_from(form, await _desk_ids(request, branch_id)),
        )
    except AppError as error:
        state = refused(request, form, error, lambda name: field_of(form, name))
        return await _form(request, principal, branch_id, None, state)
    return go_to(request, f"/admin/branches/{branch_id}/services", "created")


@router.post("/admin/branches/{branch_id}/services/preview")
async def preview(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the slots that a form would make, and save nothing."""
    form = await form_of(request, _MOST_FIELDS)
    branch = await branch_of_page(request, principal, branch_id)
    return JSONResponse(await preview_of(request, branch, form))


@router.get("/admin/services/{service_id}")
async def one(request: Request, principal: Admin, service_id: str) -> Response:
    """Show a service with its rules."""
    service = await in_use(house_of(request), principal, service_by_id, service_id)
    return await _form(request, principal, service.branch_id, service, FormState(fields_of(service)))


@router.post("/admin/services/{service_id}")
async def save(request: Request, principal: Admin, service_id: str) -> Response:
    """Change a service."""
    form = await form_of(request, _MOST_FIELDS)
    service = await in_use(house_of(request), principal, service_by_id, service_id)
    try:
        await house_of(request).store.write(
            edit_service,
            actor=principal.actor,
            service_id=service_id,
            changes=changes_from(form, await _desk_ids(request, service.branch_id)),
            expected=number(form.get("edited")),
        )
    except AppError as error:
        state = refused(request, form, error, lambda name: field_of(form, name))
        return await _form(request, principal, service.branch_id, service, state)
    return go_to(request, f"/admin/branches/{service.branch_id}/services", "saved")


@router.post("/admin/services/{service_id}/archive")
async def archive(request: Request, principal: Admin, service_id: str) -> Response:
    """Offer a service no more; the form says what becomes of those who are promised a time."""
    form = await form_of(request)
    service = await in_use(house_of(request), principal, service_by_id, service_id)
    try:
        await house_of(request).store.write(
            archive_service,
            actor=principal.actor,
            service_id=service_id,
            reservations=form.get("reservations") or None,
        )
    except AppError as error:
        state = refused(request, fields_of(service), error)
        return await _form(request, principal, service.branch_id, service, state)
    return go_to(request, f"/admin/branches/{service.branch_id}/services", "archived")


async def _form(
    request: Request, principal: Principal, branch_id: str, service: Service | None, form: FormState
) -> Response:
    branch = await branch_of_page(request, principal, branch_id)
    store = house_of(request).store
    found = await store.read(layout.layout, branch_id)
    return await admin_page(
        request,
        principal,
        "admin/services/service.html",
        section="services",
        form=form,
        branch=branch,
        layout=found,
        service=service,
        people=await people_of(request, branch_id),
        week=week_of(service.hours if service and service.hours else NEVER_OPEN),
        preview=await preview_of(request, branch, form.values),
        question_rows=QUESTION_ROWS,
        reminder_rows=REMINDER_ROWS,
    )


async def people_of(request: Request, branch_id: str) -> dict[str, str]:
    """Return by desk whom guests would choose there: the public name, or the owner's; "" where nobody is."""
    store = house_of(request).store
    staff = await store.read(names)
    found = {one.desk_id: one for one in await store.read(rosters_of, branch_id)}
    desks = await store.read(layout.desks, branch_id)
    return {
        desk.id: (found[desk.id].public_name or staff.get(found[desk.id].owner_id or "", ""))
        if desk.id in found
        else ""
        for desk in desks
    }


async def _desk_ids(request: Request, branch_id: str) -> list[str]:
    return [one.id for one in await house_of(request).store.read(layout.desks, branch_id)]

"""Desks and departments in the back office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.layout.departments import (
    archive_department,
    create_department,
    edit_department,
    order_departments,
)
from nowserving.actions.layout.desks import archive_desk, create_desk, edit_desk, order_desks
from nowserving.domain.layout.branch import Desk
from nowserving.domain.people.roles import Principal
from nowserving.errors import AppError
from nowserving.store import layout
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page
from nowserving.web.pages.admin.queues import moved

router = APIRouter(include_in_schema=False)

_MOST_FIELDS = 1000


@router.get("/admin/branches/{branch_id}/desks")
async def index(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the desks of a branch in their order, and what each serves."""
    branch = await branch_of_page(request, principal, branch_id)
    found = await house_of(request).store.read(layout.layout, branch_id)
    return await admin_page(
        request, principal, "admin/desks.html", section="desks", branch=branch, layout=found
    )


@router.post("/admin/branches/{branch_id}/desks/order")
async def order(request: Request, principal: Admin, branch_id: str) -> Response:
    """Move one desk up or down in the list."""
    form = await form_of(request)
    store = house_of(request).store
    await branch_of_page(request, principal, branch_id)
    ids = moved(await store.read(layout.desks, branch_id), form.get("move", ""), form.get("way", ""))
    await store.write(order_desks, actor=principal.actor, branch_id=branch_id, desk_ids=ids)
    return go_to(request, f"/admin/branches/{branch_id}/desks")


@router.get("/admin/branches/{branch_id}/desks/new")
async def new(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the form of a new desk: it serves every queue unless told otherwise."""
    queues = await house_of(request).store.read(layout.counters, branch_id)
    return await _form(
        request, principal, branch_id, None, FormState(_fields("", None, tuple(one.id for one in queues)))
    )


@router.post("/admin/branches/{branch_id}/desks/new")
async def add(request: Request, principal: Admin, branch_id: str) -> Response:
    """Add a desk."""
    form = await form_of(request, _MOST_FIELDS)
    await branch_of_page(request, principal, branch_id)
    try:
        await house_of(request).store.write(
            create_desk, actor=principal.actor, branch_id=branch_id, **_changes(form)
        )
    except AppError as error:
        return await _form(request, principal, branch_id, None, refused(request, form, error))
    return go_to(request, f"/admin/branches/{branch_id}/desks", "created")


@router.get("/admin/desks/{desk_id}")
async def one(request: Request, principal: Admin, desk_id: str) -> Response:
    """Show a desk."""
    desk = await in_use(house_of(request), principal, layout.desk, desk_id)
    fields = _fields(desk.name, desk.department_id, desk.queue_ids)
    return await _form(request, principal, desk.branch_id, desk, FormState(fields))


@router.post("/admin/desks/{desk_id}")
async def save(request: Request, principal: Admin, desk_id: str) -> Response:
    """Change a desk."""
    form = await form_of(request, _MOST_FIELDS)
    desk = await in_use(house_of(request), principal, layout.desk, desk_id)
    try:
        await house_of(request).store.write(
            edit_desk,
            actor=principal.actor,
            desk_id=desk_id,
            changes=_changes(form),
            expected=number(form.get("edited")),
        )
    except AppError as error:
        return await _form(request, principal, desk.branch_id, desk, refused(request, form, error))
    return go_to(request, f"/admin/branches/{desk.branch_id}/desks", "saved")


@router.post("/admin/desks/{desk_id}/archive")
async def archive(request: Request, principal: Admin, desk_id: str) -> Response:
    """Take a desk away for good."""
    desk = await in_use(house_of(request), principal, layout.desk, desk_id)
    try:
        await house_of(request).store.write(archive_desk, actor=principal.actor, desk_id=desk_id)
    except AppError as error:
        fields = _fields(desk.name, desk.department_id, desk.queue_ids)
        return await _form(request, principal, desk.branch_id, desk, refused(request, fields, error))
    return go_to(request, f"/admin/branches/{desk.branch_id}/desks", "archived")


def _fields(name: str, department_id: str | None, queue_ids: tuple[str, ...]) -> dict[str, str]:
    fields = {"name": name, "department_id": department_id or ""}
    for place, queue_id in enumerate(queue_ids, start=1):
        fields |= {f"serves-{queue_id}": "on", f"place-{queue_id}": str(place)}
    return fields


def _changes(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form says: the ticked queues in the order of their numbers."""
    ticked = [name.removeprefix("serves-") for name in form if name.startswith("serves-")]

    def place(queue_id: str) -> int:
        found = number(form.get(f"place-{queue_id}"))
        return found if isinstance(found, int) else len(ticked)

    return {
        "name": form.get("name", ""),
        "department_id": form.get("department_id") or None,
        "queue_ids": sorted(ticked, key=place),
    }


async def _form(
    request: Request, principal: Principal, branch_id: str, desk: Desk | None, form: FormState
) -> Response:
    branch = await branch_of_page(request, principal, branch_id)
    found = await house_of(request).store.read(layout.layout, branch_id)
    served = _changes(form.values)["queue_ids"]
    queues = {queue.id: queue for queue in found.queues} if found else {}
    return await admin_page(
        request,
        principal,
        "admin/desk.html",
        section="desks",
        form=form,
        branch=branch,
        layout=found,
        queues=[queues.pop(one) for one in served if one in queues] + list(queues.values()),
        desk=desk,
    )


@router.get("/admin/branches/{branch_id}/departments")
async def departments(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the departments of a branch."""
    return await _departments(request, principal, branch_id, FormState())


@router.post("/admin/branches/{branch_id}/departments")
async def add_department(request: Request, principal: Admin, branch_id: str) -> Response:
    """Add a department."""
    form = await form_of(request)
    await branch_of_page(request, principal, branch_id)
    try:
        await house_of(request).store.write(
            create_department, actor=principal.actor, branch_id=branch_id, name=form.get("name", "")
        )
    except AppError as error:
        return await _departments(request, principal, branch_id, refused(request, form, error))
    return go_to(request, f"/admin/branches/{branch_id}/departments", "created")


@router.post("/admin/branches/{branch_id}/departments/order")
async def order_them(request: Request, principal: Admin, branch_id: str) -> Response:
    """Move one department up or down in the list."""
    form = await form_of(request)
    store = house_of(request).store
    await branch_of_page(request, principal, branch_id)
    found = await store.read(layout.departments, branch_id)
    ids = moved(found, form.get("move", ""), form.get("way", ""))
    await store.write(order_departments, actor=principal.actor, branch_id=branch_id, department_ids=ids)
    return go_to(request, f"/admin/branches/{branch_id}/departments")


@router.post("/admin/departments/{department_id}")
async def rename(request: Request, principal: Admin, department_id: str) -> Response:
    """Rename a department."""
    form = await form_of(request)
    found = await in_use(house_of(request), principal, layout.department, department_id)
    try:
        await house_of(request).store.write(
            edit_department,
            actor=principal.actor,
            department_id=department_id,
            changes={"name": form.get("name", "")},
            expected=number(form.get("edited")),
        )
    except AppError as error:
        # The page has one form for each department: the refusal stands above them all.
        state = refused(request, {}, error)
        return await _departments(request, principal, found.branch_id, state)
    return go_to(request, f"/admin/branches/{found.branch_id}/departments", "saved")


@router.post("/admin/departments/{department_id}/archive")
async def remove(request: Request, principal: Admin, department_id: str) -> Response:
    """Take a department away."""
    found = await in_use(house_of(request), principal, layout.department, department_id)
    try:
        await house_of(request).store.write(
            archive_department, actor=principal.actor, department_id=department_id
        )
    except AppError as error:
        return await _departments(request, principal, found.branch_id, refused(request, {}, error))
    return go_to(request, f"/admin/branches/{found.branch_id}/departments", "removed")


async def _departments(request: Request, principal: Principal, branch_id: str, form: FormState) -> Response:
    branch = await branch_of_page(request, principal, branch_id)
    found = await house_of(request).store.read(layout.layout, branch_id)
    return await admin_page(
        request,
        principal,
        "admin/departments.html",
        section="departments",
        form=form,
        branch=branch,
        layout=found,
    )

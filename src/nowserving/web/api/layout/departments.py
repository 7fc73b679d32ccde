"""Departments: named groups of queues and desks at a branch."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from nowserving.actions.layout.departments import (
    archive_department,
    create_department,
    edit_department,
    order_departments,
)
from nowserving.domain.layout.branch import Department
from nowserving.store import layout
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.finding import seen
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.wire.resource import (
    ONCE,
    Admin,
    Envelope,
    Expected,
    Form,
    Listing,
    Reader,
    Text,
    Texts,
    create,
    etag,
    resource,
)
from nowserving.web.wire.shapes import DepartmentShape, department_json

router = resource("departments")


class NewDepartment(Form):
    """A new department."""

    name: Text


class DepartmentEdit(Form):
    """What changes in a department."""

    name: Text = None


class DepartmentOrder(Form):
    """All departments of a branch in a new order."""

    department_ids: Texts


@router.get(
    "/branches/{branch_id}/departments",
    operation_id="listDepartments",
    response_model=Listing[DepartmentShape],
)
async def index(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the departments of a branch in their order."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    found = await house.store.read(layout.departments, branch.id)
    return {"data": [department_json(department) for department in found]}


@router.post(
    "/branches/{branch_id}/departments",
    operation_id="createDepartment",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[DepartmentShape],
)
async def add(request: Request, principal: Admin, branch_id: str, form: NewDepartment) -> Response:
    """Add a department at the end of the list."""
    check_branch(principal, branch_id)
    return await create(
        request,
        principal,
        create_department,
        _document,
        "departments",
        branch_id=branch_id,
        **form.given(),
    )


@router.put(
    "/branches/{branch_id}/departments/order",
    operation_id="orderDepartments",
    response_model=Listing[DepartmentShape],
)
async def order(request: Request, principal: Admin, branch_id: str, form: DepartmentOrder) -> Any:
    """Put the departments into another order; the list names each of them once."""
    store = house_of(request).store
    check_branch(principal, branch_id)
    await store.write(order_departments, actor=principal.actor, branch_id=branch_id, **form.given())
    return await index(request, principal, branch_id)


@router.get(
    "/departments/{department_id}", operation_id="getDepartment", response_model=Envelope[DepartmentShape]
)
async def one(request: Request, response: Response, principal: Reader, department_id: str) -> Any:
    """Return a department. Its ETag is what an edit wants as If-Match."""
    department = await seen(house_of(request), principal, layout.department, department_id)
    response.headers.update(etag(department.edited))
    return _document(department)


@router.patch(
    "/departments/{department_id}", operation_id="editDepartment", response_model=Envelope[DepartmentShape]
)
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    department_id: str,
    form: DepartmentEdit,
    expected: Expected,
) -> Any:
    """Rename a department."""
    house = house_of(request)
    await seen(house, principal, layout.department, department_id)
    department = await house.store.write(
        edit_department,
        actor=principal.actor,
        department_id=department_id,
        changes=form.given(),
        expected=expected,
    )
    response.headers.update(etag(department.edited))
    return _document(department)


@router.delete(
    "/departments/{department_id}",
    operation_id="archiveDepartment",
    response_model=Envelope[DepartmentShape],
)
async def archive(request: Request, principal: Admin, department_id: str) -> Any:
    """Take a department away; 409 while queues or desks belong to it."""
    house = house_of(request)
    await seen(house, principal, layout.department, department_id)
    gone = await house.store.write(archive_department, actor=principal.actor, department_id=department_id)
    return _document(gone)


def _document(department: Department) -> dict[str, Any]:
    return {"data": department_json(department)}

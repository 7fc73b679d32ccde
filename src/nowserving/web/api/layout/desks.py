"""Desks as an admin sets them up."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from nowserving.actions.layout.desks import archive_desk, create_desk, edit_desk, order_desks
from nowserving.domain.layout.branch import Desk
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
    TextOrNull,
    Texts,
    create,
    etag,
    resource,
)
from nowserving.web.wire.shapes import DeskShape, desk_json

router = resource("desks")


class NewDesk(Form):
    """A new desk and the queues that it serves, in serving order."""

    name: Text
    queue_ids: Texts = ()
    department_id: TextOrNull = None


class DeskEdit(Form):
    """What changes in a desk; what is left out stays."""

    name: Text = None
    queue_ids: Texts = None
    department_id: TextOrNull = None


class DeskOrder(Form):
    """All desks of a branch in a new order."""

    desk_ids: Texts


@router.get("/branches/{branch_id}/desks", operation_id="listDesks", response_model=Listing[DeskShape])
async def index(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the desks of a branch in their order."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    found = await house.store.read(layout.desks, branch.id)
    return {"data": [desk_json(desk) for desk in found]}


@router.post(
    "/branches/{branch_id}/desks",
    operation_id="createDesk",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[DeskShape],
)
async def add(request: Request, principal: Admin, branch_id: str, form: NewDesk) -> Response:
    """Add a desk, closed, at the end of the list."""
    check_branch(principal, branch_id)
    return await create(
        request, principal, create_desk, _document, "desks", branch_id=branch_id, **form.given()
    )


@router.put("/branches/{branch_id}/desks/order", operation_id="orderDesks", response_model=Listing[DeskShape])
async def order(request: Request, principal: Admin, branch_id: str, form: DeskOrder) -> Any:
    """Put the desks into another order; the list names each of them once."""
    store = house_of(request).store
    check_branch(principal, branch_id)
    await store.write(order_desks, actor=principal.actor, branch_id=branch_id, **form.given())
    return await index(request, principal, branch_id)


@router.get("/desks/{desk_id}", operation_id="getDesk", response_model=Envelope[DeskShape])
async def one(request: Request, response: Response, principal: Reader, desk_id: str) -> Any:
    """Return a desk. Its ETag is what an edit wants as If-Match."""
    desk = await seen(house_of(request), principal, layout.desk, desk_id)
    response.headers.update(etag(desk.edited))
    return _document(desk)


@router.patch("/desks/{desk_id}", operation_id="editDesk", response_model=Envelope[DeskShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    desk_id: str,
    form: DeskEdit,
    expected: Expected,
) -> Any:
    """Change a desk's name, department, or the queues it serves and their order."""
    house = house_of(request)
    await seen(house, principal, layout.desk, desk_id)
    desk = await house.store.write(
        edit_desk, actor=principal.actor, desk_id=desk_id, changes=form.given(), expected=expected
    )
    response.headers.update(etag(desk.edited))
    return _document(desk)


@router.delete("/desks/{desk_id}", operation_id="archiveDesk", response_model=Envelope[DeskShape])
async def archive(request: Request, principal: Admin, desk_id: str) -> Any:
    """Take a desk away for good; 409 while somebody is being served there."""
    house = house_of(request)
    await seen(house, principal, layout.desk, desk_id)
    return _document(await house.store.write(archive_desk, actor=principal.actor, desk_id=desk_id))


def _document(desk: Desk) -> dict[str, Any]:
    return {"data": desk_json(desk)}

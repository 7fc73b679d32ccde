"""Shows as an organiser sets them up: what is played, when its sale opens and closes, and by which rules."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from nowserving.actions.shows.organising import archive_show, create_show, edit_show
from nowserving.store.shows import shows as rows
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.api.shows.finding import with_instants
from nowserving.web.api.shows.shapes import ShowShape, show_json
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
    Object,
    Reader,
    Text,
    TextOrNull,
    create,
    etag,
    resource,
)

router = resource("shows")
_DEADLINES = ("opens_at", "closes_at")


class NewShow(Form):
    """A new show; rules that are left out have their defaults. Null instants: somebody does it by hand."""

    name: Text
    description: Text = ""
    opens_at: TextOrNull = None
    closes_at: TextOrNull = None
    rules: Object = None


class ShowEdit(Form):
    """What changes in a show; rules that are left out stay as they are."""

    name: Text = None
    description: Text = None
    opens_at: TextOrNull = None
    closes_at: TextOrNull = None
    rules: Object = None


@router.get("/branches/{branch_id}/shows", operation_id="listShows", response_model=Listing[ShowShape])
async def index(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the shows of a branch, drafts too, oldest first."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    return {"data": [show_json(one) for one in await house.store.read(rows.shows_of, branch.id)]}


@router.post(
    "/branches/{branch_id}/shows",
    operation_id="createShow",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[ShowShape],
)
async def add(request: Request, principal: Admin, branch_id: str, form: NewShow) -> Response:
    """Add a show as a draft: no guest sees it before it is announced."""
    check_branch(principal, branch_id)
    return await create(
        request,
        principal,
        create_show,
        lambda made: {"data": show_json(made)},
        "shows",
        branch_id=branch_id,
        **with_instants(form.given(), *_DEADLINES),
    )


@router.get("/shows/{show_id}", operation_id="getShow", response_model=Envelope[ShowShape])
async def one(request: Request, response: Response, principal: Reader, show_id: str) -> Any:
    """Return a show. Its ETag is what an edit wants as If-Match."""
    found = await seen(house_of(request), principal, rows.show, show_id)
    response.headers.update(etag(found.edited))
    return {"data": show_json(found)}


@router.patch("/shows/{show_id}", operation_id="editShow", response_model=Envelope[ShowShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    show_id: str,
    form: ShowEdit,
    expected: Expected,
) -> Any:
    """Change a show. Its rules hold in all its lobbies at once, in place of what was set for one of them."""
    house = house_of(request)
    await seen(house, principal, rows.show, show_id)
    changes = with_instants(form.given(), *_DEADLINES)
    found = await house.store.write(
        edit_show, actor=principal.actor, show_id=show_id, changes=changes, expected=expected
    )
    response.headers.update(etag(found.edited))
    return {"data": show_json(found)}


@router.delete("/shows/{show_id}", operation_id="archiveShow", response_model=Envelope[ShowShape])
async def archive(request: Request, principal: Admin, show_id: str) -> Any:
    """Take a show away with its performances; 409 while people can take places: close or cancel it first."""
    house = house_of(request)
    await seen(house, principal, rows.show, show_id)
    return {"data": show_json(await house.store.write(archive_show, actor=principal.actor, show_id=show_id))}

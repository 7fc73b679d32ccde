"""Branches and the days on which they are closed."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from nowserving.actions.layout.branches import (
    add_closure,
    archive_branch,
    create_branch,
    edit_branch,
    remove_closure,
)
from nowserving.domain.layout.branch import Branch, Closure
from nowserving.domain.people.roles import Principal
from nowserving.errors import not_found
from nowserving.store import layout
from nowserving.web.finding import seen
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.wire.resource import (
    ONCE,
    Admin,
    Envelope,
    Expected,
    Form,
    HeadAdmin,
    Listing,
    Object,
    ObjectOrNull,
    Reader,
    Text,
    create,
    etag,
    resource,
)
from nowserving.web.wire.shapes import (
    BranchShape,
    ClosureShape,
    LayoutShape,
    branch_json,
    closure_json,
    layout_json,
)

router = resource("branches")


class NewBranch(Form):
    """A new branch."""

    name: Text
    time_zone: Text
    hours: Object
    label: Text = ""
    location: ObjectOrNull = None


class BranchEdit(Form):
    """What changes in a branch; what is left out stays."""

    name: Text = None
    label: Text = None
    time_zone: Text = None
    hours: Object = None
    screens: Object = None
    location: ObjectOrNull = None


class NewClosure(Form):
    """Days on which a branch is closed."""

    starts_on: Text
    ends_on: Text
    reason: Text = ""


@router.get("/branches", operation_id="listBranches", response_model=Listing[BranchShape])
async def index(request: Request, principal: Reader) -> Any:
    """List the branches that the caller sees, by name."""
    found = await house_of(request).store.read(layout.branches, principal.branch_ids)
    return {"data": [branch_json(branch) for branch in found]}


@router.post(
    "/branches",
    operation_id="createBranch",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[BranchShape],
)
async def add(request: Request, principal: HeadAdmin, form: NewBranch) -> Response:
    """Add a branch."""
    return await create(request, principal, create_branch, _document, "branches", **form.given())


@router.get("/branches/{branch_id}", operation_id="getBranch", response_model=Envelope[BranchShape])
async def one(request: Request, response: Response, principal: Reader, branch_id: str) -> Any:
    """Return a branch. Its ETag is what an edit wants as If-Match."""
    branch = await found_branch(house_of(request), principal, branch_id)
    response.headers.update(etag(branch.edited))
    return _document(branch)


@router.patch("/branches/{branch_id}", operation_id="editBranch", response_model=Envelope[BranchShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    branch_id: str,
    form: BranchEdit,
    expected: Expected,
) -> Any:
    """Change a branch; fields that are left out stay as they are."""
    check_branch(principal, branch_id)
    branch = await house_of(request).store.write(
        edit_branch,
        actor=principal.actor,
        branch_id=branch_id,
        changes=form.given(),
        expected=expected,
    )
    response.headers.update(etag(branch.edited))
    return _document(branch)


@router.delete("/branches/{branch_id}", operation_id="archiveBranch", response_model=Envelope[BranchShape])
async def archive(request: Request, principal: HeadAdmin, branch_id: str) -> Any:
    """Close a branch for good; 409 while anybody has an open ticket there. Its history stays."""
    store = house_of(request).store
    return _document(await store.write(archive_branch, actor=principal.actor, branch_id=branch_id))


@router.get("/branches/{branch_id}/layout", operation_id="getLayout", response_model=Envelope[LayoutShape])
async def whole(request: Request, principal: Reader, branch_id: str) -> Any:
    """Return a branch with all its departments, queues, desks and closures, in the order people see."""
    found = await house_of(request).store.read(layout.layout, check_branch(principal, branch_id))
    if found is None:
        raise not_found()
    return {"data": layout_json(found)}


@router.get(
    "/branches/{branch_id}/closures", operation_id="listClosures", response_model=Listing[ClosureShape]
)
async def closures(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the days on which a branch is closed, earliest first."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    found = await house.store.read(layout.closures, branch.id)
    return {"data": [closure_json(closure) for closure in found]}


@router.post(
    "/branches/{branch_id}/closures",
    operation_id="addClosure",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[ClosureShape],
)
async def close(request: Request, principal: Admin, branch_id: str, form: NewClosure) -> Response:
    """Close a branch on some days, both ends included."""
    check_branch(principal, branch_id)
    return await create(
        request,
        principal,
        add_closure,
        _closure_document,
        "closures",
        branch_id=branch_id,
        **form.given(),
    )


@router.get("/closures/{closure_id}", operation_id="getClosure", response_model=Envelope[ClosureShape])
async def closure(request: Request, principal: Reader, closure_id: str) -> Any:
    """Return the days of one closure."""
    return _closure_document(await seen(house_of(request), principal, layout.closure, closure_id))


@router.delete("/closures/{closure_id}", operation_id="removeClosure", response_model=Envelope[ClosureShape])
async def reopen(request: Request, principal: Admin, closure_id: str) -> Any:
    """Take a closure back."""
    house = house_of(request)
    await seen(house, principal, layout.closure, closure_id)
    gone = await house.store.write(remove_closure, actor=principal.actor, closure_id=closure_id)
    return _closure_document(gone)


async def found_branch(house: House, principal: Principal, branch_id: str) -> Branch:
    """Return a branch that the caller sees; raises NotFound."""
    branch = await house.store.read(layout.branch, check_branch(principal, branch_id))
    if branch is None:
        raise not_found()
    return branch


def _closure_document(closure: Closure) -> dict[str, Any]:
    return {"data": closure_json(closure)}


def _document(branch: Branch) -> dict[str, Any]:
    return {"data": branch_json(branch)}

"""Queues: their rules, their order, their pauses, their end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Request, Response

from nowserving.actions.layout.queues import (
    archive_queue,
    create_queue,
    edit_queue,
    order_queues,
    pause_queue,
    resume_queue,
)
from nowserving.domain.layout.branch import Queue
from nowserving.domain.people.roles import Principal
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
    Object,
    Reader,
    Text,
    TextOrNull,
    Texts,
    create,
    etag,
    resource,
)
from nowserving.web.wire.shapes import QueueShape, queue_json

router = resource("queues")


class NewQueue(Form):
    """A new queue; rules that are left out have their defaults."""

    name: Text
    prefix: Text
    department_id: TextOrNull = None
    icon: Text = ""
    rules: Object = None


class QueueEdit(Form):
    """What changes in a queue; rules that are left out stay as they are."""

    name: Text = None
    prefix: Text = None
    department_id: TextOrNull = None
    icon: Text = None
    rules: Object = None


class QueueOrder(Form):
    """All queues of a branch in a new order."""

    queue_ids: Texts


@router.get("/branches/{branch_id}/queues", operation_id="listQueues", response_model=Listing[QueueShape])
async def index(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the queues of a branch in their order, each with how many wait."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    found = await house.store.read(layout.queues, branch.id)
    return {"data": [queue_json(queue) for queue in found]}


@router.post(
    "/branches/{branch_id}/queues",
    operation_id="createQueue",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[QueueShape],
)
async def add(request: Request, principal: Admin, branch_id: str, form: NewQueue) -> Response:
    """Add a queue at the end of the list."""
    check_branch(principal, branch_id)
    return await create(
        request, principal, create_queue, _document, "queues", branch_id=branch_id, **form.given()
    )


@router.put(
    "/branches/{branch_id}/queues/order", operation_id="orderQueues", response_model=Listing[QueueShape]
)
async def order(request: Request, principal: Admin, branch_id: str, form: QueueOrder) -> Any:
    """Put the queues into another order; the list names each of them once."""
    store = house_of(request).store
    check_branch(principal, branch_id)
    await store.write(order_queues, actor=principal.actor, branch_id=branch_id, **form.given())
    return await index(request, principal, branch_id)


@router.get("/queues/{queue_id}", operation_id="getQueue", response_model=Envelope[QueueShape])
async def one(request: Request, response: Response, principal: Reader, queue_id: str) -> Any:
    """Return a queue. Its ETag is what an edit wants as If-Match."""
    queue = await seen(house_of(request), principal, layout.queue, queue_id)
    response.headers.update(etag(queue.edited))
    return _document(queue)


@router.patch("/queues/{queue_id}", operation_id="editQueue", response_model=Envelope[QueueShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    queue_id: str,
    form: QueueEdit,
    expected: Expected,
) -> Any:
    """Change a queue. A capacity that was raised is filled at once; codes that were given stay."""
    house = house_of(request)
    await seen(house, principal, layout.queue, queue_id)
    queue = await house.store.write(
        edit_queue, actor=principal.actor, queue_id=queue_id, changes=form.given(), expected=expected
    )
    response.headers.update(etag(queue.edited))
    return _document(queue)


@router.delete("/queues/{queue_id}", operation_id="archiveQueue", response_model=Envelope[QueueShape])
async def archive(
    request: Request,
    principal: Admin,
    queue_id: str,
    waiting: Annotated[
        str | None, Query(description='What becomes of those who wait: "cancel", or the id of another queue.')
    ] = None,
) -> Any:
    """Close a queue for good; 409 while people wait, unless `waiting` says what becomes of them."""
    house = house_of(request)
    await seen(house, principal, layout.queue, queue_id)
    gone = await house.store.write(archive_queue, actor=principal.actor, queue_id=queue_id, waiting=waiting)
    return _document(gone)


@router.post("/queues/{queue_id}/pause", operation_id="pauseQueue", response_model=Envelope[QueueShape])
async def pause(request: Request, principal: Admin, queue_id: str) -> Any:
    """Let nobody join for a while."""
    return await _carry_out(pause_queue, request, principal, queue_id)


@router.post("/queues/{queue_id}/resume", operation_id="resumeQueue", response_model=Envelope[QueueShape])
async def resume(request: Request, principal: Admin, queue_id: str) -> Any:
    """Let people join again."""
    return await _carry_out(resume_queue, request, principal, queue_id)


async def _carry_out(
    verb: Callable[..., Queue], request: Request, principal: Principal, queue_id: str
) -> dict[str, Any]:
    house = house_of(request)
    await seen(house, principal, layout.queue, queue_id)
    return _document(await house.store.write(verb, actor=principal.actor, queue_id=queue_id))


def _document(queue: Queue) -> dict[str, Any]:
    return {"data": queue_json(queue)}

"""What guests said of a queue, for whoever manages it: how many, how happy, and in what words."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.instants import DAY_US
from nowserving.errors import not_found
from nowserving.store import layout
from nowserving.store.guests.feedback import said_of
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

SHOWN_DAYS = 30


@router.get("/admin/queues/{queue_id}/feedback")
async def feedback(request: Request, principal: Admin, queue_id: str) -> Response:
    """Show what the guests of a queue said in the last thirty days."""
    store = house_of(request).store
    queue = await store.read(layout.queue, queue_id)
    if queue is None or queue.archived_at is not None:
        raise not_found()
    branch = await branch_of_page(request, principal, check_branch(principal, queue.branch_id))
    said = await store.read(said_of, queue_id, store.clock() - SHOWN_DAYS * DAY_US)
    return await admin_page(
        request,
        principal,
        "admin/feedback.html",
        section="queues",
        branch=branch,
        queue=queue,
        said=said,
        days=SHOWN_DAYS,
    )

"""Quotes: what guests were told when they joined, against how long they waited. Our own hit rate."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.instants import DAY_US
from nowserving.store import layout
from nowserving.store.tickets.quotes import quotes_by_day, together
from nowserving.web.house import house_of
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

SPANS = (7, 30)
COLUMNS = ("day", "queue_id", "queue", "quotes", "held", "longer", "mean_error_s", "mean_waited_s")


def days_asked(request: Request) -> int:
    """Return how many days the address asks for; what makes no sense asks for a week."""
    return 30 if request.query_params.get("days") == "30" else 7


@router.get("/admin/branches/{branch_id}/quotes")
async def quotes(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show for each queue, and for each day, how many quotes held and how far off they were."""
    branch = await branch_of_page(request, principal, branch_id)
    store, days = house_of(request).store, days_asked(request)
    found = await store.read(quotes_by_day, branch.id, store.clock() - days * DAY_US)
    every = together(found, lambda one: one.queue_id)
    queues = await store.read(layout.queues, branch.id)
    return await admin_page(
        request,
        principal,
        "admin/quotes.html",
        section="quotes",
        branch=branch,
        days=days,
        spans=SPANS,
        whole=next(iter(together(found, lambda _: "").values()), None),
        by_queue=[(queue.name, every[queue.id]) for queue in queues if queue.id in every],
        by_day=list(together(found, lambda one: one.day).items()),
    )


@router.get("/admin/branches/{branch_id}/quotes.csv")
async def quotes_csv(request: Request, principal: Admin, branch_id: str) -> Response:
    """Return the same by queue and day, as a table for a spreadsheet."""
    branch = await branch_of_page(request, principal, branch_id)
    store = house_of(request).store
    found = await store.read(quotes_by_day, branch.id, store.clock() - days_asked(request) * DAY_US)
    names = {queue.id: queue.name for queue in await store.read(layout.queues, branch.id)}
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for one in found:
        name = _harmless(names.get(one.queue_id, ""))
        sums = (one.count, one.held, one.longer, round(one.mean_error_s), round(one.mean_waited_s))
        table.writerow((one.day, one.queue_id, name, *sums))
    named = {"Content-Disposition": f'attachment; filename="quotes-{branch.id}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


def _harmless(text: str) -> str:
    """A spreadsheet runs what begins like a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text

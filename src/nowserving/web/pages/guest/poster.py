"""The poster that leads guests to the join page, of a queue or a branch: A4 or A5, printed by the browser."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.people.roles import Principal
from nowserving.errors import N_, not_found
from nowserving.live.screens import queue_name
from nowserving.store import layout
from nowserving.store.layout import organisation
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import LANGUAGES, localiser
from nowserving.web.looks.qr import qr_svg
from nowserving.web.looks.render import page
from nowserving.web.pages.admin.frame import Admin, branch_of_page
from nowserving.web.pages.guest.frame import public_base

router = APIRouter(include_in_schema=False)

HEADLINE = N_("Join the queue with your phone")
# A picture and a few words each, said in every language of the house.
STEPS = (
    ("scan-line", N_("Point your camera at the code")),
    ("ticket", N_("Take your number")),
    ("bell-ring", N_("Come when your phone says so")),
)
PROMISE = N_("No app. No account.")
_PAPERS = ("a4", "a5")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ONLY_HERE = {"localhost", "127.0.0.1", "::1"}


@router.get("/admin/queues/{queue_id}/poster")
async def queue_poster(request: Request, principal: Admin, queue_id: str) -> Response:
    """Show the poster of a queue."""
    queue = await house_of(request).store.read(layout.queue, queue_id)
    if queue is None or queue.archived_at is not None:
        raise not_found()
    check_branch(principal, queue.branch_id)
    return await _poster(
        request,
        principal,
        queue.branch_id,
        path=f"/q/{queue.id}",
        title=queue_name(queue),
        back=f"/admin/queues/{queue.id}",
        by_phone=queue.rules.remote_join,
    )


@router.get("/admin/branches/{branch_id}/poster")
async def branch_poster(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the poster of a branch, which leads to the choice of its queues."""
    queues = await house_of(request).store.read(layout.queues, check_branch(principal, branch_id))
    return await _poster(
        request,
        principal,
        branch_id,
        path=f"/b/{branch_id}",
        title="",
        back=f"/admin/branches/{branch_id}/queues",
        by_phone=any(queue.rules.remote_join for queue in queues),
    )


@router.get("/q/{queue_id}/qr.svg")
async def queue_qr(request: Request, queue_id: str) -> Response:
    """Draw the address of a queue's join page. It tells nothing that the address doesn't."""
    return _qr(request, f"/q/{queue_id}", queue_id)


@router.get("/b/{branch_id}/qr.svg")
async def branch_qr(request: Request, branch_id: str) -> Response:
    """Draw the address of a branch's join page."""
    return _qr(request, f"/b/{branch_id}", branch_id)


def _qr(request: Request, path: str, place_id: str) -> Response:
    if not _ID.fullmatch(place_id):
        raise not_found()
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(qr_svg(f"{public_base(request)}{path}"), media_type="image/svg+xml", headers=headers)


async def _poster(
    request: Request, principal: Principal, branch_id: str, *, path: str, **context: Any
) -> Response:
    branch = await branch_of_page(request, principal, branch_id)
    house = await house_of(request).store.read(organisation)
    paper = request.query_params.get("paper", "")
    address = f"{public_base(request)}{path}"
    return page(
        request,
        "poster/poster.html",
        branch=branch,
        organisation=house.name,
        accent=house.accent,
        paper=paper if paper in _PAPERS else _PAPERS[0],
        papers=_PAPERS,
        poster_path=path,
        address=address.partition("://")[2],
        only_here=urlsplit(address).hostname in _ONLY_HERE,
        speaking=[localiser(code) for code in LANGUAGES if code in house.languages],
        headline=HEADLINE,
        steps=STEPS,
        promise=PROMISE,
        **context,
    )

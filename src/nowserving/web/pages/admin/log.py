"""The event log in words: who did what, newest first, by ticket, queue or desk."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.domain.event import ORGANISATION
from nowserving.domain.people.roles import Permission, Principal
from nowserving.store.layout import layout
from nowserving.store.log import LogPage, log_page
from nowserving.web.house import house_of
from nowserving.web.looks.event_words import actor_of, sentence_of
from nowserving.web.looks.i18n import Localiser, language_of, localiser
from nowserving.web.pages.admin.frame import Admin, Head, admin_page, branch_of_page
from nowserving.web.pages.desk.doorkeeper import check_may

router = APIRouter(include_in_schema=False)

_SHOWN = 60
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@router.get("/admin/branches/{branch_id}/log")
async def of_branch(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show what happened at a branch."""
    check_may(principal, Permission.SEE_LOG)
    branch = await branch_of_page(request, principal, branch_id)
    store = house_of(request).store
    wanted = _wanted(request)
    found = await store.read(log_page, branch_id, before=_before(request), most=_SHOWN, **wanted)
    return await _page(
        request,
        principal,
        found,
        section="log",
        branch=branch,
        layout=await store.read(layout, branch_id),
        time_zone=branch.time_zone,
        wanted=wanted,
    )


@router.get("/admin/log")
async def of_organisation(request: Request, principal: Head) -> Response:
    """Show what happened to accounts, keys and the organisation."""
    found = await house_of(request).store.read(log_page, ORGANISATION, before=_before(request), most=_SHOWN)
    return await _page(request, principal, found, section="organisation", time_zone="UTC", wanted={})


async def _page(
    request: Request,
    principal: Principal,
    found: LogPage,
    *,
    section: str,
    wanted: dict[str, Any],
    **more: Any,
) -> Response:
    kept = {name: str(value) for name, value in wanted.items()}
    older = "?" + urlencode({**kept, "before": found.before}) if found.before else ""
    return await admin_page(
        request,
        principal,
        "admin/log.html",
        section=section,
        rows=_rows(localiser(language_of(request)), found),
        older=older,
        wanted=wanted,
        **more,
    )


def _rows(speaking: Localiser, found: LogPage) -> list[dict[str, Any]]:
    return [
        {
            "at": event.at,
            "sentence": sentence_of(speaking, event, found.names),
            "who": actor_of(speaking, event.actor, found.names),
            "ticket_id": event.ticket_id,
            "kind": event.verb.partition(".")[0],
        }
        for event in found.events
    ]


def _wanted(request: Request) -> dict[str, Any]:
    """Return the filters of the address; what makes no sense filters nothing."""
    given = request.query_params
    wanted: dict[str, Any] = {
        name: given[name] for name in ("queue_id", "desk_id") if _ID.fullmatch(given.get(name, ""))
    }
    ticket = given.get("ticket_id", "")
    if ticket.isascii() and ticket.isdigit() and len(ticket) < 19:
        wanted["ticket_id"] = int(ticket)
    return wanted


def _before(request: Request) -> int | None:
    given = request.query_params.get("before", "")
    return int(given) if given.isascii() and given.isdigit() and 0 < len(given) < 19 else None

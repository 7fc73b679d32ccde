"""What the booking pages share: they are light; public ones may be found, and a guest's own may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from fastapi import Request
from starlette.responses import Response

from nowserving.errors import AppError
from nowserving.live.branch import BranchLive
from nowserving.store.reservations.shown import Shown, shown_reservation
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.looks.light import light, messages_of
from nowserving.web.looks.qr import is_key
from nowserving.web.looks.render import page
from nowserving.web.pages.guest.frame import HEADERS, nothing_here

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def public_page(request: Request, template: str, *, status_code: int = 200, **context: Any) -> Response:
    """Return a page that anybody may look at and search engines may list."""
    return _page(request, template, status_code, {"Cache-Control": "no-store"}, context)


def own_page(request: Request, template: str, *, status_code: int = 200, **context: Any) -> Response:
    """Return a page of one guest: kept by nobody, listed nowhere."""
    return _page(request, template, status_code, HEADERS, context)


def _page(
    request: Request, template: str, status_code: int, headers: Mapping[str, str], context: dict[str, Any]
) -> Response:
    messages = messages_of(language_of(request), "booking")
    made = page(
        request,
        template,
        status_code=status_code,
        headers=headers,
        sheet="light",
        messages=messages,
        **context,
    )
    return light(request, made)


def when_again(response: Response, error: AppError | None) -> Response:
    """Return a page with the time after which another try may be worth it, where a refusal says one."""
    if error is not None and error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def no_service(request: Request) -> Response:
    """Return the kind words for a service that is not there (any more)."""
    return nothing_here(request, "booking/no_service.html")


def no_reservation(request: Request) -> Response:
    """Return the kind words for a link that opens nothing; they are the same for every one."""
    return nothing_here(request, "booking/unknown.html")


def branch_of(request: Request, branch_id: str) -> BranchLive | None:
    """Return a branch that is there."""
    return house_of(request).relay.branches.get(branch_id) if _ID.fullmatch(branch_id) else None


async def shown_of(request: Request, key: str) -> Shown | None:
    """Return the reservation that a key opens with all its page says; raises TooMany for who guesses."""
    if not is_key(key):
        return None
    house = house_of(request)

    async def read() -> Shown | None:
        return await house.store.read(shown_reservation, key)

    return await house.limits.looked_up(request.scope, read)


def zone_from(text: str) -> str:
    """Return the zone in which a guest wants to read times, or "" for what is none."""
    return text if text in available_timezones() else ""

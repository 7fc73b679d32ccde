"""Knowing a phone again: one random cookie that only the server reads, and only its hash is stored.

It says "this browser joined" and nothing about a person. It lives as long as a place may.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.tickets.ticket import State
from nowserving.live.branch import BranchLive
from nowserving.live.screens import queue_name
from nowserving.store.guests.own_places import own_places
from nowserving.web.house import house_of

COOKIE = "ns_phone"
_TWO_DAYS_S = 2 * 24 * 3600
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")


def phone_of(request: Request) -> str | None:
    """Return the hash by which this phone's tickets are known, or None for one that is new here."""
    secret = request.cookies.get(COOKIE, "")
    return secret_hash(secret) if _SECRET.fullmatch(secret) else None


async def own_places_of(request: Request, branch: BranchLive) -> list[dict[str, Any]]:
    """Return the open places of this phone in a branch: {key, code, queue_id, name, waits}."""
    phone = phone_of(request)
    if phone is None:
        return []
    house = house_of(request)
    found = await house.store.read(own_places, phone, branch.layout.branch.id)
    names = {queue.id: queue_name(queue) for queue in branch.layout.queues}
    return [
        {
            "key": key,
            "code": code,
            "queue_id": queue_id,
            "name": names.get(queue_id, ""),
            "waits": (place := house.relay.by_key.get(key)) is not None and place.state is State.WAITING,
        }
        for key, code, queue_id in found
    ]


def mark(request: Request, response: Response) -> None:
    """Give a phone that has none its cookie, and a known one its two days anew."""
    known = request.cookies.get(COOKIE, "")
    response.set_cookie(
        COOKIE,
        known if _SECRET.fullmatch(known) else secrets.token_urlsafe(16),
        max_age=_TWO_DAYS_S,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )

"""Knowing a phone again: one random cookie that only the server reads, and only its hash is stored.

It says "this browser joined" and nothing about a person. It lives as long as a place may.
"""

from __future__ import annotations

import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

from nowserving.domain.people.credentials import secret_hash

COOKIE = "ns_phone"
_TWO_DAYS_S = 2 * 24 * 3600
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")


def phone_of(request: Request) -> str | None:
    """Return the hash by which this phone's tickets are known, or None for one that is new here."""
    secret = request.cookies.get(COOKIE, "")
    return secret_hash(secret) if _SECRET.fullmatch(secret) else None


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

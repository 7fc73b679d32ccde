"""Cross-site requests: a browser's cookie never works for a page of somebody else.

Modern browsers say where a request comes from (Sec-Fetch-Site, W3C Fetch Metadata). They say so
only to secure origins, so on plain HTTP the Origin is compared with the Host. A request that
changes something with a cookie and says neither is refused.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from nowserving.errors import N_, Forbidden
from nowserving.web.wire.errors import respond

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CsrfGuard:
    """Refuses requests that change something with a cookie and don't come from our own pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it."""
        if scope["type"] != "http" or scope["method"] in _SAFE or is_ours(scope):
            await self._app(scope, receive, send)
            return
        error = Forbidden("cross_site", N_("This request came from another site, so it was not carried out."))
        await respond(Request(scope, receive), error)(scope, receive, send)


def is_ours(scope: Scope) -> bool:
    """Say whether a request that may change something comes from a page of ours, or uses no cookie."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if b"authorization" in headers or b"x-api-key" in headers or b"pass" in headers:
        return True  # A page of another site can't set these without our leave.
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    if origin is not None:
        host = urlsplit(origin.decode("latin-1")).netloc
        return host != "" and host.encode("latin-1") == headers.get(b"host")
    # Neither header: no browser of today. A program without a cookie is nobody's tool.
    return b"cookie" not in headers

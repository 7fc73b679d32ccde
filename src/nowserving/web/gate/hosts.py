"""Under which names we answer. A forged Host would end up in links, QR codes and the check of Origin.

What a trusted proxy says about the browser's side (X-Forwarded-Host, X-Forwarded-Proto) replaces
what we see ourselves, here and once; from anybody else it means nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from nowserving.errors import N_, AppError, Malformed
from nowserving.settings import Settings
from nowserving.web.house import House, house_of
from nowserving.web.wire import asgi
from nowserving.web.wire.errors import PROBLEM, problem

_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
# Those who watch over a server ask by its address, whatever its name is.
_FOR_WATCHERS = frozenset({"/healthz", "/readyz", "/metrics"})


class Hosts:
    """Refuses requests for a host that we are not."""

    def __init__(self, house: House, app: ASGIApp) -> None:
        self._house = house
        self._app = app
        self._allowed = allowed_hosts(house.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it."""
        if scope["type"] == "http":
            try:
                scope = self._as_the_browser_sees(scope)
                self._check(scope)
            except AppError as error:
                status, headers, body = problem(scope, error)
                kind = (b"content-type", PROBLEM.encode())
                await asgi.answer(send, status, body, *headers, kind=kind)
                return
        await self._app(scope, receive, send)

    def _as_the_browser_sees(self, scope: Scope) -> Scope:
        """Return the scope with host and scheme as a trusted proxy reports them."""
        if not self._house.limits.is_behind_trusted_proxy(scope):
            return scope
        host = asgi.header(scope, b"x-forwarded-host").rpartition(",")[2].strip()
        scheme = asgi.header(scope, b"x-forwarded-proto").rpartition(",")[2].strip().lower()
        seen = dict(scope)
        if scheme in ("http", "https"):
            seen["scheme"] = scheme
        if host:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            seen["headers"] = [(b"host", host.encode("latin-1")), *others]
        return seen

    def _check(self, scope: Scope) -> None:
        if scope["path"] in _FOR_WATCHERS:
            return
        name = _name_in(asgi.header(scope, b"host"))
        if name is None:
            raise Malformed("bad_host", N_("The Host header is missing or is no host."))
        if self._allowed and name not in self._allowed:
            raise Malformed("bad_host", N_("This server does not answer under this name."))


# Nearly every request says the same.
@lru_cache(maxsize=64)
def _name_in(host: str) -> str | None:
    """Return the name in a Host header, or None."""
    found = _HOST.fullmatch(host)
    return found[1].lower() if found else None


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Return the names to answer under, without ports; empty for any."""
    if settings.allowed_hosts:
        return frozenset(host.lower() for host in settings.allowed_hosts)
    host = urlsplit(settings.base_url).netloc.rpartition("@")[2]
    found = _HOST.fullmatch(host)
    return frozenset({found[1].lower()}) if found else frozenset()


def vouched_base(request: Request) -> str:
    """Return our own address without a slash at its end, or "" where nobody but the caller says what it is.

    What is written to somebody else, or shown as ours, names no host that only a header has brought: a
    forged one would lead a guest's secret away. The setting vouches for a name, and so does the very
    address at which this connection has come in.
    """
    settings = house_of(request).settings
    if settings.base_url:
        return settings.base_url
    seen = request.base_url
    ours = seen.hostname in allowed_hosts(settings) or _is_where_it_came_in(request)
    return str(seen).rstrip("/") if ours else ""


def _is_where_it_came_in(request: Request) -> bool:
    host, port = request.scope.get("server") or ("", None)
    seen, usual = request.base_url, 443 if request.url.scheme == "https" else 80
    # The web server tells its port as text, others as a number.
    return (seen.hostname, str(seen.port or usual)) == (host, str(port or usual))

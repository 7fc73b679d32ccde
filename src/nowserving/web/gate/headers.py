"""The security headers of every answer, in one place, as a pure ASGI middleware.

Nothing is loaded from another host, nothing runs inline, no page is framed, no address leaks
through the Referer header (a ticket's link is the guest's secret).
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import Final, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header: TypeAlias = tuple[bytes, bytes]

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_FORBIDDEN: Final = (
    "accelerometer camera display-capture geolocation gyroscope magnetometer microphone payment usb"
)
_OWN_ONLY: Final = "autoplay fullscreen screen-wake-lock"

CONTENT_SECURITY_POLICY: Final = "; ".join(f"{what} {source}" for what, source in _POLICY.items())
PERMISSIONS_POLICY: Final = ", ".join(
    [f"{name}=()" for name in _FORBIDDEN.split()] + [f"{name}=(self)" for name in _OWN_ONLY.split()]
)

HEADERS: Final = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"permissions-policy", PERMISSIONS_POLICY.encode()),
)
# A guest's own reservation may ask the phone where it is, when the button is pressed that says so.
_ASKING = PERMISSIONS_POLICY.replace("geolocation=()", "geolocation=(self)").encode()
ASKING_HEADERS: Final = tuple(
    (name, _ASKING if name == b"permissions-policy" else value) for name, value in HEADERS
)
_ASKS_WHERE: Final = "/r/"
# The door of a performance may look at codes with the camera, when the button is pressed that says so.
_SEEING = PERMISSIONS_POLICY.replace("camera=()", "camera=(self)").encode()
SEEING_HEADERS: Final = tuple(
    (name, _SEEING if name == b"permissions-policy" else value) for name, value in HEADERS
)
_SEES: Final = "/door/"
# A style sheet or a script is no document: what binds pages says nothing there, and would be a third of
# what a phone loads. Where one is opened by itself, it is shown as text.
PART_HEADERS: Final = tuple(
    pair
    for pair in HEADERS
    if pair[0] in (b"x-content-type-options", b"referrer-policy", b"cross-origin-resource-policy")
)
_PARTS: Final = (b"text/css", b"text/javascript")
# A browser that has seen the site over HTTPS never goes back to plain HTTP for a year.
_HTTPS_ONLY: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
NO_STORE: Final = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Adds the headers to every HTTP answer, and `no-store` to those that don't say otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; what is not HTTP (lifespan) untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_static = scope["path"].startswith("/static/")
        whole = _whole(scope["path"])
        secure = scope.get("scheme") == "https"

        # No coroutine of its own: a stream sends ten thousand messages through here in a tick.
        def send_with_headers(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                extra = PART_HEADERS if is_static and _is_part(given) else whole
                message = {**message, "headers": secured(given, (*extra, _HTTPS_ONLY) if secure else extra)}
            return send(message)

        await self.app(scope, receive, send_with_headers)


def _whole(path: str) -> tuple[Header, ...]:
    if path.startswith(_ASKS_WHERE):
        return ASKING_HEADERS
    return SEEING_HEADERS if path.startswith(_SEES) else HEADERS


def _is_part(headers: Iterable[Header]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(_PARTS) for name, value in headers)


def secured(headers: Iterable[Header], extra: tuple[Header, ...] = HEADERS) -> list[Header]:
    """Return `headers` with the security headers added. What the answer says about caching stays."""
    known = list(headers)
    for name, _ in known:
        if name.lower() == b"cache-control":
            return [*known, *extra]
    return [*known, *extra, NO_STORE]

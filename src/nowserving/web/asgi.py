"""The few words of ASGI that the hot doors speak: read a bounded body, answer with JSON."""

from __future__ import annotations

import msgspec
from starlette.types import Receive, Scope, Send

from nowserving.errors import N_, Malformed, TooLarge

MOST_BODY = 64 * 1024
_ENCODER = msgspec.json.Encoder()
JSON = (b"content-type", b"application/json")


class Gone(Exception):
    """The client hung up before its request was complete."""


async def read_body(receive: Receive) -> bytes:
    """Return the whole body. Raises TooLarge beyond 64 KiB, without reading on."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        if message["type"] == "http.disconnect":
            raise Gone
        return _bounded(body)
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BODY:
            break
    return _bounded(b"".join(parts))


def _bounded(body: bytes) -> bytes:
    if len(body) > MOST_BODY:
        raise TooLarge("too_large", N_("The request is too large."))
    return body


def header(scope: Scope, name: bytes) -> str:
    """Return a header's value, or "". A header that is there twice is refused: which one counts?"""
    found = [value for key, value in scope["headers"] if key == name]
    if len(found) > 1:
        raise Malformed("header_twice", N_("A header was sent twice."))
    return found[0].decode("latin-1") if found else ""


def encode(data: object) -> bytes:
    """Return JSON as bytes."""
    return _ENCODER.encode(data)


async def answer(
    send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes], kind: tuple[bytes, bytes] = JSON
) -> None:
    """Send a whole answer."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [kind, length, *headers]})
    await send({"type": "http.response.body", "body": body})

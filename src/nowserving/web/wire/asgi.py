"""The few words of ASGI that the hot doors speak: read a bounded body, answer with JSON."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from starlette.types import Receive, Scope, Send

from nowserving.errors import N_, Malformed, TooLarge
from nowserving.web.wire.patience import Patience

MOST_BODY = 64 * 1024
# Who sends 64 KiB slower than this holds a place that others need.
PATIENCE_S = 10.0
_PATIENCE = Patience(lambda: PATIENCE_S)
_ENCODER = msgspec.json.Encoder()
# Where a scope keeps its headers by name.
_BY_NAME = "nowserving.headers"
_NONE_TWICE: frozenset[bytes] = frozenset()
JSON = (b"content-type", b"application/json")


async def read_body(scope: Scope, receive: Receive, most: int = MOST_BODY) -> bytes:
    """Return the whole body. Raises TooLarge beyond `most` bytes, without reading on; Malformed for half."""
    declared = header(scope, b"content-length")
    if declared == "0":
        return b""
    if declared.isascii() and declared.isdigit() and (len(declared) > 9 or int(declared) > most):
        raise _too_large()
    try:
        return await _PATIENCE.spent_on(_read(receive, most))
    except TimeoutError:
        raise _incomplete() from None


async def _read(receive: Receive, most: int) -> bytes:
    body, more = await _part(receive)
    if not more:
        return _bounded(body, most)
    parts, size = [body], len(body)
    while more and size <= most:
        body, more = await _part(receive)
        parts.append(body)
        size += len(body)
    return _bounded(b"".join(parts), most)


async def _part(receive: Receive) -> tuple[bytes, bool]:
    """Return the next part of a body and whether there is more of it."""
    message = await receive()
    if message["type"] == "http.disconnect":
        # The client hung up, or sent what is no body: nobody reads the answer, or a cheat does.
        raise _incomplete()
    return message.get("body", b""), bool(message.get("more_body"))


def _bounded(body: bytes, most: int) -> bytes:
    if len(body) > most:
        raise _too_large()
    return body


def _too_large() -> TooLarge:
    return TooLarge("too_large", N_("The request is too large."))


def _incomplete() -> Malformed:
    return Malformed("incomplete", N_("The request did not arrive in one piece."))


def header(scope: Scope, name: bytes) -> str:
    """Return a header's value, or "". A header that is there twice is refused: which one counts?"""
    return header_if_sent(scope, name) or ""


def header_if_sent(scope: Scope, name: bytes) -> str | None:
    """Return a header's value, "" for an empty one, or None; raises Malformed for one that is there twice."""
    headers = scope["headers"]
    known = scope.get(_BY_NAME)
    # A door asks for half a dozen of them: they are looked through once.
    if known is None or known[0] is not headers:
        known = scope[_BY_NAME] = (headers, *_by_name(headers))
    if name in known[2]:
        raise Malformed("header_twice", N_("A header was sent twice."))
    value: bytes | None = known[1].get(name)
    return value.decode("latin-1") if value is not None else None


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> tuple[dict[bytes, bytes], frozenset[bytes]]:
    """Return headers by name, and the names that stand there twice."""
    pairs = list(headers)
    found = dict(pairs)
    if len(found) == len(pairs):
        return found, _NONE_TWICE
    names = [name for name, _ in pairs]
    return found, frozenset(name for name in names if names.count(name) > 1)


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

"""One POST to an address that a stranger gave us: only to where it may go, small, timed, never redirected.

The name is resolved once, every address it has is judged, and the connection goes to the very address
that was judged; so a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from nowserving.domain.messages.endpoint import is_public

_MOST_HEAD = 16 * 1024
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |$)")
_PORTS = frozenset({443, 8443})
# Guests choose these names, and a name server of theirs may never answer. Threads of their own, so that no
# sign-in, which needs a thread for its password, waits behind them.
_NAMES = ThreadPoolExecutor(8, thread_name_prefix="names")


class NotAllowed(Exception):
    """An address that we don't post to: not HTTPS, or not out on the open network."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the code, and the headers by their names in lower case. The body is not read."""

    code: int
    headers: Mapping[str, str]


async def post(url: str, headers: Mapping[str, str], body: bytes, *, anywhere: bool = False) -> Answer:
    """Post a body and return the head of the answer.

    `anywhere` also allows plain HTTP, any port and private addresses (tests, closed networks). Raises
    NotAllowed, OSError or asyncio.TimeoutError; the caller limits the time.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    try:
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    except ValueError:
        raise NotAllowed from None
    if not host or (not anywhere and not (secure and port in _PORTS)):
        raise NotAllowed
    address = await _judged(host, port, anywhere=anywhere)
    context = ssl.create_default_context() if secure else None
    reader, writer = await asyncio.open_connection(
        address, port, ssl=context, server_hostname=host if secure else None, limit=_MOST_HEAD
    )
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        writer.write(_request(path, parts.netloc, headers, body))
        await writer.drain()
        return _answer(await reader.readuntil(b"\r\n\r\n"))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise ConnectionError from None
    finally:
        writer.transport.abort()


async def _judged(host: str, port: int, *, anywhere: bool) -> str:
    """Return the address to connect to. One address of a name that is not allowed spoils them all."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.run_in_executor(
            _NAMES, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
    except UnicodeError:
        raise NotAllowed from None
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not (anywhere or all(is_public(one) for one in addresses)):
        raise NotAllowed
    return addresses[0]


def _request(path: str, host: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise NotAllowed
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _answer(head: bytes) -> Answer:
    first, *rest = head.split(b"\r\n")
    found = _STATUS.match(first)
    if found is None:
        raise ConnectionError
    pairs = (line.decode("latin-1").partition(":") for line in rest if b":" in line)
    return Answer(int(found[1]), {name.strip().lower(): value.strip() for name, _, value in pairs})

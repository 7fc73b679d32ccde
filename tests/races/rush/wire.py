"""A client that can be cut off: HTTP over a socket of its own, ended when chance says so."""

from __future__ import annotations

import asyncio
import json
from random import Random
from typing import Any

# A request that takes longer is given up and asked again.
PATIENCE_S = 20.0


class Cut(Exception):
    """The line went dead before an answer came: nobody knows whether it was done."""


class Away(Cut):
    """Nobody listens there: nothing was sent."""


class Line:
    """One connection at a time to one port, made when it is needed."""

    def __init__(self, chance: Random, cuts: float) -> None:
        self._chance = chance
        self._cuts = cuts
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._port = 0

    async def ask(self, port: int, head: str, body: bytes) -> tuple[int, bytes]:
        """Send a request and return the answer's code and body; raises Cut or Away."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._ask(port, head, body)
        except ConnectionRefusedError as error:
            self.hang_up()
            raise Away from error
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self.hang_up()
            raise Cut from error

    async def _ask(self, port: int, head: str, body: bytes) -> tuple[int, bytes]:
        if self._streams is None or self._port != port:
            self.hang_up()
            self._streams, self._port = await asyncio.open_connection("127.0.0.1", port), port
        reader, writer = self._streams
        sent = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        if self._chance.random() < self._cuts:
            await self._cut(writer, sent)
        writer.write(sent)
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        lengths = [line for line in rest if line.lower().startswith("content-length:")]
        answer = await reader.readexactly(int(lengths[0].partition(":")[2])) if lengths else b""
        return int(first.split(" ")[1]), answer

    async def _cut(self, writer: asyncio.StreamWriter, sent: bytes) -> None:
        """Hang up in the middle of the request, right behind it, or while it is being done."""
        how = self._chance.randrange(3)
        writer.write(sent[: len(sent) // 2] if how == 0 else sent)
        if how:
            await writer.drain()
            await asyncio.sleep(0 if how == 1 else self._chance.uniform(0, 0.02))
        raise EOFError

    def hang_up(self) -> None:
        """End the connection at once, without a word."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None


def head_of(method: str, path: str, key: str, once: str = "") -> str:
    """Return the head of a request, up to its length."""
    again = f"Idempotency-Key: {once}\r\n" if once else ""
    return (
        f"{method} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n{again}"
        "Content-Type: application/json\r\n"
    )


def read(body: bytes) -> dict[str, Any]:
    """Return an answer's JSON object; an empty one for none."""
    found: dict[str, Any] = json.loads(body or b"{}")
    return found

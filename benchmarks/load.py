"""A closed loop of clients over raw keep-alive sockets, and what they measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests per second, latencies in milliseconds, refusals, and the server's own time for each answer."""

    rate: float
    p50_ms: float
    p99_ms: float
    refused: int
    answered: int = 0
    cpu_us: float = 0.0

    def with_cpu(self, seconds: float) -> Measured:
        """Return the same with the processor seconds that the server used for all of it."""
        return replace(self, cpu_us=seconds * 1_000_000 / max(self.answered, 1))


async def drive(port: int, requests: list[bytes], *, clients: int, seconds: float) -> Measured:
    """Send `requests` round robin over `clients` connections for so many seconds."""
    latencies: list[float] = []
    refused = [0]
    source = cycle(requests)
    until = time.perf_counter() + seconds
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, source, until, latencies, refused) for _ in range(clients)))
    elapsed = time.perf_counter() - began
    latencies.sort()
    count = len(latencies)
    return Measured(count / elapsed, _at(latencies, 0.5), _at(latencies, 0.99), refused[0], count)


def _at(ordered: list[float], part: float) -> float:
    """Return a percentile of sorted seconds, in milliseconds."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000


async def _client(
    port: int, source: Iterator[bytes], until: float, latencies: list[float], refused: list[int]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while (now := time.perf_counter()) < until:
            writer.write(next(source))
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - now)
            if not head.startswith(b"HTTP/1.1 2"):
                refused[0] += 1
    finally:
        writer.close()


def request(method: str, path: str, key: str = "", body: bytes = b"") -> bytes:
    """Return an HTTP/1.1 request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if key:
        lines.append(f"X-API-Key: {key}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    elif method == "POST":
        lines.append("Content-Length: 0")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

"""The doors of the product, each as a share of a bare answer that was measured in the same round."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import servers
from benchmarks.crowd import fill
from benchmarks.load import Measured, drive, request
from benchmarks.servers import House, Process

CLIENTS = 64
DESKS = 16
# So many wait before calls are measured, that no round comes to the end of the line.
ENOUGH = 30_000


def measure(server: Process, requests: list[bytes], clients: int, seconds: float) -> Measured:
    """Drive a server from another core."""
    before = server.cpu_s()
    found = asyncio.run(drive(server.port, requests, clients=clients, seconds=seconds))
    return found.with_cpu(server.cpu_s() - before)


def bare(seconds: float) -> Measured:
    """Measure limit (a): an ASGI callable that reads the body and answers as many bytes as a join."""
    port = servers.free_port()
    with servers.process(servers.python("benchmarks.bare", str(port)), port) as server:
        return measure(server, [request("POST", "/", body=b"{}")], CLIENTS, seconds)


@contextmanager
def crowded(folder: Path, waiting: int, database_url: str = "") -> Iterator[House]:
    """Run the product where so many wait already in the queue that is measured."""
    with servers.house(folder, database_url) as built:
        queue = built.queue
        built.desks(DESKS)
    fill(database_url or f"sqlite:///{folder}/nowserving.sqlite3", queue, waiting)
    with servers.house(folder, database_url) as house:
        yield house


def rounds(house: House, seconds: float) -> dict[str, Measured]:
    """Measure every door of a running house once."""
    join = request("POST", f"/api/v1/queues/{house.queue}/tickets", house.keys["kiosk"], b"{}")
    calls = [request("POST", f"/api/v1/desks/{d}/call-next", house.keys["agent"]) for d in house.desks(DESKS)]
    key = house.ask("POST", f"/queues/{house.queue}/tickets", "kiosk", {})["key"]
    place = request("GET", f"/api/v1/tickets/{key}")
    return {
        f"joins, {CLIENTS} clients": measure(house.server, [join], CLIENTS, seconds),
        "joins, 1 client": measure(house.server, [join], 1, seconds),
        f"call next, {DESKS} desks, one line": measure(house.server, calls, DESKS, seconds),
        f"places, {CLIENTS} clients": measure(house.server, [place], CLIENTS, seconds),
    }


def one_round(waiting: int, seconds: float, database_url: str = "") -> dict[str, Measured]:
    """Build a house, measure it, and throw it away."""
    with tempfile.TemporaryDirectory() as folder, crowded(Path(folder), waiting, database_url) as house:
        return rounds(house, seconds)

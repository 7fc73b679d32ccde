"""A town for a rush: its rows, its servers, and the hand that kills them."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.builders import Builder
from tests.races.rush.clients import KEY, Client, Desk, Guest, Town
from tests.races.rush.history import History
from tests.servers import RunningServer

GUESTS, DESKS = 32, 16
# Every limit out of the way: the clients of a rush share one key and one address.
SETTINGS: dict[str, Any] = {
    "limit_join": "1000000 per second",
    "limit_requests": "1000000 per second",
    "log_level": "error",
}


@dataclass(frozen=True)
class Plan:
    """How hard a rush is: so many operations, kills and servers, and the seed of all its chance."""

    operations: int
    kills: int = 0
    processes: int = 1
    seed: int = 1
    without: Sequence[str] = ()


@dataclass
class Layout:
    """The ids of what stands in the database."""

    branch_id: str
    queue_ids: list[str]
    desk_ids: list[str]


class Servers:
    """The servers of one database, each on a port of its own, and it comes back to that port."""

    def __init__(self, url: str, folder: Path, plan: Plan) -> None:
        self._url, self._folder, self._plan = url, folder, plan
        self.ports = quiet_ports(plan.processes, Random(time.monotonic_ns()))
        self.running = [self._start(port) for port in self.ports]

    def wait(self) -> None:
        """Wait until all of them answer."""
        for server in self.running:
            server.wait()

    def replace(self, which: int) -> None:
        """Kill one as a power cut would, and start another in its place."""
        self.running[which].kill()
        self.running[which] = self._start(self.ports[which])
        self.running[which].wait()

    def close(self) -> None:
        """Leave none behind."""
        for server in self.running:
            if server.process.poll() is None:
                server.kill()

    def _start(self, port: int) -> RunningServer:
        return RunningServer(self._url, self._folder, port, without=self._plan.without, **SETTINGS)


def build(url: str) -> Layout:
    """Make a branch with two queues, and sixteen desks of which half serve either."""
    builder = Builder(url)
    branch_id = builder.branch("Rush Hall")
    queue_ids = [builder.queue(name, branch_id, prefix=name[0]) for name in ("Passports", "Licences")]
    desk_ids = [builder.desk(f"Rush desk {n}", branch_id, serves=[queue_ids[n % 2]]) for n in range(DESKS)]
    builder.api_key("Rush", KEY)
    builder.close()
    return Layout(branch_id, queue_ids, desk_ids)


async def rush(plan: Plan, layout: Layout, servers: Servers) -> History:
    """Let everybody do what they do, kill servers meanwhile, and return what was said."""
    town = Town(servers.ports, layout.queue_ids, plan.operations)
    clients: list[Guest | Desk] = [Guest(town, f"guest-{n}", plan.seed) for n in range(GUESTS)]
    clients += [
        Desk(town, desk_id, layout.queue_ids[n % 2], plan.seed) for n, desk_id in enumerate(layout.desk_ids)
    ]
    try:
        async with asyncio.TaskGroup() as tasks:
            for client in clients:
                tasks.create_task(client.run())
            tasks.create_task(_kill(plan, town, servers))
    finally:
        hang_up(clients)
    return town.history


async def _kill(plan: Plan, town: Town, servers: Servers) -> None:
    """Kill after seeded numbers of operations, so that each run of a seed kills at about the same point."""
    chance = Random(f"{plan.seed}:kills")
    moments = sorted(chance.randrange(plan.operations // 10, plan.operations) for _ in range(plan.kills))
    for moment in moments:
        while plan.operations - town.left < moment:
            town.moved.clear()
            await town.moved.wait()
        await asyncio.sleep(chance.uniform(0, 0.02))
        await asyncio.to_thread(servers.replace, chance.randrange(plan.processes))


def hang_up(clients: Sequence[Client]) -> None:
    """End every connection."""
    for client in clients:
        client.hang_up()


def quiet_ports(count: int, chance: Random) -> list[int]:
    """Return ports that no client's own end can take while a server is away: below the kernel's range."""
    found: list[int] = []
    while len(found) < count:
        port = chance.randrange(15_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    return found

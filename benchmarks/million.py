"""A million people wait: how fast the server starts, what each of them costs, and how fast the doors are."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import servers
from benchmarks.crowd import fill
from benchmarks.doors import DESKS, rounds
from benchmarks.load import Measured


def crowd_of(waiting: int, seconds: float) -> tuple[dict[str, Measured], float, float]:
    """Return the doors' rates with so many waiting, the seconds of a restart, and bytes a waiting ticket."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with servers.house(place) as built:
            queue = built.queue
            built.desks(DESKS)
        with servers.house(place) as empty:
            time.sleep(1)
            before = empty.server.memory()
        fill(f"sqlite:///{folder}/nowserving.sqlite3", queue, waiting)
        with servers.house(place) as house:
            each = (house.server.memory() - before) / waiting
            return rounds(house, seconds), house.server.started_s - empty.server.started_s, each

"""Limit (b): the bare driver doing a join's statements in groups of 100, with nothing of ours around it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import servers
from benchmarks.crowd import row
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.engine.tx import EVENTS
from nowserving.store.tickets.books import COUNT, JOINED, STAYS, TICKETS, OpenStay

GROUP = 100


def joins_per_second(seconds: float, database_url: str = "") -> float:
    """Return how many joins' worth of rows the driver commits in a second."""
    with tempfile.TemporaryDirectory() as folder:
        with servers.house(Path(folder), database_url) as house:
            branch_id, queue_id = house.branch["id"], house.queue
        url = parse_url(database_url or f"sqlite:///{folder}/nowserving.sqlite3")
        engine = writer_engine(url)
        with engine.connect() as connection:
            cursor = connection.connection.cursor()
            began, done = time.perf_counter(), 0
            while time.perf_counter() - began < seconds:
                connection.begin()
                _group(cursor, connection.dialect.name, branch_id, queue_id, done)
                connection.commit()
                done += GROUP
            elapsed = time.perf_counter() - began
        engine.dispose()
    return done / elapsed


def _group(cursor: Any, dialect: str, branch_id: str, queue_id: str, done: int) -> None:
    joined, opened, events = [], [], []
    for number in range(done, done + GROUP):
        # Behind the tickets of the demo that was built.
        ticket_id, at = 1_000_000 + number, time.time_ns() // 1000 + number
        values = {"id": ticket_id, **row(branch_id, queue_id, "A", at, number)}
        joined.append(tuple(values[name] for name in JOINED))
        opened.append(OpenStay(ticket_id, branch_id, queue_id, "waiting", None, None, at))
        version, verb = 1_000_000 + number, "ticket.joined"
        events.append((branch_id, version, at, verb, "bench", ticket_id, queue_id, None, "x" * 400))
    TICKETS.insert(cursor, dialect, joined)
    STAYS.insert(cursor, dialect, opened)
    EVENTS.insert(cursor, dialect, events)
    params = {"counted_id": queue_id, "delta": GROUP}
    cursor.execute(COUNT.text[dialect], COUNT.filled(dialect, params))

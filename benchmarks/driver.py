"""Limit (b): the bare driver doing a join's statements in groups of 100, with nothing of ours around it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import servers
from benchmarks.crowd import row
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import _APPEND
from nowserving.store.tickets import books, tickets

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
    opened, events = [], []
    for number in range(done, done + GROUP):
        values = row(branch_id, queue_id, "A", time.time_ns() // 1000 + number, number)
        cursor.execute(*_filled(tickets._INSERT, dialect, values))
        ticket_id = cursor.fetchall()[0][0]
        opened.append(
            {
                "ticket_id": ticket_id,
                "branch_id": branch_id,
                "queue_id": queue_id,
                "state": "waiting",
                "desk_id": None,
                "agent_id": None,
                "from_at": values["rank"],
                "to_at": None,
            }
        )
        events.append(
            {
                "scope_id": branch_id,
                "version": 1_000_000 + number,
                "at": values["rank"],
                "verb": "ticket.joined",
                "actor": "bench",
                "ticket_id": ticket_id,
                "queue_id": queue_id,
                "desk_id": None,
                "data": "x" * 400,
            }
        )
    cursor.executemany(books._OPEN.text[dialect], opened)
    cursor.executemany(_APPEND.text[dialect], events)
    cursor.execute(*_filled(books._COUNT, dialect, {"counted_id": queue_id, "delta": GROUP}))


def _filled(statement: Statement, dialect: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return statement.text[dialect], statement.filled(dialect, values)

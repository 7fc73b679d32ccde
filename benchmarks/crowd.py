"""A crowd that waits already: rows as joins would have left them, put in at once."""

from __future__ import annotations

import secrets
import time
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, update

from nowserving.store import schema
from nowserving.store.database import parse_url, writer_engine

_CHUNK = 20_000
# Behind whoever the demo has, and long ago enough that nobody who joins now comes between.
_LONG_AGO_S = 40_000_000


def fill(url: str, queue_id: str, count: int) -> None:
    """Let so many people wait in a queue of a database that no server has open."""
    engine = writer_engine(parse_url(url))
    with engine.begin() as connection:
        queues = schema.queues
        branch_id, prefix = connection.execute(
            select(queues.c.branch_id, queues.c.prefix).where(queues.c.id == queue_id)
        ).one()
        began = time.time_ns() // 1000 - _LONG_AGO_S * 1_000_000
        rows = (row(branch_id, queue_id, prefix, began + number, number) for number in range(count))
        while chunk := list(islice(rows, _CHUNK)):
            connection.execute(insert(schema.tickets), chunk)
        waiting = queues.c.waiting + count
        connection.execute(update(queues).where(queues.c.id == queue_id).values(waiting=waiting))
    engine.dispose()


def row(branch_id: str, queue_id: str, prefix: str, at: int, number: int) -> dict[str, Any]:
    """Return the row of a ticket that waits since `at` (µs); its number follows `number`."""
    return {
        "key": secrets.token_urlsafe(16),
        "branch_id": branch_id,
        "queue_id": queue_id,
        "number_queue_id": queue_id,
        "service_day": "2020-01-01",
        "number": number + 1,
        "code": f"{prefix}-{number + 1:03d}",
        "state": "waiting",
        "rank": at,
        "party_size": 1,
        "priority": "",
        "name": None,
        "language": "",
        "desk_id": None,
        "agent_id": None,
        "joined_at": at,
        "since_at": at,
        "called_at": None,
        "calls": 0,
        "passed": 0,
        "deadline_at": None,
        "ended_at": None,
        "note": None,
        "quoted_low_s": None,
        "quoted_high_s": None,
        "joined_from": None,
        "reach": 0,
    }

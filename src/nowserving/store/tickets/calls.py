"""When a queue called whom lately, and when its rate of admission lets the next one in."""

from __future__ import annotations

from sqlalchemy import literal_column, select

from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import update_where

_queues, _stays = schema.queues, schema.stays


def called_since(source: Tx | Reader, queue_id: str, after: int) -> list[int]:
    """Return the instants (µs) of the calls of a queue later than `after`, in order.

    A call is a stay in the state "called", whatever became of the ticket since.
    """
    query = (
        select(_stays.c.from_at)
        .where(
            _stays.c.queue_id == queue_id,
            # A literal: the partial index serves only a plan that sees it.
            _stays.c.state == literal_column("'called'"),
            _stays.c.from_at > after,
        )
        .order_by(_stays.c.from_at)
    )
    return [row[0] for row in source.execute(query)]


def admit_next_at(tx: Tx, queue_id: str, at: int | None) -> None:
    """Put down when the rate of admission lets the next one in, or that it keeps nobody out."""
    update_where(tx, _queues, _queues.c.id == queue_id, admit_at=at)


def queues_due(source: Tx | Reader, branch_id: str, now: int) -> list[str]:
    """Return the queues of a branch in which the rate of admission lets somebody in by now."""
    query = select(_queues.c.id).where(
        _queues.c.admit_at.is_not(None), _queues.c.admit_at <= now, _queues.c.branch_id == branch_id
    )
    return [row[0] for row in source.execute(query.order_by(_queues.c.id))]


def branches_due(reader: Reader, now: int) -> list[str]:
    """Return the branches in which the rate of admission lets somebody in by now."""
    query = select(_queues.c.branch_id).where(_queues.c.admit_at.is_not(None), _queues.c.admit_at <= now)
    return sorted({row[0] for row in reader.execute(query)})

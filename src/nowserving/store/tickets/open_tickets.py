"""Tickets that stand in the way when a day, a queue or a branch is closed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields

from sqlalchemy import func, select

from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import tickets
from nowserving.store.tickets.tickets import ticket_from

_COLUMNS = tuple(tickets.c[field.name] for field in fields(Ticket))


def open_in_branch(tx: Tx, branch_id: str) -> int:
    """Return how many tickets of a branch are not ended."""
    query = select(func.count()).where(tickets.c.branch_id == branch_id, tickets.c.ended_at.is_(None))
    return int(tx.execute(query).scalar_one())


def without_desk(tx: Tx, branch_id: str, queue_id: str) -> list[Ticket]:
    """Return the tickets of a queue that wait or are set aside, in the order of their ranks."""
    query = (
        select(*_COLUMNS)
        .where(
            tickets.c.branch_id == branch_id,
            tickets.c.ended_at.is_(None),
            tickets.c.queue_id == queue_id,
            tickets.c.state.in_((State.WAITING.value, State.PARKED.value)),
        )
        .order_by(tickets.c.rank, tickets.c.id)
    )
    return [ticket_from(tuple(row)) for row in tx.execute(query)]


def left_over(tx: Tx, queue_ids: Collection[str], today: str, joined_before: int, most: int) -> list[Ticket]:
    """Return up to `most` open tickets of these queues from service days before `today`, oldest first."""
    query = (
        select(*_COLUMNS)
        .where(
            tickets.c.branch_id == tx.scope_id,
            tickets.c.ended_at.is_(None),
            tickets.c.queue_id.in_(queue_ids),
            tickets.c.service_day < today,
            tickets.c.joined_at < joined_before,
        )
        .order_by(tickets.c.id)
        .limit(most)
    )
    return [ticket_from(tuple(row)) for row in tx.execute(query)]

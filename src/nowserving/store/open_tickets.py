"""Tickets that stand in the way when a queue or a branch is closed for good."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import func, select

from nowserving.domain.ticket import State, Ticket
from nowserving.store.schema import tickets
from nowserving.store.tickets import ticket_from
from nowserving.store.tx import Tx

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

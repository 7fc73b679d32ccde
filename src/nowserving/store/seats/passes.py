"""Passes as rows, as far as seats ask for them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import passes


class PassRow(NamedTuple):
    """What of a pass decides whether it is good."""

    performance_id: str
    ticket_id: int
    device_hash: str
    expires_at: int
    ended_at: int | None


_ONE = Statement(
    select(
        passes.c.performance_id,
        passes.c.ticket_id,
        passes.c.device_hash,
        passes.c.expires_at,
        passes.c.ended_at,
    ).where(passes.c.id == bindparam("id"))
)
_END = Statement(
    update(passes)
    .where(passes.c.ticket_id == bindparam("of_ticket"), passes.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"), ended_by=bindparam("by"))
)


def pass_row(source: Reader | Tx, pass_id: str) -> PassRow | None:
    """Return what decides about a pass, or None for one that was never issued."""
    rows = source.run(_ONE, id=pass_id)
    return PassRow(*rows[0]) if rows else None


def end_passes_of(tx: Tx, ticket_id: int, by: str) -> None:
    """End the live pass of a ticket."""
    tx.change(_END, of_ticket=ticket_id, at=tx.now, by=by)

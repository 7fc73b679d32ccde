"""The open places of one phone, which the phone's own cookie names."""

from __future__ import annotations

from sqlalchemy import select

from nowserving.store.engine.reader import Reader
from nowserving.store.schema import tickets

_SHOWN = 8


def own_places(reader: Reader, joined_from: str, branch_id: str) -> list[tuple[str, str, str]]:
    """Return key, code and queue of what a phone has open in a branch, the first it joined first."""
    query = (
        select(tickets.c.key, tickets.c.code, tickets.c.queue_id)
        .where(
            tickets.c.joined_from == joined_from,
            tickets.c.ended_at.is_(None),
            tickets.c.branch_id == branch_id,
        )
        .order_by(tickets.c.id)
        .limit(_SHOWN)
    )
    return [(row.key, row.code, row.queue_id) for row in reader.execute(query)]

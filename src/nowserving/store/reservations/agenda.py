"""What the agenda shows besides reservations: the tickets they became, and how many wait for room."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import services, standbys, tickets

Source = Reader | Tx


def tickets_of(source: Source, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return code and state of tickets by id. One statement, and none where there is nothing to ask."""
    if not ids:
        return {}
    query = select(tickets.c.id, tickets.c.code, tickets.c.state).where(tickets.c.id.in_(ids))
    return {row.id: (row.code, row.state) for row in source.execute(query)}


def waiting_for_room(source: Source, branch_id: str, from_us: int, to_us: int) -> int:
    """Return how many places in the waiting lists of a branch would take a slot of a span."""
    query = (
        select(func.count())
        .select_from(standbys)
        .where(
            standbys.c.branch_id == branch_id,
            standbys.c.state == "waiting",
            standbys.c.from_at < to_us,
            standbys.c.to_at > from_us,
        )
    )
    return int(source.execute(query).scalar_one())


def branches_that_book(source: Source) -> frozenset[str]:
    """Return the ids of the branches at which something can be booked."""
    query = select(services.c.branch_id).where(services.c.archived_at.is_(None)).distinct()
    return frozenset(source.execute(query).scalars())

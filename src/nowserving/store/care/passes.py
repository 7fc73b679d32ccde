"""Whether passes, holds and bookings agree with one another: part of `nowserving check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Executable, and_, exists, func, not_, or_, select

from nowserving.store.engine.reader import Reader
from nowserving.store.schema import bookings, holds, passes, performances, tickets


def passes_true(reader: Reader) -> tuple[int, list[str]]:
    """Return how many passes there are, and a sentence for whatever contradicts itself."""
    count = int(reader.execute(select(func.count()).select_from(passes)).scalar_one())
    return count, [*_outlived(reader), *_ended(reader), *_without(reader), *_booked(reader)]


def _outlived(reader: Reader) -> Iterator[str]:
    """A pass ends with the visit that it was given for, in the same transaction."""
    wrong = (
        select(passes.c.id, tickets.c.id, tickets.c.state)
        .join(tickets, tickets.c.id == passes.c.ticket_id)
        .where(passes.c.ended_at.is_(None), tickets.c.state != "serving")
    )
    for pass_id, ticket_id, state in _rows(reader, wrong):
        yield f"pass {pass_id} has not ended, and its ticket {ticket_id} is {state}"


def _ended(reader: Reader) -> Iterator[str]:
    """A lobby that has ended let everybody out, and nobody in since."""
    over = performances.c.ended_at
    wrong = (
        select(passes.c.id, performances.c.id)
        .join(performances, performances.c.id == passes.c.performance_id)
        .where(or_(and_(passes.c.ended_at.is_(None), over.is_not(None)), passes.c.issued_at > over))
    )
    for pass_id, performance_id in _rows(reader, wrong):
        yield f"pass {pass_id} is to performance {performance_id}, whose lobby has ended"


def _without(reader: Reader) -> Iterator[str]:
    """What was held in a lobby was held under a pass to the same performance."""
    under = exists().where(
        passes.c.ticket_id == holds.c.ticket_id, passes.c.performance_id == holds.c.performance_id
    )
    wrong = select(holds.c.id, holds.c.ticket_id).where(holds.c.ticket_id.is_not(None), not_(under))
    for hold_id, ticket_id in _rows(reader, wrong):
        yield f"hold {hold_id} was made by ticket {ticket_id}, which had no pass"


def _booked(reader: Reader) -> Iterator[str]:
    """A hold that was booked has one booking, of its own performance and visit; another hold has none."""
    own = and_(
        bookings.c.performance_id == holds.c.performance_id,
        func.coalesce(bookings.c.ticket_id, -1) == func.coalesce(holds.c.ticket_id, -1),
    )
    many = func.count(bookings.c.id)
    wrong = (
        select(holds.c.id, holds.c.state, many)
        .outerjoin(bookings, and_(bookings.c.hold_id == holds.c.id, own))
        .group_by(holds.c.id, holds.c.state)
        .having(or_(and_(holds.c.state == "booked", many != 1), and_(holds.c.state != "booked", many != 0)))
    )
    for hold_id, state, there in _rows(reader, wrong):
        yield f"hold {hold_id} is {state}, and has {there} bookings of its own"


def _rows(reader: Reader, query: Executable) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in reader.execute(query)]

"""What staff read of reservations: pages of them, the tickets they became, and how many wait for room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select, union_all

from nowserving.domain.reservations.reservation import Reservation
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.reservations import COLUMNS, reservation_from
from nowserving.store.schema import reservations, services, standbys, tickets

Source = Reader | Tx


class Span(NamedTuple):
    """The times of a branch that begin from one instant on and before another."""

    branch_id: str
    from_us: int
    to_us: int


def reservations_in(
    source: Source,
    spans: Sequence[Span],
    *,
    after: tuple[int, int],
    most: int,
    service_id: str | None = None,
    desk_id: str | None = None,
    state: str | None = None,
) -> list[Reservation]:
    """Return up to `most` reservations of some branches by time and id, those after (start, id).

    One statement, which reads of each branch as much as a page, by its own index: a page costs the same
    whatever the history.
    """
    wanted = {"service_id": service_id, "desk_id": desk_id, "state": state}
    filters = {name: value for name, value in wanted.items() if value is not None}
    pages = [select(_page_of(span, after, most, filters).subquery()) for span in spans]
    if not pages:
        return []
    found = union_all(*pages).subquery()
    query = select(found).order_by(found.c.start_at, found.c.id).limit(most)
    return [reservation_from(tuple(row)) for row in source.execute(query)]


def _page_of(span: Span, after: tuple[int, int], most: int, filters: dict[str, str]) -> Select[Any]:
    table, (start_at, number) = reservations.c, after
    query = (
        select(*COLUMNS)
        .where(
            table.branch_id == span.branch_id,
            table.start_at >= max(span.from_us, start_at),
            table.start_at < span.to_us,
            or_(table.start_at > start_at, table.id > number),
        )
        .order_by(table.start_at, table.id)
        .limit(most)
    )
    for name, value in filters.items():
        query = query.where(table[name] == value)
    return query


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

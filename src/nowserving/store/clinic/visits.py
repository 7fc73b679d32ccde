"""Visits and consultations as rows, and who has read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from nowserving.domain.tickets.ticket import Ticket
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import consultations, record_reads, records, stays, tickets, visits

Source = Reader | Tx


class Station(NamedTuple):
    """One stay of a visit. `to_at` is None for the present one."""

    queue_id: str
    desk_id: str | None
    state: str
    from_at: int
    to_at: int | None


def stations_of(source: Source, ticket_id: int) -> list[Station]:
    """Return the stays of a ticket in their order: one visit, however many stations."""
    columns = (stays.c.queue_id, stays.c.desk_id, stays.c.state, stays.c.from_at, stays.c.to_at)
    query = select(*columns).where(stays.c.ticket_id == ticket_id).order_by(stays.c.id)
    return [Station._make(row) for row in source.execute(query)]


def visit_of(source: Source, ticket_id: int) -> Any:
    """Return the visit of a ticket as its row, or None."""
    return source.execute(select(visits).where(visits.c.ticket_id == ticket_id)).first()


def visits_of(source: Source, ticket_ids: Sequence[int]) -> dict[int, Any]:
    """Return the visits of these tickets as rows, by ticket."""
    found = source.execute(select(visits).where(visits.c.ticket_id.in_(ticket_ids)))
    return {row.ticket_id: row for row in found}


def set_visit(tx: Tx, ticket: Ticket, **values: Any) -> None:
    """Write what is known of a visit; a ticket has one row, however many stations it passes."""
    if visit_of(tx, ticket.id) is None:
        row = {"ticket_id": ticket.id, "branch_id": ticket.branch_id, **values}
        tx.execute(insert(visits).values(row))
    elif values:
        tx.execute(update(visits).where(visits.c.ticket_id == ticket.id).values(values))


def open_consultation(source: Source, ticket_id: int) -> Any:
    """Return the consultation of a ticket that goes on now, or None."""
    which = (consultations.c.ticket_id == ticket_id, consultations.c.to_at.is_(None))
    return source.execute(select(consultations).where(*which)).first()


def latest_consultation(source: Source, ticket_id: int) -> Any:
    """Return the consultation of a ticket that began last, or None."""
    query = select(consultations).where(consultations.c.ticket_id == ticket_id)
    return source.execute(query.order_by(consultations.c.from_at.desc()).limit(1)).first()


def consultation_by_id(source: Source, consultation_id: str) -> Any:
    """Return a consultation as its row, or None."""
    return source.execute(select(consultations).where(consultations.c.id == consultation_id)).first()


def consultations_of(source: Source, record_id: str, most: int) -> list[Any]:
    """Return the consultations of a record, the latest first."""
    query = select(consultations).where(consultations.c.record_id == record_id)
    return list(source.execute(query.order_by(consultations.c.from_at.desc()).limit(most)))


def consultations_by(source: Source, agent_id: str, branch_id: str, since_at: int) -> list[Any]:
    """Return what somebody has done at a branch since an instant, the latest first."""
    query = select(consultations).where(
        consultations.c.agent_id == agent_id,
        consultations.c.branch_id == branch_id,
        consultations.c.from_at >= since_at,
    )
    return list(source.execute(query.order_by(consultations.c.from_at.desc())))


def add_consultation(tx: Tx, row: Mapping[str, object]) -> None:
    """Write a consultation that begins."""
    tx.execute(insert(consultations).values(row))


def delete_consultation(tx: Tx, consultation_id: str) -> None:
    """Delete a consultation that was none."""
    tx.execute(delete(consultations).where(consultations.c.id == consultation_id))


def change_consultation(tx: Tx, consultation_id: str, **values: Any) -> None:
    """Write columns of a consultation."""
    tx.execute(update(consultations).where(consultations.c.id == consultation_id).values(values))


def note_reads(tx: Tx, rows: Iterable[dict[str, Any]]) -> None:
    """Put on record who has looked at whom."""
    tx.execute(insert(record_reads), list(rows))


def seen_since(source: Source, actor: str, since_at: int) -> set[tuple[int | None, str]]:
    """Return ticket and kind of what somebody has looked at since an instant."""
    query = select(record_reads.c.ticket_id, record_reads.c.what).where(
        record_reads.c.at >= since_at, record_reads.c.actor == actor
    )
    return {(row.ticket_id, row.what) for row in source.execute(query)}


def codes_of(source: Source, ticket_ids: Sequence[int]) -> dict[int, str]:
    """Return the codes of these tickets by id."""
    found = source.execute(select(tickets.c.id, tickets.c.code).where(tickets.c.id.in_(ticket_ids)))
    return {row.id: row.code for row in found}


def reads(source: Source, *, record_id: str | None, before: int | None, most: int) -> list[Any]:
    """Return what was read, the latest first; of one record, or before one row."""
    query = select(record_reads).order_by(record_reads.c.id.desc()).limit(most)
    if record_id is not None:
        query = query.where(record_reads.c.record_id == record_id)
    if before is not None:
        query = query.where(record_reads.c.id < before)
    return list(source.execute(query))


def anything_sealed(source: Source) -> bool:
    """Tell whether anything in the database is sealed, so that a missing key would be missed."""
    queries = (
        select(records.c.id).where(records.c.erased_at.is_(None)),
        select(visits.c.ticket_id).where(visits.c.reason.is_not(None)),
        select(consultations.c.id).where(consultations.c.note.is_not(None)),
    )
    return any(source.execute(query.limit(1)).first() is not None for query in queries)

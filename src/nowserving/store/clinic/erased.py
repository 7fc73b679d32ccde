"""What of a person stands where: every column that erasing empties, and what rotation seals anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.contacts import erase_contact
from nowserving.store.schema import (
    consultations,
    feedback,
    record_reads,
    record_words,
    records,
    reservations,
    tickets,
    visits,
)

Source = Reader | Tx
_BOOKED = {"name": None, "birth_date": None, "phone": None, "email": None, "note": None, "answers": "{}"}


def tickets_of(source: Source, record_id: str) -> list[int]:
    """Return the ids of the tickets of a person's visits."""
    query = select(visits.c.ticket_id).where(visits.c.record_id == record_id)
    return list(source.execute(query.order_by(visits.c.ticket_id)).scalars())


def erase_person(tx: Tx, record_id: str, ticket_ids: Sequence[int]) -> None:
    """Empty every column that says who somebody is or what was written of them.

    Times, queues and outcomes stay, as of nobody; the reads keep the record's id, which names nobody.
    """
    tx.execute(delete(record_words).where(record_words.c.record_id == record_id))
    tx.execute(update(records).where(records.c.id == record_id).values(sealed="", erased_at=tx.now))
    theirs = or_(consultations.c.record_id == record_id, consultations.c.ticket_id.in_(ticket_ids))
    tx.execute(update(consultations).where(theirs).values(note=None, record_id=None))
    tx.execute(update(visits).where(visits.c.record_id == record_id).values(reason=None, record_id=None))
    guests = update(tickets).where(tickets.c.id.in_(ticket_ids))
    tx.execute(guests.values(name=None, note=None, joined_from=None, reach=0))
    tx.execute(update(feedback).where(feedback.c.ticket_id.in_(ticket_ids)).values(comment=None))
    tx.execute(update(reservations).where(reservations.c.ticket_id.in_(ticket_ids)).values(_BOOKED))
    for ticket_id in ticket_ids:
        erase_contact(tx, ticket_id)


def records_unseen_since(source: Source, branch_id: str, before: int, most: int) -> list[str]:
    """Return up to `most` records of a branch whose last visit, or whose making, was before an instant."""
    last = (
        select(func.max(consultations.c.from_at))
        .where(consultations.c.record_id == records.c.id)
        .scalar_subquery()
    )
    joined = (
        select(func.max(tickets.c.joined_at))
        .join(visits, visits.c.ticket_id == tickets.c.id)
        .where(visits.c.record_id == records.c.id)
        .scalar_subquery()
    )
    query = select(records.c.id).where(
        records.c.branch_id == branch_id,
        records.c.erased_at.is_(None),
        records.c.created_at < before,
        func.coalesce(last, 0) < before,
        func.coalesce(joined, 0) < before,
    )
    return list(source.execute(query.order_by(records.c.id).limit(most)).scalars())


def forget_reasons_of_nobody(tx: Tx, branch_id: str, before: int, most: int) -> int:
    """Erase the reasons and notes of visits without a record that ended before an instant; how many."""
    ended = (
        select(visits.c.ticket_id)
        .join(tickets, tickets.c.id == visits.c.ticket_id)
        .where(
            visits.c.branch_id == branch_id,
            visits.c.record_id.is_(None),
            visits.c.reason.is_not(None),
            tickets.c.ended_at < before,
        )
    )
    found = list(tx.execute(ended.limit(most)).scalars())
    if found:
        tx.execute(update(visits).where(visits.c.ticket_id.in_(found)).values(reason=None))
    return len(found)


def forget_reads_before(tx: Tx, before: int) -> int:
    """Delete the reads from before an instant; returns how many."""
    return tx.execute(delete(record_reads).where(record_reads.c.at < before)).rowcount


def reasons_sealed_otherwise(source: Source, branch_id: str, newest: str, most: int) -> list[Any]:
    """Return ticket and reason of visits that another key than the newest has sealed."""
    query = select(visits.c.ticket_id, visits.c.reason).where(
        visits.c.branch_id == branch_id, visits.c.reason.is_not(None), visits.c.reason.not_like(f"{newest}.%")
    )
    return list(source.execute(query.limit(most)))


def notes_sealed_otherwise(source: Source, branch_id: str, newest: str, most: int) -> list[Any]:
    """Return id and note of consultations that another key than the newest has sealed."""
    query = select(consultations.c.id, consultations.c.note).where(
        consultations.c.branch_id == branch_id,
        consultations.c.note.is_not(None),
        consultations.c.note.not_like(f"{newest}.%"),
    )
    return list(source.execute(query.limit(most)))


def reseal_reason(tx: Tx, ticket_id: int, sealed: str) -> None:
    """Write a reason that was sealed anew."""
    tx.execute(update(visits).where(visits.c.ticket_id == ticket_id).values(reason=sealed))


def reseal_note(tx: Tx, consultation_id: str, sealed: str) -> None:
    """Write a note that was sealed anew."""
    tx.execute(update(consultations).where(consultations.c.id == consultation_id).values(note=sealed))


def reseal_record(tx: Tx, record_id: str, sealed: str) -> None:
    """Write a record that was sealed anew."""
    tx.execute(update(records).where(records.c.id == record_id).values(sealed=sealed))

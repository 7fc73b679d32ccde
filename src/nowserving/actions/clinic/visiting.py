"""Visits: whose a ticket is and why they have come, and what somebody who serves them may see of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nowserving.actions.clinic.records import found_record, note_watching, opened_person
from nowserving.actions.tickets.moving import find
from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.domain.clinic.visit import Reading, Visit, checked_reading, clean_reason
from nowserving.store.clinic import records as record_rows
from nowserving.store.clinic import visits as rows
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import update_where
from nowserving.store.schema import consultations

MOST_AT_ONCE = 60


@action(scope="key")
def attach(tx: Tx, *, key: str, cabinet: Cabinet, record_id: str | None = None, reason: str = "") -> None:
    """Say whose a ticket is, why they have come, or both; what is left out stays as it is.

    Raises NotFound for a record of another branch. Consultations that were begun before are the same
    person's from now on.
    """
    ticket = find(tx, key)
    values: dict[str, Any] = {}
    if record_id:
        values["record_id"] = found_record(tx, record_id).id
    if words := clean_reason(reason):
        values["reason"] = cabinet.seal(words, f"visit:{ticket.id}")
    if not values:
        return
    rows.set_visit(tx, ticket, **values)
    if record_id:
        update_where(tx, consultations, consultations.c.ticket_id == ticket.id, record_id=record_id)
    told = sorted(name.removesuffix("_id") for name in values)
    tx.emit("visit.edited", queue_id=ticket.queue_id, code=ticket.code, of=ticket.id, fields=told)


@action(scope="branch_id")
def read_visits(
    tx: Tx, *, branch_id: str, ticket_ids: Sequence[int], cabinet: Cabinet, reading: Reading
) -> dict[int, Visit]:
    """Open what is known of these tickets' visits, by ticket: name and reason. Every look is on record."""
    looked = checked_reading(reading)
    found = {
        ticket_id: row
        for ticket_id, row in rows.visits_of(tx, list(ticket_ids)[:MOST_AT_ONCE]).items()
        if row.branch_id == branch_id
    }
    people = record_rows.records_by_ids(tx, [row.record_id for row in found.values() if row.record_id])
    shown = [row for row in found.values() if row.record_id in people or row.reason]
    seen = [{"record_id": one.record_id, "ticket_id": one.ticket_id, "what": "visit"} for one in shown]
    note_watching(tx, looked, seen)
    return {ticket_id: _visit(cabinet, row, people.get(row.record_id)) for ticket_id, row in found.items()}


def _visit(cabinet: Cabinet, row: Any, record: record_rows.SealedRecord | None) -> Visit:
    return Visit(
        ticket_id=row.ticket_id,
        record_id=row.record_id if record else None,
        name=opened_person(cabinet, record).name if record else "",
        reason=cabinet.open(row.reason, f"visit:{row.ticket_id}") if row.reason else "",
        back_to_desk_id=row.back_to_desk_id,
        back_to_queue_id=row.back_to_queue_id,
    )

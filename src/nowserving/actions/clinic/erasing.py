"""Erasing a person everywhere, by somebody's word or because their time is over; and sealing anew."""

from __future__ import annotations

from nowserving.actions.clinic.records import found_record
from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.domain.clinic.record import person_from, words_of
from nowserving.domain.instants import DAY_US
from nowserving.domain.retention import READS_KEPT_US, REASONS_KEPT_US
from nowserving.store.clinic import erased as rows
from nowserving.store.clinic.records import sealed_otherwise, set_words
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets.tickets import ticket_by_id

_BATCH = 200


@action(scope="record_id")
def erase_record(tx: Tx, *, record_id: str) -> None:
    """Erase a person everywhere: record, notes, reasons, tickets, contacts, comments. For good.

    What stays is of nobody: when a ticket waited, how long it was served, with what outcome. The reads
    keep the record's id for as long as the law wants them. Raises NotFound.
    """
    found_record(tx, record_id)
    _erase(tx, record_id)


@action(scope="branch_id")
def forget_records(tx: Tx, *, branch_id: str, keep_days: int) -> int:
    """Erase records whose last visit is longer ago than they are kept, a few at a time; 0 keeps all."""
    if not keep_days:
        return 0
    old = rows.records_unseen_since(tx, branch_id, tx.now - keep_days * DAY_US, _BATCH)
    for record_id in old:
        _erase(tx, record_id)
    return len(old)


@action(scope="branch_id")
def forget_reasons(tx: Tx, *, branch_id: str) -> int:
    """Erase the reasons of visits without a record, a day after they ended, a batch at a time."""
    return rows.forget_reasons_of_nobody(tx, branch_id, tx.now - REASONS_KEPT_US, _BATCH)


@action(scope=None)
def forget_reads(tx: Tx) -> int:
    """Delete reads that have been kept for six years; returns how many."""
    return rows.forget_reads_before(tx, tx.now - READS_KEPT_US)


@action(scope="branch_id")
def reseal(tx: Tx, *, branch_id: str, cabinet: Cabinet) -> int:
    """Seal with the newest key what older ones have sealed, a batch at a time; returns how many.

    The words of a record are hashed anew with it, so that a key that is taken out of the ring
    afterwards is needed by nothing. Raises Busy `clinic_locked` where an old key is missing.
    """
    records = sealed_otherwise(tx, branch_id, cabinet.newest, _BATCH)
    for one in records:
        text = cabinet.open(one.sealed, f"record:{one.id}")
        rows.reseal_record(tx, one.id, cabinet.seal(text, f"record:{one.id}"))
        set_words(tx, one.id, [cabinet.hashes(word)[0] for word in words_of(person_from(text))])
    reasons = rows.reasons_sealed_otherwise(tx, branch_id, cabinet.newest, _BATCH)
    for ticket_id, sealed in reasons:
        of = f"visit:{ticket_id}"
        rows.reseal_reason(tx, ticket_id, cabinet.seal(cabinet.open(sealed, of), of))
    notes = rows.notes_sealed_otherwise(tx, branch_id, cabinet.newest, _BATCH)
    for consultation_id, sealed in notes:
        of = f"consultation:{consultation_id}"
        rows.reseal_note(tx, consultation_id, cabinet.seal(cabinet.open(sealed, of), of))
    return len(records) + len(reasons) + len(notes)


def _erase(tx: Tx, record_id: str) -> None:
    ticket_ids = rows.tickets_of(tx, record_id)
    rows.erase_person(tx, record_id, ticket_ids)
    tx.emit("record.erased", record_id=record_id)
    for ticket in filter(None, (ticket_by_id(tx, one) for one in ticket_ids)):
        # Memory holds the names of tickets that are open or were missed a moment ago: it hears it here.
        tx.emit("guest.erased", queue_id=ticket.queue_id, code=ticket.code, of=ticket.id)

"""Records of guests who come back. Whoever looks at one is put on record in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nowserving.actions.layout.editing import check_fresh
from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.domain.clinic.record import (
    PERSON,
    Person,
    Record,
    asked_words,
    check_born,
    person_from,
    person_to,
    words_of,
)
from nowserving.domain.clinic.visit import Reading, checked_reading
from nowserving.domain.instants import MINUTE_US
from nowserving.domain.values import read_fields
from nowserving.errors import not_found
from nowserving.store.clinic import records as rows
from nowserving.store.clinic.records import SealedRecord
from nowserving.store.clinic.visits import note_reads, seen_since
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import update_where
from nowserving.store.schema import records
from nowserving.store.tickets.places import opening_of

MOST_FOUND = 20
# A live screen that shows somebody for so long is one look at them.
WATCHED_US = 15 * MINUTE_US
_EPOCH = datetime.fromtimestamp(0, ZoneInfo("UTC"))


@action(scope="branch_id")
def create_record(tx: Tx, *, branch_id: str, cabinet: Cabinet, given: Mapping[str, object]) -> Record:
    """Make the record of somebody who comes to a branch. Raises Invalid naming every wrong field."""
    person = Person(**read_fields(given, "", PERSON, required=frozenset({"name"})))
    check_born(person, _today(tx, branch_id))
    record_id = tx.new_id()
    sealed = cabinet.seal(person_to(person), f"record:{record_id}")
    row = SealedRecord(record_id, branch_id, sealed, 1, tx.now)
    rows.insert_record(tx, row, _newest_hashes(cabinet, person))
    tx.emit("record.created", record_id=record_id)
    return Record(id=record_id, branch_id=branch_id, person=person, edited=1, created_at=tx.now)


@action(scope="record_id")
def edit_record(
    tx: Tx, *, record_id: str, cabinet: Cabinet, changes: Mapping[str, object], expected: int | None = None
) -> Record:
    """Change what a record says. Raises NotFound, Stale, Invalid. The event names fields, no values."""
    before = _opened(cabinet, found_record(tx, record_id))
    check_fresh(before.edited, expected)
    read = read_fields(changes, "", PERSON)
    wanted = {name: value for name, value in read.items() if getattr(before.person, name) != value}
    if not wanted:
        return before
    person = replace(before.person, **wanted)
    check_born(person, _today(tx, before.branch_id))
    sealed = cabinet.seal(person_to(person), f"record:{record_id}")
    update_where(tx, records, records.c.id == record_id, sealed=sealed, edited=before.edited + 1)
    rows.set_words(tx, record_id, _newest_hashes(cabinet, person))
    tx.emit("record.edited", record_id=record_id, fields=sorted(wanted))
    return replace(before, person=person, edited=before.edited + 1)


@action(scope="record_id")
def read_record(tx: Tx, *, record_id: str, cabinet: Cabinet, reading: Reading) -> Record:
    """Open a record, and put on record who did. Raises NotFound, Forbidden `why_needed`, Busy."""
    looked = checked_reading(reading)
    found = found_record(tx, record_id)
    note_reading(tx, looked, [{"record_id": record_id, "what": "opened"}])
    return _opened(cabinet, found)


@action(scope="branch_id")
def search_records(
    tx: Tx, *, branch_id: str, cabinet: Cabinet, text: str, reading: Reading
) -> Sequence[Record]:
    """Return the records of a branch that fit: by parts of the name, phone, number or birth date.

    What was searched for is not kept, whom it found is. Raises Forbidden `why_needed`, Busy.
    """
    looked = checked_reading(reading)
    asked = [_hashes(cabinet, words) for words in asked_words(text)]
    found = rows.records_with(tx, branch_id, asked, MOST_FOUND) if asked else []
    seen = [{"record_id": one.id, "what": "found"} for one in found]
    note_reading(tx, looked, [{"record_id": None, "what": "searched", "found": len(found)}, *seen])
    return [_opened(cabinet, one) for one in found]


def found_record(tx: Tx, record_id: str) -> SealedRecord:
    """Return a record of the branch that is locked; raises NotFound."""
    found = rows.record_by_id(tx, record_id)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    return found


def opened_person(cabinet: Cabinet, found: SealedRecord) -> Person:
    """Return who a record is about; raises Busy where the key is missing."""
    return person_from(cabinet.open(found.sealed, f"record:{found.id}"))


def note_reading(tx: Tx, reading: Reading, seen: Sequence[Mapping[str, Any]]) -> None:
    """Put on record that somebody has looked: who, whom, what, when, why, from where."""
    common = {
        "at": tx.now,
        "actor": tx.actor,
        "branch_id": tx.scope_id,
        "record_id": None,
        "ticket_id": None,
        "why": reading.why,
        "address": reading.address,
        "found": 1,
    }
    if seen:
        note_reads(tx, [{**common, **one} for one in seen])


def note_watching(tx: Tx, reading: Reading, seen: Sequence[Mapping[str, Any]]) -> None:
    """Like `note_reading`, for a screen that goes on showing the same: once in a while, not every second."""
    before = seen_since(tx, tx.actor, tx.now - WATCHED_US) if seen else set()
    note_reading(tx, reading, [one for one in seen if (one["ticket_id"], one["what"]) not in before])


def _opened(cabinet: Cabinet, found: SealedRecord) -> Record:
    return Record(
        id=found.id,
        branch_id=found.branch_id,
        person=opened_person(cabinet, found),
        edited=found.edited,
        created_at=found.created_at,
    )


def _hashes(cabinet: Cabinet, words: Iterable[str]) -> list[str]:
    """Return the hashes of words under all keys: a record may still be sealed with an older one."""
    return [one for word in sorted(words) for one in cabinet.hashes(word)]


def _newest_hashes(cabinet: Cabinet, person: Person) -> list[str]:
    return [cabinet.hashes(word)[0] for word in sorted(words_of(person))]


def _today(tx: Tx, branch_id: str) -> str:
    _, zone, _ = opening_of(tx, branch_id)
    return (_EPOCH + timedelta(microseconds=tx.now)).astimezone(zone).date().isoformat()

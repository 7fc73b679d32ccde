"""Consultations: a note and an outcome for a serving stay, the own ones to change, the earlier to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nowserving.actions.clinic.records import found_record, note_reading, note_watching
from nowserving.actions.layout.editing import check_fresh
from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.calling import end_visit
from nowserving.actions.tickets.moving import find
from nowserving.actions.tickets.serving import begin
from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.domain.clinic.visit import Consultation, Reading, check_outcome, checked_reading, clean_note
from nowserving.domain.tickets.ticket import State, Ticket, Verb, wrong_state
from nowserving.errors import N_, Conflict, Forbidden, not_found
from nowserving.store.clinic import visits as rows
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets.places import known_queue

MOST_SHOWN = 50


@action(scope="key")
def write_note(tx: Tx, *, key: str, cabinet: Cabinet, note: str = "", outcome: str = "") -> None:
    """Write into the consultation that goes on, in place of what stood there.

    Raises Conflict with the real state when the ticket is not being served, `not_clinical` when its
    queue has no consultations, and Forbidden when it is another's.
    """
    _write(tx, _going_on(tx, find(tx, key)), cabinet, note, outcome)


@action(scope="key")
def finish_consultation(tx: Tx, *, key: str, cabinet: Cabinet, note: str = "", outcome: str = "") -> Ticket:
    """End a consultation with a note and an outcome; who was called and not started is started first."""
    ticket = find(tx, key)
    if ticket.state is State.CALLED:
        ticket = begin(tx, ticket, Verb.START)
    _write(tx, _going_on(tx, ticket), cabinet, note, outcome)
    done = end_visit(tx, ticket)
    admit_after(tx, done.queue_id)
    return done


@action(scope="consultation_id")
def edit_note(
    tx: Tx,
    *,
    consultation_id: str,
    cabinet: Cabinet,
    note: str,
    outcome: str = "",
    expected: int | None = None,
) -> int:
    """Change the note and the outcome of a consultation of one's own, and return its new version.

    Raises Forbidden, Stale, NotFound.
    """
    found = rows.consultation_by_id(tx, consultation_id)
    if found is None:
        raise not_found()
    check_fresh(found.edited, expected)
    _write(tx, found, cabinet, note, outcome)
    edited: int = found.edited + 1
    return edited


@action(scope="record_id")
def read_history(tx: Tx, *, record_id: str, cabinet: Cabinet, reading: Reading) -> Sequence[Consultation]:
    """Open the consultations of a record, the latest first; every note that is seen is on record."""
    looked = checked_reading(reading)
    found_record(tx, record_id)
    found = rows.consultations_of(tx, record_id, MOST_SHOWN)
    note_reading(tx, looked, _notes(found))
    return [opened(cabinet, one) for one in found]


@action(scope="branch_id")
def read_own(
    tx: Tx, *, branch_id: str, agent_id: str, since_at: int, cabinet: Cabinet, reading: Reading
) -> Sequence[Consultation]:
    """Open what somebody has done themselves since an instant, the latest first."""
    found = rows.consultations_by(tx, agent_id, branch_id, since_at)
    note_watching(tx, checked_reading(reading), _notes(found))
    return [opened(cabinet, one) for one in found]


def opened(cabinet: Cabinet, row: Any) -> Consultation:
    """Return a consultation with its note opened; raises Busy where the key is missing."""
    return Consultation(
        id=row.id,
        ticket_id=row.ticket_id,
        record_id=row.record_id,
        branch_id=row.branch_id,
        queue_id=row.queue_id,
        desk_id=row.desk_id,
        agent_id=row.agent_id,
        from_at=row.from_at,
        to_at=row.to_at,
        outcome=row.outcome,
        note=cabinet.open(row.note, f"consultation:{row.id}") if row.note else "",
        edited=row.edited,
    )


def _notes(found: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"record_id": one.record_id, "ticket_id": one.ticket_id, "what": "note"} for one in found if one.note
    ]


def _going_on(tx: Tx, ticket: Ticket) -> Any:
    if ticket.state is not State.SERVING:
        raise wrong_state(ticket.state)
    found = rows.open_consultation(tx, ticket.id)
    if found is None:
        raise Conflict("not_clinical", N_("This queue has no consultations, so there is nowhere for a note."))
    return found


def _write(tx: Tx, found: Any, cabinet: Cabinet, note: str, outcome: str) -> None:
    if found.agent_id != tx.actor:
        message = N_("This is a colleague's consultation. You can read it, not write it.")
        raise Forbidden("not_own_note", message)
    words = clean_note(note)
    known = known_queue(tx, found.queue_id).rules.outcomes
    # One that the queue had when it was written may stay, though the queue has it no more.
    ended = outcome if outcome == found.outcome else check_outcome(outcome, known)
    sealed = cabinet.seal(words, f"consultation:{found.id}") if words else None
    rows.change_consultation(tx, found.id, note=sealed, outcome=ended, edited=found.edited + 1)
    tx.emit("consultation.written", queue_id=found.queue_id, desk_id=found.desk_id, of=found.ticket_id)

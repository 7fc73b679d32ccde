"""All that is kept of a person, for the person: in one piece, read under their own record's lock."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from nowserving.actions.clinic.consulting import opened
from nowserving.actions.clinic.records import found_record, note_reading, opened_person
from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.domain.clinic.visit import Reading, checked_reading
from nowserving.store import layout
from nowserving.store.clinic.erased import tickets_of
from nowserving.store.clinic.visits import consultations_of, reads, visits_of
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets.tickets import ticket_by_id

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Export:
    """A person's data: who they are, their visits, what was done, and who has looked at them."""

    branch: str
    made_at: int
    person: dict[str, Any]
    visits: list[dict[str, Any]]
    consultations: list[dict[str, Any]]
    reads: list[dict[str, Any]]


@action(scope="record_id")
def export_record(tx: Tx, *, record_id: str, cabinet: Cabinet, reading: Reading) -> Export:
    """Return all that is kept of a person; the export itself is put on record. Raises NotFound, Busy."""
    looked = checked_reading(reading)
    found = found_record(tx, record_id)
    note_reading(tx, looked, [{"record_id": record_id, "what": "exported"}])
    branch = layout.branch(tx, found.branch_id)
    names = {one.id: one.name for one in layout.queues(tx, found.branch_id, archived=True)}
    seen = reads(tx, record_id=record_id, before=None, most=_MOST)
    return Export(
        branch=branch.name if branch else "",
        made_at=tx.now,
        person=asdict(opened_person(cabinet, found)),
        visits=_visits(tx, cabinet, tickets_of(tx, record_id), names),
        consultations=[
            _consultation(opened(cabinet, row), names) for row in consultations_of(tx, record_id, _MOST)
        ],
        reads=[{"at": row.at, "what": row.what, "who": row.actor} for row in seen],
    )


def _visits(tx: Tx, cabinet: Cabinet, ticket_ids: list[int], names: dict[str, str]) -> list[dict[str, Any]]:
    reasons = {
        ticket_id: cabinet.open(row.reason, f"visit:{ticket_id}") if row.reason else ""
        for ticket_id, row in visits_of(tx, ticket_ids).items()
    }
    return [
        {
            "joined_at": ticket.joined_at,
            "code": ticket.code,
            "queue": names.get(ticket.queue_id, ""),
            "reason": reasons[ticket.id],
        }
        for ticket in filter(None, (ticket_by_id(tx, one) for one in ticket_ids))
    ]


def _consultation(one: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "from_at": one.from_at,
        "to_at": one.to_at,
        "queue": names.get(one.queue_id, ""),
        "outcome": one.outcome,
        "note": one.note,
    }

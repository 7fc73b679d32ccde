"""Records, visits and consultations on their way out, to those who may see them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from nowserving.actions.clinic.exporting import Export
from nowserving.domain.clinic.record import Record
from nowserving.domain.clinic.visit import Consultation, Visit
from nowserving.live.branch import BranchLive
from nowserving.store.clinic.visits import Station
from nowserving.web.api.tickets.ticket_models import Named, State
from nowserving.web.wire.resource import Shape
from nowserving.web.wire.ticket_json import desk_json, instant


class RecordMade(Shape):
    """A record, without anything that says who it is about: an answer that may be stored and sent again."""

    id: str
    branch_id: str
    edited: int
    created_at: str


class RecordShape(RecordMade):
    """Who a guest is that comes back."""

    name: str
    birth_date: str | None
    phone: str | None
    email: str | None
    number: str


class StationShape(Shape):
    """One stay of a visit: in which state, where, from when to when."""

    queue: Named
    desk: Named | None
    state: State
    from_at: str
    to_at: str | None


class VisitShape(Shape):
    """What a ticket is about, and the stations it has passed with its one code."""

    key: str
    code: str
    record_id: str | None
    name: str
    reason: str
    back_to_queue: Named | None
    back_to_desk: Named | None
    stations: list[StationShape]


class ConsultationShape(Shape):
    """A serving stay with its note. `to_at` is null while it lasts."""

    id: str
    record_id: str | None
    queue: Named
    desk: Named | None
    agent: str | None
    from_at: str
    to_at: str | None
    outcome: str
    note: str
    edited: int


class Rewritten(Shape):
    """A note that was changed, by the version it has now."""

    id: str
    edited: int


class PersonShape(Shape):
    """Who an export is about."""

    name: str
    birth_date: str | None
    phone: str | None
    email: str | None
    number: str


class ExportedVisit(Shape):
    """One visit of an export."""

    joined_at: str
    code: str
    queue: str
    reason: str


class ExportedConsultation(Shape):
    """One consultation of an export."""

    from_at: str
    to_at: str | None
    queue: str
    outcome: str
    note: str


class ExportedRead(Shape):
    """One look of an export: when, at what, by whom."""

    at: str
    what: str
    who: str


class ExportShape(Shape):
    """All that is kept of a person."""

    branch: str
    made_at: str
    person: PersonShape
    visits: list[ExportedVisit]
    consultations: list[ExportedConsultation]
    reads: list[ExportedRead]


class ReadShape(Shape):
    """One look at somebody: by whom, at what, with what reason, from where. Nobody's name."""

    at: str
    who: str
    what: str
    branch_id: str | None
    record_id: str | None
    found: int
    why: str
    address: str


def made_json(record: Record) -> dict[str, Any]:
    """Return a record without who it is about."""
    return {
        "id": record.id,
        "branch_id": record.branch_id,
        "edited": record.edited,
        "created_at": instant(record.created_at),
    }


def record_json(record: Record) -> dict[str, Any]:
    """Return a record as JSON."""
    return {**made_json(record), **asdict(record.person)}


def visit_json(
    branch: BranchLive, key: str, code: str, visit: Visit | None, stations: list[Station]
) -> dict[str, Any]:
    """Return a visit as JSON; a ticket of which nothing is known has its stations only."""
    return {
        "key": key,
        "code": code,
        "record_id": visit.record_id if visit else None,
        "name": visit.name if visit else "",
        "reason": visit.reason if visit else "",
        "back_to_queue": _queue(branch, visit.back_to_queue_id) if visit and visit.back_to_queue_id else None,
        "back_to_desk": desk_json(branch, visit.back_to_desk_id) if visit else None,
        "stations": [
            {
                "queue": _queue(branch, one.queue_id),
                "desk": desk_json(branch, one.desk_id),
                "state": one.state,
                "from_at": instant(one.from_at),
                "to_at": instant(one.to_at),
            }
            for one in stations
        ],
    }


def consultation_json(branch: BranchLive, one: Consultation) -> dict[str, Any]:
    """Return a consultation as JSON."""
    return {
        "id": one.id,
        "record_id": one.record_id,
        "queue": _queue(branch, one.queue_id),
        "desk": desk_json(branch, one.desk_id),
        "agent": one.agent_id,
        "from_at": instant(one.from_at),
        "to_at": instant(one.to_at),
        "outcome": one.outcome,
        "note": one.note,
        "edited": one.edited,
    }


def export_json(export: Export) -> dict[str, Any]:
    """Return an export as JSON, its instants as everywhere in the API."""
    found = asdict(export)
    found["made_at"] = instant(export.made_at)
    for rows in (found["visits"], found["consultations"], found["reads"]):
        for row in rows:
            row.update(
                {name: instant(value) for name, value in row.items() if name == "at" or name.endswith("_at")}
            )
    return found


def read_json(row: Any) -> dict[str, Any]:
    """Return a look as JSON."""
    same = ("what", "branch_id", "record_id", "found", "why", "address")
    return {"at": instant(row.at), "who": row.actor, **{name: getattr(row, name) for name in same}}


def _queue(branch: BranchLive, queue_id: str) -> dict[str, str]:
    queue = branch.queues.get(queue_id)
    return {"id": queue_id, "name": queue.name if queue else ""}

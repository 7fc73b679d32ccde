"""Which branch a thing belongs to. Nothing ever changes its branch, so what is found may be kept."""

from __future__ import annotations

from sqlalchemy import Column, Table, bindparam, select

from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx


def _branch_of(table: Table, column: Column[str]) -> Statement:
    return Statement(select(table.c.branch_id).where(column == bindparam("id")))


_BY = {
    "queue_id": _branch_of(schema.queues, schema.queues.c.id),
    "desk_id": _branch_of(schema.desks, schema.desks.c.id),
    "department_id": _branch_of(schema.departments, schema.departments.c.id),
    "device_id": _branch_of(schema.devices, schema.devices.c.id),
    "closure_id": _branch_of(schema.closures, schema.closures.c.id),
    "service_id": _branch_of(schema.services, schema.services.c.id),
    "special_day_id": _branch_of(schema.special_days, schema.special_days.c.id),
    "absence_id": _branch_of(schema.absences, schema.absences.c.id),
    "reservation_key": _branch_of(schema.reservations, schema.reservations.c.key),
    "standby_key": _branch_of(schema.standbys, schema.standbys.c.key),
    "record_id": _branch_of(schema.records, schema.records.c.id),
    "consultation_id": _branch_of(schema.consultations, schema.consultations.c.id),
    "show_id": _branch_of(schema.shows, schema.shows.c.id),
    "performance_id": _branch_of(schema.performances, schema.performances.c.id),
    "seat_map_id": _branch_of(schema.seat_maps, schema.seat_maps.c.id),
    "hold_key": _branch_of(schema.holds, schema.holds.c.key),
    "booking_key": _branch_of(schema.bookings, schema.bookings.c.key),
    "seat_standby_key": _branch_of(schema.seat_standbys, schema.seat_standbys.c.key),
    "key": _branch_of(schema.tickets, schema.tickets.c.key),
}


def branch_of(source: Reader | Tx, by: str, value: str) -> str | None:
    """Return the branch id of what this id or key names, or None."""
    rows = source.run(_BY[by], id=value)
    return str(rows[0][0]) if rows else None

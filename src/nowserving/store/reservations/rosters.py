"""Rosters, special days and absences as rows."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import insert, select, update

from nowserving.domain.calendar.hours import hours_to, intervals_from, intervals_to
from nowserving.domain.reservations.roster import Absence, Roster, SpecialDay
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import absences, rosters, special_days
from nowserving.store.tickets.places import parsed_hours

Source = Reader | Tx


def roster(source: Source, desk_id: str) -> Roster | None:
    """Return what is set for a desk, or None where nothing is."""
    row = source.execute(select(rosters).where(rosters.c.desk_id == desk_id)).first()
    return _roster(row) if row else None


def rosters_of(source: Source, branch_id: str) -> list[Roster]:
    """Return the rosters of a branch."""
    query = select(rosters).where(rosters.c.branch_id == branch_id).order_by(rosters.c.desk_id)
    return [_roster(row) for row in source.execute(query)]


def put_roster(tx: Tx, value: Roster) -> None:
    """Write a desk's roster; its first one is inserted."""
    fields = {
        "owner_id": value.owner_id,
        "public_name": value.public_name,
        "hours": json.dumps(hours_to(value.hours)) if value.hours else None,
        "edited": value.edited,
    }
    if value.edited > 1:
        tx.execute(update(rosters).where(rosters.c.desk_id == value.desk_id).values(**fields))
    else:
        tx.execute(insert(rosters).values(desk_id=value.desk_id, branch_id=value.branch_id, **fields))


def special_day(source: Source, special_day_id: str) -> SpecialDay | None:
    """Return a special day or None."""
    row = source.execute(select(special_days).where(special_days.c.id == special_day_id)).first()
    return special_day_from(tuple(row)) if row else None


def special_days_of(source: Source, branch_id: str, from_date: str = "") -> list[SpecialDay]:
    """Return the special days of a branch and of its services from a date on, earliest first."""
    query = (
        select(special_days)
        .where(special_days.c.branch_id == branch_id, special_days.c.on_date >= from_date)
        .order_by(special_days.c.on_date, special_days.c.id)
    )
    return [special_day_from(tuple(row)) for row in source.execute(query)]


def special_day_on(source: Source, branch_id: str, service_id: str | None, on_date: str) -> SpecialDay | None:
    """Return what is special about a date for a branch (or for one service alone), or None."""
    query = select(special_days).where(
        special_days.c.branch_id == branch_id,
        special_days.c.service_id.is_(None)
        if service_id is None
        else special_days.c.service_id == service_id,
        special_days.c.on_date == on_date,
    )
    row = source.execute(query).first()
    return special_day_from(tuple(row)) if row else None


def special_day_from(row: tuple[Any, ...]) -> SpecialDay:
    """Return a row in the order of its table's columns as a special day."""
    values = dict(zip(special_days.c.keys(), row, strict=True))
    values["intervals"] = intervals_from(json.loads(values["intervals"]), "/intervals")
    values["walk_ins_only"] = bool(values["walk_ins_only"])
    return SpecialDay(**values)


def insert_special_day(tx: Tx, value: SpecialDay) -> None:
    """Insert a special day."""
    names = special_days.c.keys()
    fields = {name: getattr(value, name) for name in names}
    fields["intervals"] = json.dumps(intervals_to(value.intervals))
    fields["walk_ins_only"] = int(value.walk_ins_only)
    tx.execute(insert(special_days).values(**fields))


def absence(source: Source, absence_id: str) -> Absence | None:
    """Return an absence or None."""
    row = source.execute(select(absences).where(absences.c.id == absence_id)).first()
    return _absence(row) if row else None


def absences_of(source: Source, branch_id: str, after_us: int = 0) -> list[Absence]:
    """Return the absences of a branch that are not over at an instant, earliest first."""
    query = (
        select(absences)
        .where(absences.c.branch_id == branch_id, absences.c.to_at > after_us)
        .order_by(absences.c.from_at, absences.c.id)
    )
    return [_absence(row) for row in source.execute(query)]


def insert_absence(tx: Tx, value: Absence) -> None:
    """Insert an absence."""
    tx.execute(insert(absences).values({name: getattr(value, name) for name in absences.c.keys()}))  # noqa: SIM118


def _absence(row: Any) -> Absence:
    return Absence(**dict(zip(absences.c.keys(), tuple(row), strict=True)))


def _roster(row: Any) -> Roster:
    return Roster(
        desk_id=row.desk_id,
        branch_id=row.branch_id,
        owner_id=row.owner_id,
        public_name=row.public_name,
        hours=parsed_hours(row.hours) if row.hours else None,
        edited=row.edited,
    )

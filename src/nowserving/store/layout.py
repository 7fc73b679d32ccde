"""Reading what an admin has set up. A whole branch takes a fixed number of statements, whatever its size."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from nowserving.domain.calendar.hours import Exceptional
from nowserving.domain.event import ORGANISATION
from nowserving.domain.layout.branch import Branch, Closure, Department, Desk, DeskState, Organisation, Queue
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets.places import calendar_of, parsed_hours, parsed_rules

Source = Reader | Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A branch with everything that stands in it, in the order people see."""

    branch: Branch
    departments: tuple[Department, ...]
    queues: tuple[Queue, ...]
    desks: tuple[Desk, ...]
    closures: tuple[Closure, ...]
    calendar: tuple[Exceptional, ...] = ()
    """The dates on which it is open otherwise than in other weeks: closures and special days."""

    @property
    def counters(self) -> tuple[Queue, ...]:
        """The queues of its doors and desks: all but the lobbies of shows, which have pages of their own."""
        return tuple(queue for queue in self.queues if not queue.is_lobby)


def organisation(source: Source) -> Organisation:
    """Return the house itself."""
    table = schema.organisations
    row = source.execute(select(table).where(table.c.id == ORGANISATION)).one()
    return Organisation(
        id=row.id,
        name=row.name,
        accent=row.accent,
        languages=tuple(row.languages.split()),
        version=row.version,
    )


def branches(source: Source, ids: frozenset[str] | None = None, *, archived: bool = False) -> list[Branch]:
    """Return the branches with these ids (None: all), by name; archived ones only when asked for."""
    query = select(schema.branches).order_by(schema.branches.c.name, schema.branches.c.id)
    if ids is not None:
        query = query.where(schema.branches.c.id.in_(sorted(ids)))
    if not archived:
        query = query.where(schema.branches.c.archived_at.is_(None))
    return [_branch(row) for row in source.execute(query)]


def branch(source: Source, branch_id: str) -> Branch | None:
    """Return a branch, archived or not, or None."""
    row = source.execute(select(schema.branches).where(schema.branches.c.id == branch_id)).first()
    return _branch(row) if row else None


def departments(source: Source, branch_id: str, *, archived: bool = False) -> list[Department]:
    """Return the departments of a branch in their order."""
    found = source.execute(_of_branch(schema.departments, branch_id, archived=archived))
    return [_department(row) for row in found]


def department(source: Source, department_id: str) -> Department | None:
    """Return a department, archived or not, or None."""
    table = schema.departments
    row = source.execute(select(table).where(table.c.id == department_id)).first()
    return _department(row) if row else None


def counters(source: Source, branch_id: str) -> list[Queue]:
    """Return the queues of a branch in their order that are joined at its doors and served at its desks."""
    return [queue for queue in queues(source, branch_id) if not queue.is_lobby]


def queues(source: Source, branch_id: str, *, archived: bool = False) -> list[Queue]:
    """Return the queues of a branch in their order."""
    return [_queue(row) for row in source.execute(_of_branch(schema.queues, branch_id, archived=archived))]


def queue(source: Source, queue_id: str) -> Queue | None:
    """Return a queue, archived or not, or None."""
    row = source.execute(select(schema.queues).where(schema.queues.c.id == queue_id)).first()
    return _queue(row) if row else None


def desks(source: Source, branch_id: str, *, archived: bool = False) -> list[Desk]:
    """Return the desks of a branch in their order, each with the queues it serves."""
    found = source.execute(_of_branch(schema.desks, branch_id, archived=archived)).all()
    served = _served(source, schema.desks.c.branch_id == branch_id)
    return [_desk(row, served[row.id]) for row in found]


def desk(source: Source, desk_id: str) -> Desk | None:
    """Return a desk, archived or not, or None."""
    row = source.execute(select(schema.desks).where(schema.desks.c.id == desk_id)).first()
    return _desk(row, _served(source, schema.desks.c.id == desk_id)[desk_id]) if row else None


def told_by_pause(source: Source, desk_id: str) -> list[str]:
    """Return the ids of live queues that were told something at the instant at which a desk changed last."""
    desks_, serves, queues_ = schema.desks, schema.desk_queues, schema.queues
    told = (
        select(queues_.c.id)
        .join(serves, serves.c.queue_id == queues_.c.id)
        .join(desks_, desks_.c.id == serves.c.desk_id)
        .where(
            desks_.c.id == desk_id, queues_.c.told_at == desks_.c.since_at, queues_.c.archived_at.is_(None)
        )
    )
    return list(source.execute(told).scalars())


def closures(source: Source, branch_id: str) -> list[Closure]:
    """Return the closures of a branch, earliest first."""
    table = schema.closures
    query = select(table).where(table.c.branch_id == branch_id).order_by(table.c.starts_on, table.c.id)
    return [_closure(row) for row in source.execute(query)]


def closure(source: Source, closure_id: str) -> Closure | None:
    """Return a closure or None."""
    row = source.execute(select(schema.closures).where(schema.closures.c.id == closure_id)).first()
    return _closure(row) if row else None


def layout(source: Source, branch_id: str, *, archived: bool = False) -> Layout | None:
    """Return a whole branch, or None when there is no such one. Seven statements, whatever its size."""
    found = branch(source, branch_id)
    if found is None:
        return None
    return Layout(
        branch=found,
        departments=tuple(departments(source, branch_id, archived=archived)),
        queues=tuple(queues(source, branch_id, archived=archived)),
        desks=tuple(desks(source, branch_id, archived=archived)),
        closures=tuple(closures(source, branch_id)),
        calendar=calendar_of(source, branch_id),
    )


def _of_branch(table: Any, branch_id: str, *, archived: bool) -> Select[Any]:
    query = select(table).where(table.c.branch_id == branch_id).order_by(table.c.place, table.c.id)
    return query if archived else query.where(table.c.archived_at.is_(None))


def _served(source: Source, which: ColumnElement[bool]) -> defaultdict[str, list[str]]:
    """Return the live queues of desks, by desk, in serving order."""
    serves, desks_, queues_ = schema.desk_queues, schema.desks, schema.queues
    query = (
        select(serves.c.desk_id, serves.c.queue_id)
        .join(desks_, desks_.c.id == serves.c.desk_id)
        .join(queues_, queues_.c.id == serves.c.queue_id)
        .where(which, queues_.c.archived_at.is_(None))
        .order_by(serves.c.place)
    )
    served: defaultdict[str, list[str]] = defaultdict(list)
    for row in source.execute(query):
        served[row.desk_id].append(row.queue_id)
    return served


def _branch(row: Any) -> Branch:
    return Branch(
        id=row.id,
        name=row.name,
        label=row.label,
        time_zone=row.time_zone,
        hours=parsed_hours(row.hours),
        screens=json.loads(row.screens),
        location=json.loads(row.location) if row.location else None,
        version=row.version,
        edited=row.edited,
        archived_at=row.archived_at,
    )


def _department(row: Any) -> Department:
    return Department(
        id=row.id,
        branch_id=row.branch_id,
        name=row.name,
        place=row.place,
        edited=row.edited,
        archived_at=row.archived_at,
    )


def _queue(row: Any) -> Queue:
    return Queue(
        id=row.id,
        branch_id=row.branch_id,
        department_id=row.department_id,
        name=row.name,
        prefix=row.prefix,
        icon=row.icon,
        place=row.place,
        rules=parsed_rules(row.rules),
        paused_at=row.paused_at,
        waiting=row.waiting,
        late_s=row.late_s,
        edited=row.edited,
        archived_at=row.archived_at,
        told=row.told,
        told_at=row.told_at,
    )


def _desk(row: Any, queue_ids: list[str]) -> Desk:
    return Desk(
        id=row.id,
        branch_id=row.branch_id,
        department_id=row.department_id,
        name=row.name,
        place=row.place,
        state=DeskState(row.state),
        agent_id=row.agent_id,
        since_at=row.since_at,
        edited=row.edited,
        archived_at=row.archived_at,
        queue_ids=tuple(queue_ids),
    )


def _closure(row: Any) -> Closure:
    return Closure(
        id=row.id, branch_id=row.branch_id, starts_on=row.starts_on, ends_on=row.ends_on, reason=row.reason
    )

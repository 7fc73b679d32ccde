"""The configuration that ticket verbs need, read under the lock: one row each, parsed once per text."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from nowserving.domain.calendar.hours import (
    Closure,
    DayHours,
    Exceptional,
    Hours,
    Interval,
    hours_from,
    intervals_from,
)
from nowserving.domain.layout.branch import DeskState
from nowserving.domain.tickets.rules import QueueRules, rules_from
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement, listed, one_of
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import branches, closures, desk_queues, desks, queues, special_days

_QUEUE = Statement(
    select(
        queues.c.id,
        queues.c.name,
        queues.c.prefix,
        queues.c.rules,
        queues.c.paused_at,
        func.coalesce(queues.c.archived_at, branches.c.archived_at),
        branches.c.id,
        branches.c.time_zone,
        branches.c.hours,
        queues.c.admit_at,
    )
    .join(branches, branches.c.id == queues.c.branch_id)
    .where(queues.c.id == bindparam("queue_id"))
)
# One statement for both: every join of a group may have to ask. A special day on which walk-ins only are
# welcome, without hours of its own, is a day as any other here.
_CALENDAR = Statement(
    union_all(
        select(
            closures.c.id,
            closures.c.starts_on,
            closures.c.ends_on,
            closures.c.reason,
            literal_column("''").label("intervals"),
        ).where(closures.c.branch_id == bindparam("branch_id")),
        select(
            special_days.c.id,
            special_days.c.on_date,
            special_days.c.on_date,
            special_days.c.reason,
            special_days.c.intervals,
        ).where(
            special_days.c.branch_id == bindparam("branch_id"),
            special_days.c.service_id.is_(None),
            or_(
                special_days.c.walk_ins_only == literal_column("0"),
                special_days.c.intervals != literal_column("'[]'"),
            ),
        ),
    )
)


def _desk(wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(desks.c.id, desks.c.name, desks.c.state, desks.c.agent_id, queues.c.id)
        .join(branches, branches.c.id == desks.c.branch_id)
        .join(desk_queues, desk_queues.c.desk_id == desks.c.id, isouter=True)
        .join(
            queues, and_(queues.c.id == desk_queues.c.queue_id, queues.c.archived_at.is_(None)), isouter=True
        )
        .where(wanted, desks.c.archived_at.is_(None), branches.c.archived_at.is_(None))
        .order_by(desks.c.id, desk_queues.c.place)
    )


# One row for each queue of a desk, or one without a queue.
_DESKS = Statement(one_of(desks.c.id, _desk))
_SET_DESK = Statement(
    update(desks)
    .where(desks.c.id == bindparam("desk_id"))
    .values(state=bindparam("state"), agent_id=bindparam("agent_id"), since_at=bindparam("since_at"))
)
_CLOCK = Statement(
    select(branches.c.time_zone, branches.c.hours).where(branches.c.id == bindparam("branch_id"))
)


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """A queue with what its branch says about time."""

    id: str
    name: str
    prefix: str
    rules: QueueRules
    paused: bool
    archived: bool
    branch_id: str
    time_zone: str
    hours: Hours
    closures: tuple[Exceptional, ...]
    admit_at: int | None = None
    """Until when the rate of admission lets nobody in; None: it keeps nobody out."""


@dataclass(frozen=True, slots=True)
class DeskPlace:
    """A desk, who works there and what it serves, in serving order."""

    id: str
    name: str
    state: DeskState
    agent_id: str | None
    queue_ids: tuple[str, ...]


# The text itself is the cache's key, so an edited rule is a new key and nothing can be out of date.
@lru_cache(maxsize=1024)
def parsed_rules(text: str) -> QueueRules:
    """Return stored rules as a value."""
    return rules_from(json.loads(text))


@lru_cache(maxsize=256)
def parsed_hours(text: str) -> Hours:
    """Return stored opening hours as a value."""
    return hours_from(json.loads(text))


def queue_place(source: Tx | Reader, queue_id: str) -> QueuePlace | None:
    """Return a queue, archived or not, or None."""
    return source.kept(_queue, queue_id)


def known_queue(source: Tx | Reader, queue_id: str) -> QueuePlace:
    """Return the queue that a ticket names, archived or not; it is there, for the row refers to it."""
    found = source.kept(_queue, queue_id)
    if found is None:
        raise LookupError(queue_id)
    return found


def _queue(source: Tx | Reader, queue_id: str) -> QueuePlace | None:
    found = source.run(_QUEUE, queue_id=queue_id)
    if not found:
        return None
    key, name, prefix, rules, paused_at, archived_at, branch_id, zone, hours, admit_at = found[0]
    return QueuePlace(
        key,
        name,
        prefix,
        parsed_rules(rules),
        paused_at is not None,
        archived_at is not None,
        branch_id,
        zone,
        parsed_hours(hours),
        calendar_of(source, branch_id),
        admit_at,
    )


@lru_cache(maxsize=4096)
def _parsed_intervals(text: str) -> tuple[Interval, ...]:
    return intervals_from(json.loads(text), "/intervals")


def calendar_of(source: Tx | Reader, branch_id: str) -> tuple[Exceptional, ...]:
    """Return the dates on which a branch is open otherwise than in other weeks: closures and special days.

    Joining, the kiosk and the end of a day all ask here, so that none of them is open while another is not.
    """
    return tuple(
        DayHours(first, _parsed_intervals(intervals), reason)
        if intervals
        else Closure(id=key, branch_id=branch_id, starts_on=first, ends_on=last, reason=reason)
        for key, first, last, reason, intervals in source.run(_CALENDAR, branch_id=branch_id)
    )


def desk_place(source: Tx | Reader, desk_id: str) -> DeskPlace | None:
    """Return a desk that is not archived, nor its branch, or None."""
    return source.kept(_desk_places, source.named("desk_id", desk_id)).get(desk_id)


def _desk_places(source: Tx | Reader, desk_ids: tuple[str, ...]) -> dict[str, DeskPlace]:
    """Return these desks by id: those that a group of calls names are read at once."""
    found: dict[str, DeskPlace] = {}
    for key, name, state, agent_id, queue_id in source.run(_DESKS, **listed(desk_ids)):
        desk = found.get(key) or DeskPlace(key, name, DeskState(state), agent_id, ())
        found[key] = desk if queue_id is None else replace(desk, queue_ids=(*desk.queue_ids, queue_id))
    return found


def set_desk(tx: Tx, desk_id: str, state: DeskState, agent_id: str | None) -> None:
    """Write who works at a desk, and whether, from now on."""
    tx.change(_SET_DESK, desk_id=desk_id, state=state.value, agent_id=agent_id, since_at=tx.now)


def opening_of(source: Tx | Reader, branch_id: str) -> tuple[Hours, ZoneInfo, tuple[Exceptional, ...]]:
    """Return the weekly hours, time zone, closures and special days of a branch that is there."""
    zone, hours = source.run(_CLOCK, branch_id=branch_id)[0]
    return parsed_hours(hours), ZoneInfo(zone), calendar_of(source, branch_id)

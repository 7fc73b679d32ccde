"""Reading the event table: for undo, for the relay that missed some, and for the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from nowserving.domain.event import Event
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import branches, events, organisations

_CHUNK = 50

COLUMNS = (
    events.c.scope_id,
    events.c.version,
    events.c.at,
    events.c.verb,
    events.c.actor,
    events.c.ticket_id,
    events.c.queue_id,
    events.c.desk_id,
    events.c.data,
)
_AFTER = Statement(
    select(*COLUMNS)
    .where(events.c.scope_id == bindparam("scope_id"), events.c.version > bindparam("version"))
    .order_by(events.c.version)
    .limit(bindparam("most"))
)
_LAST_AT_DESK = Statement(
    select(*COLUMNS)
    .where(
        events.c.scope_id == bindparam("scope_id"),
        events.c.at >= bindparam("since"),
        events.c.ticket_id.is_not(None),
        events.c.desk_id == bindparam("desk_id"),
    )
    # By time first, as the index is: a minute is all it may look through.
    .order_by(events.c.at.desc(), events.c.version.desc())
    .limit(1)
)
_LAST_OF_STAND = Statement(
    select(*COLUMNS)
    .where(
        events.c.scope_id == bindparam("scope_id"),
        events.c.at >= bindparam("since"),
        events.c.ticket_id.is_not(None),
        events.c.queue_id == bindparam("queue_id"),
        events.c.desk_id.is_(None),
        or_(
            events.c.actor.startswith("staff:"),
            # A website that lets guests join works for the guests: it must not take an undo away.
            and_(events.c.actor.startswith("key:"), events.c.verb != "ticket.joined"),
        ),
    )
    .order_by(events.c.at.desc(), events.c.version.desc())
    .limit(1)
)
_OF_TICKET = Statement(
    select(*COLUMNS)
    .where(events.c.ticket_id == bindparam("ticket_id"))
    .order_by(events.c.version.desc())
    .limit(1)
)
_FIRST_OF_TICKET = Statement(
    select(*COLUMNS).where(events.c.ticket_id == bindparam("ticket_id")).order_by(events.c.version).limit(1)
)
_AT = Statement(
    select(*COLUMNS).where(
        events.c.scope_id == bindparam("scope_id"), events.c.version == bindparam("version")
    )
)
_LATE_SINCE = Statement(
    select(events.c.version)
    .where(
        events.c.scope_id == bindparam("scope_id"),
        events.c.at >= bindparam("since"),
        events.c.queue_id == bindparam("queue_id"),
        events.c.verb == "queue.late",
    )
    .limit(1)
)
_VERSIONS = Statement(select(branches.c.id, branches.c.version).where(branches.c.archived_at.is_(None)))
_ORGANISATION = Statement(select(organisations.c.id, organisations.c.version))


def event_from(row: tuple[Any, ...]) -> Event:
    """Return a row in the order of COLUMNS as an event."""
    scope_id, version, at, verb, actor, ticket_id, queue_id, desk_id, data = row
    return Event(scope_id, version, at, verb, actor, ticket_id, queue_id, desk_id, json.loads(data))


def events_after(reader: Reader, scope_id: str, version: int, most: int) -> list[Event]:
    """Return up to `most` events of a scope behind a version, in order."""
    found = reader.run(_AFTER, scope_id=scope_id, version=version, most=most)
    return [event_from(row) for row in found]


def event_at(source: Reader | Tx, scope_id: str, version: int) -> Event | None:
    """Return the event that gave a scope this version, or None."""
    found = source.run(_AT, scope_id=scope_id, version=version)
    return event_from(found[0]) if found else None


def said_late_since(tx: Tx, queue_id: str, since: int) -> bool:
    """Tell whether somebody said since an instant that a queue runs late."""
    return bool(tx.run(_LATE_SINCE, scope_id=tx.scope_id, queue_id=queue_id, since=since))


def last_of_ticket(tx: Tx, ticket_id: int) -> Event | None:
    """Return the latest event of a ticket, or None."""
    found = tx.run(_OF_TICKET, ticket_id=ticket_id)
    return event_from(found[0]) if found else None


def first_of_ticket(tx: Tx, ticket_id: int) -> Event:
    """Return the event with which a ticket began. Each has one: ticket and event are one act."""
    return event_from(tx.run(_FIRST_OF_TICKET, ticket_id=ticket_id)[0])


def last_act_at(tx: Tx, desk_id: str, since: int) -> list[Event]:
    """Return the ticket events of the latest act at a desk since an instant, in order, or none.

    An act is everything one action did; its later events name the version of its first one.
    """
    return _act_with(tx, tx.run(_LAST_AT_DESK, scope_id=tx.scope_id, desk_id=desk_id, since=since))


def last_act_of_stand(tx: Tx, queue_id: str, since: int) -> list[Event]:
    """Return the ticket events of what staff did last in a queue, at no desk, since an instant, or none."""
    return _act_with(tx, tx.run(_LAST_OF_STAND, scope_id=tx.scope_id, queue_id=queue_id, since=since))


def _act_with(tx: Tx, found: list[tuple[Any, ...]]) -> list[Event]:
    if not found:
        return []
    first = _act_of(event_from(found[0]))
    since_then = (event for event in _from(tx, first) if event.ticket_id is not None)
    return list(takewhile(lambda event: _act_of(event) == first, since_then))


def _act_of(event: Event) -> int:
    act: int = event.data.get("act", event.version)
    return act


def _from(tx: Tx, version: int) -> Iterator[Event]:
    """Yield the events of the branch from a version on, read only as far as somebody looks."""
    before = version - 1
    while found := tx.run(_AFTER, scope_id=tx.scope_id, version=before, most=_CHUNK):
        yield from map(event_from, found)
        before += len(found)


def scope_versions(reader: Reader) -> dict[str, int]:
    """Return the present version of the organisation and of every branch that is not archived."""
    return dict(reader.run(_VERSIONS) + reader.run(_ORGANISATION))

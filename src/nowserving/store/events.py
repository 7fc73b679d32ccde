"""Reading the event table: for undo, for the relay that missed some, and for the log."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select

from nowserving.domain.event import Event
from nowserving.store.reader import Reader
from nowserving.store.schema import branches, events, organisations
from nowserving.store.statement import Statement
from nowserving.store.tx import Tx

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
_RECENT = Statement(
    select(*COLUMNS)
    .where(events.c.scope_id == bindparam("scope_id"), events.c.at >= bindparam("since"))
    .order_by(events.c.version.desc())
)
_OF_TICKET = Statement(
    select(*COLUMNS)
    .where(events.c.ticket_id == bindparam("ticket_id"))
    .order_by(events.c.version.desc())
    .limit(1)
)
_VERSIONS = Statement(select(branches.c.id, branches.c.version))
_ORGANISATION = Statement(select(organisations.c.id, organisations.c.version))


def event_from(row: tuple[Any, ...]) -> Event:
    """Return a row in the order of COLUMNS as an event."""
    scope_id, version, at, verb, actor, ticket_id, queue_id, desk_id, data = row
    return Event(scope_id, version, at, verb, actor, ticket_id, queue_id, desk_id, json.loads(data))


def events_after(reader: Reader, scope_id: str, version: int, most: int) -> list[Event]:
    """Return up to `most` events of a scope behind a version, in order."""
    found = reader.run(_AFTER, scope_id=scope_id, version=version, most=most)
    return [event_from(row) for row in found]


def last_of_ticket(tx: Tx, ticket_id: int) -> Event | None:
    """Return the latest event of a ticket, or None."""
    found = tx.run(_OF_TICKET, ticket_id=ticket_id)
    return event_from(found[0]) if found else None


def last_act_at(tx: Tx, desk_id: str, since: int) -> list[Event]:
    """Return the events of the latest act at a desk since an instant, in order; none if there was none.

    An act is everything one action did. Its later events name the version of its first one.
    """
    recent = [event_from(row) for row in tx.run(_RECENT, scope_id=tx.scope_id, since=since)]
    last = next((event for event in recent if event.desk_id == desk_id and _is_of_ticket(event)), None)
    if last is None:
        return []
    first = last.data.get("act", last.version)
    act = [e for e in recent if _is_of_ticket(e) and e.data.get("act", e.version) == first]
    return sorted(act, key=lambda event: event.version)


def _is_of_ticket(event: Event) -> bool:
    return event.ticket_id is not None


def scope_versions(reader: Reader) -> dict[str, int]:
    """Return the present version of every branch and of the organisation."""
    return dict(reader.run(_VERSIONS) + reader.run(_ORGANISATION))

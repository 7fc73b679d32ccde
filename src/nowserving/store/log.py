"""The event log, newest first, in pages. A page costs the same whatever the length of the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from nowserving.domain.event import Event
from nowserving.store.engine.reader import Reader
from nowserving.store.events import COLUMNS, event_from
from nowserving.store.schema import events
from nowserving.store.tickets.names import names_in

# How many events one filtered page looks through. What a filter leaves out would otherwise cost a
# walk through the whole history; the cursor leads on to the rest.
WINDOW = 20_000

_COLUMN = {
    "ticket_id": events.c.ticket_id,
    "queue_id": events.c.queue_id,
    "desk_id": events.c.desk_id,
    "actor": events.c.actor,
}


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some events, newest first, the version to ask for those before them (None: no more).

    `names` are of all that they speak of, by "desk:<id>", "staff:<id>" and so on.
    """

    events: Sequence[Event]
    before: int | None
    names: Mapping[str, str]


def log_page(
    reader: Reader,
    scope_id: str,
    *,
    before: int | None = None,
    most: int = 50,
    ticket_id: int | None = None,
    queue_id: str | None = None,
    desk_id: str | None = None,
    actor: str | None = None,
) -> LogPage:
    """Return up to `most` events of a branch (or of the organisation) older than version `before`."""
    wanted = {"ticket_id": ticket_id, "queue_id": queue_id, "desk_id": desk_id, "actor": actor}
    filters = {name: value for name, value in wanted.items() if value is not None}
    query = select(*COLUMNS).where(events.c.scope_id == scope_id).order_by(events.c.version.desc())
    top = before or _beyond(reader, scope_id)
    # Tickets have an index of their own, so their filter needs no window.
    bottom = top - WINDOW if filters and ticket_id is None else 0
    query = query.where(events.c.version < top, events.c.version >= bottom)
    for name, value in filters.items():
        query = query.where(_COLUMN[name] == value)
    return _page(reader, query, most, bottom)


def _page(reader: Reader, query: Select[tuple[object, ...]], most: int, bottom: int) -> LogPage:
    rows = reader.execute(query.limit(most + 1)).all()
    found = [event_from(tuple(row)) for row in rows[:most]]
    names = names_in(reader, found)
    if len(rows) > most:
        return LogPage(found, found[-1].version, names)
    return LogPage(found, bottom if bottom > 1 else None, names)


def _beyond(reader: Reader, scope_id: str) -> int:
    latest = select(func.max(events.c.version)).where(events.c.scope_id == scope_id)
    return int(reader.execute(latest).scalar() or 0) + 1

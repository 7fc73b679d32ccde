"""What the log calls people and things: the names behind the ids that some events mention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Table, literal, select, union_all

from nowserving.domain.event import Event
from nowserving.store import schema
from nowserving.store.engine.reader import Reader

_TABLES: dict[str, Table] = {
    "staff": schema.staff,
    "key": schema.api_keys,
    "device": schema.devices,
    "branch": schema.branches,
    "queue": schema.queues,
    "desk": schema.desks,
}


def names_in(reader: Reader, events: Iterable[Event]) -> dict[str, str]:
    """Return the names of everybody and everything in some events, as "desk:<id>"; one statement."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for event in events:
        for kind, id in _mentioned(event):
            wanted[kind].add(id)
    parts = [
        select(literal(kind).label("kind"), table.c.id, table.c.name).where(table.c.id.in_(wanted[kind]))
        for kind, table in _TABLES.items()
        if wanted[kind]
    ]
    if not parts:
        return {}
    return {f"{row.kind}:{row.id}": row.name for row in reader.execute(union_all(*parts))}


def _mentioned(event: Event) -> Iterator[tuple[str, str]]:
    """Yield kind and id of all that an event speaks of."""
    for actor in (event.actor, event.data.get("agent_id")):
        kind, colon, id = (actor or "").partition(":")
        if colon:
            yield kind, id
    of_it = {"queue_id": event.queue_id, "desk_id": event.desk_id, "branch_id": event.scope_id}
    places: tuple[Mapping[str, Any], ...] = (of_it, event.data, event.data.get("before") or {})
    for ids in places:
        for kind in ("branch", "queue", "desk", "staff", "device"):
            if id := ids.get(f"{kind}_id"):
                yield kind, id

"""One branch as it is now, read in one snapshot: what the lines in memory are built from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, literal_column, or_, select

from nowserving.domain.event import Event
from nowserving.domain.instants import HOUR_US
from nowserving.domain.reservations.promises import Outlook
from nowserving.domain.tickets.pace import Ended, ended_from
from nowserving.domain.tickets.ticket import Ticket
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.events import COLUMNS, event_from
from nowserving.store.layout import Layout, layout
from nowserving.store.reservations.outlook import outlook
from nowserving.store.schema import branches, events, tickets
from nowserving.store.tickets.tickets import open_tickets, plain_waiting, ticket_from

T = TypeVar("T")

# What tells a room that a ticket is called.
ANNOUNCING = ("ticket.called", "ticket.taken", "ticket.recalled")
_RECENTLY_ENDED = 500
MISSED_KEPT_US = HOUR_US
_TICKET_COLUMNS = tuple(tickets.c[field.name] for field in fields(Ticket))
_VERSION = Statement(select(branches.c.version).where(branches.c.id == bindparam("branch_id")))
_BRANCHES = Statement(select(branches.c.id).where(branches.c.archived_at.is_(None)).order_by(branches.c.id))
_ENDED = Statement(
    select(
        tickets.c.queue_id,
        tickets.c.id,
        tickets.c.state,
        tickets.c.called_at,
        tickets.c.ended_at,
        tickets.c.party_size,
    )
    .where(tickets.c.branch_id == bindparam("branch_id"), tickets.c.ended_at.is_not(None))
    .order_by(tickets.c.ended_at.desc())
    .limit(_RECENTLY_ENDED)
)
_RECENT = Statement(
    select(*COLUMNS)
    .where(events.c.scope_id == bindparam("scope_id"))
    .order_by(events.c.version.desc())
    .limit(_RECENTLY_ENDED)
)
_MISSED = Statement(
    select(*_TICKET_COLUMNS)
    .where(
        tickets.c.branch_id == bindparam("branch_id"),
        tickets.c.ended_at > bindparam("since"),
        tickets.c.state == literal_column("'no_show'"),
    )
    .order_by(tickets.c.ended_at.desc())
    .limit(_RECENTLY_ENDED)
)
_ANNOUNCED = Statement(
    select(*COLUMNS)
    .join(tickets, tickets.c.id == events.c.ticket_id)
    .where(
        tickets.c.branch_id == bindparam("branch_id"),
        # As in the index of open calls: a desk has one ticket at most, so these are few.
        tickets.c.desk_id.is_not(None),
        tickets.c.state.in_([literal_column("'called'"), literal_column("'serving'")]),
        or_(*(events.c.verb == verb for verb in ANNOUNCING)),
    )
    .order_by(events.c.version)
)


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[T]):
    """A branch at one version: configuration, open tickets, recently ended ones and calls."""

    version: int
    layout: Layout
    tickets: Sequence[T]
    ended: Sequence[tuple[str, Ended]]
    """Queue and story of recently ended tickets, oldest first."""
    recent: Sequence[Event]
    """The latest events, oldest first: what was called and done a moment ago."""
    calls: Sequence[Event]
    """The events that announced the tickets which are at a desk now, however long ago that was."""
    missed: Sequence[T]
    """Who was called and did not come in the hour before the latest event."""
    outlook: Outlook
    """What was promised for the days after the latest event."""


def branch_ids(reader: Reader) -> list[str]:
    """Return the ids of all branches that are not archived."""
    return [row[0] for row in reader.run(_BRANCHES)]


def snapshot(
    reader: Reader,
    branch_id: str,
    kept: Callable[[Ticket], T],
    plain: Callable[[tuple[Any, ...]], T] | None = None,
) -> Snapshot[T] | None:
    """Return a branch as it is now, or None. A fixed number of statements, whatever its history.

    Of each open ticket only what `kept` returns is held: a million whole ones would fill the memory. And
    where `plain` is given, those who have only joined and waited are handed to it as they come
    (`plain_waiting`): to read a million whole ones would take half a minute.
    """
    found = layout(reader, branch_id)
    if found is None:
        return None
    version = int(reader.run(_VERSION, branch_id=branch_id)[0][0])
    ended = [
        (queue_id, one)
        for queue_id, *story in reversed(reader.run(_ENDED, branch_id=branch_id))
        if (one := ended_from(*story)) is not None
    ]
    recent = [event_from(row) for row in reversed(reader.run(_RECENT, scope_id=branch_id))]
    if plain is None:
        open_now = [kept(ticket) for ticket in open_tickets(reader, branch_id)]
    else:
        open_now = [plain(row) for row in plain_waiting(reader, branch_id)]
        open_now += [kept(ticket) for ticket in open_tickets(reader, branch_id, but_plain=True)]
    calls = [event_from(row) for row in reader.run(_ANNOUNCED, branch_id=branch_id)]
    latest = recent[-1].at if recent else 0
    since = latest - MISSED_KEPT_US
    missed = [kept(ticket_from(row)) for row in reader.run(_MISSED, branch_id=branch_id, since=since)]
    promised = outlook(reader, branch_id, latest)
    return Snapshot(version, found, open_now, ended, recent, calls, missed, promised)


def personal_of(reader: Reader, ticket_ids: Collection[int]) -> dict[int, tuple[str | None, str | None]]:
    """Return name and note of tickets. Events never carry them, so that erasing the row's is enough."""
    query = select(tickets.c.id, tickets.c.name, tickets.c.note).where(tickets.c.id.in_(sorted(ticket_ids)))
    return {row.id: (row.name, row.note) for row in reader.execute(query)}

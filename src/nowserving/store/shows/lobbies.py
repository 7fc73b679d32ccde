"""Who is in a lobby, and when each of its places was last heard of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from nowserving.domain.tickets.ticket import Ticket
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import contacts, performances, presences, tickets
from nowserving.store.tickets.tickets import columns_of_tickets, ticket_from

Source = Tx | Reader

_WAITING = tickets.c.state == literal_column("'waiting'")
# No statement names more values than any database takes.
_AT_ONCE = 500


def _upsert(kind: Any) -> Any:
    insert = kind.insert(presences).values(
        ticket_id=bindparam("ticket_id"), queue_id=bindparam("queue_id"), seen_at=bindparam("seen_at")
    )
    later = insert.excluded.seen_at
    return insert.on_conflict_do_update(
        index_elements=[presences.c.ticket_id], set_={"seen_at": later}, where=presences.c.seen_at < later
    )


_PUT_DOWN = Statement({"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)})


def waiting(source: Source, queue_id: str) -> list[Ticket]:
    """Return everybody who waits in a lobby, by rank."""
    return _found(source, tickets.c.queue_id == queue_id, _WAITING)


def open_places(source: Source, queue_id: str) -> list[Ticket]:
    """Return every place of a lobby that has not ended, by rank."""
    return _found(source, tickets.c.queue_id == queue_id, tickets.c.ended_at.is_(None))


def places_with(source: Source, queue_id: str, email: str | None, phone: str | None) -> list[Ticket]:
    """Return the open places of a lobby whose guest left this address or this number."""
    same = [
        column == value for column, value in ((contacts.c.email, email), (contacts.c.phone, phone)) if value
    ]
    if not same:
        return []
    whose = select(contacts.c.ticket_id).where(or_(*same))
    return _found(
        source, tickets.c.queue_id == queue_id, tickets.c.ended_at.is_(None), tickets.c.id.in_(whose)
    )


def put_down(tx: Tx, heard: Mapping[int, tuple[str, int]]) -> None:
    """Write when places were last heard of: {ticket id: (queue, µs)}. An earlier instant changes nothing."""
    for ticket_id, (queue_id, at) in sorted(heard.items()):
        tx.change(_PUT_DOWN, ticket_id=ticket_id, queue_id=queue_id, seen_at=at)


def absent_among(source: Source, queue_id: str, ticket_ids: Collection[int]) -> list[Ticket]:
    """Return those of these places that were set aside as absent: they have a deadline."""
    ids = sorted(ticket_ids)
    found: list[Ticket] = []
    for start in range(0, len(ids), _AT_ONCE):
        found += _found(
            source,
            tickets.c.id.in_(ids[start : start + _AT_ONCE]),
            tickets.c.queue_id == queue_id,
            tickets.c.state == literal_column("'parked'"),
            tickets.c.deadline_at.is_not(None),
        )
    return found


def unheard_of(source: Source, queue_id: str, before: int, most: int) -> list[Ticket]:
    """Return up to `most` who wait in a lobby, joined from afar, and were last heard of by `before` (µs).

    Whoever can be written to is none of them: they were told that they may close the page.
    """
    last = func.coalesce(presences.c.seen_at, tickets.c.since_at)
    query = (
        select(*columns_of_tickets())
        .join(presences, presences.c.ticket_id == tickets.c.id, isouter=True)
        .where(
            tickets.c.queue_id == queue_id,
            _WAITING,
            tickets.c.joined_from.is_not(None),
            tickets.c.reach == 0,
            last <= before,
            # Who was brought back, by whomever, has a new beginning.
            tickets.c.since_at <= before,
        )
        .order_by(tickets.c.rank)
        .limit(most)
    )
    return [ticket_from(tuple(row)) for row in source.execute(query)]


def lobbies_open(source: Source) -> list[tuple[str, str]]:
    """Return (queue, branch) of every lobby that was opened and has not ended."""
    query = select(performances.c.queue_id, performances.c.branch_id).where(
        performances.c.opened_at.is_not(None),
        performances.c.ended_at.is_(None),
        performances.c.archived_at.is_(None),
    )
    found: list[tuple[str, str]] = [(one.queue_id, one.branch_id) for one in source.execute(query)]
    return found


def _found(source: Source, *which: ColumnElement[bool]) -> list[Ticket]:
    query = select(*columns_of_tickets()).where(and_(*which)).order_by(tickets.c.rank, tickets.c.id)
    return [ticket_from(tuple(row)) for row in source.execute(query)]


def drawn_keys(source: Source, queue_id: str, drawn_at: int) -> list[str]:
    """Return the keys of the places that were drawn in a lobby at an instant (µs): all that waited then."""
    query = select(tickets.c.key).where(
        tickets.c.number_queue_id == queue_id,
        tickets.c.joined_at < drawn_at,
        tickets.c.ended_at.is_(None) | (tickets.c.ended_at >= drawn_at),
    )
    return [row[0] for row in source.execute(query)]

"""Every statement that touches tickets, stays, numbers and the waiting counters, prepared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from operator import attrgetter
from sys import intern
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, not_, select
from sqlalchemy.dialects import postgresql, sqlite

from nowserving.domain.tickets import rank as rules_of_rank
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement, listed, one_of
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import numbers, queues, tickets
from nowserving.store.tickets.books import JOINED, OpenStay

_FIELDS = tuple(field.name for field in fields(Ticket))
_COLUMNS = tuple(tickets.c[name] for name in _FIELDS)

# Literals, not parameters: a partial index serves only a query whose plan can see the same literal.
_WAITING = tickets.c.state == literal_column("'waiting'")
_CALLED_OR_SERVING = tickets.c.state.in_([literal_column("'called'"), literal_column("'serving'")])

# Texts that are the same in many tickets.
_SHARED = tuple(
    _FIELDS.index(name)
    for name in "branch_id queue_id number_queue_id service_day priority language desk_id agent_id".split()
)

# Smaller than every rank.
BEFORE_ALL = -(1 << 62)

# No more of a line are read for the calls of one group.
_AT_ONCE = 32

_BY_KEY = Statement(select(*_COLUMNS).where(tickets.c.key == bindparam("key")))
_BY_ID = Statement(select(*_COLUMNS).where(tickets.c.id == bindparam("id")))
_AT_DESKS = Statement(
    one_of(tickets.c.desk_id, lambda wanted: select(*_COLUMNS).where(wanted, _CALLED_OR_SERVING))
)
_OPEN_FROM = Statement(
    select(*_COLUMNS)
    .where(
        # As in its index: one device has few open tickets, a queue may have a million.
        tickets.c.joined_from == bindparam("joined_from"),
        tickets.c.ended_at.is_(None),
        tickets.c.queue_id == bindparam("queue_id"),
    )
    .order_by(tickets.c.id)
    .limit(1)
)
_RANKS_FROM = Statement(
    select(tickets.c.rank)
    .where(tickets.c.queue_id == bindparam("queue_id"), _WAITING, tickets.c.rank >= bindparam("rank"))
    .order_by(tickets.c.rank)
    .limit(bindparam("most"))
)
_BEYOND = Statement(
    select(func.count())
    .select_from(tickets)
    .where(tickets.c.queue_id == bindparam("queue_id"), _WAITING, tickets.c.rank > bindparam("rank"))
)
_FIRST_RANK = Statement(
    select(func.min(tickets.c.rank)).where(tickets.c.queue_id == bindparam("queue_id"), _WAITING)
)
_LAST_RANK = (
    select(func.max(tickets.c.rank)).where(tickets.c.queue_id == queues.c.id, _WAITING).scalar_subquery()
)
_END = Statement(select(queues.c.waiting, _LAST_RANK).where(queues.c.id == bindparam("queue_id")))
_RANKS_AT = Statement(
    select(tickets.c.rank)
    .where(tickets.c.queue_id == bindparam("queue_id"), _WAITING)
    .order_by(tickets.c.rank)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_WAITING_OF = Statement(select(queues.c.waiting).where(queues.c.id == bindparam("queue_id")))
_NUMBER = Statement(
    {
        name: kind.insert(numbers)
        .values(queue_id=bindparam("queue_id"), service_day=bindparam("service_day"), last=1)
        .on_conflict_do_update(
            index_elements=[numbers.c.queue_id, numbers.c.service_day],
            set_={"last": numbers.c.last + 1},
        )
        .returning(numbers.c.last)
        for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)
_INSIDE = Statement(
    select(tickets.c.party_size).where(tickets.c.queue_id == bindparam("queue_id"), _CALLED_OR_SERVING)
)
_HOW_MANY_INSIDE = Statement(
    select(func.count())
    .select_from(tickets)
    .where(tickets.c.queue_id == bindparam("queue_id"), _CALLED_OR_SERVING)
)
_WAITING_AFTER = Statement(
    select(*_COLUMNS)
    .where(tickets.c.queue_id == bindparam("queue_id"), _WAITING, tickets.c.rank > bindparam("rank"))
    .order_by(tickets.c.rank)
    .limit(bindparam("most"))
)
_OVERDUE = Statement(
    select(*_COLUMNS)
    .where(
        tickets.c.deadline_at.is_not(None),
        tickets.c.deadline_at <= bindparam("now"),
        # Not the bare column: SQLite would read the whole history of the branch by its index.
        (tickets.c.branch_id + literal_column("''")) == bindparam("branch_id"),
    )
    .order_by(tickets.c.deadline_at, tickets.c.id)
    .limit(bindparam("most"))
)
_OVERDUE_BRANCHES = Statement(
    select(tickets.c.branch_id)
    .where(tickets.c.deadline_at.is_not(None), tickets.c.deadline_at <= bindparam("now"))
    .distinct()
)
_OPEN = Statement(
    select(*_COLUMNS).where(tickets.c.branch_id == bindparam("branch_id"), tickets.c.ended_at.is_(None))
)

_OPEN_IN_BRANCH = and_(tickets.c.branch_id == bindparam("branch_id"), tickets.c.ended_at.is_(None))
# Of somebody who has only joined and waited, the rest can be told from these.
_ONLY_WAITED = and_(
    _WAITING,
    tickets.c.rank == tickets.c.joined_at,
    tickets.c.since_at == tickets.c.joined_at,
    tickets.c.priority == literal_column("''"),
    tickets.c.calls == literal_column("0"),
    tickets.c.passed == literal_column("0"),
    *(
        tickets.c[name].is_(None)
        for name in "name note agent_id called_at deadline_at coming_at overstayed_at rejoin_until_at".split()
    ),
)
_PLAIN = Statement(
    select(
        *(
            tickets.c[name]
            for name in (
                "id branch_id queue_id key code number rank party_size quoted_low_s quoted_high_s".split()
            )
        )
    ).where(_OPEN_IN_BRANCH, _ONLY_WAITED)
)
_NOT_PLAIN = Statement(select(*_COLUMNS).where(_OPEN_IN_BRANCH, not_(_ONLY_WAITED)))


def columns_of_tickets() -> tuple[Any, ...]:
    """Return the columns that `ticket_from` reads, for a statement of one's own."""
    return _COLUMNS


def ticket_from(row: tuple[Any, ...]) -> Ticket:
    """Return a row in the order of `_COLUMNS` as a ticket."""
    values = dict(zip(_FIELDS, row, strict=True))
    values["state"] = State(values["state"])
    return Ticket(**values)


def ticket_by_key(source: Tx | Reader, key: str) -> Ticket | None:
    """Return the ticket that this key opens, or None."""
    return _one(source.run(_BY_KEY, key=key))


def ticket_by_id(source: Tx | Reader, ticket_id: int) -> Ticket | None:
    """Return the ticket with this id, or None."""
    return _one(source.run(_BY_ID, id=ticket_id))


def first_waiting(tx: Tx, queue_id: str) -> Ticket | None:
    """Return the waiting ticket with the smallest rank, or None."""
    # As many as there are actions that may each call one.
    return tx.floor.first(queue_id, lambda: waiting_after(tx, queue_id, BEFORE_ALL, min(tx.size, _AT_ONCE)))


def open_at_desk(tx: Tx, desk_id: str) -> Ticket | None:
    """Return the ticket that is called to or served at a desk, or None; the schema allows one."""
    asked = tx.named("desk_id", desk_id)
    return tx.floor.at_desk(desk_id, lambda: _at_desks(tx, asked), asked)


def _at_desks(tx: Tx, desk_ids: tuple[str, ...]) -> dict[str, Ticket]:
    found = map(ticket_from, tx.run(_AT_DESKS, **listed(desk_ids)))
    return {ticket.desk_id: ticket for ticket in found if ticket.desk_id is not None}


def open_from(source: Tx | Reader, queue_id: str, joined_from: str) -> Ticket | None:
    """Return the open ticket of a queue that a device joined with, by the device's hash, or None."""
    return _one(source.run(_OPEN_FROM, queue_id=queue_id, joined_from=joined_from))


def _one(rows: list[tuple[Any, ...]]) -> Ticket | None:
    return ticket_from(rows[0]) if rows else None


def next_number(tx: Tx, queue_id: str, service_day: str) -> int:
    """Take and return the next number of a queue on a service day, from 1, without gaps."""

    def take() -> int:
        return int(tx.run(_NUMBER, queue_id=queue_id, service_day=service_day)[0][0])

    return tx.books.next_number(queue_id, service_day, take)


_written = attrgetter(*("state.value" if name == "state" else name for name in JOINED))


def insert_ticket(tx: Tx, ticket: Ticket) -> None:
    """Insert a ticket that has joined; its id comes from `Tx.new_ticket_id`."""
    tx.join(ticket, _written(ticket))


def update_ticket(tx: Tx, before: Ticket, after: Ticket) -> None:
    """Write what a move changed, if the ticket is still in the state it was read in.

    If it is not, the transaction ends with Conflict `wrong_state`, however late that is found out.
    """
    tx.move(before, after)


def count_waiting(tx: Tx, queue_id: str, delta: int) -> None:
    """Add `delta` to a queue's counter of waiting tickets."""
    tx.books.count(queue_id, delta)


def waiting_in(source: Tx | Reader, queue_id: str) -> int:
    """Return how many tickets wait in a queue, from its counter."""
    return source.waiting(queue_id, int(source.run(_WAITING_OF, queue_id=queue_id)[0][0]))


def waiting_beyond(source: Tx | Reader, queue_id: str, rank: int) -> int:
    """Return how many wait with a larger rank."""
    return int(source.run(_BEYOND, queue_id=queue_id, rank=rank)[0][0])


def first_rank(source: Tx | Reader, queue_id: str) -> int | None:
    """Return the smallest rank that waits, or None when nobody does."""
    found: int | None = source.run(_FIRST_RANK, queue_id=queue_id)[0][0]
    return found


def line_end(tx: Tx, queue_id: str) -> tuple[int, int]:
    """Return how many wait in a queue and their largest rank, or one below every rank when nobody does."""
    waiting, last = tx.run(_END, queue_id=queue_id)[0]
    return tx.waiting(queue_id, waiting), BEFORE_ALL if last is None else last


def ranks_at(source: Tx | Reader, queue_id: str, place: int, most: int) -> list[int]:
    """Return up to `most` waiting ranks from a place of the line on; the first in line has place 0."""
    return [row[0] for row in source.run(_RANKS_AT, queue_id=queue_id, skipped=place, most=most)]


def ranks_from(source: Tx | Reader, queue_id: str, rank: int, most: int) -> list[int]:
    """Return up to `most` waiting ranks from `rank` on, ascending."""
    return [row[0] for row in source.run(_RANKS_FROM, queue_id=queue_id, rank=rank, most=most)]


def free_rank(source: Tx | Reader, queue_id: str, wanted: int) -> int:
    """Return the first rank from `wanted` on that no waiting ticket of the queue has."""
    rank = wanted
    while True:
        taken = ranks_from(source, queue_id, rank, 64)
        for one in taken:
            if one != rank:
                return rank
            rank += 1
        if len(taken) < 64:
            return rank


def close_stay(tx: Tx, ticket_id: int) -> None:
    """End the open stay of a ticket now."""
    tx.books.close_stay(ticket_id, tx.now)


def open_stay(tx: Tx, ticket: Ticket) -> None:
    """Begin the stay of a ticket in its present state now."""
    tx.books.open_stay(
        OpenStay(
            ticket.id,
            ticket.branch_id,
            ticket.queue_id,
            ticket.state.value,
            ticket.desk_id,
            ticket.agent_id,
            tx.now,
        )
    )


def requeue_rank(tx: Tx, queue_id: str, where: Where) -> int:
    """Return the rank that somebody who comes back to this place of the line would like."""
    first = first_rank(tx, queue_id) if where is Where.FRONT else None
    place = rules_of_rank.middle_place(waiting_in(tx, queue_id)) if where is Where.MIDDLE else None
    around = [] if place is None else ranks_at(tx, queue_id, place, 2)
    middle, after_middle = (*around, None, None)[:2]
    return rules_of_rank.requeued(where, tx.now, first=first, middle=middle, after_middle=after_middle)


def party_sizes_inside(source: Tx | Reader, queue_id: str) -> list[int]:
    """Return the party sizes of the tickets called or served from a queue."""
    return [row[0] for row in source.run(_INSIDE, queue_id=queue_id)]


def people_inside(source: Tx | Reader, queue_id: str) -> int:
    """Return how many tickets are called or served from a queue: counted by its index alone."""
    return int(source.run(_HOW_MANY_INSIDE, queue_id=queue_id)[0][0])


def waiting_after(source: Tx | Reader, queue_id: str, rank: int, most: int) -> list[Ticket]:
    """Return up to `most` waiting tickets behind a rank, in order."""
    found = source.run(_WAITING_AFTER, queue_id=queue_id, rank=rank, most=most)
    return [ticket_from(row) for row in found]


def overdue(tx: Tx, branch_id: str, now: int, most: int) -> list[Ticket]:
    """Return up to `most` tickets of a branch whose deadline has come, oldest deadline first."""
    return [ticket_from(row) for row in tx.run(_OVERDUE, branch_id=branch_id, now=now, most=most)]


def branches_overdue(reader: Reader, now: int) -> list[str]:
    """Return the branches in which any deadline has come."""
    return [row[0] for row in reader.run(_OVERDUE_BRANCHES, now=now)]


def plain_waiting(reader: Reader, branch_id: str) -> Iterator[tuple[Any, ...]]:
    """Yield what there is to know of the tickets that joined at the instant of their rank and only waited.

    Each is (id, branch, queue, key, code, number, rank, party size, lowest and highest of the quote in s).
    """
    return reader.each(_PLAIN, branch_id=branch_id)


def open_tickets(reader: Reader, branch_id: str, *, but_plain: bool = False) -> Iterator[Ticket]:
    """Yield every ticket of a branch that has not ended, or all but those of `plain_waiting`.

    What is the same in many is one text in memory.
    """
    for row in reader.each(_NOT_PLAIN if but_plain else _OPEN, branch_id=branch_id):
        values = list(row)
        for place in _SHARED:
            if values[place] is not None:
                values[place] = intern(values[place])
        yield ticket_from(tuple(values))

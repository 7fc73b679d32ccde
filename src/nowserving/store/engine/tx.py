"""What an action holds while it runs: a connection, the time, a source of randomness, its events."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, CursorResult, Executable, Integer, bindparam, func, select, update

from nowserving.domain.base64url import url_safe
from nowserving.domain.event import ORGANISATION, Event
from nowserving.domain.tickets.rank import SPACING
from nowserving.domain.tickets.ticket import State, Ticket, wrong_state
from nowserving.errors import not_found
from nowserving.store import schema
from nowserving.store.engine.statement import Rows, Statement, written_by
from nowserving.store.known import ANY, Known
from nowserving.store.seats.taken import Taken
from nowserving.store.tickets.books import STAYS, TICKETS, Books
from nowserving.store.tickets.floor import Floor
from nowserving.store.tickets.moves import MOVES, Moves

T = TypeVar("T")

_BY_ID: Any = bindparam("id")
_LOCK = {
    of.name: Statement(select(of.c.version, of.c.clock_at).where(of.c.id == _BY_ID).with_for_update())
    for of in (schema.branches, schema.organisations)
}
_BUMP = {
    table.name: Statement(
        update(table)
        .where(table.c.id == bindparam("scope_id"))
        .values(version=bindparam("new_version"), clock_at=bindparam("new_clock"))
    )
    for table in (schema.branches, schema.organisations)
}
EVENTS = Rows(schema.events, "scope_id version at verb actor ticket_id queue_id desk_id data".split())
# The ids of tickets are drawn before the rows are written, under the lock of their branch, so that they
# grow as people join: on PostgreSQL from the sequence; on SQLite, which has one writer, from the largest on.
_IDS = Statement(
    {
        "sqlite": select(func.coalesce(func.max(schema.tickets.c.id), 0) + 1),
        "postgresql": select(func.nextval(func.pg_get_serial_sequence("tickets", "id"))).select_from(
            func.generate_series(1, bindparam("many", type_=Integer))
        ),
    }
)
_events, _tickets = schema.events.c, schema.tickets.c
_AT = (_events.scope_id == bindparam("id"), _events.version == bindparam("wanted"))
_FIND = Statement(select(_events.at, _events.verb, _events.data).where(*_AT))
_STATE = Statement(select(_tickets.state).where(_tickets.id == bindparam("id")))
# The channel on which PostgreSQL tells other processes that a scope has a new version.
CHANNEL = "nowserving"
_NOTIFY = Statement(select(func.pg_notify(CHANNEL, bindparam("payload"))))
_encode = msgspec.json.Encoder().encode
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(slots=True)
class Scope:
    """A locked branch (or the organisation): its version and the instant of its latest change."""

    id: str
    version: int
    clock_at: int
    stored_version: int


@dataclass(slots=True)
class Group:
    """One database transaction and what the actions in it have done so far."""

    connection: Connection
    dialect: str
    size: int = 1
    """How many actions it is about to run."""
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What its actions name in their arguments, by the name of the argument."""
    # Ids of tickets that are drawn and not used yet.
    ids: deque[int] = field(default_factory=deque)
    cursor: Any = field(init=False)
    scopes: dict[str, Scope] = field(default_factory=dict)
    unwritten: list[Event] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    books: Books = field(default_factory=Books)
    moves: Moves = field(default_factory=Moves)
    # What its actions have found out, good until somebody writes where it was read.
    known: Known = field(default_factory=Known)
    floor: Floor = field(default_factory=Floor)
    houses: dict[str, Taken] = field(default_factory=dict)
    writes: int = 0
    commit_began: bool = False
    # A move that could not be written: nothing of this transaction may stand.
    lost: Exception | None = None

    def __post_init__(self) -> None:
        self.cursor = self.connection.connection.cursor()

    def run(self, statement: Statement, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a prepared statement and return all its rows (none for one that returns none)."""
        if statement.into is None:
            self.known.see(statement.reads(self.dialect))
        else:
            self.wrote(statement.into)
        self.execute(statement, params)
        return self.cursor.fetchall() if self.cursor.description else []

    def change(self, statement: Statement, params: dict[str, Any]) -> int:
        """Run a prepared statement that writes and return the number of rows it touched."""
        self.wrote(statement.into or ANY)
        self.execute(statement, params)
        return int(self.cursor.rowcount)

    def wrote(self, table: str) -> None:
        """Take note that a table is about to be written by a statement, and forget what was read from it."""
        self.writes += 1
        self.known.forget(table)
        if table in ("tickets", ANY):
            self.floor.forget()
        if table == ANY:
            self.houses.clear()

    def execute(self, statement: Statement, params: dict[str, Any]) -> None:
        """Send a prepared statement to the database, behind whatever it has to see there."""
        self._write_tickets()
        self.cursor.execute(statement.text[self.dialect], statement.filled(self.dialect, params))

    def move(self, before: Ticket, after: Ticket) -> None:
        """Note what a ticket has become; its row is written before any other statement is run."""
        self.writes += 1
        self.known.forget("tickets")
        if self.moves.is_in_the_way(after):
            self._write_tickets()
        self.moves.add(before, after)
        self.floor.moved(before, after)

    def join(self, ticket: Ticket, row: tuple[Any, ...]) -> None:
        """Note the row of a new ticket. What is known of its queue is not forgotten: joins follow it."""
        self.writes += 1
        if self.moves:
            self._write_tickets()
        self.books.new_tickets.append(row)
        self.floor.joined(ticket)

    def lock(self, scope_ids: Collection[str]) -> None:
        """Take the rows of all scopes in id order, so that no two groups can wait for each other."""
        for scope_id in sorted(scope_ids):
            table = "organisations" if scope_id == ORGANISATION else "branches"
            rows = self.run(_LOCK[table], {"id": scope_id})
            if rows:
                version, clock_at = rows[0]
                self.scopes[scope_id] = Scope(scope_id, version, clock_at, version)

    def new_ticket_id(self) -> int:
        """Return an id for a ticket that is yet to be written."""
        if not self.ids:
            params = {"many": self.size} if self.dialect == "postgresql" else {}
            self.ids += [row[0] for row in self.run(_IDS, params)]
        found = self.ids.popleft()
        if self.dialect == "sqlite":
            self.ids.append(found + 1)
        return found

    def _write_tickets(self) -> None:
        """Write new tickets, then moves, before anything else looks at the table, or refers to it."""
        if self.books.new_tickets:
            rows, self.books.new_tickets = self.books.new_tickets, []
            TICKETS.insert(self.cursor, self.dialect, rows)
        if self.moves:
            for moved in filter(None, self.moves.take()):
                if MOVES.change(self.cursor, self.dialect, moved) != len(moved):
                    # Whoever's turn it is now: the transaction is spoiled.
                    self.writes += 1
                    self.lost = self._wrong_state(moved)
                    raise self.lost

    def _wrong_state(self, moved: Sequence[tuple[Any, ...]]) -> Exception:
        """Return the refusal of the first move whose ticket is not in the state in which it was read."""
        for ticket_id, _, _, state, *_ in moved:
            self.cursor.execute(_STATE.text[self.dialect], {"id": ticket_id})
            found = self.cursor.fetchone()
            if found is None or found[0] != state:
                return wrong_state(State(found[0])) if found else not_found()
        return wrong_state(State(moved[0][3]))

    def flush_books(self) -> None:
        """Write the books as they are, so that any SELECT of this transaction sees them."""
        self._write_tickets()
        for statement, rows in self.books.changed():
            if rows:
                self.known.forget(statement.into or ANY)
                self.cursor.executemany(statement.text[self.dialect], rows)
        if begun := self.books.begun():
            STAYS.insert(self.cursor, self.dialect, begun)

    def flush(self) -> None:
        """Write what was gathered so far, each kind in one statement."""
        self.flush_books()
        if not self.unwritten:
            return
        self.writes += 1
        EVENTS.insert(self.cursor, self.dialect, [_event_row(event) for event in self.unwritten])
        self.events += self.unwritten
        self.unwritten = []

    def contains(self, event: Event) -> bool:
        """Return whether this very event stands in the database."""
        found = self.run(_FIND, {"id": event.scope_id, "wanted": event.version})
        return bool(found) and tuple(found[0]) == (event.at, event.verb, _encode(event.data).decode())

    def finish(self) -> None:
        """Write what was gathered, and the new version of every scope that changed, before the commit."""
        if self.lost is not None:
            raise self.lost
        self.flush()
        for scope in self.scopes.values():
            if scope.version != scope.stored_version:
                table = "organisations" if scope.id == ORGANISATION else "branches"
                params = {"scope_id": scope.id, "new_version": scope.version, "new_clock": scope.clock_at}
                self.change(_BUMP[table], params)
                if self.dialect == "postgresql":
                    # Part of the transaction: heard after the commit, and not at all without it.
                    self.run(_NOTIFY, {"payload": json.dumps([scope.id, scope.version])})


def _event_row(event: Event) -> tuple[Any, ...]:
    return (
        event.scope_id,
        event.version,
        event.at,
        event.verb,
        event.actor,
        event.ticket_id,
        event.queue_id,
        event.desk_id,
        _encode(event.data).decode(),
    )


class Tx:
    """One action's view of the group it runs in.

    `now` is the branch's time in µs: the wall clock, but always later than the latest change, so
    order by time and order by version are one order even when the wall clock steps back or two
    servers disagree; its steps leave room for a rank in between. `random` is the operating system's,
    or a seeded one in a replay.
    """

    __slots__ = ("_events", "_group", "_scope", "_writes_before", "actor", "now", "random")

    def __init__(self, group: Group, scope: Scope, wall_us: int, random: Random, actor: str) -> None:
        self._group = group
        self._scope = scope
        self._events: list[Event] = []
        self.now = max(wall_us, scope.clock_at + SPACING)
        self.random = random
        self.actor = actor
        self._writes_before = group.writes

    @property
    def scope_id(self) -> str:
        """The branch this action has locked, or ORGANISATION."""
        return self._scope.id

    @property
    def version(self) -> int:
        """The scope's version as this action has made it so far."""
        return self._scope.version + len(self._events)

    @property
    def wrote(self) -> bool:
        """Whether this action has changed anything in the transaction."""
        return self._group.writes != self._writes_before

    def execute(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Run a Core statement the ordinary way."""
        self._group.flush_books()
        into = written_by(statement)
        if into is None:
            self._group.known.see((ANY,))
        else:
            self._group.wrote(into)
        return self._group.connection.execute(statement, params)

    def run(self, statement: Statement, **params: Any) -> list[tuple[Any, ...]]:
        """Run a prepared statement and return its rows."""
        return self._group.run(statement, params)

    def change(self, statement: Statement, **params: Any) -> int:
        """Run a prepared statement that writes and return how many rows it touched."""
        return self._group.change(statement, params)

    def move(self, before: Ticket, after: Ticket) -> None:
        """Write what a ticket has become, on condition that it is still in the state of before."""
        self._group.move(before, after)

    def join(self, ticket: Ticket, row: tuple[Any, ...]) -> None:
        """Write a new ticket, whose id comes from `new_ticket_id`."""
        self._group.join(ticket, row)

    @property
    def books(self) -> Books:
        """The books to write in: whoever asks for them has changed something."""
        self._group.writes += 1
        return self._group.books

    @property
    def floor(self) -> Floor:
        """What this group knows of lines and desks."""
        return self._group.floor

    @property
    def houses(self) -> dict[str, Taken]:
        """What this group knows of the seats that are taken, by performance."""
        return self._group.houses

    @property
    def size(self) -> int:
        """How many actions this transaction was begun for."""
        return self._group.size

    def waiting(self, queue_id: str, stored: int) -> int:
        """Return how many wait in a queue whose row says `stored`: the books may know more."""
        return self._group.books.waiting(queue_id, stored)

    def named(self, argument: str, value: str) -> tuple[str, ...]:
        """Return what the actions of this group name by an argument, if `value` is among it; else `value`."""
        named = tuple(self._group.named.get(argument, ()))
        return named if value in named else (value,)

    def kept(self, read: Callable[[Any, Any], T], of: Any) -> T:
        """Return `read(tx, of)`, kept for this group's actions until one writes where it was read."""
        found: T = self._group.known.find((read, of), lambda: read(self, of))
        return found

    def emit(
        self,
        verb: str,
        *,
        ticket_id: int | None = None,
        queue_id: str | None = None,
        desk_id: str | None = None,
        actor: str | None = None,
        **data: Any,
    ) -> int:
        """Append an event (past tense, dotted) and return the version that it gives the scope.

        `actor` overrides who did it, for what a rule does inside a person's action.
        """
        by = actor or self.actor
        event = Event(
            self._scope.id, self.version + 1, self.now, verb, by, ticket_id, queue_id, desk_id, data
        )
        self._events.append(event)
        return event.version

    def latest_events(self) -> Sequence[Event]:
        """Return the events of this action so far."""
        return tuple(self._events)

    def settle(self) -> None:
        """Make the events so far visible to SELECTs of this transaction (undo reads them).

        Events of the actions before this one are none of its own writing: it may still refuse.
        """
        before, own = self._group.writes, bool(self._events)
        self.keep()
        self._group.flush()
        if not own:
            self._writes_before += self._group.writes - before

    def keep(self) -> None:
        """Hand this action's events to the group. Called when the action has succeeded."""
        if self._events:
            self._scope.version += len(self._events)
            self._scope.clock_at = self.now
            self._group.unwritten += self._events
            self._events = []

    def new_ticket_id(self) -> int:
        """Return the id of a ticket that is about to be inserted."""
        return self._group.new_ticket_id()

    def new_id(self) -> str:
        """Return a random id for a row of configuration: 26 characters, 130 bits."""
        return "".join(self.random.choices(_ALPHABET, k=26))

    def new_key(self) -> str:
        """Return a ticket key: 22 URL-safe characters, 128 random bits."""
        return url_safe(self.random.getrandbits(128).to_bytes(16, "big"))

    def new_secret(self) -> str:
        """Return a credential's secret: 43 URL-safe characters, 256 random bits."""
        return url_safe(self.random.getrandbits(256).to_bytes(32, "big"))

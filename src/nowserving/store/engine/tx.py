"""What an action holds while it runs: a connection, the time, a source of randomness, its events."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Any

import msgspec
from sqlalchemy import Connection, CursorResult, Executable, Integer, bindparam, func, select, update

from nowserving.domain.event import ORGANISATION, Event
from nowserving.domain.tickets.rank import SPACING
from nowserving.store import schema
from nowserving.store.engine.statement import Rows, Statement
from nowserving.store.tickets.books import STAYS, TICKETS, Books

_LOCK = {
    table.name: Statement(
        select(table.c.version, table.c.clock_at).where(table.c.id == bindparam("id")).with_for_update()
    )
    for table in (schema.branches, schema.organisations)
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
_FIND = Statement(
    select(schema.events.c.at, schema.events.c.verb, schema.events.c.data).where(
        schema.events.c.scope_id == bindparam("id"), schema.events.c.version == bindparam("wanted")
    )
)
# The channel on which PostgreSQL tells other processes that a scope has a new version.
CHANNEL = "nowserving"
_NOTIFY = Statement(select(func.pg_notify(CHANNEL, bindparam("payload"))))
_encode = msgspec.json.Encoder().encode
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_AT_ONCE = 4096
_FLOAT_BITS = 53


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
    # Ids of tickets that are drawn and not used yet.
    ids: deque[int] = field(default_factory=deque)
    cursor: Any = field(init=False)
    scopes: dict[str, Scope] = field(default_factory=dict)
    unwritten: list[Event] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    books: Books = field(default_factory=Books)
    # What the latest joins found out about their queues, good until anything else is written.
    known: dict[str, Any] = field(default_factory=dict)
    writes: int = 0
    commit_began: bool = False

    def __post_init__(self) -> None:
        self.cursor = self.connection.connection.cursor()

    def run(self, statement: Statement, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a prepared statement and return all its rows (none for one that returns none)."""
        self.writes += statement.writes
        if statement.writes:
            self.known.clear()
        return self.add(statement, params)

    def add(self, statement: Statement, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a prepared statement that alters no row that a join has read."""
        if self.books.new_tickets:
            self._write_tickets()
        self.cursor.execute(statement.text[self.dialect], statement.filled(self.dialect, params))
        return self.cursor.fetchall() if self.cursor.description else []

    def change(self, statement: Statement, params: dict[str, Any]) -> int:
        """Run a prepared statement that writes and return the number of rows it touched."""
        self.writes += 1
        self.known.clear()
        if self.books.new_tickets:
            self._write_tickets()
        self.cursor.execute(statement.text[self.dialect], statement.filled(self.dialect, params))
        return int(self.cursor.rowcount)

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
            self.ids += [row[0] for row in self.add(_IDS, params)]
        found = self.ids.popleft()
        if self.dialect == "sqlite":
            self.ids.append(found + 1)
        return found

    def _write_tickets(self) -> None:
        """Write the new tickets before anything else looks at the table, or refers to it."""
        rows, self.books.new_tickets = self.books.new_tickets, []
        TICKETS.insert(self.cursor, self.dialect, rows)

    def flush_books(self) -> None:
        """Write the books as they are, so that any SELECT of this transaction sees them."""
        if self.books.new_tickets:
            self._write_tickets()
        for statement, rows in self.books.changed():
            if rows:
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
        self._group.known.clear()
        self._group.writes += not getattr(statement, "is_select", False)
        return self._group.connection.execute(statement, params)

    def run(self, statement: Statement, **params: Any) -> list[tuple[Any, ...]]:
        """Run a prepared SELECT and return its rows."""
        return self._group.run(statement, params)

    def change(self, statement: Statement, **params: Any) -> int:
        """Run a prepared statement that writes and return how many rows it touched."""
        return self._group.change(statement, params)

    def add(self, statement: Statement, **params: Any) -> list[tuple[Any, ...]]:
        """Run a prepared INSERT and return the rows it returns; what joins know of queues stays true."""
        self._group.writes += 1
        return self._group.add(statement, params)

    @property
    def books(self) -> Books:
        """The books to write in: whoever asks for them has changed something."""
        self._group.writes += 1
        return self._group.books

    def waiting(self, queue_id: str, stored: int) -> int:
        """Return how many wait in a queue whose row says `stored`: the books may know more."""
        return self._group.books.waiting(queue_id, stored)

    def known(self, queue_id: str) -> Any:
        """Return what the latest join of this group left for the next one to this queue, or None."""
        return self._group.known.get(queue_id)

    def leave(self, queue_id: str, known: object) -> None:
        """Leave something for the next join to this queue; any other write than a join's clears it."""
        self._group.known[queue_id] = known

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


class KernelRandom(SystemRandom):
    """Like `SystemRandom`, for one thread, but fetched many bytes at a time. No byte is given out twice.

    Each fetch lets go of the interpreter and waits for its turn again, which in a rush costs more than
    the bytes do.
    """

    def __init__(self) -> None:
        self._bytes = b""
        self._used = 0
        super().__init__()

    def getrandbits(self, k: int) -> int:
        """Return so many random bits as a number."""
        size = (k + 7) // 8
        return int.from_bytes(self.randbytes(size), "big") >> (size * 8 - k)

    def randbytes(self, n: int) -> bytes:
        """Return so many random bytes."""
        if n > len(self._bytes) - self._used:
            self._bytes, self._used = os.urandom(max(n, _AT_ONCE)), 0
        found = self._bytes[self._used : self._used + n]
        self._used += n
        return found

    def random(self) -> float:
        """Return a random number from 0 up to, and without, 1."""
        return self.getrandbits(_FLOAT_BITS) / (1 << _FLOAT_BITS)


def url_safe(raw: bytes) -> str:
    """Return bytes as URL-safe base64 without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")

"""Reading: one snapshot of the database for as long as the reader lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable

from nowserving.store.engine.statement import Statement
from nowserving.store.tickets.floor import Floor

T = TypeVar("T")

_AT_ONCE = 1000


class Reader:
    """A connection inside a read-only transaction: everything it sees is of one instant."""

    __slots__ = ("_connection", "_cursor", "_dialect", "statements")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._cursor = connection.connection.cursor()
        # How many statements ran; pages assert it in tests.
        self.statements = 0

    def execute(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Run a Core statement."""
        self.statements += 1
        return self._connection.execute(statement, params)

    def waiting(self, _queue_id: str, stored: int) -> int:
        """Return how many wait in a queue whose row says `stored`: a reader knows nothing more."""
        return stored

    def kept(self, read: Callable[[Any, Any], T], of: Any) -> T:
        """Return `read(reader, of)`: a reader reads once and keeps nothing."""
        return read(self, of)

    @property
    def floor(self) -> Floor:
        """Nothing is known of lines and desks: a reader asks."""
        return Floor()

    def named(self, _argument: str, value: str) -> tuple[str, ...]:
        """Return the value alone: a reader is asked one thing."""
        return (value,)

    def run(self, statement: Statement, **params: Any) -> list[tuple[Any, ...]]:
        """Run a prepared SELECT and return its rows."""
        self.statements += 1
        self._cursor.execute(statement.text[self._dialect], statement.filled(self._dialect, params))
        rows: list[tuple[Any, ...]] = list(self._cursor.fetchall())
        return rows

    def each(self, statement: Statement, **params: Any) -> Iterator[tuple[Any, ...]]:
        """Run a prepared SELECT and yield its rows one by one: there may be a million."""
        self.statements += 1
        cursor = self._connection.connection.cursor()
        cursor.execute(statement.text[self._dialect], statement.filled(self._dialect, params))
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
        cursor.close()

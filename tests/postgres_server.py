"""Databases on a PostgreSQL server that the run was given.

Making a database takes half a second on a busy machine, emptying one ten milliseconds: so tests that
only fill tables take turns on one standing database, and only those that alter it get a copy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from secrets import token_hex
from typing import Any

from sqlalchemy import URL, Connection, create_engine, delete, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from nowserving.store.schema import metadata, organisations

# All in one word to the server. What points at what need not be looked up: everything goes.
_EMPTY = ";".join(
    (
        "SET LOCAL lock_timeout = '2s'",
        "SET LOCAL session_replication_role = replica",
        *(str(delete(table)) for table in reversed(metadata.sorted_tables)),
        *(f"ALTER SEQUENCE {sequence} RESTART" for sequence in ("tickets_id_seq", "stays_id_seq")),
        "SET LOCAL session_replication_role = origin",
    )
)


class PostgresServer:
    """A server that may be filled with databases; every name is this process's own."""

    def __init__(self, url: URL) -> None:
        self.url = url
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self._prefix = f"ns_{worker}_{token_hex(4)}"
        self._template = f"{self._prefix}_template"
        self._standing: str | None = None
        self._organisation: dict[str, Any] = {}
        self._numbers = count(1)
        # The one that empties the standing database: to connect would take longer than to empty.
        self._line: Connection | None = None
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def make_template(self, prepare: Callable[[str], None]) -> None:
        """Create the template database and let `prepare` fill it."""
        self._run(f"CREATE DATABASE {self._template}")
        prepare(self._url_of(self._template))
        with self._connected(self._template) as connection:
            self._organisation = dict(connection.execute(select(organisations)).mappings().one())

    @contextmanager
    def database(self, *, template: bool = True) -> Iterator[str]:
        """Yield the URL of a new database, a copy of the template or empty; drop it at the end."""
        name = self._create(template=template)
        try:
            yield self._url_of(name)
        finally:
            self._drop(name)

    @contextmanager
    def turn(self) -> Iterator[str]:
        """Yield the URL of the standing database, just as the template is; empty it at the end."""
        if self._standing is None:
            self._standing = self._create(template=True)
        name = self._standing
        try:
            yield self._url_of(name)
        finally:
            try:
                self._empty(name)
            except DBAPIError:  # Somebody still holds a lock, or has altered a table.
                self._hang_up()
                self._standing = None
                self._drop(name)

    def close(self) -> None:
        """Drop what is left."""
        self._hang_up()
        for name in filter(None, (self._standing, self._template)):
            self._drop(name)

    def _empty(self, name: str) -> None:
        if self._line is None:
            self._line = create_engine(self._url_of(name), poolclass=NullPool).connect()
        with self._line.begin():
            self._line.exec_driver_sql(_EMPTY)
            self._line.execute(insert(organisations), self._organisation)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _create(self, *, template: bool) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {self._template}" if template else ""))
        return name

    def _drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _url_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def _connected(self, name: str) -> Iterator[Connection]:
        engine = create_engine(self._url_of(name), poolclass=NullPool)
        with engine.begin() as connection:
            yield connection

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

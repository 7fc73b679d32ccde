"""Databases on a PostgreSQL server that the run was given: a template, and a copy for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from secrets import token_hex

from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool


class PostgresServer:
    """A server that may be filled with databases; every name is this process's own."""

    def __init__(self, url: URL) -> None:
        self.url = url
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self._prefix = f"ns_{worker}_{token_hex(4)}"
        self._numbers = count(1)
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def make_template(self, prepare: Callable[[str], None]) -> None:
        """Create the template database and let `prepare` fill it."""
        self._run(f"CREATE DATABASE {self._prefix}_template")
        prepare(self._url_of(f"{self._prefix}_template"))

    @contextmanager
    def database(self, *, template: bool = True) -> Iterator[str]:
        """Yield the URL of a new database, a copy of the template or empty; drop it at the end."""
        name = f"{self._prefix}_{next(self._numbers)}"
        copied = f" TEMPLATE {self._prefix}_template" if template else ""
        self._run(f"CREATE DATABASE {name}{copied}")
        try:
            yield self._url_of(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Drop the template."""
        self._run(f"DROP DATABASE {self._prefix}_template WITH (FORCE)")

    def _url_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

"""Opening the two databases the same way: one connection that writes, a few that read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from nowserving.errors import N_, Invalid

# `hide_parameters` below: errors are logged, and the values of a statement are people's names and hashes.

# Threads that read, and a connection for each of them and for two callers that have their own.
READERS = 4


def parse_url(text: str) -> URL:
    """Return a database URL with the driver we use; accepts what hosting panels hand out.

    A bare `postgres://` or `postgresql://` means psycopg 3. Raises Invalid for any other database, and
    for SQLite in memory, which would forget everything.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise Invalid("database_url", N_("The database URL can't be read.")) from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.database not in (None, "", ":memory:"):
        return url
    raise Invalid("database_url", N_("The database must be a SQLite file or PostgreSQL."))


def sqlite_file(url: URL) -> Path | None:
    """Return the file of a SQLite URL, or None for PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def writer_engine(url: URL) -> Engine:
    """Return an engine whose connections write: SQLite FULL and immediate, PostgreSQL READ COMMITTED."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args={"check_same_thread": False}
        )
        _prepare_sqlite(engine, "BEGIN IMMEDIATE", writes=True)
        return engine
    engine = create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        connect_args=_limits(),
    )
    _prepare_postgres(engine)
    return engine


def reader_engine(url: URL) -> Engine:
    """Return an engine whose connections see one snapshot for each read and can't write."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            pool_size=READERS,
            max_overflow=2,
            pool_timeout=5,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
        )
        _prepare_sqlite(engine, "BEGIN", writes=False)
        return engine
    return create_engine(
        url,
        pool_size=READERS,
        max_overflow=2,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        connect_args=_limits(),
        execution_options={"postgresql_readonly": True},
    )


def _limits() -> dict[str, Any]:
    # A lock that is not had in three seconds becomes "busy" for the caller in place of a hang.
    times = {
        "lock_timeout": 3_000,
        "statement_timeout": 15_000,
        "idle_in_transaction_session_timeout": 30_000,
    }
    return {
        "connect_timeout": 5,
        "options": " ".join(f"-c {name}={ms}" for name, ms in times.items()),
        # A server that has vanished without a word is noticed whether we wait for it or talk to it.
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }


def _prepare_postgres(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # A server set to answer before it is on disk would make our own answers untrue. A stronger
        # setting (a standby that has it too) is left as it is.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.commit()


def _prepare_sqlite(engine: Engine, begin: str, *, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Python's own transaction handling is switched off, because it begins deferred ones; those
        # fail at once with "database is locked" when two of them turn from reading to writing.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 5000")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA temp_store = MEMORY")
        if writes:
            cursor.execute("PRAGMA journal_mode = WAL")
            # FULL, not NORMAL: an answer means that the change survives a power cut.
            cursor.execute("PRAGMA synchronous = FULL")
            # After a rush the log beside the file shrinks again.
            cursor.execute("PRAGMA journal_size_limit = 33554432")
            cursor.execute("PRAGMA secure_delete = FAST")
            cursor.execute("PRAGMA cache_size = -65536")
        else:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

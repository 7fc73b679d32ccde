"""Bringing a database to the tables that this version needs. There is only forward.

Everything that is pending runs in one transaction, under a lock that one process at a time can have:
killed at any point, it has never begun, and running it again does all of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, func, inspect, select, text

from nowserving.errors import N_, Busy, Conflict
from nowserving.store.database import parse_url, reader_engine, sqlite_file, writer_engine
from nowserving.store.engine.faults import DATABASE_ERRORS, kind_of
from nowserving.store.engine.lock import FileLock

# "NwSv" in the header of the SQLite file: how `restore` knows a file of ours.
APPLICATION_ID = 0x4E775376
# How long to wait for another process that migrates (or for a server that is just stopping).
_PATIENCE_S = 10

OnStep = Callable[[str], None]


def migrate(url: str | URL, on_step: OnStep = lambda revision: None) -> list[str]:
    """Run every pending migration and return their revisions; `on_step` hears of each that has run.

    Raises Conflict for a database of a newer version or of another program, and Busy when a server
    has it or it can't be reached.
    """
    wanted = pending(url)
    if not wanted:
        return []
    with _alone(parse_url(url) if isinstance(url, str) else url) as connection:
        # Asked again under the lock: another process may have done it while we waited.
        wanted = _pending(connection)
        if wanted:
            _upgrade(connection, on_step)
    return wanted


def pending(url: str | URL) -> list[str]:
    """Return the revisions that this database lacks, oldest first. Raises as `migrate`."""
    parsed = parse_url(url) if isinstance(url, str) else url
    file = sqlite_file(parsed)
    if file is not None and not file.exists():
        return _revisions()
    engine = reader_engine(parsed)
    try:
        with engine.connect() as connection:
            return _pending(connection)
    except DATABASE_ERRORS as error:
        raise _plain(error) from error
    finally:
        engine.dispose()


def newest() -> str:
    """Return the revision that this version of the program brings a database to."""
    return _revisions()[-1]


def _pending(connection: Connection) -> list[str]:
    found = MigrationContext.configure(connection).get_current_revision()
    revisions = _revisions()
    if found is None:
        _refuse_foreign(connection)
        return revisions
    if found not in revisions:
        raise Conflict(
            "newer_database",
            N_(
                "This database belongs to a newer version of Now Serving (its revision is %(found)s,"
                " ours is %(ours)s). Start that version, or restore a backup of this one."
            ),
            found=found,
            ours=revisions[-1],
        )
    return revisions[revisions.index(found) + 1 :]


def _refuse_foreign(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
        raise Conflict("foreign_database", N_("This file is a database of another program."))


def _upgrade(connection: Connection, on_step: OnStep) -> None:
    config = _config()
    config.attributes["connection"] = connection
    config.attributes["on_version_apply"] = lambda *, step, **_: on_step(step.up_revision_id)
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA application_id = 0x4E775376"))
        if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise RuntimeError("a migration left rows that refer to nothing")


@contextmanager
def _alone(url: URL) -> Iterator[Connection]:
    """Yield a connection in a transaction that no other process can have at the same time."""
    file = sqlite_file(url)
    lock = FileLock(file) if file else None
    if file is not None and lock is not None:
        _make_private(file)
        lock.take(_PATIENCE_S)
    engine = writer_engine(url)
    try:
        with engine.connect() as connection:
            _before(connection)
            with connection.begin():
                _wait_for_turn(connection)
                yield connection
    except DATABASE_ERRORS as error:
        raise _plain(error) from error
    finally:
        engine.dispose()
        if lock is not None:
            lock.release()


def _make_private(file: Path) -> None:
    """Create the file, readable by its owner only: it will hold people's names."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)


def _before(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A table that is made anew must not take with it the rows that refer to it. This can't be
        # switched inside a transaction; `_upgrade` looks at the references before the commit.
        driver = connection.connection.driver_connection
        cast(sqlite3.Connection, driver).execute("PRAGMA foreign_keys = OFF")


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        return  # BEGIN IMMEDIATE has waited.
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = '60s'"))
    connection.execute(select(func.pg_advisory_xact_lock(APPLICATION_ID)))
    # From here on we hold up everybody else, so a lock that others have is waited for briefly.
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))


def _plain(error: BaseException) -> BaseException:
    """Return what to say when the database does not answer; our own mistakes stay what they are."""
    if kind_of(error) == "mistake":
        return error
    return Busy("database_away", N_("The database can't be reached or is in use. Please try again."))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "nowserving.store:migrations")
    return config


def _revisions() -> list[str]:
    """Return every revision there is, oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    return [script.revision for script in scripts.walk_revisions()][::-1]

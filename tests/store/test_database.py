"""Which databases there are, how they are opened, and what their errors mean."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors as postgres
from sqlalchemy import bindparam, exc, insert, literal_column, select, text, update

from nowserving.errors import Invalid
from nowserving.store.database import parse_url, reader_engine, sqlite_file, writer_engine
from nowserving.store.engine.faults import Kind, kind_of
from nowserving.store.engine.statement import Statement
from nowserving.store.schema import events, tickets
from tests.store.verbs import sqlite_fault


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///data/nowserving.sqlite3", "sqlite"),
        ("sqlite:////var/lib/nowserving.sqlite3", "sqlite"),
        ("postgres://u:p@db/nowserving", "postgresql+psycopg"),
        ("postgresql://u:p@db/nowserving", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@db/nowserving?sslmode=require", "postgresql+psycopg"),
    ],
)
def test_a_database_url_gets_the_driver_we_use(given: str, driver: str) -> None:
    assert parse_url(given).drivername == driver


@pytest.mark.parametrize(
    "given", ["", "nonsense", "mysql://db/x", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://db/x"]
)
def test_any_other_database_is_refused(given: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_url(given)

    assert refusal.value.code == "database_url"


def test_only_sqlite_has_a_file() -> None:
    assert sqlite_file(parse_url("sqlite:////var/x.sqlite3")) == Path("/var/x.sqlite3")
    assert sqlite_file(parse_url("postgresql://db/x")) is None


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [("synchronous", 2), ("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_sqlite_writes_so_that_a_power_cut_loses_nothing(
    sqlite_url: str, pragma: str, expected: object
) -> None:
    with writer_engine(parse_url(sqlite_url)).connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == expected


@pytest.mark.postgres
@pytest.mark.parametrize(("server_says", "we_get"), [("off", "on"), ("on", "on"), ("local", "local")])
@pytest.mark.parametrize("altered_url", ["postgresql"], indirect=True)
def test_postgresql_answers_only_what_is_on_disk(altered_url: str, server_says: str, we_get: str) -> None:
    url = parse_url(altered_url)
    engine = writer_engine(url)
    with engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{url.database}" SET synchronous_commit = {server_says}'))
        connection.commit()

    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == we_get
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "3s"
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "read committed"


def wrapped(cause: BaseException) -> exc.DBAPIError:
    return exc.OperationalError("SELECT 1", {}, cause)


def unique_violation() -> sqlite3.Error:
    error = sqlite3.IntegrityError("UNIQUE constraint failed")
    error.sqlite_errorcode = sqlite3.SQLITE_CONSTRAINT_UNIQUE
    return error


def check_violation() -> sqlite3.Error:
    error = sqlite3.IntegrityError("CHECK constraint failed")
    error.sqlite_errorcode = sqlite3.SQLITE_CONSTRAINT_CHECK
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite_fault(sqlite3.SQLITE_BUSY, "locked"), "passing"),
        (sqlite_fault(sqlite3.SQLITE_BUSY_SNAPSHOT, "locked"), "passing"),
        (sqlite_fault(sqlite3.SQLITE_FULL, "full"), "lasting"),
        (sqlite_fault(sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error"), "lasting"),
        (sqlite_fault(sqlite3.SQLITE_READONLY, "read-only"), "lasting"),
        (sqlite_fault(sqlite3.SQLITE_ERROR, "no such table"), "mistake"),
        (unique_violation(), "integrity"),
        (check_violation(), "mistake"),
        (sqlite3.ProgrammingError("closed"), "mistake"),
        (postgres.SerializationFailure(), "passing"),
        (postgres.DeadlockDetected(), "passing"),
        (postgres.LockNotAvailable(), "passing"),
        (postgres.AdminShutdown(), "passing"),
        (postgres.CannotConnectNow(), "passing"),
        (postgres.ReadOnlySqlTransaction(), "passing"),
        (postgres.ConnectionFailure(), "passing"),
        (psycopg.OperationalError("the connection is lost"), "passing"),
        (psycopg.InterfaceError("the connection is closed"), "passing"),
        (postgres.DiskFull(), "lasting"),
        (postgres.QueryCanceled(), "lasting"),
        (postgres.UniqueViolation(), "integrity"),
        (postgres.CheckViolation(), "mistake"),
        (postgres.ForeignKeyViolation(), "mistake"),
        (postgres.SyntaxError(), "mistake"),
        (psycopg.DataError("text fields cannot contain NUL"), "mistake"),
        (psycopg.ProgrammingError("the query has 2 placeholders"), "mistake"),
        (ValueError(), "mistake"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{type(value).__name__} {value}",
)
def test_an_error_says_whether_to_try_again(error: Exception, kind: Kind) -> None:
    assert kind_of(error) == kind
    assert kind_of(wrapped(error)) == kind


def run(url: str, statement: Statement, **params: Any) -> Any:
    with writer_engine(parse_url(url)).begin() as connection:
        name = connection.dialect.name
        cursor = connection.connection.cursor()
        cursor.execute(statement.text[name], statement.filled(name, params))
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_a_prepared_statement_brings_its_own_literals(database_url: str) -> None:
    listed = Statement(select(events.c.version).where(events.c.verb == "none", events.c.at > bindparam("at")))
    emptied = Statement(update(tickets).where(tickets.c.id == bindparam("t")).values(desk_id=None, calls=0))

    assert run(database_url, listed, at=0) == []
    assert run(database_url, emptied, t=1) == 0


def test_a_prepared_statement_knows_whether_it_writes() -> None:
    assert not Statement(select(events.c.version)).writes
    assert Statement(insert(events)).writes
    assert Statement(update(tickets).values(calls=0).returning(tickets.c.id)).writes


def test_a_list_of_unknown_length_can_not_be_prepared() -> None:
    unknown = Statement(select(tickets.c.id).where(tickets.c.state.in_(["called", "serving"])))
    with pytest.raises(TypeError, match="literal_column"):
        _ = unknown.text["sqlite"]

    known = Statement(select(tickets.c.id).where(tickets.c.state.in_([literal_column("'called'")])))
    assert known.text["sqlite"]


@pytest.mark.parametrize("made", [writer_engine, reader_engine])
def test_an_error_names_no_values_for_they_are_peoples(made: Any, database_url: str) -> None:
    engine = made(parse_url(database_url))
    with engine.connect() as connection, pytest.raises(exc.DBAPIError) as error:
        connection.execute(text("SELECT missing FROM tickets WHERE name = :name"), {"name": "Noor Haddad"})
    engine.dispose()
    assert "missing" in str(error.value)
    assert "Noor Haddad" not in str(error.value)

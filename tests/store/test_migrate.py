"""Migrations: what they make, what they refuse, and that nothing can leave one half done."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, text

from nowserving.errors import Busy, Conflict
from nowserving.store.care import migrate as module
from nowserving.store.care.migrate import APPLICATION_ID, migrate, newest, pending
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.engine.lock import FileLock
from nowserving.store.schema import metadata
from tests.postgres_server import PostgresServer
from tests.processes import several, started
from tests.store.catalogue import catalogue

ALL = ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/nowserving.sqlite3"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database(template=False) as url:
            yield url


def run(url: str, statement: str) -> Any:
    engine = writer_engine(parse_url(url))
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        return result.all() if result.returns_rows else None


def test_an_empty_database_gets_every_table_and_the_organisation(empty_url: str) -> None:
    assert pending(empty_url) == ALL
    assert pending(empty_url)
    heard: list[str] = []

    assert migrate(empty_url, heard.append) == ALL

    assert heard == ALL
    assert not pending(empty_url)
    assert run(empty_url, "SELECT id, version FROM organisations") == [("organisation", 0)]


def test_looking_at_what_is_pending_makes_no_file(tmp_path: Path) -> None:
    assert pending(f"sqlite:///{tmp_path}/none.sqlite3") == ALL
    assert list(tmp_path.iterdir()) == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    before = catalogue(database_url)

    assert migrate(database_url) == []

    assert catalogue(database_url) == before


def test_the_file_is_private_and_bears_our_mark(tmp_path: Path) -> None:
    path = tmp_path / "nowserving.sqlite3"

    migrate(f"sqlite:///{path}")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run(f"sqlite:///{path}", "PRAGMA application_id") == [(APPLICATION_ID,)]


def test_migrations_make_exactly_what_the_schema_says(altered_url: str) -> None:
    made = catalogue(altered_url)

    engine = writer_engine(parse_url(altered_url))
    metadata.drop_all(engine)
    metadata.create_all(engine)

    assert made ^ catalogue(altered_url) == set()


def test_alembic_sees_no_difference_either(database_url: str) -> None:
    engine = writer_engine(parse_url(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX uq_tickets_open_call",
        "CREATE UNIQUE INDEX other ON tickets (desk_id) WHERE state = 'called'",
        "ALTER TABLE tickets ADD COLUMN extra TEXT",
        "ALTER TABLE branches RENAME COLUMN label TO title",
    ],
)
def test_the_catalogue_sees_any_difference(altered_url: str, change: str) -> None:
    before = catalogue(altered_url)

    run(altered_url, change)

    assert catalogue(altered_url) != before


def test_a_database_of_a_newer_version_is_refused_in_plain_words(altered_url: str) -> None:
    run(altered_url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Conflict, match="belongs to a newer version") as refusal:
        migrate(altered_url)

    assert refusal.value.code == "newer_database"
    assert refusal.value.data == {"found": "9999", "ours": newest()}


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bookmarks.sqlite3"
    run(url, "CREATE TABLE bookmarks (address TEXT)")

    with pytest.raises(Conflict, match="database of another program"):
        migrate(url)

    assert run(url, "SELECT name FROM sqlite_master") == [("bookmarks",)]


def test_a_file_that_a_server_uses_is_not_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "nowserving.sqlite3"
    monkeypatch.setattr(module, "_PATIENCE_S", 0)
    lock = FileLock(path)
    lock.take()

    with pytest.raises(Busy) as refusal:
        migrate(f"sqlite:///{path}")

    lock.release()
    assert refusal.value.code == "already_running"
    assert migrate(f"sqlite:///{path}") == ALL


def test_a_server_that_is_away_is_called_away() -> None:
    with pytest.raises(Busy) as refusal:
        migrate("postgresql://postgres@127.0.0.1:1/none")

    assert refusal.value.code == "database_away"


def test_a_migration_that_leaves_loose_ends_is_rolled_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/nowserving.sqlite3"
    upgrade = command.upgrade

    def careless(config: Any, revision: str) -> None:
        upgrade(config, revision)
        orphan = "INSERT INTO departments (id, branch_id, name) VALUES ('d', 'no such branch', 'D')"
        config.attributes["connection"].execute(text(orphan))

    monkeypatch.setattr(command, "upgrade", careless)

    with pytest.raises(RuntimeError, match="refer to nothing"):
        migrate(url)

    assert pending(url) == ALL


def die_at(statement: int) -> None:
    """Let this process kill itself instead of sending its n-th statement."""
    counted = iter(range(statement))

    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        if next(counted, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)


def migrate_until(pipe: Connection, url: str, statement: int) -> None:
    die_at(statement)
    pipe.send(migrate(url))


def kill_at_each(url: str, statements: range) -> int | None:
    """Kill a migration at each of these statements; return at which it was finished instead."""
    for statement in statements:
        with started(migrate_until, url, statement) as child:
            code = child.join()
        if code == 0:
            return statement
        assert code == -signal.SIGKILL
        assert pending(url) == ALL, f"killed at statement {statement}, it left something behind"
    return None


def test_a_migration_that_was_killed_has_never_begun(empty_url: str) -> None:
    assert kill_at_each(empty_url, range(0, 200, 19)) is not None
    assert not pending(empty_url)


@pytest.mark.prove
def test_a_migration_can_be_killed_at_every_statement(empty_url: str) -> None:
    assert kill_at_each(empty_url, range(200)) is not None
    assert not pending(empty_url)


def migrate_and_say(pipe: Connection, url: str, _number: int) -> None:
    pipe.recv()
    pipe.send(migrate(url))


def test_of_two_processes_that_migrate_at_once_one_does_it(empty_url: str) -> None:
    with several(3, migrate_and_say, empty_url) as children:
        for child in children:
            child.pipe.send("now")
        done = [child.pipe.recv() for child in children]

    assert sorted(done) == [[], [], ALL]

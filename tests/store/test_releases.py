"""Every database that a release has ever made can be brought to this version, with everything in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.store.care.checks import run_checks
from nowserving.store.care.migrate import migrate, pending
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.reservations import in_span
from nowserving.store.schema import tickets
from nowserving.store.store import Store
from tests.conftest import Clock
from tests.postgres_server import PostgresServer
from tests.store.catalogue import catalogue

RECORDED = sorted((Path(__file__).parent / "releases").glob("*.sql"))


@pytest.fixture(
    params=[
        pytest.param(path, id=path.stem, marks=[pytest.mark.postgres] if "postgresql" in path.stem else [])
        for path in RECORDED
    ]
)
def released_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database just as a release left it."""
    statements = request.param.read_text()
    if "postgresql" not in request.param.stem:
        path = tmp_path / "nowserving.sqlite3"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(statements)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(template=False) as url:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute(statements)
        yield url


def states(reader: Reader) -> list[tuple[str, str]]:
    rows = reader.execute(select(tickets.c.code, tickets.c.state).order_by(tickets.c.id)).mappings()
    return [(row["code"], row["state"]) for row in rows]


def test_there_are_releases_to_come_from() -> None:
    assert {path.stem.split(".")[-1] for path in RECORDED} == {"sqlite", "postgresql"}


def test_a_release_becomes_this_version_with_everything_in_it(released_url: str, clock: Clock) -> None:
    migrate(released_url)

    assert not pending(released_url)
    store = Store(released_url, clock=clock)
    store.open()
    assert store.read_now(states) == [
        ("A-001", "no_show"),
        ("A-002", "serving"),
        ("A-003", "called"),
        ("A-004", "waiting"),
        ("A-005", "waiting"),
        ("A-006", "parked"),
        ("B-001", "waiting"),
    ]
    promised = store.read_now(in_span, "town-hall", 0, 1 << 60)
    assert [(one.state.value, one.name) for one in promised] == [
        ("arrived", "Ana Ruiz"),
        ("confirmed", "Ana Ruiz"),
        ("held", None),
    ]
    assert store.write_now(join, queue_id="passports").ticket.code == "A-007"
    assert store.write_now(call_next, desk_id="desk-3").ticket.code == "A-004"
    assert [one.violations for one in store.read_now(run_checks, clock()) if one.violations] == []
    store.close()


def test_a_release_gets_the_same_tables_as_a_new_database(
    released_url: str, sqlite_url: str, request: pytest.FixtureRequest
) -> None:
    """If this fails before the release is out, record it again; after, write a migration."""
    migrate(released_url)

    if released_url.startswith("sqlite"):
        assert catalogue(released_url) == catalogue(sqlite_url)
    else:
        assert catalogue(released_url) == catalogue(request.getfixturevalue("postgresql_url"))

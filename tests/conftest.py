"""What every test stands on: a real database of each kind, a clock that is set, a store."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from nowserving.store import schema
from nowserving.store.care.migrate import migrate
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.store import Store
from tests import compiled, kept, measured, quick_passwords
from tests.builders import MONDAY_MORNING_US, Builder, TownHall
from tests.demos import built_demo  # noqa: F401 - a fixture of every test.
from tests.postgres_server import PostgresServer

compiled.share()
quick_passwords.use()


def pytest_configure(config: pytest.Config) -> None:
    """Let some tests be measured and others not."""
    config.pluginmanager.register(measured, "measured")


@dataclass(slots=True)
class Clock:
    """A wall clock that stands still until a test moves it. Call it for the time in µs."""

    now: int = MONDAY_MORNING_US

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass (or, with a negative number, step back)."""
        self.now += round(seconds * 1_000_000)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file, to be copied for each test: much faster than migrating each time."""
    path = tmp_path_factory.mktemp("template") / "nowserving.sqlite3"
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return the PostgreSQL of this run, with a migrated template; skip where none is offered."""
    url = os.environ.get("NOWSERVING_TEST_POSTGRES_URL")
    if not url:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must test PostgreSQL: NOWSERVING_TEST_POSTGRES_URL is not set")
        pytest.skip("NOT TESTED ON POSTGRESQL: NOWSERVING_TEST_POSTGRES_URL is not set")
    server = PostgresServer(parse_url(url))
    server.make_template(prepare)
    yield server
    server.close()


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Return the URL of a migrated SQLite file of this test's own."""
    path = tmp_path / "nowserving.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Yield the URL of a migrated PostgreSQL database of this test's own."""
    with postgres_server.turn() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def altered_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the URL of a migrated database whose very tables the test may alter."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
    else:
        with request.getfixturevalue("postgres_server").database() as url:
            yield url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a migrated database of this test's own; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def module_database_url(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a migrated database that the tests of one module share."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("module") / "nowserving.sqlite3"
        shutil.copyfile(sqlite_template, path)
        yield f"sqlite:///{path}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database() as url:
            yield url


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[Store]:
    """Open a store on a migrated database, with the test's clock and seeded randomness."""
    opened = Store(database_url, clock=clock, random=Random(20261123))
    with kept.connections():
        opened.open()
    yield opened
    opened.close()


@pytest.fixture
def build(database_url: str) -> Iterator[Builder]:
    """Return the builder of this test's rows."""
    with kept.connections():
        builder = Builder(database_url)
    yield builder
    builder.close()


@pytest.fixture
def town_hall(build: Builder) -> TownHall:
    """Make the town hall, and next door a library that no test of the town hall may touch."""
    return build.once(_town_hall_by_a_library)


def _town_hall_by_a_library(build: Builder) -> TownHall:
    library = build.branch("Library", time_zone="America/Lima")
    loans = build.queue("Loans", library, prefix="A")
    build.desk("Front desk", library, serves=[loans], agent_id=build.agent("Noor Haddad", library))
    return build.town_hall()


def prepare(url: str) -> None:
    """Make all tables, and give the organisation its name."""
    migrate(url)
    engine = writer_engine(parse_url(url))
    with engine.begin() as connection:
        named = {"name": "Springfield", "created_at": MONDAY_MORNING_US}
        connection.execute(update(schema.organisations).values(named))
    engine.dispose()

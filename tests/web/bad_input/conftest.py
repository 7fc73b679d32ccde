"""One server of each kind of database for all attacks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.bad_input.siege import Siege, besieged

# What is refused here is refused by the same lines whatever the database. On PostgreSQL the first case of
# each test is enough for every day; `make prove` sends it all of them.
_ALIKE_ON_BOTH = ("test_identity.py", "test_live.py", "test_numbers.py", "test_protocol.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that a run can leave the siege out."""
    seen: set[str] = set()
    for one in sorted(items, key=lambda one: one.nodeid):
        if Path(__file__).parent not in one.path.parents:
            continue
        one.add_marker("siege")
        if one.path.name in _ALIKE_ON_BOTH and one.get_closest_marker("postgres"):
            name = one.nodeid.partition("[")[0]
            if name in seen:
                one.add_marker("prove")
            seen.add(name)


@pytest.fixture(scope="session")
def _siege_on_sqlite(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Siege]:
    folder = tmp_path_factory.mktemp("besieged")
    path = folder / "nowserving.sqlite3"
    shutil.copyfile(sqlite_template, path)
    with besieged(f"sqlite:///{path}", folder) as siege:
        yield siege


@pytest.fixture(scope="session")
def _siege_on_postgresql(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Siege]:
    server = request.getfixturevalue("postgres_server")
    with server.database() as url, besieged(url, tmp_path_factory.mktemp("besieged")) as siege:
        yield siege


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def siege(request: pytest.FixtureRequest) -> Siege:
    """Return the server under attack; what it holds at the end of a test is whatever the tests left."""
    found: Siege = request.getfixturevalue(f"_siege_on_{request.param}")
    return found

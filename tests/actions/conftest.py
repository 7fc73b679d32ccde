"""The office in which the verbs are tested; its books are audited at the end of every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.store.store import Store
from tests.actions.databases import Database, copies_of
from tests.actions.office import Office
from tests.actions.surgery import Surgery, make_surgery
from tests.actions.theatre import Theatre, make_theatre
from tests.builders import Builder, TownHall
from tests.conftest import Clock


@pytest.fixture
def office(store: Store, clock: Clock, build: Builder, town_hall: TownHall) -> Iterator[Office]:
    """Open a town hall beside a library with the same prefix, where people wait and are served too."""
    store.write_now(join, queue_id="loans")
    store.write_now(call_next, desk_id="front-desk", actor="staff:noor-haddad")
    store.write_now(join, queue_id="loans")
    opened = Office(store, clock, build, town_hall)
    yield opened
    opened.audit()


@pytest.fixture
def sqlite_databases(tmp_path: Path, sqlite_template: Path) -> Database:
    """Return a maker of SQLite databases, for as many random programs as are run."""
    return copies_of(sqlite_template, tmp_path)


@pytest.fixture
def surgery(store: Store, clock: Clock, build: Builder) -> Iterator[Surgery]:
    """Open a surgery that takes reservations; its books are audited at the end."""
    opened = make_surgery(store, clock, build)
    yield opened
    opened.audit()


@pytest.fixture
def theatre(store: Store, clock: Clock, build: Builder) -> Iterator[Theatre]:
    """Open a theatre that sells one performance; its books are audited at the end."""
    opened = make_theatre(store, clock, build)
    yield opened
    opened.audit()

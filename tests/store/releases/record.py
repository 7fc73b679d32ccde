"""Record what a release's databases look like, so that every later version is tested on them.

    python scripts/services.py run -- .venv/bin/python -m tests.store.releases.record 0.1.0

writes 0.1.0.sqlite.sql and 0.1.0.postgresql.sql beside this file: a town hall with a few people in
every state, made by that release's own actions. Record a release when it is tagged, never again after.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import URL

from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import hold, reserve
from nowserving.actions.reservations.services import create_service
from nowserving.actions.reservations.standing_by import stand_by
from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import no_show, park, start
from nowserving.store.care.migrate import APPLICATION_ID, migrate
from nowserving.store.database import parse_url
from nowserving.store.store import Store
from tests.builders import MONDAY_MORNING_US, Builder, TownHall
from tests.postgres_server import PostgresServer

FOLDER = Path(__file__).parent
# Settings of the dump's own run, and what only psql understands.
_NOT_DATA = ("SET ", "SELECT pg_catalog.set_config", "--", "\\")


def fill(url: str) -> None:
    """Make the town hall and a short morning in it."""
    migrate(url)
    builder = Builder(url)
    hall = builder.town_hall()
    builder.close()
    times = iter(range(MONDAY_MORNING_US, MONDAY_MORNING_US + 3600_000_000, 30_000_000))
    store = Store(url, clock=lambda: next(times), random=Random(1))
    store.open()
    keys = [store.write_now(join, queue_id=hall.passports).ticket.key for _ in range(6)]
    store.write_now(call_next, desk_id=hall.desk_1)
    store.write_now(no_show, key=keys[0])
    store.write_now(call_next, desk_id=hall.desk_1)
    store.write_now(start, key=keys[1])
    store.write_now(call_next, desk_id=hall.desk_2)
    store.write_now(park, key=keys[5])
    _promises(store, hall)
    store.close()


def _promises(store: Store, hall: TownHall) -> None:
    """Make a service, and reservations in several states."""
    wanted: dict[str, Any] = {
        "queue_id": hall.licences,
        "name": "Advice",
        "duration_s": 1800,
        "desk_ids": [hall.desk_2],
    }
    service = store.write_now(create_service, branch_id=hall.branch_id, **wanted)
    at = MONDAY_MORNING_US + 7_200_000_000
    first, second, third = (at + n * 1_800_000_000 for n in range(3))
    booked: dict[str, Any] = {"service_id": service.id, "name": "Ana Ruiz", "email": "ana@example.org"}
    here = store.write_now(reserve, start_at=first, **booked)
    store.write_now(reserve, start_at=second, **booked)
    store.write_now(hold, service_id=service.id, start_at=third)
    store.write_now(stand_by, service_id=service.id, from_at=third, to_at=third + 1, name="Wim")
    store.write_now(arrive, reservation_key=here.key, by_staff=True)


def sqlite_dump(path: Path) -> str:
    """Return a SQLite file as statements."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join([f"PRAGMA application_id = {APPLICATION_ID};", *connection.iterdump()]) + "\n"


def postgresql_dump(url: URL) -> str:
    """Return a PostgreSQL database as statements."""
    program = Path(os.environ["NOWSERVING_TEST_POSTGRES_BIN"]) / "pg_dump"
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [str(program), "--inserts", "--no-owner", "--no-privileges", address]
    dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "\n".join(line for line in dumped.splitlines() if line and not line.startswith(_NOT_DATA)) + "\n"


def main(version: str) -> None:
    """Write both files of a release."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nowserving.sqlite3"
        fill(f"sqlite:///{path}")
        (FOLDER / f"{version}.sqlite.sql").write_text(sqlite_dump(path))
    server = PostgresServer(parse_url(os.environ["NOWSERVING_TEST_POSTGRES_URL"]))
    with server.database(template=False) as url:
        fill(url)
        (FOLDER / f"{version}.postgresql.sql").write_text(postgresql_dump(parse_url(url)))


if __name__ == "__main__":
    main(sys.argv[1])

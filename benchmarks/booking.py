"""Reservations: looking through a year of fifty services, and booking one slot or many.

Beside it the limits: a look without the reckoning (the statements alone); the bare driver that writes the
same rows; and plain joins through the same store by the same threads, for a reservation is three changes on
record where a join is one.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import select

from nowserving.actions.reservations.booking import reserve
from nowserving.actions.tickets.joining import join
from nowserving.domain.calendar.hours import hours_from
from nowserving.store import schema
from nowserving.store.care.migrate import migrate
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import EVENTS
from nowserving.store.reservations.plans import for_booking
from nowserving.store.reservations.slots import loads, next_free, slots_between
from nowserving.store.schema import reservations
from nowserving.store.store import Store, wall_clock
from tests.builders import Builder
from tests.postgres_server import PostgresServer

SERVICES, DESKS, CLIENTS = 50, 10, 64
DAY = 86_400 * 1_000_000
YEAR = 365 * DAY
_TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_HOURS = {
    "weekly": {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
}


def one_round(seconds: float, postgres_url: str = "") -> dict[str, float]:
    """Return every figure of one round: milliseconds for looks, a second's worth for bookings."""
    with tempfile.TemporaryDirectory() as folder:
        found = _on("sqlite", f"sqlite:///{Path(folder) / 'nowserving.sqlite3'}", seconds)
    if postgres_url:
        with PostgresServer(parse_url(postgres_url)).database(template=False) as url:
            found |= _on("postgresql", url, seconds)
    return found


def _on(where: str, url: str, seconds: float) -> dict[str, float]:
    migrate(url)
    queue_id = _clinic(url)
    store = Store(url)
    store.open()
    try:
        found = {**_bookings(store, queue_id, seconds), **_looks(store)}
    finally:
        store.close()
    found["driver"] = _bare_driver(url, seconds)
    return {f"{where} {name}": value for name, value in found.items()}


def _bare_driver(url: str, seconds: float) -> float:
    """Return how many reservations' rows the driver alone commits a second, in groups as large as ours."""
    engine = writer_engine(parse_url(url))
    with engine.connect() as connection:
        cursor, dialect = connection.connection.cursor(), connection.dialect.name
        columns = ", ".join(
            column.name for column in reservations.c if column.name not in ("id", "key", "code")
        )
        copy = f"INSERT INTO reservations (key, code, {columns}) SELECT %s, %s, {columns} FROM reservations"  # noqa: S608
        copy += " WHERE id = (SELECT min(id) FROM reservations)"
        statement = copy.replace("%s", "?") if dialect == "sqlite" else copy
        branch_id = connection.execute(select(reservations.c.branch_id).limit(1)).scalar_one()
        connection.rollback()
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            connection.begin()
            for number in range(done, done + CLIENTS):
                cursor.execute(statement, (f"bare-{number}", f"bare-{number}"))
            events = [
                (
                    branch_id,
                    10_000_000 + 3 * done + n,
                    1,
                    "reservation.held",
                    "bench",
                    None,
                    None,
                    None,
                    "x" * 300,
                )
                for n in range(3 * CLIENTS)
            ]
            EVENTS.insert(cursor, dialect, events)
            connection.commit()
            done += CLIENTS
        elapsed = time.perf_counter() - began
    engine.dispose()
    return done / elapsed


def _clinic(url: str) -> str:
    """Make fifty services of half an hour, each given by two of ten desks, and two with room for all."""
    build = Builder(url)
    branch_id = build.branch("Clinic", time_zone="Europe/Madrid", hours=hours_from(_HOURS))
    queue_id = build.queue("Check-ups", branch_id)
    desks = [build.desk(f"Room {number}", branch_id, serves=[queue_id]) for number in range(DESKS)]
    values = {"branch_id": branch_id, "queue_id": queue_id, "duration_s": 1800}
    rules = json.dumps({"window_days": 365, "notice_s": 3600})
    for number in range(SERVICES):
        build.insert(schema.services, id=f"s{number}", name=f"Service {number}", rules=rules, **values)
        for place in range(2):
            desk_id = desks[(number + place * 3) % DESKS]
            build.insert(schema.service_desks, service_id=f"s{number}", desk_id=desk_id, place=place)
    wide = json.dumps({"window_days": 365, "capacity": 10_000})
    always = json.dumps({"weekly": {"mon": [["09:00", "18:00"]]}})
    for name in ("one", "many"):
        build.insert(schema.services, id=name, name=name, rules=wide, hours=always, **values)
    walk_in = build.queue("Walk-ins", build.branch("Hall"), prefix="W")
    build.close()
    return walk_in


def _bookings(store: Store, queue_id: str, seconds: float) -> dict[str, float]:
    now = wall_clock()
    of_one = [one.start_at for one in store.read_now(slots_between, "one", now, now + YEAR, now=now)]
    spread = store.read_now(slots_between, "many", now, now + YEAR, now=now)

    def book(service_id: str, start_at: int) -> None:
        store.write_now(reserve, service_id=service_id, start_at=start_at, name="Ana")

    return {
        "joins": _rate(lambda _: store.write_now(join, queue_id=queue_id), seconds),
        "one slot": _rate(lambda _: book("one", of_one[0]), seconds),
        "spread out": _rate(lambda n: book("many", spread[n % len(spread)].start_at), seconds),
    }


def _rate(work: Callable[[int], Any], seconds: float) -> float:
    """Return how often a second the clients get it done, all at once."""
    end = time.perf_counter() + seconds

    def client(number: int) -> int:
        done = 0
        while time.perf_counter() < end:
            work(number + done * CLIENTS)
            done += 1
        return done

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(client, range(CLIENTS))) / seconds


def _looks(store: Store) -> dict[str, float]:
    now = wall_clock()
    services = [f"s{number}" for number in range(SERVICES)]

    def statements(reader: Reader, service_id: str) -> None:
        plan = for_booking(reader, service_id, now)
        if plan is not None:
            loads(reader, plan, now, now + YEAR, now=now)

    def each(look: Callable[[str], Any]) -> float:
        began = time.perf_counter()
        for service_id in services:
            look(service_id)
        return 1000 * (time.perf_counter() - began)

    return {
        "statements alone": each(lambda one: store.read_now(statements, one)),
        "a year": each(lambda one: store.read_now(slots_between, one, now, now + YEAR, now=now)),
        "a month": each(lambda one: store.read_now(slots_between, one, now, now + 30 * DAY, now=now)),
        "next free": each(lambda one: store.read_now(next_free, one, now, now=now)),
    }


def section(rounds: list[dict[str, float]]) -> Iterator[str]:
    """Yield the part of the page."""
    if not rounds:
        return
    middle = {name: median(one[name] for one in rounds if name in one) for one in rounds for name in one}
    yield from ("", "## Reservations", "")
    yield f"{CLIENTS} clients book without a pause. A reservation is held, booked and confirmed, three"
    yield "changes on record; a join is one. The limit is the bare driver that writes the same rows and"
    yield "events, in groups."
    yield "Run it again: `make bench ARGS='--only reservations'`."
    yield from ("", "| | a second | beside the bare driver | beside joins |", "|---|---:|---:|---:|")
    for where, title in _TITLES.items():
        if f"{where} driver" in middle:
            driver, joins = middle[f"{where} driver"], middle[f"{where} joins"]
            yield f"| bare driver, {title} | {driver:,.0f} | 1.00 | |"
            for name in ("joins", "one slot", "spread out"):
                rate = middle[f"{where} {name}"]
                yield f"| {name}, {title} | {rate:,.0f} | {rate / driver:.2f} | {rate / joins:.2f} |"
    yield from (
        "",
        f"Looking for slots, {SERVICES} services of half an hour, eight hours a day, two desks each. The",
        "limit is the answer without the reckoning: the statements alone.",
        "",
    )
    yield from ("| | ms for all of them | beside the statements alone |", "|---|---:|---:|")
    for where, title in _TITLES.items():
        if f"{where} driver" in middle:
            alone = middle[f"{where} statements alone"]
            for name in ("statements alone", "next free", "a month", "a year"):
                took = middle[f"{where} {name}"]
                yield f"| {name}, {title} | {took:,.0f} | {took / alone:.1f} |"


if __name__ == "__main__":
    print(json.dumps(one_round(2.0), indent=1))

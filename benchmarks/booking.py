"""Reservations: looking through a year of fifty services, and booking one slot or many.

Beside it the limits: a look without the reckoning (the statements alone), and plain joins through the same
store by the same threads, for a reservation is three changes on record where a join is one.
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

from nowserving.actions.reservations.booking import reserve
from nowserving.actions.tickets.joining import join
from nowserving.domain.calendar.hours import hours_from
from nowserving.store import schema
from nowserving.store.care.migrate import migrate
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.plans import for_booking
from nowserving.store.reservations.slots import loads, next_free, slots_between
from nowserving.store.store import Store, wall_clock
from tests.builders import Builder

SERVICES, DESKS, CLIENTS = 50, 10, 64
DAY = 86_400 * 1_000_000
YEAR = 365 * DAY
_HOURS = {
    "weekly": {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
}


def one_round(seconds: float) -> dict[str, float]:
    """Return every figure of one round: milliseconds for looks, a second's worth for bookings."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'nowserving.sqlite3'}"
        migrate(url)
        queue_id = _clinic(url)
        store = Store(url)
        store.open()
        try:
            return {**_bookings(store, queue_id, seconds), **_looks(store)}
        finally:
            store.close()


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
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    yield from ("", "## Reservations", "")
    yield f"{CLIENTS} clients book without a pause; SQLite. A reservation is held, booked and confirmed,"
    yield "three changes on record; a join is one. Run it again: `make bench ARGS='--only booking'`."
    yield from ("", "| | a second | beside joins |", "|---|---:|---:|")
    for name in ("joins", "one slot", "spread out"):
        yield f"| {name} | {middle[name]:,.0f} | {middle[name] / middle['joins']:.2f} |"
    yield from (
        "",
        f"Looking for slots, {SERVICES} services of half an hour, eight hours a day, two desks each:",
        "",
    )
    yield from ("| | ms for all of them | beside the statements alone |", "|---|---:|---:|")
    for name in ("statements alone", "next free", "a month", "a year"):
        yield f"| {name} | {middle[name]:,.0f} | {middle[name] / middle['statements alone']:.1f} |"


if __name__ == "__main__":
    print(json.dumps(one_round(2.0), indent=1))

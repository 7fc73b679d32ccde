"""A restaurant that seats by rule: what an evening's step costs beside an empty line, and beside a huge one.

One cycle is a join, a check-in and a departure that lets the next party in, each a whole action with
its commit. The line that fills gaps is the worst there is: all who wait are too large for the gap.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, select, update

from benchmarks.crowd import fill
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import check_in, finish
from nowserving.domain.tickets.rules import Admission, Counts, Fit, QueueRules
from nowserving.store import schema
from nowserving.store.care.migrate import migrate
from nowserving.store.engine.reader import Reader
from nowserving.store.store import Store
from tests.builders import Builder

WAITING = 100_000
PARTY, SEATS = 4, 6
CYCLES = 200


def cycles_ms(waiting: int, fit: Fit, cycles: int = CYCLES) -> float:
    """Return the milliseconds of one cycle, the median of many, with so many parties waiting."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'nowserving.sqlite3'}"
        migrate(url)
        queue_id = _restaurant(url, fit)
        fill(url, queue_id, waiting)
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(update(schema.tickets).values(party_size=PARTY))
        engine.dispose()
        store = Store(url)
        store.open()
        try:
            store.write_now(join, queue_id=queue_id, party_size=PARTY)
            return 1000 * median(_cycle(store, queue_id) for _ in range(cycles))
        finally:
            store.close()


def _restaurant(url: str, fit: Fit) -> str:
    builder = Builder(url)
    rules = QueueRules(
        admission=Admission.AUTOMATIC,
        capacity=SEATS,
        counts=Counts.COVERS,
        fit=fit,
        fit_passes=100,
        ignore_hours=True,
    )
    queue_id = builder.queue("Tables", builder.branch("Trattoria"), rules=rules)
    builder.close()
    return queue_id


def _cycle(store: Store, queue_id: str) -> float:
    """Seat who is called, let one more join, and let the seated go; return the seconds of the three."""
    key = store.read_now(_called)
    began = time.perf_counter()
    store.write_now(check_in, actor="guest", key=key)
    store.write_now(join, queue_id=queue_id, party_size=PARTY)
    store.write_now(finish, key=key)
    return time.perf_counter() - began


def _called(reader: Reader) -> str:
    found = reader.execute(select(schema.tickets.c.key).where(schema.tickets.c.state == "called"))
    return str(found.scalars().one())


def one_round() -> dict[str, float]:
    """Return the milliseconds of a cycle for each line."""
    return {
        f"{words}, {title}": cycles_ms(waiting, fit)
        for fit, words in ((Fit.STRICT, "strict order"), (Fit.FILL, "filling gaps"))
        for waiting, title in ((0, "empty line"), (WAITING, f"{WAITING:,} waiting"))
    }


def section(rounds: list[dict[str, float]]) -> Iterator[str]:
    """Yield the part of the page: each line beside the empty one."""
    if not rounds:
        return
    yield from ("", f"## A restaurant where {WAITING:,} parties wait", "")
    yield "A join, a check-in and a departure that lets the next party in; SQLite, one after the other."
    yield "Run it again: `make bench ARGS='--only seating'`."
    yield from ("", "| | ms for the three | beside the empty line |", "|---|---:|---:|")
    for name in rounds[0]:
        ms = median(one[name] for one in rounds)
        empty = median(one[f"{name.partition(',')[0]}, empty line"] for one in rounds)
        yield f"| {name} | {ms:.2f} | {ms / empty:.2f} |"


if __name__ == "__main__":
    print(json.dumps(one_round(), indent=1))

"""The opening of a sale: places taken in a burst, the draw, and seats held and booked, beside plain joins.

    python -m benchmarks.sale            measure, print, and write docs/evidence/on-sale.md

What is measured is the engine: actions through the store, each on disk before its answer, with so many
asked at once. What a door costs besides (HTTP, limits, encoding) says docs/evidence/speed.md.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import services
from benchmarks import driver
from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.holding import hold_seats
from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.passing import come_in
from nowserving.actions.shows.selling import change_show
from nowserving.actions.tickets.joining import join
from nowserving.domain.shows.show import ShowVerb
from nowserving.store.care.migrate import migrate
from nowserving.store.database import parse_url
from nowserving.store.shows.shows import performance
from nowserving.store.store import Store
from tests.builders import Builder
from tests.postgres_server import PostgresServer
from tests.races.sale.house import put_on_sale

BURST, AT_ONCE, BUYERS = 20_000, 512, 2_000
PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence" / "on-sale.md"
_TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def one_round(postgres_url: str = "", burst: int = BURST, buyers: int = BUYERS) -> dict[str, float]:
    """Return every figure of one round: seconds for the burst and the draw, a second's worth for the rest."""
    with tempfile.TemporaryDirectory() as folder:
        found = _on("sqlite", f"sqlite:///{Path(folder) / 'nowserving.sqlite3'}", burst, buyers)
    if postgres_url:
        with PostgresServer(parse_url(postgres_url)).database(template=False) as url:
            found |= _on("postgresql", url, burst, buyers)
    return found


def _on(where: str, url: str, burst: int, buyers: int) -> dict[str, float]:
    migrate(url)
    store = Store(url)
    store.open()
    try:
        opening = put_on_sale(store, url, 1, 4, verbs=("announce",), choosing=buyers)
        builder = Builder(url)
        hall = builder.queue("Walk-ins", builder.branch("Hall"), prefix="W")
        builder.close()
        found = asyncio.run(_measured(store, opening, hall, burst))
    finally:
        store.close()
    with tempfile.TemporaryDirectory() as folder:
        selling = url if where == "postgresql" else f"sqlite:///{Path(folder) / 'seats.sqlite3'}"
        if where == "sqlite":
            migrate(selling)
        found |= _seats(selling, buyers)
    return {f"{where} {name}": value for name, value in found.items()}


async def _measured(store: Store, performance_id: str, queue_id: str, burst: int) -> dict[str, float]:
    async def arrive(nth: int) -> None:
        await store.write(take_place, performance_id=performance_id, joined_from=f"phone-{nth}")

    found = {"joins": 4_000 / await _all(4_000, lambda _: store.write(join, queue_id=queue_id))}
    found["burst s"] = await _all(burst, arrive)
    of = await store.read(performance, performance_id)
    assert of is not None
    began = time.perf_counter()
    await store.write(change_show, show_id=of.show_id, to=ShowVerb.OPEN)
    found["draw s"] = time.perf_counter() - began
    return found


def _seats(url: str, buyers: int) -> dict[str, float]:
    store = Store(url)
    store.open()
    try:
        performance_id = put_on_sale(store, url, 100, 100, choosing=buyers)
        return asyncio.run(_bought(store, performance_id, buyers))
    finally:
        store.close()


async def _bought(store: Store, performance_id: str, buyers: int) -> dict[str, float]:
    of: dict[str, Any] = {"performance_id": performance_id}
    keys: dict[int, str] = {}
    passes: dict[int, str] = {}
    holds: dict[int, str] = {}

    async def arrive(nth: int) -> None:
        keys[nth] = (await store.write(take_place, joined_from=f"phone-{nth}", **of)).ticket.key

    async def enter(nth: int) -> None:
        passes[nth] = (await store.write(come_in, key=keys[nth], device_hash=f"phone-{nth}")).id

    async def hold(nth: int) -> None:
        claims = {"jti": passes[nth], "dev": f"phone-{nth}"}
        holds[nth] = (await store.write(hold_seats, claims=claims, many=3, **of)).key

    async def book(nth: int) -> None:
        claims = {"jti": passes[nth], "dev": f"phone-{nth}"}
        email = f"{nth}@example.org"
        await store.write(book_seats, hold_key=holds[nth], claims=claims, name="Ana", email=email)

    steps = {"arrivals": arrive, "passes": enter, "holds": hold, "bookings": book}
    return {name: buyers / await _all(buyers, step) for name, step in steps.items()}


async def _all(many: int, work: Callable[[int], Awaitable[Any]]) -> float:
    """Do something so many times, so many at once; return the seconds."""
    numbers = iter(range(many))

    async def client() -> None:
        for nth in numbers:
            await work(nth)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    return time.perf_counter() - began


def page(found: dict[str, float], limits: dict[str, float]) -> Iterator[str]:
    """Yield the page."""
    yield f"# The opening of a sale\n\nWritten by `python -m benchmarks.sale` on {time.strftime('%Y-%m-%d')}."
    yield f"The engine alone, in one process, {AT_ONCE} asked at once; every answer is on disk. The limit is"
    yield "the bare driver with a join's statements in groups of 100. Nothing here is asserted by a test.\n"
    yield "| | measured | beside |\n|---|---:|---|"
    for where, title in _TITLES.items():
        if f"{where} joins" not in found:
            continue
        own = {name: found[f"{where} {name}"] for name in ("joins", "burst s", "draw s")}
        rate, limit = BURST / own["burst s"], limits[where]
        yield f"| bare driver, joins, {title} | {limit:,.0f}/s | 1.00 |"
        yield f"| plain joins, {title} | {own['joins']:,.0f}/s | {own['joins'] / limit:.2f} of the driver |"
        bar = "reached" if own["burst s"] <= 10 else "**missed**"
        yield (
            f"| {BURST:,} take a place before the opening, {title} | {own['burst s']:.1f} s ({rate:,.0f}/s)"
            f" | {rate / limit:.2f} of the driver; ≤ 10 s: {bar} |"
        )
        yield f"| the draw of all of them, and the opening, {title} | {own['draw s']:.1f} s | one commit |"
        for name, words in (
            ("arrivals", "places taken in an open lobby"),
            ("passes", "called guests come in, a pass each"),
            ("holds", "best three of 10,000 seats held"),
            ("bookings", "three seats booked, letter and pass's end with it"),
        ):
            each = found[f"{where} {name}"]
            yield f"| {words}, {title} | {each:,.0f}/s | {each / own['joins']:.2f} of plain joins |"


def main() -> None:
    """Measure, print and write."""
    with services.running(browser=False, durable=True) as got:
        postgres_url = got.settings.get("NOWSERVING_TEST_POSTGRES_URL", "")
        found = one_round(postgres_url)
        limits = {"sqlite": driver.joins_per_second(3)}
        if postgres_url:
            with PostgresServer(parse_url(postgres_url)).database(template=False) as one:
                limits["postgresql"] = driver.joins_per_second(3, one)
    text = "\n".join(page(found, limits)) + "\n"
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()

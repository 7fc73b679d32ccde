"""`make bench`: the speed of the whole product beside its limits, in interleaved rounds on one machine.

Ratios travel between machines, absolute numbers don't. The server has the first core for itself
where the system allows it, and whoever asks has another.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import services
from benchmarks import (
    booking,
    calls,
    doors,
    driver,
    fanout,
    million,
    plots,
    profile,
    report,
    seating,
    start,
)
from benchmarks.report import Results
from nowserving.store.database import parse_url
from tests.postgres_server import PostgresServer

_PARTS = ("doors", "million", "seating", "reservations", "fanout", "calls", "start")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence" / "speed.md"


def main() -> None:
    """Measure, print the table, and write the page."""
    parser = argparse.ArgumentParser(description="Measure speed beside its limits.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="for each door in each round")
    parser.add_argument("--waiting", type=int, default=1_000_000, help="how many wait in the great crowd")
    parser.add_argument("--streams", type=int, default=10_000)
    parser.add_argument("--only", choices=list(_PARTS), action="append")
    parser.add_argument("--page", action="store_true", help="write the page though only a part is measured")
    options = parser.parse_args()
    wanted = options.only or list(_PARTS)
    results = Results(options.rounds, options.seconds, options.waiting, options.streams)
    with services.running(browser=False, durable=True) as got:
        for number in range(options.rounds):
            one_round(results, wanted, got.settings.get("NOWSERVING_TEST_POSTGRES_URL", ""))
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr)
        if "doors" in wanted:
            results.profile = profile.of_joins(2 * options.seconds)
    text = report.page(results)
    print(text)
    if options.page or not options.only:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
        plots.shares(PAGE.with_name("speed-doors.svg"), report.shares(results))
        plots.curves(PAGE.with_name("speed-phones.svg"), report.curves(results))


def one_round(results: Results, wanted: list[str], postgres_url: str) -> None:
    """Measure everything once, limit and product in turn."""
    seconds = results.seconds
    if {"doors", "million"} & set(wanted):
        results.bare.append(doors.bare(seconds))
    if "doors" in wanted:
        results.take("sqlite", doors.one_round(doors.ENOUGH, seconds))
        results.driver["sqlite"].append(driver.joins_per_second(seconds))
        if postgres_url:
            on_postgresql(results, postgres_url)
    if "million" in wanted:
        found, restart_s, each = million.crowd_of(results.waiting, seconds)
        results.take("million", found)
        results.restart_s.append(restart_s)
        results.bytes_each.append(each)
    if "seating" in wanted:
        results.seating.append(seating.one_round())
    if "reservations" in wanted:
        results.booking.append(booking.one_round(seconds, postgres_url))
    if "fanout" in wanted:
        results.peers.append(fanout.nchan(results.streams))
        results.fanout.append(fanout.product(results.streams))
        results.idle.append(fanout.idle(1000))
    if "calls" in wanted:
        results.calls.append(calls.one_round(results.streams))
    if "start" in wanted:
        results.start_s.append(start.make_demo_s())


def on_postgresql(results: Results, url: str) -> None:
    """Measure doors and driver on databases of their own."""
    server = PostgresServer(parse_url(url))
    with server.database(template=False) as one:
        results.take("postgresql", doors.one_round(doors.ENOUGH, results.seconds, one))
    with server.database(template=False) as one:
        results.driver["postgresql"].append(driver.joins_per_second(results.seconds, one))


if __name__ == "__main__":
    main()

"""The evidence page: each speed beside its limit, with the machine, the date and the command."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import booking, seating
from benchmarks import calls as by_second
from benchmarks.fanout import FanOut
from benchmarks.load import Measured
from benchmarks.profile import Profile

JOINS, ONE = "joins, 64 clients", "joins, 1 client"
CALLS, PLACES = "call next, 16 desks, one line", "places, 64 clients"
# What each door has to reach, as a share of the bare answer: on SQLite, on PostgreSQL.
BARS = {JOINS: (0.33, 0.22), CALLS: (0.25, None), PLACES: (0.6, None)}
_DATABASES = (("sqlite", "SQLite", 0), ("postgresql", "PostgreSQL", 1))
_MOST_ROOMS = 15


@dataclass(slots=True)
class Results:
    """What was measured so far, a value for each round."""

    rounds: int
    seconds: float
    waiting: int
    streams: int
    bare: list[Measured] = field(default_factory=list)
    found: dict[str, dict[str, list[Measured]]] = field(default_factory=dict)
    driver: dict[str, list[float]] = field(default_factory=lambda: {"sqlite": [], "postgresql": []})
    restart_s: list[float] = field(default_factory=list)
    bytes_each: list[float] = field(default_factory=list)
    peers: list[FanOut | None] = field(default_factory=list)
    fanout: list[FanOut] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    start_s: list[float] = field(default_factory=list)
    seating: list[dict[str, float]] = field(default_factory=list)
    booking: list[dict[str, float]] = field(default_factory=list)
    calls: list[by_second.Calls] = field(default_factory=list)
    profile: Profile | None = None

    def take(self, where: str, measured: dict[str, Measured]) -> None:
        """Add one round of doors."""
        for name, one in measured.items():
            self.found.setdefault(where, {}).setdefault(name, []).append(one)


def page(results: Results) -> str:
    """Return the page as Markdown."""
    lines = [*_head(results), *_doors(results), *_million(results), *seating.section(results.seating)]
    lines += [*booking.section(results.booking), *_fanout(results)]
    lines += [*by_second.section(results.calls, results.streams), *_start(results)]
    return "\n".join(lines) + "\n"


def _head(results: Results) -> Iterator[str]:
    yield "# Speed, beside its limits"
    yield ""
    yield f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: medians of {results.rounds} interleaved"
    yield f"rounds, {results.seconds:.0f} s a door and round."
    yield _machine()
    yield "The server has one core for itself, and whoever asks has the other. Every answer passes the whole"
    yield "product: sign-in check, limits, validation, event, commit with fsync (SQLite `FULL`, PostgreSQL"
    yield "`fsync = on`). Nothing here is asserted by a test: a ratio is evidence, not a promise."
    yield ""
    yield "For each bar that is missed: [what was tried, what it brought, and what is left](speed-tried.md)."


def _machine() -> str:
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    cpu = model[0].partition(": ")[2] if model else platform.machine()
    return (
        f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}."
    )


def _doors(results: Results) -> Iterator[str]:
    if not results.bare:
        return
    limit = _rate(results.bare)
    yield from ("", "## The doors", "")
    yield "The limit (a) is a bare ASGI callable on the same server and core that reads the body and answers"
    yield "as many bytes."
    yield "Run it again: `make bench ARGS='--only doors'`."
    yield ""
    yield "![Each door as a share of the bare answer](speed-doors.svg)"
    yield ""
    yield "| | answers a second | share of (a) | bar | p50 ms | p99 ms | server CPU each | refused |"
    yield "|---|---:|---:|---|---:|---:|---:|---:|"
    yield _door_row("bare answer (a)", results.bare, limit, None)
    for where, title, number in _DATABASES:
        for name, runs in results.found.get(where, {}).items():
            yield _door_row(f"{name}, {title}", runs, limit, BARS.get(name, (None, None))[number])
    for where, rates in results.driver.items():
        if rates:
            share = _rate(results.found[where][JOINS]) / median(rates)
            yield ""
            yield (
                f"Limit (b), the bare driver on {where} with a join's statements in groups of 100: "
                f"{median(rates):,.0f} joins/s; the product reaches {share:.2f} of it."
            )

    if results.profile:
        yield from _profile(results.profile)


def shares(results: Results) -> dict[str, tuple[float, float | None]]:
    """Return each door's share of the bare answer, and what it has to reach; for a plot."""
    limit = _rate(results.bare) if results.bare else 1.0
    return {
        f"{name}, {title}": (_rate(runs) / limit, BARS.get(name, (None, None))[number])
        for where, title, number in _DATABASES
        for name, runs in results.found.get(where, {}).items()
    }


def _profile(profile: Profile) -> Iterator[str]:
    """Say where a join's time goes: why its bar is reached or missed."""
    yield from ("", "### Where the time of a join goes", "")
    yield f"SQLite, 64 clients, {profile.joins:,} joins while py-spy looked a hundred times a second (which"
    yield "costs some of the speed). Processor time of each thread, by the kernel's books:"
    yield from ("", "| thread | µs a join |", "|---|---:|")
    for name, cost_us in sorted(profile.threads.items(), key=lambda one: -one[1]):
        yield f"| {name} | {cost_us:.0f} |"
    yield ""
    yield "And of the time in which Python's lock was held, each room's share (its own lines, and what they"
    yield "called outside the house):"
    yield from ("", "| room | share |", "|---|---:|")
    for room, share in profile.rooms[:_MOST_ROOMS]:
        yield f"| {room} | {share:.0%} |"


def _door_row(name: str, runs: list[Measured], limit: float, bar: float | None) -> str:
    share = _rate(runs) / limit
    p50, p99 = (median(getattr(run, which) for run in runs) for which in ("p50_ms", "p99_ms"))
    cpu = median(run.cpu_us for run in runs)
    refused = sum(run.refused for run in runs)
    return (
        f"| {name} | {_rate(runs):,.0f} | {share:.2f} | {_verdict(share, bar)} "
        f"| {p50:.2f} | {p99:.1f} | {cpu:.0f} µs | {refused} |"
    )


def _verdict(reached: float, bar: float | None, *, most: bool = False) -> str:
    if bar is None:
        return ""
    good = reached <= bar if most else reached >= bar
    return f"{'≤' if most else '≥'} {bar:g}: {'reached' if good else '**missed**'}"


def _million(results: Results) -> Iterator[str]:
    found = results.found.get("million")
    if not found:
        return
    yield from ("", f"## {results.waiting:,} people wait", "")
    yield "Run it again: `make bench ARGS='--only doors --only million'`."
    yield from ("", "| | answers a second | share of the rate above | bar |", "|---|---:|---:|---|")
    for name, runs in found.items():
        small = results.found.get("sqlite", {}).get(name)
        share = _rate(runs) / _rate(small) if small else 0.0
        yield f"| {name} | {_rate(runs):,.0f} | {share:.2f} | {_verdict(share, 0.8) if small else ''} |"
    restart, each = median(results.restart_s), median(results.bytes_each)
    yield ""
    late = _verdict(restart, 10, most=True)
    yield f"The server starts {restart:.1f} s later than on an empty line ({late});"
    yield f"memory holds {each:.0f} bytes for each who waits ({_verdict(each, 300, most=True)})."


def _fanout(results: Results) -> Iterator[str]:
    if not results.fanout:
        return
    last = median(one.last_ms for one in results.fanout)
    each = median(one.bytes_each for one in results.fanout) / 1000
    others = median(one.others_p99_ms for one in results.fanout)
    peers = [one for one in results.peers if one]
    yield from ("", f"## One call to {results.streams:,} open phones", "")
    yield "From the click to the last phone, commit included."
    yield "Run it again: `make bench ARGS='--only fanout'`."
    yield from ("", "![How many of the phones have heard after how long](speed-phones.svg)")
    yield from ("", "| | click to last phone | memory a stream |", "|---|---:|---:|")
    nchan = median(one.last_ms for one in peers) if peers else 0.0
    if peers:
        theirs = median(one.bytes_each for one in peers) / 1000
        yield f"| nginx with nchan (c), no commit | {nchan:.0f} ms | {theirs:.1f} KB |"
    yield f"| Now Serving | {last:.0f} ms | {each:.1f} KB |"
    yield ""
    if peers:
        yield f"{last / nchan:.2f} × (c): {_verdict(last / nchan, 1.7, most=True)}."
    yield f"A stream: {_verdict(each, 20, most=True)} KB. Other requests meanwhile: p99 {others:.0f} ms"
    yield f"({_verdict(others, 200, most=True)} ms)."
    if results.idle:
        idle = median(results.idle) * 100
        yield f"A thousand streams on which nothing happens cost {idle:.1f} % of a core"
        yield f"({_verdict(idle, 1, most=True)} %)."


def _start(results: Results) -> Iterator[str]:
    if results.start_s:
        took = median(results.start_s)
        yield from ("", "## From a clone to the first page", "")
        yield f"`make demo` with a warm package cache: {took:.1f} s ({_verdict(took, 15, most=True)} s)."
        yield "Run it again: `make bench ARGS='--only start'`."


def curves(results: Results) -> dict[str, tuple[float, ...]]:
    """Return when each hundredth of the phones had heard, in ms, of the last round; for a plot."""
    ours = {"Now Serving": results.fanout[-1].curve_ms} if results.fanout else {}
    peer = results.peers[-1] if results.peers else None
    return ours | ({"nginx with nchan": peer.curve_ms} if peer else {})


def _rate(runs: Iterable[Measured]) -> float:
    return median(run.rate for run in runs)

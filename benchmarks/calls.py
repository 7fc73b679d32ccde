"""A desk that calls somebody each second, while ten thousand phones follow the line.

Each call is told to everybody. What counts is when those at the front know, when the last one does, and how
much of the server's core is left for everything else. Beside it stands nchan, which sends as many bytes to
as many phones and commits nothing.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import create_engine, select

from benchmarks import fanout
from benchmarks.doors import crowded
from benchmarks.load import request
from benchmarks.phones import Phones
from benchmarks.servers import House
from nowserving.store.schema import tickets

SECONDS = 20
NEAR = 100


class Calls(NamedTuple):
    """Milliseconds until the near ones and the last one knew, the share of a core; and nchan's last one."""

    near_ms: float
    last_ms: float
    share: float
    limit_ms: float | None


def one_round(streams: int) -> Calls:
    """Call somebody each second, in front of so many phones, beside the limit."""
    limit = fanout.nchan(streams)
    with tempfile.TemporaryDirectory() as folder, crowded(Path(folder), streams) as house:
        wishes = [
            request("GET", f"/api/v1/streams?topic=ticket:{key}&topic=line:{house.queue}")
            for key in _line(folder, house.queue, streams)
        ]
        phones = Phones(house.server.port, wishes)
        try:
            near_ms, last_ms, share = _each_second(house, phones)
        finally:
            phones.close()
    return Calls(near_ms, last_ms, share, limit.last_ms if limit else None)


def _line(folder: str, queue_id: str, count: int) -> list[str]:
    """Return the keys of those who wait, the first in line first."""
    engine = create_engine(f"sqlite:///{folder}/nowserving.sqlite3")
    with engine.connect() as connection:
        waiting = select(tickets.c.key).where(tickets.c.queue_id == queue_id, tickets.c.state == "waiting")
        keys = list(connection.execute(waiting.order_by(tickets.c.rank).limit(count)).scalars())
    engine.dispose()
    return keys


def _each_second(house: House, phones: Phones) -> tuple[float, float, float]:
    """Call once a second and wait until all have heard; return both times in ms and the share of a core."""
    call = partial(house.ask, "POST", f"/desks/{house.desks(1)[0]}/call-next", "agent")
    near, last = list[float](), list[float]()
    used_s, began = house.server.cpu_s(), time.perf_counter()
    for number in range(SECONDS):
        time.sleep(max(0.0, began + number - time.perf_counter()))
        last.append(phones.until_all_hear(b"event: line", call))
        near.append(phones.first_took_s(NEAR))
    elapsed_s = max(time.perf_counter() - began, float(SECONDS))
    return 1000 * median(near), 1000 * median(last), (house.server.cpu_s() - used_s) / elapsed_s


def section(rounds: list[Calls], streams: int) -> Iterator[str]:
    """Yield the part of the page."""
    if not rounds:
        return
    near_ms = median(one.near_ms for one in rounds)
    last_ms = median(one.last_ms for one in rounds)
    share = median(one.share for one in rounds)
    limits = [one.limit_ms for one in rounds if one.limit_ms]
    yield from ("", f"## A call a second, {streams:,} phones", "")
    yield f"{SECONDS} calls, one a second, each told to every phone; from the click, commit included. The"
    yield f"near ones are the {NEAR} at the front of the line."
    yield "Run it again: `make bench ARGS='--only calls'`."
    yield from ("", "| | the near ones know | the last one knows | share of a core |", "|---|---:|---:|---:|")
    if limits:
        yield f"| nginx with nchan (c), no commit | | {median(limits):.0f} ms | |"
    yield f"| Now Serving | {near_ms:.0f} ms | {last_ms:.0f} ms | {share:.0%} |"
    if limits:
        yield from ("", f"{last_ms / median(limits):.2f} × (c) until the last one knows.")

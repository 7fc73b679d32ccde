"""Restaurants side by side, one to a process, each with a database and an event loop of its own.

Many play at once, so that a commit holds many acts, as in a rush: that makes a million events in minutes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from multiprocessing.connection import Connection
from random import Random
from typing import Any

from sqlalchemy import func, select

from nowserving.errors import AppError
from nowserving.store.engine.reader import Reader
from nowserving.store.schema import events
from nowserving.store.store import Store, wall_clock
from tests.conftest import Clock
from tests.races.dining import any_act, restaurant, too_many

PLAYERS = 24
# Fewer than in an evening of six: together they still know more tickets than there are places.
RECALLED = 4
_LOOK_EVERY = 50


def banquet(pipe: Connection, urls: list[str], wanted: int, seed: int, n: int) -> None:
    """Play in the n-th restaurant until it has so many events; tell how many, what came, what was wrong."""
    branch_id, queue_id = restaurant(urls[n])
    clock = Clock(wall_clock())
    store = Store(urls[n], clock=clock)
    store.known_scope = lambda _key: branch_id
    store.open()
    came: Counter[str] = Counter()

    async def play(number: int) -> None:
        chance, own = Random(f"{seed} {n} {number}"), list[str]()
        acts = 0
        while acts % _LOOK_EVERY or await store.read(_newest, branch_id) < wanted:
            clock.advance(0.03)
            verb, arguments = any_act(chance, own, branch_id, queue_id)
            value, code = await _done(store, verb, arguments)
            came[f"{verb.__name__} {code}"] += 1
            if value is not None and verb.__name__ == "join":
                own = [*own[-RECALLED:], value.ticket.key]
            acts += 1

    async def together() -> None:
        await asyncio.gather(*(play(number) for number in range(PLAYERS)))

    asyncio.run(together())
    pipe.send(
        (store.read_now(_newest, branch_id), came, store.read_now(lambda reader: list(too_many(reader))))
    )
    store.close()


async def _done(store: Store, verb: Any, arguments: dict[str, Any]) -> tuple[Any, str]:
    try:
        return await store.write(verb, **arguments), "ok"
    except AppError as error:
        return None, error.code


def _newest(reader: Reader, branch_id: str) -> int:
    """Return how many events there are: versions of a branch have no gaps."""
    newest = select(func.max(events.c.version)).where(events.c.scope_id == branch_id)
    return int(reader.execute(newest).scalar() or 0)

"""Buyers in one process: each takes a place, comes in with a pass, chooses, and books, until nothing is left.

What they were told goes through the pipe in the end: (kind, what was wanted, asked at, told at), in µs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from random import Random
from typing import Any, NamedTuple

from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.freeing import lapse_overdue_holds
from nowserving.actions.seats.holding import hold_seats, release_hold
from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.passing import come_in
from nowserving.actions.tickets.serving import finish
from nowserving.domain.seats.sale import Hold
from nowserving.errors import AppError
from nowserving.store.engine.scopes import branch_of
from nowserving.store.store import Store, wall_clock
from tests.races.sale.house import believe_short_holds, sold
from tests.races.work import opened

_AGAIN_S = 2.0


class Told(NamedTuple):
    """What one request was told: "held", "booked", or the code of its refusal, and for which seats."""

    kind: str
    many: int
    guids: tuple[str, ...] | None
    asked_at: int
    told_at: int


@dataclass
class Crowd:
    """The buyers of one process."""

    store: Store
    performance_id: str
    names: Sequence[str]
    told: list[Told] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def buyer(self, name: str, chance: Random) -> None:
        """Buy and buy again, from a new phone each time, until the house is sold out."""
        visit = 0
        while not self.over.is_set():
            visit += 1
            await self.visit(f"{name}-{visit}", chance)

    async def visit(self, phone: str, chance: Random) -> None:
        """Come in from the lobby, choose, and book what was chosen; or give it up, or forget it."""
        of: dict[str, Any] = {"performance_id": self.performance_id}
        place = await self.store.write(take_place, actor="guest", joined_from=phone, **of)
        key = place.ticket.key
        given = await self.store.write(come_in, actor="guest", key=key, device_hash=phone)
        claims = {"jti": given.id, "dev": phone}
        held = await self.choose(claims, chance)
        mood = chance.random()
        if held is None or mood < 0.1:
            if held is not None:
                await self.ask("released", 0, None, release_hold, hold_key=held.key, claims=claims)
            await self.store.write(finish, actor="guest", key=key)
        elif mood >= 0.15:
            said = {"name": "Ana", "email": f"{phone}@example.org"}
            of_hold = {"hold_key": held.key, "claims": claims}
            _, refusal = await self.ask("booked", held.seats, None, book_seats, **of_hold, **said)
            if refusal is not None:
                await self.store.write(finish, actor="guest", key=key)

    async def choose(self, claims: dict[str, str], chance: Random) -> Hold | None:
        """Hold the best seats, or some by their names; take what is offered instead. None: sold out."""
        many = chance.randint(1, 4)
        guids: list[str] | None = None
        if chance.random() < 0.3:
            first = chance.randrange(len(self.names) - many)
            guids = list(self.names[first : first + many])
        while not self.over.is_set():
            wish: dict[str, Any] = {"guids": guids} if guids else {"many": many}
            seen = tuple(guids) if guids else None
            of = {"performance_id": self.performance_id, "claims": claims}
            held: Hold | None
            held, refusal = await self.ask("held", many, seen, hold_seats, **of, **wish)
            if refusal is None:
                return held
            instead = refusal.data.get("alternative")
            guids = instead if isinstance(instead, list) and instead else None
            if guids is None:
                left = int(str(refusal.data.get("left", 0)))
                many = max(1, min(many, left))
                if not left:
                    # Somebody may yet give seats back, or forget them.
                    await asyncio.sleep(_AGAIN_S * (0.5 + chance.random()))
        return None

    async def ask(
        self, kind: str, many: int, guids: tuple[str, ...] | None, verb: Any, /, **arguments: Any
    ) -> tuple[Any, AppError | None]:
        """Ask for something, and note what was told and when."""
        asked_at = wall_clock()
        try:
            value, refusal = await self.store.write(verb, actor="guest", **arguments), None
        except AppError as error:
            value, refusal = None, error
        self.told.append(Told(refusal.code if refusal else kind, many, guids, asked_at, wall_clock()))
        return value, refusal

    async def watch(self, seats: int) -> None:
        """Let what is forgotten lapse, as the server does, until every seat is sold."""
        branch_id = await self.store.read(branch_of, "performance_id", self.performance_id)
        while await self.store.read(sold, self.performance_id) < seats:
            await self.store.write(lapse_overdue_holds, branch_id=branch_id)
            await asyncio.sleep(0.3)
        self.over.set()


def buy_out(
    pipe: Connection,
    url: str,
    without: Sequence[str],
    performance_id: str,
    names: Sequence[str],
    buyers: int,
    seed: int,
    n: int,
) -> None:
    """Let so many buyers of this process buy from "go" until the house is sold out; tell it all."""
    believe_short_holds()
    with opened(url, without) as store:
        pipe.send("ready")
        pipe.recv()
        pipe.send(asyncio.run(_bought(store, performance_id, names, buyers, seed, n)))


async def _bought(
    store: Store, performance_id: str, names: Sequence[str], buyers: int, seed: int, n: int
) -> list[Told]:
    crowd = Crowd(store, performance_id, names)
    phones = [f"phone-{n}-{one}" for one in range(buyers)]
    tasks = [crowd.buyer(phone, Random(f"{seed} {phone}")) for phone in phones]
    await asyncio.gather(crowd.watch(len(names)), *tasks)
    return crowd.told

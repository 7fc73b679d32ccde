"""Who takes part in a rush: guests who join, look and leave; desks that call, start and finish.

Whoever is cut off asks again with the same Idempotency-Key, at whichever server answers. Now and then
somebody asks twice at once, again later, or gives up and never knows.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.races.rush.history import Act, History
from tests.races.rush.wire import Away, Cut, Line, head_of, read

KEY = "nsk_" + "r" * 43
CUTS = 0.02
GIVES_UP = 0.05
ASKS_AGAIN = 0.08
# Nobody asks for longer than that: then the town is broken, and the test says so.
LAST_TRY_S = 90.0


@dataclass
class Town:
    """What clients know: the doors they may use, the queues, and how much is still to do."""

    ports: Sequence[int]
    queues: Sequence[str]
    left: int
    history: History = field(default_factory=History)
    # Set at each operation: whoever waits for a moment of the rush looks then how much is left.
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> bool:
        """Count one more operation; False when enough was done."""
        self.left -= 1
        self.moved.set()
        return self.left >= 0


class Client:
    """Somebody with chance of their own and two lines (for asking twice at once)."""

    def __init__(self, town: Town, name: str, seed: int) -> None:
        self.town, self.name = town, name
        self.chance = Random(f"{seed}:{name}")
        self._lines = (Line(self.chance, CUTS), Line(self.chance, 0))

    def port(self) -> int:
        """Return a door: mostly the same one, as a browser would."""
        return self.town.ports[(hash_of(self.name) + (self.chance.random() < 0.1)) % len(self.town.ports)]

    def act(self, op: str, *, keyed: bool = False) -> Act:
        """Begin an act and put it on record."""
        now = time.monotonic_ns()
        once = f"{self.name}-{len(self.town.history.acts)}" if keyed else ""
        act = Act(self.name, op, now, now, once=once)
        self.town.history.acts.append(act)
        return act

    async def settle(self, act: Act, method: str, path: str, body: bytes = b"{}") -> bool:
        """Ask until there is an answer, or give up; return whether it is a success."""
        until = time.monotonic() + LAST_TRY_S
        while True:
            act.asked = time.monotonic_ns()
            try:
                code, answer = await self._lines[0].ask(
                    self.port(), head_of(method, path, KEY, act.once), body
                )
            except Cut as cut:
                code, answer = 0, b""
                act.cut += not isinstance(cut, Away)
            if 200 <= code < 500:
                return self._note(act, code, answer)
            if time.monotonic() > until:
                raise AssertionError(f"{act} has no answer")
            if act.cut and self.chance.random() < GIVES_UP:
                return False
            await asyncio.sleep(0.03)

    def _note(self, act: Act, code: int, answer: bytes) -> bool:
        said = read(answer)
        act.end = time.monotonic_ns()
        if code >= 400:
            act.outcome, act.code = "refused", said["code"]
            return False
        act.outcome = "ok"
        act.bodies.append(answer)
        data = said["data"]
        act.take(data.get("ticket", data))
        return True

    async def again(self, act: Act, path: str, body: bytes = b"{}") -> None:
        """Ask for the same once more, now and then; a lost answer to that is no matter."""
        if self.chance.random() < ASKS_AGAIN:
            try:
                code, answer = await self._lines[1].ask(
                    self.port(), head_of("POST", path, KEY, act.once), body
                )
            except Cut:
                return
            if code < 400:
                act.bodies.append(answer)

    def hang_up(self) -> None:
        """Leave no connection behind."""
        for line in self._lines:
            line.hang_up()


class Guest(Client):
    """Joins, looks at their places, and leaves now and then."""

    async def run(self) -> None:
        """Take part until enough was done."""
        mine: list[str] = []
        while self.town.open():
            wish = self.chance.random()
            if wish < 0.5 or not mine:
                await self._join(mine)
            elif wish < 0.9:
                place = self.act("place")
                await self.settle(place, "GET", f"/tickets/{self.chance.choice(mine[-8:])}", b"")
            else:
                key = mine.pop(self.chance.randrange(len(mine)))
                leave = self.act("leave")
                leave.ticket = key
                await self.settle(leave, "DELETE", f"/tickets/{key}", b"")

    async def _join(self, mine: list[str]) -> None:
        queue = self.town.queues[self.chance.random() < 0.25]
        act, path = self.act("join", keyed=True), f"/queues/{queue}/tickets"
        act.queue = queue
        both = [self.settle(act, "POST", path), self.again(act, path)]
        await asyncio.gather(*both)
        if act.outcome == "ok":
            mine.append(act.ticket)
            await self.again(act, path)
            if self.chance.random() < 0.02:
                await self._misuse(act, path)

    async def _misuse(self, act: Act, path: str) -> None:
        """Send something else with a key that was used: it must be refused, and nobody joins."""
        wrong = self.act("misuse")
        wrong.once, wrong.queue = act.once, act.queue
        await self.settle(wrong, "POST", path, b'{"party_size": 2}')


class Desk(Client):
    """Calls whoever is next; starts and finishes, or just calls the next one."""

    def __init__(self, town: Town, desk_id: str, queue: str, seed: int) -> None:
        super().__init__(town, desk_id, seed)
        self.queue = queue

    async def run(self) -> None:
        """Take part until enough was done."""
        while self.town.open():
            act, path = self.act("call", keyed=True), f"/desks/{self.name}/call-next"
            act.queue, act.desk = self.queue, self.name
            if not await self.settle(act, "POST", path):
                await asyncio.sleep(self.chance.uniform(0, 0.02))
                continue
            await self.again(act, path)
            for op, likely in (("start", 0.4), ("finish", 0.5)):
                if self.chance.random() < likely:
                    done = self.act(op)
                    done.desk = self.name
                    await self.settle(done, "POST", f"/tickets/{act.ticket}/{op}")


def hash_of(name: str) -> int:
    """Return a number that is the same in every run (Python's own is not)."""
    return sum(map(ord, name))

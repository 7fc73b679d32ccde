"""The morning before the visitor came: two hours of guests, played through the real actions.

A small discrete-event simulation (arrivals exponential, services lognormal). It gives the demo
what a real town hall has at eleven: a history, a measured pace, people waiting and being served.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.desk_duty import open_desk
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import no_show, start
from nowserving.demo.invented import INVENTED
from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.estimate import Pace
from nowserving.errors import Conflict
from nowserving.store.store import Store

if TYPE_CHECKING:
    from random import Random

    from nowserving.demo.build import Built, MorningClock

_NO_SHOWS = 0.04
_WALK_S = 12
# Arrivals per queue, as a share of what its desks can serve: a little less, so the line is human.
_LOAD = 0.92
_WAITING_AT_LEAST = 2


class Morning:
    """One branch's morning."""

    load = _LOAD

    def __init__(self, store: Store, branch: Built, clock: MorningClock, random: Random) -> None:
        self._store = store
        self._branch = branch
        self._clock = clock
        self._random = random
        self._service_s = {branch.queues[one.prefix]: one.service_s for one in branch.plan.queues}
        # What happens next: (instant, tie breaker, "arrive", "join" or "free", queue or desk).
        self._agenda: list[tuple[int, int, str, str]] = []
        self._count = 0

    def live_until(self, end: int) -> None:
        """Play everything up to `end` (µs)."""
        for name, desk_id in self._branch.desks.items():
            self._store.write_now(open_desk, desk_id=desk_id, actor=self._agent(name))
            self._plan(self._random.uniform(60, 400), "free", name)
        for queue_id in self._service_s:
            self._plan(self._random.uniform(1, 120), "arrive", queue_id)
            self._crowd(queue_id, end)
        while self._agenda and self._agenda[0][0] < end:
            self._clock.now, _, what, whom = heapq.heappop(self._agenda)
            self._do(what, whom)
        self._clock.now = end

    def _do(self, what: str, whom: str) -> None:
        if what == "arrive":
            self._arrive(whom)
        elif what == "join":
            self._join(whom)
        else:
            self._free(whom)

    def _plan(self, after_s: float, what: str, whom: str) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (self._clock.now + round(after_s * SECOND_US), self._count, what, whom))

    def _join(self, queue_id: str) -> None:
        """Let a guest join, who is told what a branch that had watched for a week would tell."""
        pace = Pace(1, mean_s=self._service_s[queue_id], variation=0.15, stays=0.97, samples=100)
        self._store.write_now(join, queue_id=queue_id, actor="guest", pace=pace, joined_from=INVENTED)

    def _arrive(self, queue_id: str) -> None:
        self._join(queue_id)
        between_s = self._service_s[queue_id] / self.load
        self._plan(self._random.expovariate(1 / between_s), "arrive", queue_id)

    def _free(self, desk: str) -> None:
        """A desk has done with somebody: it calls the next, who walks up and is served."""
        desk_id, agent = self._branch.desks[desk], self._agent(desk)
        try:
            ticket = self._store.write_now(call_next, desk_id=desk_id, actor=agent).ticket
        except Conflict:
            self._plan(20, "free", desk)
            return
        self._clock.now += _WALK_S * SECOND_US
        if self._random.random() < _NO_SHOWS:
            self._store.write_now(no_show, key=ticket.key, actor=agent)
            self._plan(5, "free", desk)
            return
        self._store.write_now(start, key=ticket.key, actor=agent)
        self._plan(self._random.lognormvariate(0, 0.35) * self._service_s[ticket.queue_id], "free", desk)

    def _crowd(self, queue_id: str, end: int) -> None:
        """Nobody learns anything from an empty line: let a few more come in the last minutes."""
        for _ in range(_WAITING_AT_LEAST + self._random.randrange(3)):
            after_s = (end - self._clock.now) / SECOND_US - self._random.uniform(5, 240)
            self._plan(after_s, "join", queue_id)

    def _agent(self, desk: str) -> str:
        return f"staff:{self._branch.agents[desk]}"

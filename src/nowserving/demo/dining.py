"""Life at the demo's restaurant: parties come, check in, eat and leave. Nobody presses "call next".

Only invented parties do so by themselves. A visitor's party is called in its turn like any other, and then
it is for the visitor to check in, or for the host to seat them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import check_in, finish, leave
from nowserving.demo.invented import INVENTED, Invented
from nowserving.demo.moments import Moments
from nowserving.demo.trattoria import party
from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.ticket import State
from nowserving.live.branch import BranchLive
from nowserving.live.places import Place
from nowserving.live.stand import is_stand
from nowserving.store.store import Store

if TYPE_CHECKING:
    from random import Random

_LINE_WANTED = 5
_WALK_S = (15, 75)
# An evening in a visitor's five minutes: a table is free about once a minute.
_MEAL_S = (30, 900)
_NEVER_COMES = 0.06
_GIVES_UP = 0.001


class Dining:
    """The queues of a branch that seat parties by themselves."""

    def __init__(self, store: Store, random: Random, invented: Invented) -> None:
        self._store = store
        self._invented = invented
        self._random = random
        self._moments = Moments(random)
        self._missing: set[int] = set()

    async def step(self, branch: BranchLive) -> None:
        """Let a beat pass."""
        for queue in tuple(branch.queues.values()):
            if queue.id in self._invented.queue_ids and is_stand(queue):
                await self._arrivals(branch, queue)
                for place in tuple(branch.lines.inside[queue.id].values()):
                    if place in self._invented:
                        await self._move_on(place)

    async def _arrivals(self, branch: BranchLive, queue: Queue) -> None:
        line = branch.lines.line(queue.id)
        chance = 0.08 if len(line) < _LINE_WANTED else 0.006
        if self._random.random() < chance:
            who = {**party(self._random), "pace": branch.pace(queue.id), "joined_from": INVENTED}
            came = await self._store.write(join, queue_id=queue.id, actor="guest", **who)
            self._invented.came(came.ticket.key)
        for place in tuple(line.first(_LINE_WANTED * 2)):
            if place in self._invented and self._random.random() < _GIVES_UP:
                await self._store.write(leave, key=place.key, actor="guest")

    async def _move_on(self, place: Place) -> None:
        called = place.state is State.CALLED
        if not self._moments.is_time(place, self._store.clock(), _WALK_S if called else _MEAL_S):
            return
        if not called:
            await self._store.write(finish, key=place.key, actor="rule")
        elif place.id not in self._missing and self._random.random() >= _NEVER_COMES:
            await self._store.write(check_in, key=place.key, actor="guest")
        else:
            # Who does not come now never comes: the queue finds out by itself.
            self._missing.add(place.id)

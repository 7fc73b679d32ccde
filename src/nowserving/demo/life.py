"""Life in the demo: invented guests come, invented agents serve, at a gentle pace, through real actions.

A desk that a visitor has opened is the visitor's; the invented agents keep to their own desks. They call a
visitor's ticket in its turn, like any other, wait for it with patience, and never say that nobody came: the
visitor is reading the page. What a visitor has added, a branch or a queue, has no invented guests.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from random import Random
from typing import Any

from nowserving.actions.tickets.calling import call_next, recall
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import finish, no_show, start
from nowserving.demo.clinic.life import Appointments
from nowserving.demo.dining import Dining
from nowserving.demo.invented import INVENTED, Invented
from nowserving.demo.moments import Moments
from nowserving.demo.theatre.crowd import Crowd
from nowserving.domain.layout.branch import Desk, DeskState
from nowserving.domain.tickets.rules import Admission
from nowserving.domain.tickets.ticket import State
from nowserving.errors import AppError
from nowserving.live.branch import BranchLive
from nowserving.live.places import Place
from nowserving.live.relay import Relay
from nowserving.store.store import Store

log = logging.getLogger(__name__)

BEAT_S = 2.0
_WALK_S = (10, 20)
_SERVICE_S = (45, 150)
# A visitor has to find the phone, and look at it.
_VISITOR_S = (90, 150)
_LINE_WANTED = 5


class Life:
    """One step a beat for every branch: maybe somebody joins, maybe a desk moves on."""

    def __init__(
        self, store: Store, relay: Relay, agents: Mapping[str, str], queue_ids: Collection[str]
    ) -> None:
        """`agents` says which actor sits at which desk, by desk id; `queue_ids` are the demo's own."""
        self._store = store
        self._relay = relay
        self._agents = agents
        self._random = Random()
        self._moments = Moments(self._random)
        self._appointments = Appointments(store, self._random)
        self._invented = Invented(store, queue_ids)
        self._dining = Dining(store, self._random, self._invented)
        self._crowd = Crowd(store, relay, self._random, self._invented)

    async def step(self) -> None:
        """Let a beat pass in every branch."""
        await self._invented.load(self._relay.branches)
        for branch in tuple(self._relay.branches.values()):
            try:
                await self._arrivals(branch)
                await self._dining.step(branch)
                await self._appointments.step(branch)
                await self._crowd.step(branch)
                for desk in tuple(branch.desks.values()):
                    await self._work(branch, desk)
            except AppError as error:
                # A visitor was quicker, or paused the queue: that is what a demo is for.
                log.debug("demo: %s", error)

    async def _arrivals(self, branch: BranchLive) -> None:
        for queue_id, queue in tuple(branch.queues.items()):
            if queue.rules.admission is Admission.AUTOMATIC or queue_id not in self._invented.queue_ids:
                continue
            waiting = len(branch.lines.line(queue_id))
            chance = 0.05 if waiting < _LINE_WANTED else 0.008
            if self._random.random() < chance:
                who: dict[str, Any] = {"pace": branch.pace(queue_id), "joined_from": INVENTED}
                came = await self._store.write(join, queue_id=queue_id, actor="guest", **who)
                self._invented.came(came.ticket.key)

    async def _work(self, branch: BranchLive, desk: Desk) -> None:
        actor = self._agents.get(desk.id)
        if actor is None or desk.agent_id != actor or desk.state is not DeskState.OPEN:
            return
        current = branch.lines.at_desk.get(desk.id)
        if current is None:
            if self._random.random() < 0.3 and any(branch.lines.line(one) for one in desk.queue_ids):
                await self._store.write(call_next, desk_id=desk.id, actor=actor)
        elif self._is_time(current):
            await self._move_on(current, actor)

    def _is_time(self, place: Place) -> bool:
        """Say whether this ticket's present state has lasted as long as was drawn for it."""
        between_s = _WALK_S if place in self._invented else _VISITOR_S
        if place.state is not State.CALLED:
            between_s = _SERVICE_S
        return self._moments.is_time(place, self._store.clock(), between_s)

    async def _move_on(self, place: Place, actor: str) -> None:
        self._moments.forget(place)
        if place.state is State.SERVING:
            await self._store.write(finish, key=place.key, actor=actor)
        elif self._random.random() < 0.1 and place.calls < 2:
            await self._store.write(recall, key=place.key, actor=actor)
        elif place in self._invented and self._random.random() < 0.05:
            await self._store.write(no_show, key=place.key, actor=actor)
        else:
            await self._store.write(start, key=place.key, actor=actor)

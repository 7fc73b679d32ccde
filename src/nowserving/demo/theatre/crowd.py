"""The crowd at the demo's theatre: guests come into line, are called, choose seats, and book or go.

They do what phones do, through the same actions, and take no seat that a visitor holds.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.holding import hold_seats
from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.passing import come_in, leave_seats
from nowserving.demo.invented import INVENTED, Invented
from nowserving.demo.moments import Moments
from nowserving.demo.theatre.guests import guest
from nowserving.domain.shows.show import GATHERING, Performance, Show
from nowserving.domain.tickets.ticket import State
from nowserving.errors import AppError
from nowserving.live.relay import Relay
from nowserving.store.seats.holds import holds_of
from nowserving.store.shows.passes import live_pass_of
from nowserving.store.shows.shows import performance_of_queue, show
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_key

if TYPE_CHECKING:
    from random import Random

    from nowserving.live.branch import BranchLive
    from nowserving.live.places import Place
    from nowserving.store.engine.reader import Reader

log = logging.getLogger(__name__)

_LINE_WANTED = 8
_COMES, _COMES_LATE = 0.12, 0.01
_WALK_S, _CHOICE_S = (4, 40), (20, 120)
_HOW_MANY = (1, 2, 2, 2, 3, 4)
_CHANGES_MIND = 0.15


class Crowd:
    """Whoever wants seats in the shows that the demo has set up."""

    def __init__(self, store: Store, relay: Relay, random: Random, invented: Invented) -> None:
        self._store = store
        self._relay = relay
        self._random = random
        self._invented = invented
        self._moments = Moments(random)
        # So that a device of this start is never one of an earlier start.
        self._devices = store.clock()

    async def step(self, branch: BranchLive) -> None:
        """Let a beat pass in those of the branch's lobbies that are the demo's own."""
        for queue_id in [queue.id for queue in branch.queues.values() if queue.is_lobby]:
            own = queue_id in self._invented.queue_ids
            on_sale = await self._store.read(_on_sale, queue_id) if own else None
            if on_sale is not None:
                await self._in_lobby(branch, on_sale)

    async def _in_lobby(self, branch: BranchLive, performance: Performance) -> None:
        line = branch.lines.line(performance.queue_id)
        wanted = performance.opened_at is not None and len(line) < _LINE_WANTED
        if self._random.random() < (_COMES if wanted else _COMES_LATE):
            await self._comes(performance)
        for place in tuple(line.first(len(line))):
            if place in self._invented:
                # An invented guest looks at the phone all the time: nobody is away.
                self._relay.find(place.key)
        for place in tuple(branch.lines.inside[performance.queue_id].values()):
            if place in self._invented:
                await self._moves_on(performance, place)

    async def _comes(self, performance: Performance) -> None:
        self._devices += 1
        wish: dict[str, Any] = {"joined_from": f"{INVENTED}-{self._devices}"}
        came = await self._store.write(take_place, actor="guest", performance_id=performance.id, **wish)
        self._invented.came(came.ticket.key)

    async def _moves_on(self, performance: Performance, place: Place) -> None:
        called = place.state is State.CALLED
        if not self._moments.is_time(place, self._store.clock(), _WALK_S if called else _CHOICE_S):
            return
        self._moments.forget(place)
        try:
            if called:
                device = await self._store.read(_device_of, place.key)
                await self._store.write(come_in, actor="guest", key=place.key, device_hash=device)
            else:
                await self._chooses(performance, place)
        except AppError as error:
            # The visitor was quicker, the time ran out, or the house is full.
            log.debug("demo: %s", error)

    async def _chooses(self, performance: Performance, place: Place) -> None:
        given = await self._store.read(live_pass_of, place.id)
        if given is None:
            return
        claims = {"jti": given.id, "dev": given.device_hash}
        of: dict[str, Any] = {"actor": "guest", "claims": claims}
        now = self._store.clock()
        held = next((one for one in await self._store.read(holds_of, place.id) if one.live(now)), None)
        if held is None:
            try:
                many = self._random.choice(_HOW_MANY)
                await self._store.write(hold_seats, performance_id=performance.id, many=many, **of)
            except AppError:
                await self._store.write(leave_seats, performance_id=performance.id, **of)
        elif self._random.random() < _CHANGES_MIND:
            await self._store.write(leave_seats, performance_id=performance.id, **of)
        else:
            who = guest(self._random, place.id)
            await self._store.write(book_seats, hold_key=held.key, **who, **of)


def _on_sale(reader: Reader, queue_id: str) -> Performance | None:
    """Return the performance of a lobby that takes places now, or None."""
    found = performance_of_queue(reader, queue_id)
    of: Show | None = show(reader, found.show_id) if found else None
    return found if found and of and of.state in GATHERING and found.ended_at is None else None


def _device_of(reader: Reader, key: str) -> str | None:
    found = ticket_by_key(reader, key)
    return found.joined_from if found else None

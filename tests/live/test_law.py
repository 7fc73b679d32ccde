"""The law of every screen: old snapshot + events = fresh snapshot, and memory = database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from nowserving.actions.layout.queues import edit_queue, pause_queue, resume_queue
from nowserving.actions.tickets.calling import call_chosen, call_next, recall
from nowserving.actions.tickets.desk_duty import close_desk, open_desk, pause_desk
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import (
    cancel,
    finish,
    leave,
    no_show,
    park,
    postpone,
    requeue,
    start,
    transfer,
)
from nowserving.actions.tickets.undoing import undo, undo_leave
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import PriorityClass, QueueRules
from nowserving.errors import AppError
from nowserving.live.branch import BranchLive
from nowserving.live.hub import Hub, Stream
from nowserving.live.patch import difference
from nowserving.live.places import place_of, plain_from
from nowserving.live.relay import Relay, built
from nowserving.live.screens import (
    desk_view,
    display_view,
    kiosk_view,
    line_view,
    overview_view,
    ticket_view,
)
from nowserving.store.memory import snapshot
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.live.client import Screen

pytestmark = pytest.mark.anyio

_RULES = QueueRules(priorities=(PriorityClass("elder", "Elder", 600),), ask_name=True)


@pytest.fixture
def hall(build: Builder) -> TownHall:
    made = build.town_hall()
    build.town_hall("Another Place")
    return made


@pytest.fixture
async def relay(store: Store, hall: TownHall) -> AsyncIterator[Relay]:
    store.attach(asyncio.get_running_loop())
    await store.write(edit_queue, queue_id=hall.licences, changes={"rules": {"ask_name": True}})
    made = Relay(store, Hub())
    await made.start()
    yield made
    await made.stop()


class Morning:
    """Random acts on a branch, most of them sensible, some refused."""

    def __init__(self, store: Store, relay: Relay, hall: TownHall, clock: Clock, seed: int) -> None:
        self.store, self.relay, self.hall, self.clock = store, relay, hall, clock
        self.random = Random(seed)
        self.keys: list[str] = []

    async def act(self) -> None:
        self.clock.advance(self.random.uniform(0.001, 40))
        verb, arguments = self._choose()
        try:
            value = await self.store.write(verb, actor="staff:maria-lopez", **arguments)
        except AppError:
            return
        if verb is join:
            self.keys.append(value.ticket.key)

    def _choose(self) -> tuple[Any, dict[str, Any]]:
        pick = self.random.choice
        desk = {"desk_id": pick(self.hall.desk_ids)}
        queue = {"queue_id": pick(self.hall.queue_ids)}
        if not self.keys or self.random.random() < 0.3:
            name = {"name": "Zoë"} if queue["queue_id"] == self.hall.licences else {}
            return join, {**queue, **name}
        key = {"key": pick(self.keys[-12:])}
        where = {"where": pick(list(Where))}
        acts: list[tuple[Any, dict[str, Any]]] = [
            (call_next, desk),
            (call_next, desk),
            (call_chosen, {**desk, **key, "anyway": pick([True, False])}),
            (recall, key),
            (start, key),
            (finish, key),
            (no_show, key),
            (park, key),
            (cancel, key),
            (leave, key),
            (undo_leave, key),
            (requeue, {**key, **where}),
            (transfer, {**key, **queue, **where}),
            (postpone, {**key, "places": pick([1, 2, 5])}),
            (undo, desk),
            (open_desk, desk),
            (pause_desk, desk),
            (close_desk, desk),
            (pause_queue, queue),
            (resume_queue, queue),
        ]
        return pick(acts)


async def settled(relay: Relay, store: Store, branch_id: str) -> None:
    """Wait until memory has followed everything that is committed."""
    for _ in range(200):
        await relay.sweep()
        await asyncio.sleep(0.005)
        found = store.read_now(snapshot, branch_id, place_of, plain_from)
        if found is not None and relay.branches[branch_id].version == found.version:
            return
    raise AssertionError("memory never caught up")


def topics_of(hall: TownHall) -> list[str]:
    return [
        f"display:{hall.branch_id}",
        f"kiosk:{hall.branch_id}",
        f"overview:{hall.branch_id}",
        f"agenda:{hall.branch_id}",
        *(f"desk:{desk_id}" for desk_id in hall.desk_ids),
        *(f"line:{queue_id}" for queue_id in hall.queue_ids),
    ]


def fresh_states(branch: BranchLive, hall: TownHall, now: int) -> dict[str, dict[str, Any]]:
    return {
        f"display:{hall.branch_id}": display_view(branch, now),
        f"kiosk:{hall.branch_id}": kiosk_view(branch, now),
        f"overview:{hall.branch_id}": overview_view(branch, now),
        f"agenda:{hall.branch_id}": {"version": branch.version},
        **{f"desk:{desk_id}": desk_view(branch, desk_id) for desk_id in hall.desk_ids},
        **{f"line:{queue_id}": line_view(branch, queue_id) for queue_id in hall.queue_ids},
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_screen_that_followed_the_events_shows_what_a_fresh_one_would(
    store: Store, relay: Relay, hall: TownHall, clock: Clock, seed: int
) -> None:
    screen = Screen(Stream())
    relay.teller.subscribe(screen.stream, relay.branches[hall.branch_id], topics_of(hall), None)
    morning = Morning(store, relay, hall, clock, seed)

    for _ in range(6):
        for _ in range(12):
            await morning.act()
            await screen.read()
        await settled(relay, store, hall.branch_id)
        await screen.read()
        found = store.read_now(snapshot, hall.branch_id, place_of, plain_from)
        assert found is not None
        fresh = built(found, {})
        # What time alone changes is told by the refresh beat; nothing of that kind is in play here.
        for topic, truth in fresh_states(fresh, hall, clock()).items():
            assert difference(screen.states[topic], truth) == {}, topic
    assert screen.gaps == []


@pytest.mark.parametrize("seed", [4, 5])
async def test_a_phone_that_only_counts_who_left_and_came_shows_the_true_position(
    store: Store, relay: Relay, hall: TownHall, clock: Clock, seed: int
) -> None:
    morning = Morning(store, relay, hall, clock, seed)
    for _ in range(15):
        await morning.act()
    await settled(relay, store, hall.branch_id)
    screen = Screen(Stream())
    branch = relay.branches[hall.branch_id]
    keys = [key for key in morning.keys if key in branch.lines.by_key][:10]
    lines = [f"line:{queue_id}" for queue_id in hall.queue_ids]
    relay.teller.subscribe(screen.stream, branch, [*lines, *(f"ticket:{key}" for key in keys)], None)

    for _ in range(60):
        await morning.act()
        await settled(relay, store, hall.branch_id)
        await screen.read()
        for key in keys:
            place = branch.lines.by_key.get(key)
            if place is None:
                assert screen.states[f"ticket:{key}"]["state"] in ("done", "no_show", "left", "cancelled")
                continue
            truth = ticket_view(branch, place)
            shown = screen.states[f"ticket:{key}"]
            assert shown["state"] == truth["state"]
            if truth["state"] == "waiting":
                assert screen.ahead[f"ticket:{key}"] == truth["ahead"]
    assert screen.gaps == []

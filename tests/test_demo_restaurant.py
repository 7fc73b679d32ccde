"""The demo's restaurant: third in demo.json, busy when the visitor comes, and alive without any help."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nowserving.actions.layout.queues import create_queue
from nowserving.actions.tickets.hosting import seat
from nowserving.actions.tickets.joining import join
from nowserving.demo.dining import Dining
from nowserving.demo.invented import Invented
from nowserving.demo.life import Life
from nowserving.domain.tickets.ticket import State
from nowserving.live.hub import Hub
from nowserving.live.relay import Relay
from nowserving.live.stand import stand_view
from nowserving.store.events import events_after
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_key
from tests.conftest import Clock
from tests.demos import NOON, copy_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def built(built_demo: tuple[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    return built_demo


async def _house(url: str, clock: Clock) -> tuple[Store, Relay]:
    store = Store(url, clock=clock)
    store.open()
    store.attach(asyncio.get_running_loop())
    relay = Relay(store, Hub())
    await relay.start()
    return store, relay


async def test_the_restaurant_stands_behind_the_two_town_halls(built: tuple[str, dict[str, Any]]) -> None:
    names = [branch["name"] for branch in built[1]["branches"]]
    assert names == [
        "Riverside Town Hall",
        "Hill Street Office",
        "Trattoria Aurora",
        "Riverside Clinic",
        "Riverside Playhouse",
    ]
    restaurant = built[1]["branches"][2]
    assert [queue["prefix"] for queue in restaurant["queues"]] == ["T"]
    assert restaurant["desks"] == []


async def test_parties_wait_are_called_and_sit_when_the_visitor_comes(
    built: tuple[str, dict[str, Any]],
) -> None:
    url, document = built
    clock = Clock(NOON)
    store, relay = await _house(url, clock)
    restaurant = document["branches"][2]
    stand = stand_view(relay.branches[restaurant["id"]], restaurant["queues"][0]["id"])
    assert min(len(stand[name]) for name in ("waiting", "called", "seated")) > 0
    assert any("passed" in row for row in stand["waiting"])
    assert all("quoted_high_s" in row for row in stand["waiting"])
    assert stand["over"] == 0
    await relay.stop()
    store.close()


def own_queues(document: dict[str, Any]) -> list[str]:
    return [queue["id"] for branch in document["branches"] for queue in branch["queues"]]


async def test_a_visitors_party_is_called_in_turn_and_moved_by_nobody(
    built: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    url, document = built
    clock = Clock(NOON)
    store, relay = await _house(copy_of(url, tmp_path), clock)
    restaurant = document["branches"][2]
    tables = restaurant["queues"][0]["id"]
    life = Life(store, relay, document["agents"], own_queues(document))
    mine = [
        (await store.write(join, actor="guest", queue_id=tables, party_size=2)).ticket.key for _ in range(4)
    ]
    host = "staff:visitor"
    await store.write(seat, actor=host, key=mine[0])

    for _ in range(400):
        clock.advance(2)
        await life.step()
        await relay.settled()

    tickets = [store.read_now(ticket_by_key, key) for key in mine]
    moved = {
        (event.verb, event.actor)
        for event in store.read_now(events_after, restaurant["id"], 0, 100_000)
        if event.data.get("key") in mine[1:]
    }
    await relay.stop()
    store.close()
    assert tickets[0] is not None
    assert tickets[0].state is State.SERVING, "nobody but the host lets a visitor's party go"
    assert ("ticket.called", "rule") in moved
    assert {verb for verb, _ in moved} <= {"ticket.joined", "ticket.called", "ticket.passed"}


async def test_a_visitor_at_a_counter_is_called_and_served_and_never_a_no_show(
    built: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    url, document = built
    clock = Clock(NOON)
    store, relay = await _house(copy_of(url, tmp_path), clock)
    hall = document["branches"][0]
    life = Life(store, relay, document["agents"], own_queues(document))
    mine = {
        (await store.write(join, actor="guest", queue_id=queue["id"])).ticket.key
        for queue in hall["queues"]
        for _ in range(3)
    }

    for _ in range(2000):
        clock.advance(2)
        await life.step()
        await relay.settled()

    told = [
        event
        for event in store.read_now(events_after, hall["id"], 0, 100_000)
        if event.data.get("key") in mine
    ]
    await relay.stop()
    store.close()
    called = {event.data["key"]: event.at for event in told if event.verb == "ticket.called"}
    started = {event.data["key"]: event.at for event in told if event.verb == "ticket.started"}
    assert len(started) > 3, "an invented desk calls visitors in their turn"
    assert min(started[key] - called[key] for key in started) >= 60_000_000, "with time to see it"
    assert {"ticket.no_show", "ticket.left"} & {event.verb for event in told} == set()


async def test_what_a_visitor_has_added_stays_empty(
    built: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    url, document = built
    clock = Clock(NOON)
    store, relay = await _house(copy_of(url, tmp_path), clock)
    rules = {"admission": "automatic", "capacity": 4}
    made = [
        await store.write(
            create_queue,
            branch_id=branch["id"],
            name="Mine",
            prefix=prefix,
            rules=rules if prefix == "Y" else {},
        )
        for branch in document["branches"]
        for prefix in "XY"
    ]
    life = Life(store, relay, document["agents"], own_queues(document))

    for _ in range(300):
        clock.advance(2)
        await life.step()
        await relay.settled()

    came = [
        event
        for queue in made
        for event in store.read_now(events_after, queue.branch_id, 0, 100_000)
        if event.queue_id == queue.id and event.ticket_id
    ]
    await relay.stop()
    store.close()
    assert came == []


async def test_life_goes_on_and_nobody_calls_anybody(
    built: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    url, document = built
    clock = Clock(NOON)
    store, relay = await _house(copy_of(url, tmp_path), clock)
    branch_id = document["branches"][2]["id"]
    before = relay.branches[branch_id].version
    invented = Invented(store, own_queues(document))
    await invented.load(relay.branches)
    dining = Dining(store, Random(1), invented)
    for _ in range(150):
        clock.advance(2)
        await dining.step(relay.branches[branch_id])
        await relay.settled()
    told = store.read_now(events_after, branch_id, before, 10_000)
    await relay.stop()
    store.close()
    verbs = Counter(event.verb for event in told)
    assert {"ticket.checked_in", "ticket.finished", "ticket.called"} <= verbs.keys()
    assert {event.actor for event in told if event.verb == "ticket.called"} == {"rule"}
    assert {State(event.data["after"]["state"]) for event in told if event.verb == "ticket.finished"} == {
        State.DONE
    }

"""The demo's restaurant: third in demo.json, busy when the visitor comes, and alive without any help."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nowserving.demo.build import build
from nowserving.demo.dining import Dining
from nowserving.domain.tickets.ticket import State
from nowserving.live.hub import Hub
from nowserving.live.relay import Relay
from nowserving.live.stand import stand_view
from nowserving.store.care.migrate import migrate
from nowserving.store.events import events_after
from nowserving.store.store import Store
from tests.builders import MONDAY_MORNING_US
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

NOON = MONDAY_MORNING_US + 3 * 3600 * 1_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """A whole demo as of a Monday noon: its database and its document."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'nowserving.sqlite3'}"
    migrate(url)
    return url, build(url, NOON, "no password")


async def _house(url: str, clock: Clock) -> tuple[Store, Relay]:
    store = Store(url, clock=clock)
    store.open()
    store.attach(asyncio.get_running_loop())
    relay = Relay(store, Hub())
    await relay.start()
    return store, relay


def _copied(url: str, folder: Path) -> str:
    copy = folder / "living.sqlite3"
    copy.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
    return f"sqlite:///{copy}"


async def test_the_restaurant_stands_behind_the_two_town_halls(built: tuple[str, dict[str, Any]]) -> None:
    names = [branch["name"] for branch in built[1]["branches"]]
    assert names == ["Riverside Town Hall", "Hill Street Office", "Trattoria Aurora"]
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


async def test_life_goes_on_and_nobody_calls_anybody(
    built: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    url, document = built
    clock = Clock(NOON)
    store, relay = await _house(_copied(url, tmp_path), clock)
    branch_id = document["branches"][2]["id"]
    before = relay.branches[branch_id].version
    dining = Dining(store, Random(1))
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

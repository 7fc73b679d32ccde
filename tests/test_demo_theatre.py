"""The demo's theatre: last in demo.json, a sale in full swing when the visitor comes, and a crowd."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nowserving.actions.shows.lobbying import take_place
from nowserving.demo.invented import Invented
from nowserving.demo.theatre.crowd import Crowd
from nowserving.demo.theatre.house import playhouse
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.shows.show import Performance, ShowState
from nowserving.domain.tickets.ticket import State
from nowserving.live.branch import BranchLive
from nowserving.live.hub import Hub
from nowserving.live.relay import Relay
from nowserving.store.care.checks import run_checks
from nowserving.store.seats.seating import sale_of, taken_of
from nowserving.store.shows.shows import performances, shows_of
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_key
from tests.conftest import Clock
from tests.demos import NOON, copy_of

pytestmark = pytest.mark.anyio


@dataclass
class Evening:
    """The living theatre: its store, its memory, its branch and the first date of what is on sale."""

    store: Store
    clock: Clock
    relay: Relay
    branch_id: str
    lobbies: list[str]
    date: Performance

    @property
    def branch(self) -> BranchLive:
        return self.relay.branches[self.branch_id]

    def sold_or_held(self) -> int:
        sale = self.store.read_now(sale_of, self.date.id)
        assert sale is not None
        return sum(self.store.read_now(taken_of, sale, self.clock()))


@pytest.fixture
async def evening(built_demo: tuple[str, dict[str, Any]], tmp_path: Path) -> AsyncIterator[Evening]:
    url, document = built_demo
    clock = Clock(NOON)
    store = Store(copy_of(url, tmp_path), clock=clock)
    store.open()
    store.attach(asyncio.get_running_loop())
    relay = Relay(store, Hub())
    await relay.start()
    branch_id = document["branches"][4]["id"]
    first = store.read_now(shows_of, branch_id)[0]
    date = store.read_now(performances, first.id)[0]
    yield Evening(store, clock, relay, branch_id, list(document["lobbies"]), date)
    await relay.stop()
    store.close()


async def test_shows_are_there_in_several_states_and_one_is_selling(evening: Evening) -> None:
    shows = evening.store.read_now(shows_of, evening.branch_id)
    assert [one.state for one in shows] == [
        ShowState.OPEN,
        ShowState.UPCOMING,
        ShowState.UPCOMING,
        ShowState.POSTPONED,
    ]
    line = evening.branch.lines.line(evening.date.queue_id)
    assert len(line) > 5
    assert len(evening.branch.lines.inside[evening.date.queue_id]) == 5
    assert 60 < evening.sold_or_held() < 200
    soon = evening.store.read_now(performances, shows[1].id)[0]
    assert len(evening.branch.lines.line(soon.queue_id)) > 20
    assert {one.queue_id for show in shows for one in evening.store.read_now(performances, show.id)} <= set(
        evening.lobbies
    )
    assert [said for check in evening.store.read_now(run_checks, 0) for said in check.violations] == []


async def test_the_crowd_chooses_books_and_goes_and_a_visitor_is_left_alone(evening: Evening) -> None:
    store, clock, relay = evening.store, evening.clock, evening.relay
    invented = Invented(store, evening.lobbies)
    await invented.load(relay.branches)
    crowd = Crowd(store, relay, Random(3), invented)
    before = evening.sold_or_held()
    wish: dict[str, Any] = {"performance_id": evening.date.id, "joined_from": "a visitor's phone"}
    mine = (await store.write(take_place, actor="guest", **wish)).ticket.key
    for _ in range(300):
        clock.advance(2)
        await crowd.step(evening.branch)
        await relay.settled()
    assert evening.sold_or_held() > before
    ticket = store.read_now(ticket_by_key, mine)
    assert ticket is not None
    # It was called in its turn, and from there on it is the visitor's to come in.
    assert ticket.state is State.CALLED
    assert Counter(place.state for place in evening.branch.lines.inside[evening.date.queue_id].values())


async def test_what_a_visitor_sets_up_has_no_invented_crowd(evening: Evening) -> None:
    invented = Invented(evening.store, [])
    await invented.load(evening.relay.branches)
    crowd = Crowd(evening.store, evening.relay, Random(3), invented)
    version = evening.branch.version
    for _ in range(50):
        evening.clock.advance(2)
        await crowd.step(evening.branch)
    assert evening.branch.version == version


async def test_the_plan_of_the_house_is_a_good_one() -> None:
    plan = read_plan(playhouse())
    assert plan.seat_count == sum(18 + 2 * (nth // 2) for nth in range(9)) + 3 * 20 + 40

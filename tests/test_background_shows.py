"""Shows by themselves: sales that open and close, guests who are there, guests who are gone, and outages."""

from __future__ import annotations

from functools import partial

import pytest

from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.organising import create_performance, create_show, edit_show
from nowserving.actions.shows.selling import change_show
from nowserving.app import heard_by
from nowserving.background.shows import Attendance, sweep_shows
from nowserving.domain.shows.show import ShowState, ShowVerb
from nowserving.domain.tickets.ticket import State
from nowserving.live.hub import Hub, Stream
from nowserving.live.relay import Relay
from nowserving.store.shows.shows import show
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_key
from tests.builders import MONDAY_MORNING_US, Builder
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

SECOND = 1_000_000
DAY = 86_400 * SECOND


class Evening:
    """An open sale for one at a time, somebody inside, and one who waits."""

    def __init__(self, store: Store, clock: Clock, relay: Relay, show_id: str, key: str) -> None:
        self.store, self.clock, self.relay, self.show_id, self.key = store, clock, relay, show_id, key
        self.attendance = Attendance(store, partial(heard_by, relay))

    async def state(self) -> State:
        found = await self.store.read(ticket_by_key, self.key)
        assert found is not None
        return found.state

    async def pass_time(self, seconds: int, *, asks: bool = False) -> None:
        """Let time pass, with a beat every five seconds; the guest asks for the place at each or never."""
        for _ in range(seconds // 5):
            self.clock.advance(5)
            if asks:
                assert self.relay.find(self.key)
            await self.attendance.beat()


@pytest.fixture
async def evening(store: Store, clock: Clock, build: Builder) -> Evening:
    branch_id = build.branch("Playhouse", time_zone="UTC")
    relay = Relay(store, Hub())
    await relay.start()
    made = await store.write(
        create_show, branch_id=branch_id, name="The Tempest", rules={"choosing": 1, "come_in_s": 3600}
    )
    dated = await store.write(create_performance, show_id=made.id, starts_at=MONDAY_MORNING_US + DAY)
    for verb in (ShowVerb.ANNOUNCE, ShowVerb.OPEN):
        await store.write(change_show, show_id=made.id, to=verb)
    places = [
        await store.write(take_place, actor="guest", performance_id=dated.id, joined_from=phone)
        for phone in ("inside", "ana")
    ]
    await relay.settled()
    return Evening(store, clock, relay, made.id, places[-1].ticket.key)


async def test_a_guest_who_asks_is_there(evening: Evening) -> None:
    await evening.pass_time(600, asks=True)
    assert await evening.state() is State.WAITING


async def test_a_guest_who_does_not_ask_is_set_aside_and_back_by_asking(evening: Evening) -> None:
    await evening.pass_time(200)
    assert await evening.state() is State.PARKED
    await evening.pass_time(5, asks=True)
    assert await evening.state() is State.WAITING


async def test_a_guest_whose_page_listens_is_there(evening: Evening) -> None:
    found = evening.relay.find(evening.key)
    assert found is not None
    evening.relay.teller.subscribe(Stream(), found[0], [f"ticket:{evening.key}"], None)
    await evening.pass_time(600)
    assert await evening.state() is State.WAITING


async def test_after_an_outage_everybody_begins_anew(evening: Evening) -> None:
    await evening.pass_time(100)
    evening.clock.advance(3600)
    await evening.pass_time(150)
    assert await evening.state() is State.WAITING
    await evening.pass_time(60)
    assert await evening.state() is State.PARKED


async def test_without_that_an_outage_sets_everybody_aside(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nobody notices that the server was away."""
    monkeypatch.setattr("nowserving.background.shows._AWAY_US", 1 << 60)
    evening.clock.advance(3600)
    await evening.pass_time(5)
    assert await evening.state() is State.PARKED


async def test_sales_open_and_close_by_themselves(store: Store, clock: Clock, evening: Evening) -> None:
    closes_at = clock.now + 60 * SECOND
    await store.write(edit_show, show_id=evening.show_id, changes={"closes_at": closes_at})
    assert await sweep_shows(store) == 0
    clock.advance(60)
    assert await sweep_shows(store) == 1
    found = await store.read(show, evening.show_id)
    assert found is not None
    assert (found.state, await evening.state()) == (ShowState.CLOSED, State.CANCELLED)

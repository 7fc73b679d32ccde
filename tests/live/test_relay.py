"""Memory follows whatever happens: reads that fail, loads that overtake each other, a database set back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import delete, update

from nowserving.actions.layout.branches import archive_branch, create_branch
from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.domain.event import Event
from nowserving.domain.tickets.pace import Ended
from nowserving.errors import Busy
from nowserving.live.branch import BranchLive
from nowserving.live.hub import Hub, Stream
from nowserving.live.places import place_of, plain_from
from nowserving.live.relay import Relay, _missing, built
from nowserving.store import schema
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.events import events_after
from nowserving.store.memory import branch_ids, snapshot
from nowserving.store.store import Store
from tests.builders import TownHall

pytestmark = pytest.mark.anyio


class Reading:
    """The store's reads, of which a test may spoil or delay those it chooses."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.clock = store.clock
        self.before: Callable[[Any], None] = lambda query: None
        self.delay: dict[Any, asyncio.Event] = {}
        self.held = asyncio.Event()

    async def read(self, query: Any, *arguments: Any) -> Any:
        self.before(query)
        found = await self._store.read(query, *arguments)
        if query in self.delay:
            self.held.set()
            await self.delay.pop(query).wait()
        return found


@pytest.fixture
async def reading(store: Store) -> Reading:
    store.attach(asyncio.get_running_loop())
    return Reading(store)


async def follower(reading: Any) -> Relay:
    """Return a memory that hears of nothing by itself, like one in another process."""
    relay = Relay(reading, Hub())
    await relay.start()
    return relay


async def caught_up(relay: Relay) -> None:
    await relay.sweep()
    await relay.settled()


async def test_who_lost_a_right_loses_it_even_where_memory_can_not_follow_just_now(
    store: Store, town_hall: TownHall, reading: Reading
) -> None:
    relay = await follower(reading)
    heard: list[str] = []
    relay.listeners.append(lambda events: heard.extend(event.verb for event in events))
    hours = {"weekly": {"mon": [["09:00", "17:00"]]}}
    await store.write(create_branch, name="New", time_zone="UTC", hours=hours)

    def fail(query: Any) -> None:
        if query is branch_ids:
            raise Busy("unreadable", "The database is away.")

    reading.before = fail
    await caught_up(relay)
    assert heard == ["branch.created"]

    reading.before = lambda query: None
    await caught_up(relay)
    assert len(relay.branches) == 3


async def test_an_event_that_memory_can_not_follow_makes_it_read_the_branch_afresh(
    store: Store, town_hall: TownHall, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = await follower(reading)
    store.on_commit = relay.take
    with monkeypatch.context() as broken:
        broken.setattr(BranchLive, "_apply_ticket", _surprise)
        await store.write(join, queue_id=town_hall.passports)
    await relay.settled()

    assert len(relay.branches[town_hall.branch_id].lines.line(town_hall.passports)) == 1
    await store.write(join, queue_id=town_hall.passports)
    assert len(relay.branches[town_hall.branch_id].lines.line(town_hall.passports)) == 2


def _surprise(*_: object) -> None:
    raise KeyError("after")


async def test_of_two_loads_of_one_branch_the_newer_stays(
    store: Store, town_hall: TownHall, reading: Reading
) -> None:
    relay = await follower(reading)
    relay.branches.pop(town_hall.branch_id)
    slow = reading.delay[snapshot] = asyncio.Event()
    older = asyncio.create_task(relay._load(town_hall.branch_id))
    await reading.held.wait()
    await store.write(join, queue_id=town_hall.passports)
    await relay._load(town_hall.branch_id)

    slow.set()
    await older

    assert relay.branches[town_hall.branch_id].version == 1


async def test_a_database_that_was_set_back_is_believed(
    store: Store, town_hall: TownHall, reading: Reading, database_url: str
) -> None:
    """A restored PostgreSQL has lower versions than the memory of a process that went on running."""
    relay = await follower(reading)
    store.on_commit = relay.take
    missed: list[None] = []
    relay.on_gap = lambda: missed.append(None)
    for _ in range(3):
        await store.write(join, queue_id=town_hall.passports)
    _set_back(database_url, town_hall)

    await caught_up(relay)

    assert missed
    branch = relay.branches[town_hall.branch_id]
    assert (branch.version, len(branch.lines.line(town_hall.passports))) == (0, 0)
    await store.write(join, queue_id=town_hall.passports)
    assert (branch.version, len(branch.lines.line(town_hall.passports))) == (1, 1)


def _set_back(url: str, hall: TownHall) -> None:
    engine = writer_engine(parse_url(url))
    with engine.begin() as connection:
        for table in (schema.events, schema.stays, schema.tickets, schema.numbers):
            connection.execute(delete(table))
        connection.execute(update(schema.queues).values(waiting=0))
        connection.execute(
            update(schema.branches).where(schema.branches.c.id == hall.branch_id).values(version=0)
        )
    engine.dispose()


async def test_an_archived_branch_leaves_memory_and_its_streams_end(
    store: Store, town_hall: TownHall, reading: Reading
) -> None:
    here, there = await follower(reading), await follower(reading)
    store.on_commit = here.take
    streams = {relay: Stream() for relay in (here, there)}
    for relay, stream in streams.items():
        branch = relay.branches[town_hall.branch_id]
        relay.teller.subscribe(stream, branch, [f"display:{town_hall.branch_id}"], None)
    verbs: list[str] = []
    there.listeners.append(lambda events: verbs.extend(_verbs(events)))

    await store.write(archive_branch, branch_id=town_hall.branch_id)
    await here.settled()
    await caught_up(there)

    assert verbs == ["branch.archived"]
    for relay, stream in streams.items():
        assert town_hall.branch_id not in relay.branches
        assert stream.closing
    reading.before = _refuse_snapshots
    await caught_up(there)


def _verbs(events: Sequence[Event]) -> list[str]:
    return [event.verb for event in events]


def _refuse_snapshots(query: Any) -> None:
    assert query is not snapshot, "an archived branch is read again with each sweep"


async def test_a_pace_is_ready_when_a_writers_thread_asks_for_it(
    store: Store, town_hall: TownHall, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To work it out there would be to read what the event loop is changing, and to keep what is old."""
    relay = await follower(reading)
    branch = relay.branches[town_hall.branch_id]
    branch.load_ended(town_hall.passports, [Ended(n, 60.0, 1, 0, came=True) for n in range(10)])
    monkeypatch.setattr("nowserving.live.pace.Paces._pace", _surprise)

    pace = branch.pace(town_hall.passports)

    assert pace is not None
    assert pace.median_s == 60.0


def test_who_is_at_a_desk_stands_on_the_wall_after_a_restart_however_much_has_happened_since(
    store: Store, town_hall: TownHall
) -> None:
    store.write_now(join, queue_id=town_hall.passports)
    called = store.write_now(call_next, desk_id=town_hall.desk_1).ticket
    for _ in range(510):
        store.write_now(join, queue_id=town_hall.licences)

    found = store.read_now(snapshot, town_hall.branch_id, place_of, plain_from)

    assert found is not None
    assert [(call.code, call.desk_id) for call in built(found, {}).calls] == [("A-001", town_hall.desk_1)]
    assert called.code == "A-001"


async def test_a_commit_of_our_own_is_followed_once_though_a_hint_reads_it_at_the_same_time(
    store: Store, town_hall: TownHall, reading: Reading
) -> None:
    relay = await follower(reading)
    await store.write(join, queue_id=town_hall.passports)
    await store.write(call_next, desk_id=town_hall.desk_1)
    reading.delay[_missing] = released = asyncio.Event()
    relay.hint(town_hall.branch_id, 1)
    await reading.held.wait()
    relay.take(store.read_now(events_after, town_hall.branch_id, 0, 10))

    released.set()
    await relay.settled()

    branch = relay.branches[town_hall.branch_id]
    assert [call.code for call in branch.calls] == ["A-001"]

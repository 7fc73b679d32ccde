"""Who is still to come, in memory: by following the events, or read afresh, it is the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import book, hold, reserve
from nowserving.actions.reservations.changing import cancel_reservation, move_reservation
from nowserving.actions.tickets.desk_duty import open_desk
from nowserving.actions.tickets.joining import join
from nowserving.domain.tickets.coming import Coming
from nowserving.domain.tickets.estimate import estimate
from nowserving.live.branch import BranchLive, pace_view
from nowserving.live.hub import Hub
from nowserving.live.places import place_of
from nowserving.live.relay import Relay, built
from nowserving.store.events import events_after
from nowserving.store.memory import snapshot
from nowserving.store.store import Store
from tests.actions.surgery import DAY, HOUR, MINUTE, TUESDAY, Surgery, make_surgery
from tests.builders import Builder
from tests.conftest import Clock

SLOT = TUESDAY - DAY + HOUR


@pytest.fixture
def surgery(store: Store, clock: Clock, build: Builder) -> Iterator[Surgery]:
    opened = make_surgery(store, clock, build)
    yield opened
    opened.audit()


class Memory:
    """The surgery's branch in memory, following what happens."""

    def __init__(self, surgery: Surgery) -> None:
        self.surgery = surgery
        self.live = self.fresh()

    def fresh(self) -> BranchLive:
        found = self.surgery.store.read_now(snapshot, self.surgery.branch_id, place_of)
        assert found is not None
        return built(found, {})

    def coming(self) -> tuple[Coming, ...]:
        """Return who is still to come; a memory that has followed knows the same as a fresh one."""
        of = self.surgery.branch_id
        for event in self.surgery.store.read_now(events_after, of, self.live.version, 10_000):
            self.live.apply(event)
        self.live.settle()
        queue_id = self.surgery.queue_id
        found = self.live.promises.of(queue_id)
        assert found == self.fresh().promises.of(queue_id)
        assert pace_view(self.live, queue_id) == pace_view(self.fresh(), queue_id)
        return found


@pytest.fixture
def memory(surgery: Surgery) -> Memory:
    return Memory(surgery)


def starts(found: tuple[Coming, ...]) -> list[int]:
    return [one.start_at for one in found]


def test_a_promise_is_expected_from_the_word_on_until_its_guest_is_here(
    surgery: Surgery, memory: Memory
) -> None:
    held = surgery.do(hold, service_id=surgery.service.id, start_at=SLOT)
    assert memory.coming() == ()
    one = surgery.do(book, reservation_key=held.key, name="Ana")
    found = memory.coming()
    assert [(two.rank, two.start_at, two.until_at, two.work_s) for two in found] == [
        (SLOT, SLOT, SLOT + 15 * MINUTE, 1800.0)
    ]
    surgery.do(arrive, reservation_key=one.key)
    assert memory.coming() == ()


def test_what_is_moved_or_cancelled_is_followed(surgery: Surgery, memory: Memory) -> None:
    one, two = surgery.reserve(SLOT), surgery.reserve(SLOT + HOUR)
    surgery.do(move_reservation, reservation_key=one.key, start_at=SLOT + 90 * MINUTE)
    assert starts(memory.coming()) == [SLOT + HOUR, SLOT + 90 * MINUTE]
    surgery.do(cancel_reservation, reservation_key=two.key)
    assert starts(memory.coming()) == [SLOT + 90 * MINUTE]


def test_what_was_far_ahead_is_followed_when_it_is_moved_to_today(surgery: Surgery, memory: Memory) -> None:
    one = surgery.reserve(TUESDAY + 7 * DAY)
    assert memory.coming() == ()
    memory = Memory(surgery)
    surgery.do(move_reservation, reservation_key=one.key, start_at=SLOT)
    assert starts(memory.coming()) == [SLOT]


def test_guests_who_stay_away_are_believed_less(surgery: Surgery, memory: Memory) -> None:
    surgery.reserve(SLOT)
    surgery.reserve(TUESDAY)
    (*_, before) = memory.coming()
    surgery.clock.now = SLOT + 2 * HOUR
    surgery.sweep()
    (after,) = memory.coming()
    assert (before.shows, after.shows) == (0.9, 0.818)


def test_the_lead_that_an_admin_sets_moves_their_rank(surgery: Surgery) -> None:
    surgery.rule(lead_s=1800)
    surgery.reserve(SLOT)
    assert [one.rank for one in Memory(surgery).coming()] == [SLOT - 30 * MINUTE]


def test_a_walk_in_is_quoted_with_those_still_to_come(surgery: Surgery, memory: Memory) -> None:
    surgery.rule(lead_s=3600)
    queue_id = surgery.queue_id
    surgery.do(edit_queue, queue_id=queue_id, changes={"rules": {"expected_service_s": 600}})
    surgery.do(open_desk, desk_id=surgery.rooms[0], actor="staff:maria-lopez")
    for _ in range(2):
        surgery.do(join, queue_id=queue_id)
    surgery.clock.now = SLOT - 5 * MINUTE
    surgery.reserve(SLOT, by_staff=True)
    pace = Memory(surgery).live.pace(queue_id)
    assert pace is not None

    told = surgery.do(join, queue_id=queue_id, pace=pace)

    assert told.position == 3
    alone = estimate(2, pace._replace(coming=()))
    assert alone is not None
    assert told.ticket.quoted is not None
    # The promise is half an hour of work for the one desk or the two, and comes nine times of ten.
    assert told.ticket.quoted[1] - alone.high_s > 10 * 60
    assert Memory(surgery).live.still_to_come(queue_id, 2, told.ticket.rank, surgery.clock.now) == 1


@pytest.mark.anyio
async def test_a_server_looks_ahead_once_it_knows_less_than_a_day(surgery: Surgery) -> None:
    surgery.store.attach(asyncio.get_running_loop())
    relay = Relay(surgery.store, Hub())
    await relay.start()
    try:
        await surgery.store.write(
            reserve, service_id=surgery.service.id, start_at=TUESDAY + 2 * DAY, name="Ana", by_staff=True
        )
        await relay.settled()
        promises = relay.branches[surgery.branch_id].promises
        assert promises.of(surgery.queue_id) == ()
        surgery.clock.now = TUESDAY + DAY
        relay.look_ahead()
        await relay.settled()
        assert starts(promises.of(surgery.queue_id)) == [TUESDAY + 2 * DAY]
    finally:
        await relay.stop()

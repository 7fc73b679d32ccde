"""How a queue goes, as memory knows it: by following the events, or read afresh, it is the same."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.desk_duty import close_desk, open_desk
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import finish, leave, no_show, requeue
from nowserving.actions.tickets.undoing import undo
from nowserving.domain.tickets.estimate import Pace
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rehearsal import PLACES
from nowserving.domain.tickets.rules import Admission, Counts, Fit, QueueRules
from nowserving.live.branch import BranchLive
from nowserving.live.places import place_of
from nowserving.live.relay import built
from nowserving.store.events import events_after
from nowserving.store.memory import snapshot
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.conftest import Clock

ACTOR = "staff:maria-lopez"


class Branch:
    """A branch whose memory follows what its guests and agents do."""

    def __init__(self, store: Store, clock: Clock, branch_id: str) -> None:
        self.store, self.clock, self.branch_id = store, clock, branch_id
        self.live = self.fresh()

    def fresh(self) -> BranchLive:
        """Return a memory that is read from the database now."""
        found = self.store.read_now(snapshot, self.branch_id, place_of)
        assert found is not None
        return built(found, {})

    def do(self, verb: Any, after_s: float = 0, **arguments: Any) -> Any:
        self.clock.advance(after_s)
        return self.store.write_now(verb, actor=ACTOR, **arguments)

    def pace(self, queue_id: str) -> Pace:
        """Return how a queue goes; a memory that has followed knows the same as a fresh one."""
        for event in self.store.read_now(events_after, self.branch_id, self.live.version, 10_000):
            self.live.apply(event)
        self.live.settle()
        pace = self.live.pace(queue_id)
        assert pace is not None
        assert pace == self.fresh().pace(queue_id)
        return pace


@pytest.fixture
def hall(store: Store, clock: Clock, town_hall: TownHall) -> Branch:
    return Branch(store, clock, town_hall.branch_id)


def visit(hall: Branch, town_hall: TownHall, took_s: float, ends: Any = finish) -> str:
    hall.do(join, queue_id=town_hall.passports)
    key: str = hall.do(call_next, desk_id=town_hall.desk_1).ticket.key
    hall.do(ends, took_s, key=key)
    return key


def test_nothing_is_known_before_a_few_have_been_served(hall: Branch, town_hall: TownHall) -> None:
    for _ in range(2):
        visit(hall, town_hall, 300)
    assert hall.pace(town_hall.passports).mean_s is None
    visit(hall, town_hall, 300)
    assert hall.pace(town_hall.passports).mean_s == pytest.approx(300, abs=0.2)


def test_a_no_show_takes_a_desks_time(hall: Branch, town_hall: TownHall) -> None:
    for _ in range(3):
        visit(hall, town_hall, 400)
    visit(hall, town_hall, 40, no_show)
    pace = hall.pace(town_hall.passports)
    assert pace.samples == 4
    assert pace.mean_s == pytest.approx(310, abs=0.2)
    assert pace.median_s == pytest.approx(400, abs=0.2)


def test_who_leaves_before_the_call_is_counted_as_impatient(hall: Branch, town_hall: TownHall) -> None:
    for _ in range(3):
        visit(hall, town_hall, 300)
    for _ in range(6):
        gone = hall.do(join, queue_id=town_hall.passports).ticket
        hall.do(leave, 60, key=gone.key)
    pace = hall.pace(town_hall.passports)
    assert pace.samples == 3
    assert pace.stays < 0.6


def test_a_no_show_who_comes_back_has_not_ended(hall: Branch, town_hall: TownHall) -> None:
    for _ in range(3):
        visit(hall, town_hall, 300)
    key = visit(hall, town_hall, 30, no_show)
    assert hall.pace(town_hall.passports).samples == 4
    hall.do(requeue, 10, key=key, where=Where.END)
    assert hall.pace(town_hall.passports).samples == 3


def test_a_visit_whose_end_was_taken_back_has_not_ended(hall: Branch, town_hall: TownHall) -> None:
    for _ in range(4):
        visit(hall, town_hall, 300)
    hall.pace(town_hall.passports)
    hall.do(undo, 5, desk_id=town_hall.desk_1)
    assert hall.pace(town_hall.passports).samples == 3


def test_desks_count_while_they_are_open_and_are_idle_while_nobody_is_there(
    hall: Branch, town_hall: TownHall
) -> None:
    before = hall.pace(town_hall.passports)
    hall.do(join, queue_id=town_hall.passports)
    called = hall.do(call_next, desk_id=town_hall.desk_1).ticket
    busy = hall.pace(town_hall.passports)
    assert (busy.desks, busy.idle) == (before.desks, before.idle - 1)
    hall.do(finish, 60, key=called.key)
    assert hall.pace(town_hall.passports).idle == before.idle
    hall.do(close_desk, 5, desk_id=town_hall.desk_1)
    assert hall.pace(town_hall.passports).desks == before.desks - 1
    hall.do(open_desk, 5, desk_id=town_hall.desk_1)
    assert hall.pace(town_hall.passports).desks == before.desks


RULES = QueueRules(
    admission=Admission.AUTOMATIC,
    capacity=8,
    counts=Counts.COVERS,
    fit=Fit.FILL,
    ask_party=True,
    expected_service_s=3600,
)


@pytest.fixture
def room(store: Store, clock: Clock, build: Builder) -> Branch:
    branch_id = build.branch("Trattoria")
    build.queue("Tables", branch_id, prefix="T", rules=RULES)
    return Branch(store, clock, branch_id)


def queue_of(room: Branch) -> str:
    return next(iter(room.live.queues))


def test_the_first_places_of_a_waitlist_are_rehearsed(room: Branch) -> None:
    queue_id = queue_of(room)
    for size in (4, 4, 2, 6):
        room.do(join, 60, queue_id=queue_id, party_size=size)
    pace = room.pace(queue_id)
    # Two wait; the third place is that of whoever comes next.
    assert len(pace.places) == 3
    assert all(place is not None and place.high_s > place.low_s > 0 for place in pace.places)


def test_a_party_is_quoted_by_its_own_size(room: Branch) -> None:
    queue_id = queue_of(room)
    for size in (2, 2, 2, 2):
        room.do(join, 600, queue_id=queue_id, party_size=size)
    room.pace(queue_id)
    waits = [room.live.wait_for(queue_id, size, room.clock()) for size in (2, 8)]
    assert all(waits)
    assert waits[0] < waits[1]  # type: ignore[operator]
    assert room.live.wait_for(queue_id, 9, room.clock()) is None


def test_however_many_events_come_together_the_line_is_rehearsed_once(
    room: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_id = queue_of(room)
    room.do(join, queue_id=queue_id, party_size=8)
    room.pace(queue_id)
    seen: list[int] = []

    def rehearsed(_: object, line: list[object], *__: object) -> tuple[()]:
        seen.append(len(line))
        return ()

    monkeypatch.setattr("nowserving.live.pace.rehearse", rehearsed)

    def follow() -> None:
        for event in room.store.read_now(events_after, room.branch_id, room.live.version, 10_000):
            room.live.apply(event)
        room.live.settle()

    for _ in range(PLACES + 3):
        room.do(join, 1, queue_id=queue_id, party_size=2)
    follow()
    assert seen == [PLACES]

    room.do(join, 1, queue_id=queue_id, party_size=2)
    follow()
    assert seen == [PLACES], "whoever joins far behind changes nothing for the first places"


def test_a_party_that_joins_is_rehearsed_once_until_something_happens(
    room: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_id = queue_of(room)
    for _ in range(2):
        room.do(join, queue_id=queue_id, party_size=8)
    room.pace(queue_id)
    seen: list[int] = []

    def rehearsed(_: object, line: list[object], *__: object) -> tuple[()]:
        seen.append(len(line))
        return ()

    monkeypatch.setattr("nowserving.live.pace.rehearse", rehearsed)

    def ask() -> int:
        before = len(seen)
        room.live.wait_for(queue_id, 2, room.live.latest(queue_id))
        return len(seen) - before

    assert [ask(), ask()] == [1, 0]
    room.do(join, 1, queue_id=queue_id, party_size=2)
    for event in room.store.read_now(events_after, room.branch_id, room.live.version, 10_000):
        room.live.apply(event)
    assert [ask(), ask()] == [1, 0]

    for _ in range(PLACES):
        room.do(join, 1, queue_id=queue_id, party_size=2)
    room.live = room.fresh()
    now = room.live.latest(queue_id)
    before = len(seen)
    for size in (2, 4, 8):
        room.live.wait_for(queue_id, size, now)
    assert len(seen) - before == 1, "behind a line this long the size of a party makes no difference"

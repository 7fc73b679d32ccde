"""The line of a lobby: never more inside than the cap, never more called than the rate, in order."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from nowserving.actions.shows.lobbying import come_back, note_presence, set_absent_aside, set_rate
from nowserving.actions.tickets import admitting
from nowserving.actions.tickets.admitting import admit_due
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import finish
from nowserving.domain.tickets.ticket import State
from nowserving.store.store import Store
from nowserving.store.tickets import calls
from tests.actions.playhouse import SECOND, Playhouse, make_playhouse
from tests.builders import Builder
from tests.conftest import Clock

RATE, CAP = 4, 6


@pytest.fixture
def house(store: Store, clock: Clock, build: Builder) -> Iterator[Playhouse]:
    """A playhouse whose lobby lets four a minute in, six at once."""
    opened = make_playhouse(store, clock, build, choosing=CAP, admit_per_minute=RATE)
    opened.change("announce")
    yield opened
    opened.audit()


def called_at(house: Playhouse) -> list[int]:
    return [one.at for one in house.events() if one.verb == "ticket.called"]


def most_in_a_minute(instants: list[int]) -> int:
    """Return the most calls that any sixty seconds saw: each window that ends with a call is looked at."""
    return max(sum(end - 60 * SECOND < one <= end for one in instants) for end in instants)


def sweep(house: Playhouse) -> None:
    house.store.write_now(lapse_overdue, actor="rule", branch_id=house.branch_id)
    house.store.write_now(admit_due, actor="rule", branch_id=house.branch_id)


def a_random_evening(house: Playhouse, seed: int, steps: int = 120) -> tuple[list[int], int]:
    """Let people come and go as they please; return when somebody was called, and the most inside."""
    random, many, most = Random(seed), 0, 0
    house.change("open")
    for _ in range(steps):
        house.clock.advance(random.choice((0, 0, 1, 3, 9)))
        if random.random() < 0.6:
            many += 1
            house.comes(f"phone-{many}")
        elif many:
            ticket = house.place(f"phone-{random.randint(1, many)}")
            if ticket.state in (State.CALLED, State.SERVING):
                house.do(finish, key=ticket.key)
        sweep(house)
        states = house.states(*(f"phone-{one + 1}" for one in range(many)))
        most = max(most, sum(one in (State.CALLED, State.SERVING) for one in states))
    return called_at(house), most


@pytest.mark.parametrize("seed", [1, 2])
def test_cap_and_rate_hold_in_every_window_and_nobody_is_overtaken(house: Playhouse, seed: int) -> None:
    instants, most = a_random_evening(house, seed)
    assert most <= CAP
    assert most_in_a_minute(instants) <= RATE
    order = [int(one.removeprefix("phone-")) for one in house.called_in_order()]
    assert order == sorted(order)
    assert len(order) > 3 * RATE


def test_without_the_rate_the_same_evening_sees_too_many(
    house: Playhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nobody counts the calls of the last minute."""
    monkeypatch.setattr(admitting, "_left_by_rate", lambda *_: None)
    instants, _ = a_random_evening(house, 1, 60)
    assert most_in_a_minute(instants) > RATE


def test_the_rate_lets_the_next_one_in_at_its_instant_and_not_before(house: Playhouse) -> None:
    for one in range(7):
        house.comes(f"phone-{one}")
    house.change("open")
    (first, *_) = called_at(house)
    due = first + 60 * SECOND
    assert house.store.read_now(calls.branches_due, due - 1) == []
    assert house.store.read_now(calls.branches_due, due) == [house.branch_id]
    house.clock.now = due - 1
    sweep(house)
    assert len(called_at(house)) == RATE
    house.clock.now = due
    sweep(house)
    assert len(called_at(house)) == CAP, "two more, and then the house is full"


def test_a_higher_rate_holds_at_once_and_a_lower_one_from_now_on(house: Playhouse) -> None:
    for one in range(12):
        house.comes(f"phone-{one}")
    house.change("open")
    rate: dict[str, Any] = {"performance_id": house.performance_id, "choosing": 100}
    house.do(set_rate, admit_per_minute=6, **rate)
    assert len(called_at(house)) == 6
    house.do(set_rate, admit_per_minute=2, **rate)
    first = called_at(house)[0]
    house.clock.now = first + 60 * SECOND
    sweep(house)
    assert len(called_at(house)) == 6, "the window still holds as many as the lower rate"
    house.clock.advance(60)
    sweep(house)
    assert len(called_at(house)) == 8


def absent(house: Playhouse, since: int = 0) -> int:
    queue_id = house.performance().queue_id
    return house.store.write_now(set_absent_aside, actor="rule", queue_id=queue_id, heard_since=since)


def heard(house: Playhouse, *phones: str) -> int:
    seen = {house.place(one).id: house.clock.now for one in phones}
    return house.do(note_presence, actor="guest", queue_id=house.performance().queue_id, seen=seen)


def in_line(house: Playhouse, *phones: str) -> None:
    house.change("open")
    house.do(set_rate, performance_id=house.performance_id, choosing=1, admit_per_minute=None)
    for one in ("inside", *phones):
        house.comes(one)


def test_a_place_unheard_of_is_set_aside_and_comes_back_with_its_own_rank(house: Playhouse) -> None:
    in_line(house, "ana", "ben", "cho")
    house.clock.advance(179)
    heard(house, "ben")
    assert absent(house) == 2
    assert (house.line(), house.states("ana")) == (["ben"], [State.PARKED])
    house.clock.advance(590)
    assert heard(house, "ana", "ben") == 1
    assert house.line() == ["ana", "ben"]
    assert house.do(come_back, actor="guest", key=house.place("cho").key).state is State.WAITING
    assert house.line() == ["ana", "ben", "cho"]


def test_whoever_can_be_written_to_may_close_the_page(house: Playhouse) -> None:
    in_line(house, "ana")
    house.comes("ben", contact={"email": "ben@example.org"})
    house.clock.advance(600)
    assert absent(house) == 1
    assert house.states("ana", "ben") == [State.PARKED, State.WAITING]


def test_after_the_grace_the_place_is_gone(house: Playhouse) -> None:
    in_line(house, "ana")
    house.clock.advance(200)
    assert absent(house) == 1
    house.clock.advance(600)
    assert heard(house, "ana") == 0
    sweep(house)
    assert house.states("ana") == [State.CANCELLED]
    assert house.events()[-1].data["why"] == "absent"


def test_whoever_is_set_aside_never_stalls_the_line(house: Playhouse) -> None:
    in_line(house, "ana", "ben")
    house.clock.advance(200)
    heard(house, "ben")
    absent(house)
    house.do(finish, key=house.place("inside").key)
    assert house.states("ana", "ben") == [State.PARKED, State.CALLED]
    house.do(finish, key=house.place("ben").key)
    assert heard(house, "ana") == 1
    assert house.states("ana") == [State.CALLED], "there is room, and it was first"


def test_an_outage_sets_nobody_aside(house: Playhouse) -> None:
    in_line(house, "ana")
    house.clock.advance(3600)
    back = house.clock.now
    assert absent(house, since=back) == 0
    house.clock.advance(179)
    assert absent(house, since=back) == 0
    house.clock.advance(2)
    assert absent(house, since=back) == 1


def test_before_the_opening_nobody_is_absent(house: Playhouse) -> None:
    house.comes("ana")
    house.clock.advance(3600)
    assert absent(house) == 0


def test_an_older_word_changes_nothing(house: Playhouse) -> None:
    in_line(house, "ana")
    heard(house, "ana")
    seen = {house.place("ana").id: 1}
    house.do(note_presence, actor="guest", queue_id=house.performance().queue_id, seen=seen)
    house.clock.advance(100)
    assert absent(house) == 0

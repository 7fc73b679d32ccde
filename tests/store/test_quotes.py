"""Quoted against waited: the sums that the back office shows are those of the tickets."""

import pytest

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import finish, leave
from nowserving.store.store import Store
from nowserving.store.tickets.quotes import Quoted, quotes_by_day, together
from tests.builders import TownHall
from tests.conftest import Clock


def visit(
    store: Store, hall: TownHall, clock: Clock, waited_s: float, quoted: tuple[int, int] | None
) -> None:
    store.write_now(join, queue_id=hall.passports, quoted=quoted)
    clock.advance(waited_s)
    called = store.write_now(call_next, actor="staff:maria-lopez", desk_id=hall.desk_1).ticket
    clock.advance(5)
    store.write_now(finish, key=called.key)


def found(store: Store, hall: TownHall, since: int = 0) -> list[Quoted]:
    return store.read_now(quotes_by_day, hall.branch_id, since)


def test_a_quote_holds_when_the_wait_lies_in_its_range(
    store: Store, town_hall: TownHall, clock: Clock
) -> None:
    for waited_s in (298, 301, 450, 599, 602, 4000):
        visit(store, town_hall, clock, waited_s, (300, 600))
    (day,) = found(store, town_hall)
    assert (day.queue_id, day.count, day.held, day.longer) == (town_hall.passports, 6, 3, 2)
    assert day.error_s == pytest.approx(152 + 149 + 0 + 149 + 152 + 3550, abs=0.1)
    assert day.waited_s == pytest.approx(298 + 301 + 450 + 599 + 602 + 4000, abs=0.1)


def test_one_number_holds_when_the_wait_was_no_longer(
    store: Store, town_hall: TownHall, clock: Clock
) -> None:
    for waited_s in (20, 7200, 7201):
        visit(store, town_hall, clock, waited_s, (7200, 7200))
    (day,) = found(store, town_hall)
    assert (day.count, day.held) == (3, 2)


def test_who_had_no_quote_or_did_not_wait_or_left_is_not_counted(
    store: Store, town_hall: TownHall, clock: Clock
) -> None:
    visit(store, town_hall, clock, 60, None)
    visit(store, town_hall, clock, 0, (0, 30))
    gone = store.write_now(join, queue_id=town_hall.passports, quoted=(0, 60)).ticket
    store.write_now(leave, key=gone.key)
    assert found(store, town_hall) == []


def test_what_ended_before_is_not_asked_for(store: Store, town_hall: TownHall, clock: Clock) -> None:
    visit(store, town_hall, clock, 60, (0, 90))
    assert found(store, town_hall, clock() + 1) == []
    assert len(found(store, town_hall, clock() - 1_000_000)) == 1


def test_days_are_summed_to_queues_and_all_of_them_to_one() -> None:
    days = [
        Quoted("a", "2026-11-23", 4, 3, 1, 400.0, 2000.0),
        Quoted("b", "2026-11-23", 1, 1, 0, 10.0, 100.0),
        Quoted("a", "2026-11-22", 6, 5, 1, 100.0, 1000.0),
    ]
    by_queue = together(days, lambda one: one.queue_id)
    assert list(by_queue) == ["a", "b"]
    assert by_queue["a"].share_held == 0.8
    assert by_queue["a"].mean_error_s == 50
    assert by_queue["a"].mean_waited_s == 300
    (whole,) = together(days, lambda _: "").values()
    assert (whole.count, whole.held) == (11, 9)

"""Many threads of one server act at once: on the same desk, on the same ticket, on the same line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from nowserving.actions.tickets.calling import call_chosen, call_next, recall
from nowserving.actions.tickets.desk_duty import open_desk, pause_desk
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import (
    cancel,
    check_in,
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
from nowserving.errors import AppError
from nowserving.store.care.checks import run_checks
from nowserving.store.store import Store, wall_clock
from tests.actions.audit import all_events, offences
from tests.builders import TownHall
from tests.processes import several
from tests.races.verdict import Verdict
from tests.races.work import join_from_threads

THREADS = 8


@pytest.fixture
def live_store(database_url: str) -> Iterator[Store]:
    """Open a store with the real clock and real chance."""
    opened = Store(database_url)
    opened.open()
    yield opened
    opened.close()


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Do the same work in so many threads; return what each returned."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def attempt(store: Store, verb: Callable[..., Any], **arguments: Any) -> Any:
    """Do it, or return the code of the refusal."""
    try:
        return store.write_now(verb, **arguments)
    except AppError as refusal:
        return refusal.code


def wrong_in(store: Store) -> list[str]:
    """Return what the tests' audit and the product's own checks find wrong."""
    checks = store.read_now(run_checks, wall_clock())
    return offences(store) + [said for check in checks for said in check.violations]


def test_desks_that_call_at_once_share_nobody(live_store: Store, town_hall: TownHall) -> None:
    for _ in range(45):
        live_store.write_now(join, queue_id=town_hall.passports)

    def call(thread: int) -> list[str]:
        desk_id = town_hall.desk_ids[thread % 3]
        return [live_store.write_now(call_next, desk_id=desk_id).ticket.code for _ in range(5)]

    called = [code for codes in at_once(call) for code in codes]

    assert sorted(called) == [f"A-{number:03d}" for number in range(1, 41)]
    assert wrong_in(live_store) == []


def test_one_desk_in_many_windows_never_has_two(live_store: Store, town_hall: TownHall) -> None:
    """A double click, or the same desk in two tabs: each call finishes the one before it."""
    for _ in range(40):
        live_store.write_now(join, queue_id=town_hall.passports)

    at_once(lambda _: [attempt(live_store, call_next, desk_id=town_hall.desk_1) for _ in range(5)])

    told = [
        (event.verb, event.ticket_id)
        for event in live_store.read_now(all_events)
        if event.desk_id == town_hall.desk_1 and event.verb in {"ticket.called", "ticket.finished"}
    ]
    for (verb, ticket_id), (next_verb, next_ticket_id) in pairwise(told):
        assert verb != next_verb, "called, finished, called, finished"
        assert (ticket_id == next_ticket_id) is (verb == "ticket.called")
    assert wrong_in(live_store) == []


def test_whatever_is_done_at_once_the_books_are_right(live_store: Store, town_hall: TownHall) -> None:
    """Eight agents and guests do anything with anybody; each is done or cleanly refused."""
    keys = [live_store.write_now(join, queue_id=queue).ticket.key for queue in town_hall.queue_ids * 6]

    def anything(thread: int) -> set[str]:
        chance = Random(thread)
        codes = set()
        for _ in range(40):
            verb, arguments = one_act(chance, town_hall, keys)
            done = attempt(live_store, verb, actor=f"staff:{thread}", **arguments)
            codes |= {done} if isinstance(done, str) else set()
        return codes

    refused = set().union(*at_once(anything))

    assert refused <= {
        "wrong_state",
        "queue_empty",
        "at_other_desk",
        "desk_busy",
        "nothing_to_undo",
        # Whoever checks in after a no-show was called and came too late.
        "lapsed",
        "invalid",
    }
    assert wrong_in(live_store) == []


def one_act(chance: Random, hall: TownHall, keys: list[str]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return something that somebody might do."""
    key, desk_id = {"key": chance.choice(keys)}, {"desk_id": chance.choice(hall.desk_ids)}
    where, queue_id = {"where": chance.choice(list(Where))}, {"queue_id": chance.choice(hall.queue_ids)}
    acts: list[tuple[Callable[..., Any], dict[str, Any]]] = [
        (join, queue_id),
        (call_next, desk_id),
        (call_chosen, {**desk_id, **key, "anyway": chance.random() < 0.5}),
        (undo, desk_id),
        (open_desk, desk_id),
        (pause_desk, desk_id),
        *((verb, key) for verb in (recall, start, check_in, finish, no_show, leave, undo_leave)),
        *((verb, {**key, **desk_id}) for verb in (park, cancel)),
        (requeue, {**key, **where, **desk_id}),
        (transfer, {**key, **queue_id, **where, **desk_id}),
        (postpone, {**key, "places": chance.randint(1, 3)}),
        (lapse_overdue, {"branch_id": hall.branch_id}),
    ]
    return chance.choice(acts)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_numbers_follow_the_order_of_commits(database_url: str, town_hall: TownHall) -> None:
    """Two processes, eight threads each: who asks after another was answered has the larger number."""
    with several(2, join_from_threads, database_url, town_hall.passports, THREADS, 8) as kiosks:
        for kiosk in kiosks:
            assert kiosk.pipe.recv() == "ready"
        for kiosk in kiosks:
            kiosk.pipe.send("go")
        told = [one for kiosk in kiosks for one in kiosk.said()]

    assert sorted(number for _, _, number in told) == list(range(1, 2 * THREADS * 8 + 1))
    for asked_at, _, number in told:
        assert all(number > earlier for _, answered_at, earlier in told if answered_at < asked_at)
    verdict = Verdict(database_url)
    assert verdict.numbers == sorted(verdict.numbers), "rows, versions and numbers are one order"
    assert verdict.violations == []

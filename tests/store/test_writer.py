"""The writer: groups, refusals, faults, and what a caller may believe."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection

from nowserving.domain.event import Event
from nowserving.errors import Busy, Conflict, NotFound
from nowserving.store.engine import writer as module
from nowserving.store.store import Store
from tests.builders import Builder
from tests.conftest import Clock
from tests.store import verbs
from tests.store.crowd import one_group
from tests.store.verbs import note, versions

BRANCH = "town-hall"


@pytest.fixture(autouse=True)
def branches(build: Builder) -> None:
    build.branch("Town Hall")
    build.branch("Library")


@pytest.fixture
def commits(store: Store) -> list[list[Event]]:
    """Return the list to which each commit adds its events."""
    heard: list[list[Event]] = []

    def remember(events: Sequence[Event]) -> None:
        heard.append(list(events))

    store.on_commit = remember
    return heard


def test_everything_that_waits_is_committed_at_once(store: Store, commits: list[list[Event]]) -> None:
    with one_group(store) as crowd:
        for number in range(20):
            crowd.ask(note, branch_id=BRANCH, said=str(number))

    assert crowd.answers == list(range(1, 21))
    assert [len(events) for events in commits] == [1, 20]


def test_a_refusal_that_read_the_log_costs_the_others_nothing(
    store: Store, commits: list[list[Event]]
) -> None:
    """An undo that comes too late must not make a rush pay for one flush each."""
    with one_group(store) as crowd:
        crowd.ask(note, branch_id=BRANCH, said="before")
        crowd.ask(verbs.look_back_and_refuse, branch_id=BRANCH)
        crowd.ask(note, branch_id=BRANCH, said="after")

    assert [crowd.answers[0], crowd.answers[2]] == [1, 2]
    assert isinstance(crowd.answers[1], Conflict)
    assert [len(events) for events in commits] == [1, 2]


def test_a_group_is_bounded(
    store: Store, commits: list[list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_GROUP", 8)
    with one_group(store) as crowd:
        for _ in range(20):
            crowd.ask(note, branch_id=BRANCH, said="")

    assert [len(events) for events in commits] == [1, 8, 8, 4]


def test_a_refusal_costs_the_others_nothing(store: Store, commits: list[list[Event]]) -> None:
    with one_group(store) as crowd:
        crowd.ask(note, branch_id=BRANCH, said="before")
        crowd.ask(verbs.refuse, branch_id=BRANCH)
        crowd.ask(note, branch_id=BRANCH, said="after")

    first, refusal, last = crowd.answers
    assert (first, last) == (1, 2)
    assert isinstance(refusal, Conflict)
    assert [[event.data["said"] for event in events] for events in commits] == [
        ["waited"],
        ["before", "after"],
    ]


@pytest.mark.parametrize("error", [Conflict("refused", "No."), ZeroDivisionError("ours")])
def test_what_fails_after_writing_leaves_nothing_and_the_others_stand(
    store: Store, commits: list[list[Event]], error: Exception
) -> None:
    with one_group(store) as crowd:
        crowd.ask(note, branch_id=BRANCH, said="before")
        crowd.ask(verbs.rename_then, branch_id=BRANCH, name="Ruin", error=error)
        crowd.ask(note, branch_id=BRANCH, said="after")

    assert crowd.answers == [1, error, 2]
    assert store.read_now(verbs.branch_name, BRANCH) == "Town Hall"
    assert store.read_now(versions, BRANCH) == (2, [1, 2])
    assert [len(events) for events in commits] == [1, 1, 1]


@pytest.mark.parametrize("verb", [verbs.misspell, verbs.add_nonsense, verbs.note_what_cannot_be_written])
def test_our_own_mistake_is_its_callers_alone(store: Store, verb: Callable[..., Any]) -> None:
    with one_group(store) as crowd:
        crowd.ask(note, branch_id=BRANCH, said="before")
        crowd.ask(verb, branch_id=BRANCH)
        crowd.ask(note, branch_id=BRANCH, said="after")

    first, mistake, last = crowd.answers
    assert (first, last) == (1, 2)
    assert isinstance(mistake, Exception)
    assert not isinstance(mistake, Conflict | Busy)


def test_a_row_that_is_there_already_is_a_conflict(store: Store) -> None:
    with one_group(store) as crowd:
        crowd.ask(verbs.add_department, branch_id=BRANCH, id="citizens")
        crowd.ask(verbs.add_department, branch_id=BRANCH, id="citizens")

    first, second = crowd.answers
    assert first == 1
    assert isinstance(second, Conflict)
    assert second.code == "already_exists"


def test_versions_have_no_gaps_whatever_fails(store: Store) -> None:
    with one_group(store) as crowd:
        for number in range(30):
            crowd.ask(note, branch_id=BRANCH, said="")
            if number % 3 == 0:
                crowd.ask(verbs.refuse, branch_id=BRANCH)
            if number % 7 == 0:
                crowd.ask(verbs.rename_then, branch_id=BRANCH, name="x", error=ValueError())

    assert store.read_now(versions, BRANCH) == (30, list(range(1, 31)))
    assert store.read_now(versions, "library") == (1, [1])


def test_each_branch_and_the_organisation_count_for_themselves(store: Store) -> None:
    with one_group(store) as crowd:
        for _ in range(2):
            crowd.ask(note, branch_id=BRANCH, said="")
            crowd.ask(note, branch_id="library", said="")
            crowd.ask(verbs.note_in_organisation, said="")

    assert crowd.answers == [1, 2, 1, 2, 3, 2]


def test_time_never_runs_back_in_a_branch(store: Store, clock: Clock) -> None:
    for step_s in (0, 60, -3600, 0, 0.000001, -86_400):
        clock.advance(step_s)
        store.write_now(note, branch_id=BRANCH, said="")

    times = [at for _, at, _ in store.read_now(verbs.noted)]
    assert all(later > earlier for earlier, later in pairwise(times))


def test_a_passing_fault_is_tried_again_unseen(store: Store, commits: list[list[Event]]) -> None:
    faults = [verbs.passing_fault(store), verbs.passing_fault(store)]
    with one_group(store) as crowd:
        crowd.ask(note, branch_id=BRANCH, said="before")
        crowd.ask(verbs.note_after_faults, branch_id=BRANCH, faults=faults)

    assert crowd.answers == [1, 2]
    assert [len(events) for events in commits] == [1, 2]


def test_a_fault_that_does_not_pass_is_busy_and_nothing_changed(store: Store) -> None:
    faults = [verbs.passing_fault(store) for _ in range(20)]

    with pytest.raises(Busy) as refusal:
        store.write_now(verbs.note_after_faults, branch_id=BRANCH, faults=faults)

    assert refusal.value.code == "busy"
    assert refusal.value.retry_after_s == 2
    assert store.read_now(versions, BRANCH) == (0, [])


def test_a_full_disk_is_busy_at_once_and_over_when_it_is_over(store: Store) -> None:
    with one_group(store) as crowd:
        crowd.ask(note, branch_id=BRANCH, said="")
        crowd.ask(verbs.note_after_faults, branch_id=BRANCH, faults=[verbs.lasting_fault(store)])

    assert [type(answer) for answer in crowd.answers] == [Busy, Busy]
    assert crowd.answers[0] is not crowd.answers[1]
    assert store.write_now(note, branch_id=BRANCH, said="") == 1


def test_an_unknown_branch_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.write_now(note, branch_id="atlantis", said="")


def test_more_than_can_be_served_is_busy(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 2)
    with one_group(store) as crowd:
        crowd.ask(note, branch_id=BRANCH, said="")
        crowd.ask(note, branch_id=BRANCH, said="")
        with pytest.raises(Busy):
            store.write_now(note, branch_id=BRANCH, said="too many")

    assert crowd.answers == [1, 2]


def test_closing_answers_whoever_waits_and_nobody_after(store: Store) -> None:
    with one_group(store) as crowd:
        for _ in range(5):
            crowd.ask(note, branch_id=BRANCH, said="")
        closing = threading.Thread(target=store.close)
        closing.start()
        while not store._writers[0]._stopped:
            threading.Event().wait(0.001)
        with pytest.raises(Busy, match="closing"):
            store.write_now(note, branch_id=BRANCH, said="late")
    closing.join()

    assert crowd.answers == [1, 2, 3, 4, 5]


async def test_events_are_told_before_their_caller_is_answered(store: Store) -> None:
    order: list[str] = []
    store.on_commit = lambda events: order.append("told")

    await store.write(note, branch_id=BRANCH, said="")
    order.append("answered")

    assert order == ["told", "answered"]


async def test_a_listener_that_fails_keeps_nobody_from_their_answer(store: Store) -> None:
    def fail(_events: Sequence[Event]) -> None:
        raise ZeroDivisionError

    store.on_commit = fail

    assert await store.write(note, branch_id=BRANCH, said="") == 1
    assert await store.write(note, branch_id=BRANCH, said="") == 2


async def test_a_caller_who_has_gone_leaves_the_change_behind(store: Store) -> None:
    caller = asyncio.ensure_future(store.write(note, branch_id=BRANCH, said=""))
    await asyncio.sleep(0)
    caller.cancel()

    assert await store.write(note, branch_id=BRANCH, said="") == 2
    assert caller.cancelled()


async def test_callers_in_one_loop_share_commits(store: Store, commits: list[list[Event]]) -> None:
    calls = [store.write(note, branch_id=BRANCH, said="") for _ in range(200)]

    assert sorted(await asyncio.gather(*calls)) == list(range(1, 201))
    assert len(commits) < 50


async def test_a_caller_is_answered_when_the_listener_has_read_what_it_needs(store: Store) -> None:
    begun, read = asyncio.Event(), asyncio.Event()

    async def reading() -> None:
        begun.set()
        await read.wait()

    store.on_commit = lambda _events: reading()
    writing = asyncio.ensure_future(store.write(note, branch_id=BRANCH, said="first"))
    await asyncio.wait_for(begun.wait(), 10)
    await asyncio.sleep(0)
    assert not writing.done()

    read.set()
    assert await writing == 1


def test_answers_reach_threads_when_the_loop_has_ended(store: Store) -> None:
    async def write_once() -> int:
        return await store.write(note, branch_id=BRANCH, said="")

    assert asyncio.run(write_once()) == 1
    assert store.write_now(note, branch_id=BRANCH, said="") == 2


def test_a_surprise_at_the_commit_is_never_run_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = Connection.commit

    def commit_and_fail(connection: Connection) -> None:
        commit(connection)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "commit", commit_and_fail)
        with pytest.raises(Busy) as refusal:
            store.write_now(note, branch_id=BRANCH, said="")

    assert refusal.value.code == "not_confirmed"
    assert store.write_now(note, branch_id=BRANCH, said="") == 2

"""A deadline happens once, and not before its time: with several sweepers, one gone, and clocks that step."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.domain.tickets.rules import Admission, QueueRules
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import events
from nowserving.store.store import Store
from tests.builders import Builder
from tests.conftest import Clock
from tests.processes import several
from tests.races.evidence import Evidence
from tests.races.verdict import Verdict
from tests.races.work import sweep_for_ever

WINDOW_S = 1
SECOND, HOUR_S = 1_000_000, 3600.0
PROCESSES = 4
SKEW_S = 0.3
NEVER = 1 << 62


def hall(url: str, capacity: int, window_s: int = WINDOW_S) -> tuple[str, str]:
    """Make a branch whose queue calls by itself, with a deadline for each call; return both ids."""
    builder = Builder(url)
    branch_id = builder.branch("Clinic")
    rules = QueueRules(admission=Admission.AUTOMATIC, capacity=capacity, check_in_window_s=window_s)
    queue_id = builder.queue("Consultation", branch_id, rules=rules)
    builder.close()
    return branch_id, queue_id


def told(url: str) -> list[tuple[str, int, int]]:
    """Return verb, ticket and instant of everything that happened to a ticket, in order."""
    store = Store(url)
    store.open_for_reading()
    found = store.read_now(_told)
    store.close()
    return found


def _told(reader: Reader) -> list[tuple[str, int, int]]:
    wanted = select(events.c.verb, events.c.ticket_id, events.c.at).where(events.c.ticket_id.is_not(None))
    found: Any = reader.execute(wanted.order_by(events.c.version))
    return [(verb, ticket_id, at) for verb, ticket_id, at in found]


def wrong_lapses(happened: list[tuple[str, int, int]], window_s: int = WINDOW_S) -> list[str]:
    """Return who lapsed before their time or not exactly once, and what happened after the end."""
    wrong, due, over = [], dict[int, int](), Counter[int]()
    for verb, ticket_id, at in happened:
        if over[ticket_id]:
            wrong.append(f"{verb} of {ticket_id} after its end")
        if verb == "ticket.called":
            due[ticket_id] = at + window_s * SECOND
        elif verb == "ticket.lapsed":
            over[ticket_id] += 1
            if at < due.get(ticket_id, NEVER):
                wrong.append(f"{ticket_id} lapsed early")
    return wrong + [f"{ticket_id} never lapsed" for ticket_id in due if not over[ticket_id]]


def sweep_from_many(
    url: str, count: int, how: signal.Signals | None, without: tuple[str, ...] = (), skew_s: float = SKEW_S
) -> None:
    """Let four processes with clocks of their own sweep; one is ended or frozen when it is due."""
    branch_id, queue_id = hall(url, capacity=count // 4)
    store = Store(url)
    store.open()
    for _ in range(count):
        store.write_now(join, queue_id=queue_id)
    with several(PROCESSES, sweep_for_ever, url, without, branch_id, skew_s) as sweepers:
        for sweeper in sweepers:
            assert sweeper.pipe.recv() == "ready"
        for sweeper in sweepers:
            sweeper.pipe.send("go")
        if how is not None:
            sweepers[0].pipe.recv()
            os.kill(sweepers[0].pid, how)
        until_lapsed(store, count)
        if how is signal.SIGSTOP:
            os.kill(sweepers[0].pid, signal.SIGCONT)
        time.sleep(3 * SKEW_S)
    store.close()


def until_lapsed(store: Store, count: int, patience_s: float = 150) -> None:
    """Wait until so many have lapsed."""
    until = time.monotonic() + patience_s
    while len({one for verb, one, _ in store.read_now(_told) if verb == "ticket.lapsed"}) < count:
        assert time.monotonic() < until, "not all have lapsed"
        time.sleep(0.05)


on_postgresql = pytest.mark.parametrize("altered_url", ["postgresql"], indirect=True)


@pytest.mark.postgres
@on_postgresql
def test_four_processes_sweep_and_one_is_killed(altered_url: str, evidence: Evidence) -> None:
    sweep_from_many(altered_url, 120, signal.SIGKILL)

    assert wrong_lapses(told(altered_url)) == []
    assert Verdict(altered_url).violations == []
    evidence.row("deadlines", "PostgreSQL, 4 processes", "120 deadlines, one process killed")


@pytest.mark.postgres
@pytest.mark.prove
@pytest.mark.timeout(600)
@on_postgresql
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_two_thousand_deadlines_of_four_processes(
    altered_url: str, how: signal.Signals, evidence: Evidence
) -> None:
    sweep_from_many(altered_url, 2000, how)

    assert wrong_lapses(told(altered_url)) == []
    assert Verdict(altered_url).violations == []
    end = "killed" if how is signal.SIGKILL else "frozen past its deadlines, then resumed"
    evidence.row(
        "deadlines", "PostgreSQL, 4 processes", f"2,000 deadlines, clocks {SKEW_S} s apart, one process {end}"
    )


@pytest.mark.postgres
@pytest.mark.control
@on_postgresql
def test_control_without_lock_and_conditions_deadlines_happen_twice(
    altered_url: str, evidence: Evidence
) -> None:
    engine = create_engine(altered_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DROP CONSTRAINT pk_events"))
        connection.execute(text("DROP INDEX uq_stays_open"))
        connection.execute(text("ALTER TABLE queues DROP CONSTRAINT ck_queues_waiting_not_negative"))
    engine.dispose()

    # By one clock, so that all of them find the same deadlines at once.
    sweep_from_many(altered_url, 160, None, ("no_branch_lock", "no_conditions"), skew_s=0)

    twice = [said for said in wrong_lapses(told(altered_url)) if said.startswith("ticket.lapsed")]
    assert twice
    found = f"{len(twice)} deadlines happened again"
    evidence.control("deadlines", "PostgreSQL, 4 processes", "the branch's lock; conditions", found)


def step_about(url: str, clock: Clock, rounds: int, seed: int = 1) -> None:
    """Join, sweep, and let the clock jump by an hour in either direction, as chance has it."""
    chance = Random(seed)
    branch_id, queue_id = hall(url, capacity=5)
    store = Store(url, clock=clock, random=Random(seed))
    store.open()
    latest = clock.now
    for _ in range(rounds):
        store.write_now(join, queue_id=queue_id)
        clock.advance(chance.choice([0.01, 0.3, 0.7, 1, 2, HOUR_S, -HOUR_S]))
        latest = max(latest, clock.now)
        if chance.random() < 0.7:
            store.write_now(lapse_overdue, branch_id=branch_id)
    clock.now = latest
    for _ in range(rounds):
        clock.advance(WINDOW_S + 1)
        store.write_now(lapse_overdue, branch_id=branch_id)
    store.close()


@pytest.mark.control
def test_a_clock_that_steps_by_an_hour_lets_nothing_happen_early_or_again(
    database_url: str, clock: Clock, evidence: Evidence
) -> None:
    step_about(database_url, clock, rounds=150)

    assert wrong_lapses(told(database_url)) == []
    assert Verdict(database_url).violations == []
    kind = "PostgreSQL" if "postgres" in database_url else "SQLite"
    evidence.row("deadlines", kind, "150 rounds, about 40 steps of an hour back or forth, seed 1")


@pytest.mark.control
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_time_that_may_run_back_is_found_out(
    database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    prepare = Tx.__init__

    def naive(self: Tx, group: Any, scope: Any, wall_us: int, *rest: Any) -> None:
        prepare(self, group, scope, wall_us, *rest)
        self.now = wall_us

    monkeypatch.setattr(Tx, "__init__", naive)
    try:
        step_about(database_url, clock, rounds=150)
        wrong = wrong_lapses(told(database_url)) + Verdict(database_url).violations
    except Exception as error:  # noqa: BLE001 - the database's own guards may see it first.
        wrong = [f"{type(error).__name__}: refused by the database"]
    assert wrong
    evidence.control(
        "deadlines", "SQLite", "time in a branch never runs back", f"{len(wrong)}, such as: {wrong[0]}"
    )


@pytest.mark.control
def test_after_an_outage_of_an_hour_everything_overdue_happens_once_and_in_order(
    database_url: str, clock: Clock, evidence: Evidence
) -> None:
    branch_id, queue_id = hall(database_url, capacity=250)
    store = Store(database_url, clock=clock, random=Random(1))
    store.open()
    for _ in range(250):
        store.write_now(join, queue_id=queue_id)
    clock.advance(HOUR_S)

    assert [store.write_now(lapse_overdue, branch_id=branch_id) for _ in range(3)] == [200, 50, 0]

    store.close()
    happened = told(database_url)
    assert wrong_lapses(happened) == []
    called, lapsed = (
        [one for verb, one, _ in happened if verb == f"ticket.{of}"] for of in ("called", "lapsed")
    )
    assert lapsed == called
    kind = "PostgreSQL" if "postgres" in database_url else "SQLite"
    evidence.row("deadlines", kind, "250 deadlines after an outage of an hour, in order")

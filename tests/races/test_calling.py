"""Several processes work on one PostgreSQL at once: nobody is called twice, overtaken or refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import create_engine, text

from nowserving.actions.tickets.joining import join
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.processes import several
from tests.races.evidence import Evidence
from tests.races.verdict import Verdict
from tests.races.work import call_until_empty, join_many

PROCESSES = 4
WAITING = 60
WHERE = f"PostgreSQL, {PROCESSES} processes"
EVERYBODY_ONCE = [("ok", f"A-{number:03d}") for number in range(1, WAITING + 1)]

pytestmark = pytest.mark.postgres
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def race(url: str, hall: TownHall, without: Sequence[str] = (), *, waiting: int = WAITING) -> list[object]:
    """Let the processes call, each at its own desk, until nobody waits; return all that they were told."""
    builder = Builder(url)
    desk_ids = [builder.desk(f"Counter {n}", hall.branch_id, serves=hall.queue_ids) for n in range(PROCESSES)]
    builder.close()
    store = Store(url)
    store.open()
    for _ in range(waiting):
        store.write_now(join, queue_id=hall.passports)
    store.close()
    with several(PROCESSES, call_until_empty, url, without, desk_ids) as agents:
        for agent in agents:
            assert agent.pipe.recv() == "ready"
        for agent in agents:
            agent.pipe.send("go")
        return [told for agent in agents for told in agent.said()]


@on_postgresql
def test_each_ticket_is_called_once_and_in_order(database_url: str, town_hall: TownHall) -> None:
    told = race(database_url, town_hall)

    assert sorted(map(str, told)) == sorted(map(str, EVERYBODY_ONCE))
    verdict = Verdict(database_url)
    assert verdict.called == sorted(set(verdict.called))
    assert verdict.violations == []


@pytest.mark.control
@on_postgresql
def test_control_without_the_lock_somebody_is_refused(
    database_url: str, town_hall: TownHall, evidence: Evidence
) -> None:
    """The conditions and indexes still keep the data sound, at the cost of wrong answers."""
    told = race(database_url, town_hall, ["no_branch_lock"])

    assert sorted(map(str, told)) != sorted(map(str, EVERYBODY_ONCE))
    wrong = len(set(map(str, told)) ^ set(map(str, EVERYBODY_ONCE)))
    evidence.control("calling", WHERE, "the branch's lock", f"{wrong} wrong answers in {WAITING} calls")


@pytest.mark.control
@pytest.mark.parametrize("altered_url", ["postgresql"], indirect=True)
def test_control_without_lock_and_conditions_a_ticket_is_called_twice(
    altered_url: str, evidence: Evidence
) -> None:
    builder = Builder(altered_url)
    hall = builder.town_hall()
    builder.close()
    engine = create_engine(altered_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DROP CONSTRAINT pk_events"))
        connection.execute(text("DROP INDEX uq_stays_open"))
        connection.execute(text("ALTER TABLE queues DROP CONSTRAINT ck_queues_waiting_not_negative"))
    engine.dispose()

    race(altered_url, hall, ["no_branch_lock", "no_conditions"])

    verdict = Verdict(altered_url)
    assert len(verdict.called) > len(set(verdict.called))
    assert verdict.violations != []
    twice = len(verdict.called) - len(set(verdict.called))
    evidence.control("calling", WHERE, "the branch's lock; conditions", f"{twice} tickets called again")


@on_postgresql
def test_numbers_stay_whole_when_processes_join_at_once(database_url: str, town_hall: TownHall) -> None:
    with several(PROCESSES, join_many, database_url, (), town_hall.passports, 25) as kiosks:
        for kiosk in kiosks:
            assert kiosk.pipe.recv() == "ready"
        for kiosk in kiosks:
            kiosk.pipe.send("go")
        told = [one for kiosk in kiosks for one in kiosk.said()]

    assert {code for code, _ in told} == {"ok"}
    verdict = Verdict(database_url)
    assert verdict.numbers == list(range(1, 25 * PROCESSES + 1))
    assert sorted(verdict.keys) == sorted(key for _, key in told)
    assert verdict.violations == []


@pytest.mark.prove
@on_postgresql
def test_two_thousand_calls_from_many_processes(
    database_url: str, town_hall: TownHall, evidence: Evidence
) -> None:
    told = race(database_url, town_hall, waiting=2000)

    assert len(told) == len(set(map(str, told))) == 2000
    verdict = Verdict(database_url)
    assert verdict.called == sorted(set(verdict.called))
    assert verdict.violations == []
    evidence.row("calling", WHERE, "2,000 calls")

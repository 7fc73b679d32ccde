"""Covers are never above capacity, and a check-in at the last moment has one winner, whoever sweeps."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import threading
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.domain.tickets.rules import Admission, QueueRules
from nowserving.domain.tickets.ticket import Ticket
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.schema import events
from nowserving.store.store import Store, wall_clock
from nowserving.store.tickets import tickets
from tests.conftest import Clock
from tests.processes import Child, several
from tests.races.banquet import PLAYERS, banquet
from tests.races.dining import count_events, dine, evening, restaurant, tap, too_many
from tests.races.evidence import Evidence, length
from tests.races.verdict import Verdict
from tests.races.work import sweep_for_ever

DINERS, SWEEPERS, SKEW_S = 3, 8, 0.05
# How far apart the deadlines of a photo finish are.
BETWEEN_S = 0.05
on_postgresql = pytest.mark.parametrize("altered_url", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("altered_url", ["sqlite"], indirect=True)


def over(url: str) -> list[str]:
    """Return every event after which too many were inside."""
    store = Store(url)
    store.open_for_reading()
    found = store.read_now(lambda reader: list(too_many(reader)))
    store.close()
    return found


def last_sweep(url: str, branch_id: str) -> None:
    """Let happen what is overdue: those who sweep are gone."""
    store = Store(url)
    store.open()
    while store.write_now(lapse_overdue, branch_id=branch_id):
        pass
    store.close()


# One process, many threads


def crowd(url: str, acts: int, threads: int = 6) -> tuple[Counter[str], int]:
    """Live an evening in many threads of one process; return what came of it, and how many events."""
    branch_id, queue_id = restaurant(url)
    clock = Clock(wall_clock())
    store = Store(url, clock=clock)
    store.open()
    came: list[Counter[str]] = []

    def live(seed: int) -> None:
        arguments = (store, branch_id, queue_id, acts // threads, seed)
        came.append(evening(*arguments, pass_time=lambda: clock.advance(0.03)))

    guests = [threading.Thread(target=live, args=(seed,)) for seed in range(threads)]
    for guest in guests:
        guest.start()
    for guest in guests:
        guest.join()
    while store.write_now(lapse_overdue, branch_id=branch_id):
        pass
    many = store.read_now(count_events)
    store.close()
    return sum(came, Counter()), many


@pytest.mark.control
@on_sqlite
def test_six_threads_never_seat_more_than_there_are_seats(altered_url: str, evidence: Evidence) -> None:
    came, many = crowd(altered_url, 1_500)

    assert over(altered_url) == []
    assert Verdict(altered_url).violations == []
    assert min(came[f"{verb} ok"] for verb in ("join", "check_in", "finish", "rejoin", "edit_queue")) > 0
    evidence.row("covers", "SQLite, 6 threads", f"{many:,} events")


def feasts(template: Path, folder: Path, wanted: int, processes: int) -> tuple[list[str], Counter[str], int]:
    """Play in a restaurant to each process until there are so many events; return what was too much."""
    urls = []
    for n in range(processes):
        path = folder / f"restaurant-{n}.sqlite3"
        shutil.copyfile(template, path)
        urls.append(f"sqlite:///{path}")
    share = -(-wanted // processes)
    with several(processes, banquet, urls, share, length("PROVE_SEED")) as playing:
        told = [child.pipe.recv() for child in playing]
    wrong = [said for _, _, over_full in told for said in over_full]
    wrong += [said for url in urls for said in Verdict(url).violations]
    return wrong, sum((came for _, came, _ in told), Counter()), sum(many for many, _, _ in told)


def test_restaurants_side_by_side_never_seat_more_than_there_are_seats(
    sqlite_template: Path, tmp_path: Path
) -> None:
    wrong, came, many = feasts(sqlite_template, tmp_path, 600, 1)

    assert wrong == []
    assert many >= 600
    assert min(came[f"{verb} ok"] for verb in ("join", "check_in", "finish", "rejoin", "edit_queue")) > 0


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_a_million_events_never_seat_more_than_there_are_seats(
    sqlite_template: Path, tmp_path: Path, evidence: Evidence
) -> None:
    processes = os.cpu_count() or 1
    wrong, _, many = feasts(sqlite_template, tmp_path, length("PROVE_EVENTS"), processes)

    assert wrong == []
    where = f"SQLite, {processes} processes of {PLAYERS} players"
    evidence.row("covers", where, f"{many:,} events")


@pytest.mark.control
@on_sqlite
def test_control_a_rule_that_does_not_look_inside_seats_too_many(
    altered_url: str, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "party_sizes_inside", lambda _tx, _queue_id: [])

    crowd(altered_url, 600)

    found = over(altered_url)
    monkeypatch.undo()
    seen = [said for said in Verdict(altered_url).violations if said.startswith("covers")]
    assert found
    assert seen, "and `nowserving check` sees it too"
    evidence.control("covers", "SQLite, 6 threads", "admission counts who is inside", f"{len(found)} times")


# Many processes


def feast(
    url: str, acts: int, sweepers: int, how: signal.Signals | None, without: tuple[str, ...] = ()
) -> None:
    """Let processes dine while others sweep by clocks of their own; one sweeper is ended or frozen."""
    branch_id, queue_id = restaurant(url)
    with (
        several(sweepers, sweep_for_ever, url, without, branch_id, SKEW_S) as sweeping,
        several(DINERS, dine, url, without, branch_id, queue_id, acts // DINERS) as dining,
    ):
        everybody = [*sweeping, *dining]
        for child in everybody:
            assert child.pipe.recv() == "ready"
        for child in everybody:
            child.pipe.send("go")
        if how is not None:
            sweeping[0].pipe.recv()
            os.kill(sweeping[0].pid, how)
        for child in dining:
            child.pipe.recv()
        if how is signal.SIGSTOP:
            os.kill(sweeping[0].pid, signal.SIGCONT)
    last_sweep(url, branch_id)


def again(url: str) -> list[str]:
    """Return which tickets had a deadline that fired twice: over twice without coming back between."""
    store = Store(url)
    store.open_for_reading()
    happened = store.read_now(_happened)
    store.close()
    gone: set[int] = set()
    wrong = []
    for verb, ticket_id in happened:
        if verb in ("ticket.lapsed", "ticket.expired"):
            if ticket_id in gone:
                wrong.append(f"{verb} of {ticket_id} again")
            gone.add(ticket_id)
        elif verb == "ticket.rejoined":
            gone.discard(ticket_id)
    return wrong


def _happened(reader: Reader) -> list[tuple[str, int]]:
    wanted = select(events.c.verb, events.c.ticket_id).where(events.c.ticket_id.is_not(None))
    found: Any = reader.execute(wanted.order_by(events.c.version))
    return [(verb, ticket_id) for verb, ticket_id in found]


@pytest.mark.postgres
@pytest.mark.control
@on_postgresql
def test_processes_dine_and_sweep_and_one_is_killed(altered_url: str, evidence: Evidence) -> None:
    feast(altered_url, 600, 3, signal.SIGKILL)

    assert over(altered_url) == []
    assert again(altered_url) == []
    assert Verdict(altered_url).violations == []
    evidence.row("covers", "PostgreSQL, 6 processes", "600 acts, three processes sweep, one killed")


@pytest.mark.postgres
@pytest.mark.prove
@pytest.mark.timeout(7200)
@on_postgresql
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_eight_processes_sweep_the_same_deadlines(
    altered_url: str, how: signal.Signals, evidence: Evidence
) -> None:
    acts = length("PROVE_OPERATIONS") // 4
    feast(altered_url, acts, SWEEPERS, how)

    assert over(altered_url) == []
    assert again(altered_url) == []
    assert Verdict(altered_url).violations == []
    end = "killed" if how is signal.SIGKILL else "frozen and resumed"
    done = f"{acts:,} acts of {DINERS} processes while {SWEEPERS} sweep, one of them {end}"
    evidence.row("covers", f"PostgreSQL, {DINERS + SWEEPERS} processes", done)


def without_the_databases_guards(url: str) -> None:
    """Let the database itself refuse less, so that a control shows what the code's guard is worth."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DROP CONSTRAINT pk_events"))
        connection.execute(text("DROP INDEX uq_stays_open"))
        connection.execute(text("ALTER TABLE queues DROP CONSTRAINT ck_queues_waiting_not_negative"))
        connection.execute(text("DROP INDEX uq_tickets_waiting_rank"))
        connection.execute(
            text("ALTER TABLE tickets DROP CONSTRAINT uq_tickets_number_queue_id_service_day_number")
        )
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.control
@on_postgresql
def test_control_without_lock_and_conditions_too_many_are_seated(
    altered_url: str, evidence: Evidence
) -> None:
    without_the_databases_guards(altered_url)

    feast(altered_url, 900, 3, None, ("no_branch_lock", "no_conditions"))

    wrong = over(altered_url) + again(altered_url)
    assert wrong
    found = f"{len(wrong)}, such as: {wrong[0]}"
    evidence.control("covers", "PostgreSQL, 6 processes", "the branch's lock; conditions", found)


# The last moment


def photo_finish(url: str, rounds: int, without: tuple[str, ...] = ()) -> tuple[list[str], int]:
    """Let two phones tap at the deadline, round after round, while two processes sweep.

    Returns the faults, and how many guests were in time.
    """
    rules = QueueRules(admission=Admission.AUTOMATIC, capacity=rounds, check_in_window_s=1, ignore_hours=True)
    branch_id, queue_id = restaurant(url, rules)
    store = Store(url)
    store.open()
    answers: dict[str, list[str]] = {}
    called: queue.SimpleQueue[Ticket] = queue.SimpleQueue()
    with (
        several(2, sweep_for_ever, url, without, branch_id, SKEW_S) as sweeping,
        several(2, tap, url, without, SKEW_S) as phones,
    ):
        for child in (*sweeping, *phones):
            assert child.pipe.recv() == "ready"
        for child in sweeping:
            child.pipe.send("go")
        arriving = threading.Thread(target=_arrive, args=(store, queue_id, rounds, called))
        arriving.start()
        for _ in range(rounds):
            ticket = called.get()
            answers[ticket.key] = _tapped(store, ticket, phones)
        arriving.join()
    last_sweep(url, branch_id)
    told = store.read_now(_outcomes)
    store.close()
    faults = [said for key, heard in answers.items() for said in _unfair(key, heard, told.get(key, []))]
    return faults, sum("ticket.checked_in" in happened for happened in told.values())


def _arrive(store: Store, queue_id: str, rounds: int, called: queue.SimpleQueue[Ticket]) -> None:
    """Come one after the other, so that each deadline has a moment of its own."""
    for _ in range(rounds):
        called.put(store.write_now(join, queue_id=queue_id).ticket)
        threading.Event().wait(BETWEEN_S)


def _tapped(store: Store, ticket: Ticket, phones: list[Child]) -> list[str]:
    """Send a key to both phones about when its time is over; return what they heard."""
    assert ticket.deadline_at is not None
    early_s = Random(ticket.number).uniform(-0.01, 0.03)
    threading.Event().wait(max(0.0, (ticket.deadline_at - store.clock()) / 1_000_000 - early_s))
    for phone in phones:
        phone.pipe.send(ticket.key)
    return [phone.pipe.recv()[1] for phone in phones]


def _outcomes(reader: Reader) -> dict[str, list[str]]:
    wanted = (
        select(schema.tickets.c.key, events.c.verb)
        .join(schema.tickets, schema.tickets.c.id == events.c.ticket_id)
        .where(events.c.verb.in_(["ticket.checked_in", "ticket.lapsed"]))
        .order_by(events.c.version)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in reader.execute(wanted).all():
        found[row.key].append(row.verb)
    return found


def _unfair(key: str, answers: list[str], happened: list[str]) -> list[str]:
    """Return what is wrong with one finish: one of the two happened, once, and both phones were told so."""
    if len(happened) != 1:
        return [f"{key}: {happened or 'nothing'} happened, the phones heard {answers}"]
    if happened == ["ticket.checked_in"] and answers.count("ok") != 1:
        return [f"{key} sits, and the phones heard {answers}"]
    if happened == ["ticket.lapsed"] and "ok" in answers:
        return [f"{key} lapsed, and the phones heard {answers}"]
    return []


@pytest.mark.postgres
@pytest.mark.control
@on_postgresql
def test_a_check_in_at_the_last_moment_has_one_winner(altered_url: str, evidence: Evidence) -> None:
    faults, in_time = photo_finish(altered_url, 40)

    assert faults == []
    assert Verdict(altered_url).violations == []
    done = f"40 finishes, two phones and two sweepers each; {in_time} in time"
    evidence.row("finish", "PostgreSQL, 5 processes", done)


@pytest.mark.postgres
@pytest.mark.prove
@pytest.mark.timeout(3600)
@on_postgresql
def test_a_thousand_check_ins_at_the_last_moment(altered_url: str, evidence: Evidence) -> None:
    faults, in_time = photo_finish(altered_url, 1_000)

    assert faults == []
    assert Verdict(altered_url).violations == []
    done = f"1,000 finishes, two phones and two sweepers each; {in_time} in time"
    evidence.row("finish", "PostgreSQL, 5 processes", done)


@pytest.mark.postgres
@pytest.mark.control
@on_postgresql
def test_control_without_lock_and_conditions_two_win(altered_url: str, evidence: Evidence) -> None:
    without_the_databases_guards(altered_url)

    wrong, _ = photo_finish(altered_url, 150, ("no_branch_lock", "no_conditions"))

    assert wrong
    found = f"{len(wrong)}, such as: {wrong[0].partition(' ')[2]}"
    evidence.control("finish", "PostgreSQL, 5 processes", "the branch's lock; conditions", found)

"""The last place of a slot, wanted by everybody: sold is capacity exactly, none refused with room left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

import pytest
from sqlalchemy import select, text, update

from nowserving.actions.reservations.booking import book, hold, reserve
from nowserving.actions.reservations.services import edit_service
from nowserving.store import schema
from nowserving.store.care.checks import run_checks
from nowserving.store.database import parse_url, writer_engine
from nowserving.store.store import Store, wall_clock
from tests.builders import Builder
from tests.processes import several
from tests.races.evidence import Evidence
from tests.races.work import opened, outcome

CLIENTS = 200
PROCESSES = 4
DAY = 86_400 * 1_000_000
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def slot_of(url: str, **rules: Any) -> tuple[str, int]:
    """Make a service at one desk, open always, and return its id and a slot of the day after tomorrow."""
    builder = Builder(url)
    branch_id = builder.branch(time_zone="UTC")
    queue_id = builder.queue("Check-ups", branch_id)
    desk_id = builder.desk("Room 1", branch_id, serves=[queue_id])
    values = {"duration_s": 1800, "branch_id": branch_id, "queue_id": queue_id, "name": "Check-up"}
    builder.insert(schema.services, id="check-up", rules=json.dumps(rules), **values)
    builder.insert(schema.service_desks, service_id="check-up", desk_id=desk_id, place=0)
    builder.close()
    now = wall_clock()
    return "check-up", now - now % DAY + 2 * DAY


def sold(url: str) -> int:
    """Return how many people have been promised a place."""
    engine = writer_engine(parse_url(url))
    with engine.connect() as connection:
        rows = connection.execute(select(schema.reservations.c.size)).scalars().all()
    engine.dispose()
    return sum(rows)


def wrong_in(store: Store) -> list[str]:
    checks = store.read_now(run_checks, wall_clock())
    return [said for check in checks for said in check.violations]


@pytest.mark.parametrize("capacity", [1, 7, 50])
def test_the_last_place_is_sold_once(database_url: str, capacity: int, evidence: Evidence) -> None:
    service_id, start_at = slot_of(database_url, capacity=capacity)
    with opened(database_url, ()) as store, ThreadPoolExecutor(CLIENTS) as pool:
        wanted = {"service_id": service_id, "start_at": start_at, "name": "Ana"}
        told = Counter(pool.map(lambda _: outcome(store.write_now, reserve, **wanted)[0], range(CLIENTS)))
        assert told == {"ok": capacity, "slot_full": CLIENTS - capacity}
        assert wrong_in(store) == []
    assert sold(database_url) == capacity
    evidence.row("slots", database_url.partition(":")[0], f"{CLIENTS} clients for {capacity} places")


def test_parties_of_every_size_fill_a_slot_and_never_overfill_it(database_url: str) -> None:
    service_id, start_at = slot_of(database_url, capacity=40, max_size=7)
    with opened(database_url, ()) as store, ThreadPoolExecutor(CLIENTS) as pool:

        def want(n: int) -> tuple[str, int]:
            size = 1 + n % 7
            wanted = {"service_id": service_id, "start_at": start_at, "name": "Ana", "size": size}
            return outcome(store.write_now, reserve, **wanted)[0], size

        told = list(pool.map(want, range(CLIENTS)))
        # Somebody alone was refused only when nothing was left: 28 of them would have filled it up.
        assert sum(size for code, size in told if code == "ok") == 40
        assert {code for code, _ in told} == {"ok", "slot_full"}
        assert wrong_in(store) == []


def test_overlapping_slots_share_the_room_that_their_buffers_share(database_url: str) -> None:
    service_id, start_at = slot_of(database_url, capacity=3, step_s=600, buffer_after_s=900)
    with opened(database_url, ()) as store, ThreadPoolExecutor(CLIENTS) as pool:

        def want(n: int) -> str:
            at = start_at + (n % 6) * 600 * 1_000_000
            return outcome(store.write_now, reserve, service_id=service_id, start_at=at, name="Ana")[0]

        told = Counter(pool.map(want, range(CLIENTS)))
        # Six beginnings within fifty minutes; each takes forty-five: the first and the last may share three.
        assert 3 <= told["ok"] <= 6
        assert wrong_in(store) == []


def test_the_capacity_may_change_in_the_middle_of_the_rush(database_url: str) -> None:
    service_id, start_at = slot_of(database_url, capacity=5)
    with opened(database_url, ()) as store, ThreadPoolExecutor(50) as pool:
        wanted = {"service_id": service_id, "start_at": start_at, "name": "Ana"}

        def want(n: int) -> str:
            if n % 20 == 10:
                changes = {"rules": {"capacity": 5 + n // 20}}
                return outcome(store.write_now, edit_service, service_id=service_id, changes=changes)[0] + "!"
            return outcome(store.write_now, reserve, **wanted)[0]

        told = Counter(pool.map(want, range(CLIENTS)))
        assert told["ok!"] == CLIENTS // 20
        # Afterwards whoever still comes gets exactly what the last capacity leaves.
        while outcome(store.write_now, reserve, **wanted)[0] == "ok":
            pass
        last = store.read_now(lambda reader: reader.execute(select(schema.services.c.rules)).scalar_one())
        assert sold(database_url) >= json.loads(last)["capacity"]
        assert wrong_in(store) == []


@pytest.mark.parametrize("late_by", [-1, 0, 1])
def test_a_late_form_and_a_lapsing_hold_have_one_winner(database_url: str, late_by: int) -> None:
    service_id, start_at = slot_of(database_url)
    now = [wall_clock()]
    store = Store(database_url, clock=lambda: now[0])
    store.open()
    held = store.write_now(hold, service_id=service_id, start_at=start_at)
    assert held.deadline_at is not None
    now[0] = held.deadline_at + late_by
    with ThreadPoolExecutor(2) as pool:
        form = pool.submit(outcome, store.write_now, book, reservation_key=held.key, name="Ana")
        wanted = {"service_id": service_id, "start_at": start_at, "name": "Eva"}
        other = pool.submit(outcome, store.write_now, reserve, **wanted)
        told = (form.result()[0], other.result()[0])
    store.close()
    # An instant lies between two changes, so the form that came just before may be just too late as well.
    assert told in {("ok", "slot_full"), ("lapsed", "ok")}
    if late_by >= 0:
        assert told == ("lapsed", "ok")


def reserve_many(
    pipe: Connection, url: str, without: Sequence[str], service_id: str, start_at: int, count: int, _n: int
) -> None:
    """Want a place in the same slot, so many times."""
    with opened(url, without) as store:
        pipe.send("ready")
        pipe.recv()
        for _ in range(count):
            wanted = {"service_id": service_id, "start_at": start_at, "name": "Ana"}
            pipe.send(outcome(store.write_now, reserve, **wanted)[0])


def race(url: str, without: Sequence[str], capacity: int) -> Counter[str]:
    service_id, start_at = slot_of(url, capacity=capacity)
    arguments = (url, without, service_id, start_at, CLIENTS // PROCESSES)
    with several(PROCESSES, reserve_many, *arguments) as clients:
        for one in clients:
            assert one.pipe.recv() == "ready"
        for one in clients:
            one.pipe.send("go")
        return Counter(told for one in clients for told in one.said())


@pytest.mark.postgres
@on_postgresql
def test_several_processes_sell_a_slot_exactly(database_url: str, evidence: Evidence) -> None:
    told = race(database_url, (), 30)
    assert told == {"ok": 30, "slot_full": CLIENTS - 30}
    assert sold(database_url) == 30
    evidence.row("slots", f"PostgreSQL, {PROCESSES} processes", f"{CLIENTS} clients for 30 places")


@pytest.mark.postgres
@pytest.mark.control
@pytest.mark.parametrize("altered_url", ["postgresql"], indirect=True)
def test_control_without_the_lock_a_slot_is_oversold(altered_url: str, evidence: Evidence) -> None:
    """The count is right only because nobody else counts at the same time."""
    engine = writer_engine(parse_url(altered_url))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DROP CONSTRAINT pk_events"))
    told = race(altered_url, ["no_branch_lock"], 30)
    assert sold(altered_url) > 30
    engine.dispose()
    found = f"{sold(altered_url)} sold of 30; {told['ok']} were told yes"
    evidence.control("slots", f"PostgreSQL, {PROCESSES} processes", "the branch's lock", found)


def test_the_check_sees_a_slot_that_was_sold_twice(database_url: str) -> None:
    """The control of the product's own check: a capacity that was lower when it was sold."""
    service_id, start_at = slot_of(database_url, capacity=2)
    with opened(database_url, ()) as store:
        for _ in range(2):
            store.write_now(reserve, service_id=service_id, start_at=start_at, name="Ana")
        assert wrong_in(store) == []
    engine = writer_engine(parse_url(database_url))
    with engine.begin() as connection:
        connection.execute(update(schema.services).values(rules='{"capacity": 1}'))
    engine.dispose()
    with opened(database_url, ()) as store:
        assert len(wrong_in(store)) == 1

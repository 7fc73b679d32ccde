"""A freed place is for whom it was offered, and whoever arrives in three ways at once gets one ticket."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from nowserving.actions.reservations import arriving, changing
from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import reserve
from nowserving.actions.reservations.changing import cancel_reservation
from nowserving.actions.reservations.lapsing import lapse_overdue_reservations
from nowserving.actions.reservations.standing_by import decline_offer, stand_by, take_offer
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.tickets.ticket import State
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.reservations import offer_to
from nowserving.store.store import Store, wall_clock
from tests.races.evidence import Evidence
from tests.races.test_slots import slot_of, wrong_in
from tests.races.work import outcome

MINUTE = 60_000_000


def tickets(reader: Reader) -> int:
    return int(reader.execute(select(func.count()).select_from(schema.tickets)).scalar_one())


def last_instant(url: str, late_by: int) -> list[str]:
    """Free a place that two wait for, and let all want it as its offer runs out; return what is wrong.

    It is taken, declined, swept and booked by a stranger at the last microsecond: it goes to one, in turn.
    """
    service_id, start_at = slot_of(url)
    now = [wall_clock()]
    store = Store(url, clock=lambda: now[0])
    store.open()
    wanted: dict[str, Any] = {"service_id": service_id, "start_at": start_at, "name": "Ana"}
    first = store.write_now(reserve, **wanted)
    span: dict[str, Any] = {"service_id": service_id, "from_at": start_at, "to_at": start_at + 1}
    line = [store.write_now(stand_by, **span, name=name) for name in ("Eva", "Mia")]
    store.write_now(cancel_reservation, reservation_key=first.key)
    found = []
    if outcome(store.write_now, reserve, **wanted)[0] != "slot_full":
        found.append("a stranger took what is kept for who waits")
    offer = store.read_now(offer_to, line[0].id)
    now[0] += 1 if offer is None or offer.deadline_at is None else offer.deadline_at - now[0] + late_by
    with ThreadPoolExecutor(4) as pool:
        taken = pool.submit(outcome, store.write_now, take_offer, standby_key=line[0].key)
        no = pool.submit(outcome, store.write_now, decline_offer, standby_key=line[0].key)
        sweep = pool.submit(store.write_now, lapse_overdue_reservations, branch_id=first.branch_id)
        other = pool.submit(outcome, store.write_now, reserve, **wanted)
        told, declined, strange = taken.result()[0], no.result()[0], other.result()[0]
        sweep.result()
    if strange != "slot_full":
        found.append("it passed on to a stranger and not to the next in the list")
    if late_by >= 0 and "ok" in (told, declined):
        found.append(f"an offer that had run out was taken ({told}) or declined ({declined})")
    if (told, declined) == ("ok", "ok"):
        found.append("an offer was taken and declined")
    later = outcome(store.write_now, take_offer, standby_key=line[1].key)[0]
    if (later == "ok") == (told == "ok"):
        found.append(f"the first was told {told}, the next {later}")
    found += wrong_in(store)
    store.close()
    return found


@pytest.mark.parametrize("late_by", [-1, 0, 1])
def test_an_offer_that_is_taken_as_it_runs_out_has_one_winner(
    database_url: str, late_by: int, evidence: Evidence
) -> None:
    assert last_instant(database_url, late_by) == []
    where = f"{database_url.partition(':')[0]}, 4 threads"
    evidence.row("offers", where, f"taken, declined, swept and wanted, {late_by:+d} µs from the deadline")


@pytest.mark.control
def test_control_a_freed_place_that_is_offered_to_nobody_is_a_strangers(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    """The same with a cancellation that offers nothing to the list in its own transaction."""
    monkeypatch.setattr(changing, "offer_after", lambda _tx, *_freed: None)
    found = last_instant(sqlite_url, -1)
    assert "a stranger took what is kept for who waits" in found
    evidence.control("offers", "SQLite, 4 threads", "a freed place is offered as it is freed", found[0])


@pytest.mark.control
def test_control_an_offer_whose_end_only_the_sweep_knows_is_taken_too_late(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    """The same with offers whose deadline is not judged when they are read, before anybody has swept."""
    monkeypatch.setattr(Reservation, "has_run_out", lambda _self, _now: False)
    monkeypatch.setattr(
        "tests.races.test_promises_raced.lapse_overdue_reservations", action(scope="branch_id")(_sweeps_late)
    )
    found = last_instant(sqlite_url, 1)
    late = [said for said in found if said.startswith("an offer that had run out")]
    assert late
    evidence.control("offers", "SQLite, 4 threads", "a deadline is judged when read", late[0])


def _sweeps_late(tx: Tx, *, branch_id: str) -> int:
    """Stand for a sweep that has not come round yet."""
    return 0


def arrivals(url: str, rounds: int) -> list[int]:
    """Let guests arrive at the kiosk, on the phone and at the desk at once; return tickets of each."""
    service_id, start_at = slot_of(url, capacity=50, early_s=86_400)
    now = [wall_clock()]
    store = Store(url, clock=lambda: now[0])
    store.open()
    wanted: dict[str, Any] = {"service_id": service_id, "start_at": start_at, "name": "Ana"}
    kept = [store.write_now(reserve, **wanted) for _ in range(rounds)]
    now[0] = start_at - 10 * MINUTE
    found = []
    with ThreadPoolExecutor(6) as pool:
        for one in kept:
            before = store.read_now(tickets)
            ways = [{"by_staff": by_staff} for by_staff in (False, False, True) * 2]
            asked = [
                pool.submit(outcome, store.write_now, arrive, reservation_key=one.key, **way) for way in ways
            ]
            told = [future.result() for future in asked]
            assert {code for code, _ in told} <= {"ok", "IntegrityError", "Conflict", "wrong_state"}
            found.append(store.read_now(tickets) - before)
    store.close()
    return found


def test_who_arrives_in_three_ways_at_once_has_one_ticket(database_url: str, evidence: Evidence) -> None:
    assert arrivals(database_url, 12) == [1] * 12
    evidence.row("arrivals", database_url.partition(":")[0], "12 guests, six check-ins each at once")


@pytest.mark.control
def test_control_who_is_not_looked_up_has_a_ticket_for_each_way(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    """The same with an arrival that does not see that its guest has one."""
    monkeypatch.setattr(arriving, "_GIVEN_UP", tuple(State))
    found = arrivals(sqlite_url, 4)
    assert max(found) > 1
    said = f"{max(found)} tickets for one"
    evidence.control("arrivals", "SQLite, 6 threads", "who is here has a ticket", said)

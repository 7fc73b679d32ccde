"""A freed place is for whom it was offered, and whoever arrives in three ways at once gets one ticket."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from nowserving.actions.reservations import arriving
from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import reserve
from nowserving.actions.reservations.changing import cancel_reservation
from nowserving.actions.reservations.lapsing import lapse_overdue_reservations
from nowserving.actions.reservations.standing_by import decline_offer, stand_by, take_offer
from nowserving.domain.tickets.ticket import State
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.reservations import offer_to
from nowserving.store.store import Store, wall_clock
from tests.races.evidence import Evidence
from tests.races.test_slots import slot_of, wrong_in
from tests.races.work import outcome

MINUTE = 60_000_000


def tickets(reader: Reader) -> int:
    return int(reader.execute(select(func.count()).select_from(schema.tickets)).scalar_one())


@pytest.mark.parametrize("late_by", [-1, 0, 1])
def test_an_offer_that_is_taken_as_it_runs_out_has_one_winner(database_url: str, late_by: int) -> None:
    """Taken, declined, swept and booked by a stranger at the last microsecond: the place goes to one."""
    service_id, start_at = slot_of(database_url)
    now = [wall_clock()]
    store = Store(database_url, clock=lambda: now[0])
    store.open()
    wanted: dict[str, Any] = {"service_id": service_id, "start_at": start_at, "name": "Ana"}
    first = store.write_now(reserve, **wanted)
    span: dict[str, Any] = {"service_id": service_id, "from_at": start_at, "to_at": start_at + 1}
    line = [store.write_now(stand_by, **span, name=name) for name in ("Eva", "Mia")]
    store.write_now(cancel_reservation, reservation_key=first.key)
    assert outcome(store.write_now, reserve, **wanted)[0] == "slot_full", "it is kept for who waits"
    offer = store.read_now(offer_to, line[0].id)
    assert offer is not None
    assert offer.deadline_at is not None
    now[0] = offer.deadline_at + late_by
    with ThreadPoolExecutor(4) as pool:
        taken = pool.submit(outcome, store.write_now, take_offer, standby_key=line[0].key)
        no = pool.submit(outcome, store.write_now, decline_offer, standby_key=line[0].key)
        sweep = pool.submit(store.write_now, lapse_overdue_reservations, branch_id=first.branch_id)
        other = pool.submit(outcome, store.write_now, reserve, **wanted)
        told = taken.result()[0]
        assert other.result()[0] == "slot_full", "it passes on to the next in the list, and to no stranger"
        sweep.result()
    if late_by >= 0:
        assert told in {"lapsed", "no_offer"}
    assert not (told == "ok" and no.result()[0] == "ok")
    later = outcome(store.write_now, take_offer, standby_key=line[1].key)[0]
    assert (later == "ok") != (told == "ok")
    assert wrong_in(store) == []
    store.close()


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

"""A rush on a morning of slots that are edited: nothing above capacity, nobody refused beside room.

First everybody does everything at once: holds, parties of every size, cancellations, other times, edits of
capacity and hours, at slots whose buffers overlap. Then everybody only books, so room can only become less:
whoever was refused a place that is still there at the end was refused beside room.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import Any

import pytest

from nowserving.actions.reservations import room
from nowserving.actions.reservations.booking import hold, reserve
from nowserving.actions.reservations.changing import cancel_reservation, move_reservation
from nowserving.actions.reservations.lapsing import lapse_overdue_reservations
from nowserving.actions.reservations.services import edit_service
from nowserving.domain.calendar.hours import WEEKDAYS
from nowserving.domain.reservations.opening import Giver, Plan
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.slots import giver_for, loads_of
from nowserving.store.reservations.daybook import Day
from nowserving.store.reservations.slots import slots_between
from nowserving.store.store import Store, wall_clock
from tests.races.evidence import Evidence, length
from tests.races.test_slots import DAY, slot_of, wrong_in
from tests.races.work import opened, outcome

CLIENTS = 24
WISHES = 300
MINUTE = 60_000_000
RULES = {"capacity": 4, "max_size": 4, "step_s": 900, "buffer_before_s": 300, "buffer_after_s": 600}
HOURS = ["06:00", "08:00", "10:00"]


class Rush:
    """What is wanted of one service on one day, and what was answered."""

    def __init__(self, store: Store, service_id: str, day: int, seed: int) -> None:
        self.store, self.service_id, self.day = store, service_id, day
        self.random = Random(seed)
        self.kept: list[Reservation] = []
        self.asked = 0

    def wish(self) -> tuple[int, int, bool]:
        """Draw a beginning, a size, and whether it is only held."""
        at = self.day + self.random.randrange(24, 40) * 15 * MINUTE
        return at, self.random.choice([1, 1, 1, 2, 3, 4]), self.random.random() < 0.3

    def want(self, wish: tuple[int, int, bool]) -> str:
        at, size, held = wish
        verb: Any = hold if held else reserve
        name = {} if held else {"name": "Ana"}
        wanted = {"service_id": self.service_id, "start_at": at, "size": size, **name}
        code, made = outcome(self.store.write_now, verb, **wanted)
        if made is not None:
            self.kept.append(made)
        return code

    def disturb(self, draw: float) -> str:
        """Do one of the things that make room or take it away."""
        if draw < 0.2:
            rules = {**RULES, "capacity": 2 + int(draw * 20), "max_size": 2}
            return self.edit(rules=rules)
        if draw < 0.3:
            opens = HOURS[int(draw * 100) % 3]
            return self.edit(hours={"weekly": {day: [[opens, "10:30"]] for day in WEEKDAYS}})
        if not self.kept:
            return "nobody"
        one = self.kept[int(draw * 1_000_003) % len(self.kept)]
        if draw < 0.7:
            return outcome(self.store.write_now, cancel_reservation, reservation_key=one.key)[0]
        at = self.day + (24 + int(draw * 1_000_003) % 16) * 15 * MINUTE
        return outcome(self.store.write_now, move_reservation, reservation_key=one.key, start_at=at)[0]

    def edit(self, **changes: Any) -> str:
        return outcome(self.store.write_now, edit_service, service_id=self.service_id, changes=changes)[0]

    def run(self, wishes: int) -> list[str]:
        """Let all clients at it, and return what is wrong."""
        first = [self.wish() for _ in range(wishes)]
        draws = [self.random.random() for _ in range(wishes // 3)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            acts: list[Callable[[], str]] = [partial(self.want, one) for one in first]
            acts += [partial(self.disturb, one) for one in draws]
            self.random.shuffle(acts)
            told = list(pool.map(lambda act: act(), acts))
        assert self.edit(rules=RULES, hours=None) == "ok"
        second = [self.wish() for _ in range(wishes)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(self.want, second))
        self.asked += len(acts) + len(second)
        strange = {*told, *answers} - {"ok", "slot_full", "no_such_slot", "wrong_state", "nobody", "invalid"}
        return [*map(str, strange), *self.refused_beside_room(second, answers)]

    def refused_beside_room(self, wishes: list[tuple[int, int, bool]], answers: list[str]) -> list[str]:
        found = self.store.read_now(
            slots_between, self.service_id, self.day, self.day + DAY, now=wall_clock()
        )
        free = {slot.start_at: slot.free for slot in found}
        return [
            f"a party of {size} was refused where {free[at]} fit in"
            for (at, size, _), code in zip(wishes, answers, strict=True)
            if code != "ok" and free[at] >= size
        ]


@pytest.mark.parametrize("rounds", [1, pytest.param(0, marks=pytest.mark.prove, id="long")])
def test_a_rush_sells_every_place_once_and_refuses_nobody_beside_room(
    database_url: str, rounds: int, evidence: Evidence
) -> None:
    rounds = rounds or max(length("PROVE_OPERATIONS") // (2 * WISHES + WISHES // 3), 1)
    service_id, start_at = slot_of(database_url, **RULES)
    found: list[str] = []
    asked = 0
    with opened(database_url, ()) as store:
        for number in range(rounds):
            rush = Rush(store, service_id, start_at + number % 50 * DAY, length("PROVE_SEED") + number)
            found += rush.run(WISHES)
            asked += rush.asked
            # The checks play the whole log again, so what one round has done wrong the last one sees too.
            if number % 100 == 0 or number == rounds - 1:
                found += wrong_in(store)
    assert found == []
    evidence.row(
        "slots", f"{database_url.partition(':')[0]}, {CLIENTS} threads", f"{asked} wishes while edited"
    )


@pytest.mark.control
def test_control_a_count_from_before_the_rush_oversells(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    """The same rush with a count that was taken before: everybody is told yes, and the checks say so."""
    monkeypatch.setattr(
        room, "day_of", lambda _tx, plan, _date, _but=0: Day(plan, loads_of(plan, []), math.inf, -1)
    )
    service_id, start_at = slot_of(sqlite_url, **RULES)
    with opened(sqlite_url, ()) as store:
        Rush(store, service_id, start_at, 1).run(WISHES)
        found = wrong_in(store)
    assert any("took room that was not there" in one for one in found)
    evidence.control(
        "slots", f"SQLite, {CLIENTS} threads", "the count under the lock", f"{len(found)} oversold"
    )


@pytest.mark.control
def test_control_a_count_of_too_many_refuses_beside_room(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    """The same rush with a look that overlooks every second slot: somebody is refused beside room."""
    honest = giver_for

    def half(plan: Plan, loads: Any, at: int, **more: Any) -> Giver | None:
        return None if at // (15 * MINUTE) % 2 else honest(plan, loads, at, **more)

    monkeypatch.setattr(room, "giver_for", half)
    service_id, start_at = slot_of(sqlite_url, **RULES)
    with opened(sqlite_url, ()) as store:
        found = Rush(store, service_id, start_at, 1).run(60)
    assert any("was refused where" in one for one in found)
    evidence.control(
        "slots", f"SQLite, {CLIENTS} threads", "an honest no", f"{len(found)} refused beside room"
    )


def test_a_sweep_in_the_rush_changes_nothing(database_url: str) -> None:
    """Holds that nobody sweeps away count as long as they hold, however often somebody sweeps."""
    service_id, start_at = slot_of(database_url, **RULES)
    with opened(database_url, ()) as store, ThreadPoolExecutor(CLIENTS) as pool:
        rush = Rush(store, service_id, start_at, 3)
        branch_id = store.write_now(
            hold, service_id=service_id, start_at=start_at + 10 * 60 * MINUTE
        ).branch_id
        sweeps = [
            pool.submit(store.write_now, lapse_overdue_reservations, branch_id=branch_id) for _ in range(20)
        ]
        assert [*rush.run(60), *wrong_in(store)] == []
        assert sum(one.result() for one in sweeps) == 0

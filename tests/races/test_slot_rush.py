"""A rush on a morning of slots that are edited: nothing above capacity, nobody refused beside room.

First everybody does everything at once: holds, parties of every size, cancellations, other times, edits of
capacity and hours, at slots whose buffers overlap. Then everybody only books, so room can only become less:
whoever was refused a place that is still there at the end was refused beside room.

Twenty-four threads do so a few hundred times. The long proof lets a crowd do it in one process, hundreds of
wishes in each transaction, so that a million of them take minutes and not hours.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
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
from nowserving.errors import AppError
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
# A crowd: how many wishes a round has, how many come at once, and how many of them want something else.
CROWD, AT_ONCE, DISTURBED = 20_000, 500, 20
Act = tuple[Any, dict[str, Any]]


class Rush:
    """What is wanted of one service on one day, and what was answered."""

    def __init__(
        self, store: Store, service_id: str, day: int, seed: int, *, hours: Any = None, **rules: Any
    ) -> None:
        self.store, self.service_id, self.day = store, service_id, day
        self.rules, self.hours = {**RULES, **rules}, hours
        self.random = Random(seed)
        self.kept: list[Reservation] = []
        self.asked = 0

    def wish(self) -> tuple[int, int, bool]:
        """Draw a beginning, a size, and whether it is only held."""
        at = self.day + self.random.randrange(24, 40) * 15 * MINUTE
        return at, self.random.choice([1, 1, 1, 2, 3, 4]), self.random.random() < 0.3

    def wanted(self, wish: tuple[int, int, bool]) -> Act:
        """Return the act of a wish: a place that is held, or reserved at once."""
        at, size, held = wish
        wanted = {"service_id": self.service_id, "start_at": at, "size": size}
        return (hold, wanted) if held else (reserve, {**wanted, "name": "Ana"})

    def disturbing(self, draw: float) -> Act | None:
        """Return one of the acts that make room or take it away; None while there is nobody to disturb."""
        if draw < 0.2:
            return self.edit(rules={**self.rules, "capacity": 2 + int(draw * 20), "max_size": 2})
        if draw < 0.3:
            opens = HOURS[int(draw * 100) % 3]
            return self.edit(hours={"weekly": {day: [[opens, "10:30"]] for day in WEEKDAYS}})
        if not self.kept:
            return None
        one = self.kept[int(draw * 1_000_003) % len(self.kept)]
        if draw < 0.7:
            return cancel_reservation, {"reservation_key": one.key}
        at = self.day + (24 + int(draw * 1_000_003) % 16) * 15 * MINUTE
        return move_reservation, {"reservation_key": one.key, "start_at": at}

    def edit(self, **changes: Any) -> Act:
        return edit_service, {"service_id": self.service_id, "changes": changes}

    def told(self, acts: Sequence[Callable[[], Act | None]]) -> list[str]:
        """Let all clients do their acts, each as soon as one is free; return what they are told."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            return list(pool.map(self._do, acts))

    def _do(self, act: Callable[[], Act | None]) -> str:
        wanted = act()
        if wanted is None:
            return "nobody"
        code, made = outcome(self.store.write_now, wanted[0], **wanted[1])
        self._keep(wanted[0], made)
        return code

    def _keep(self, verb: Any, made: Reservation | None) -> None:
        if made is not None and verb in (hold, reserve):
            self.kept.append(made)

    def run(self, wishes: int, disturbed: int = 3) -> list[str]:
        """Let all clients at it, every so manieth disturbing, and return what is wrong."""
        acts: list[Callable[[], Act | None]] = [partial(self.wanted, self.wish()) for _ in range(wishes)]
        draws = [self.random.random() for _ in range(wishes // disturbed)]
        acts += [partial(self.disturbing, one) for one in draws]
        self.random.shuffle(acts)
        told = self.told(acts)
        assert self.told([lambda: self.edit(rules=self.rules, hours=self.hours)]) == ["ok"]
        second = [self.wish() for _ in range(wishes)]
        answers = self.told([partial(self.wanted, one) for one in second])
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


class Crowd(Rush):
    """The same by hundreds of clients at once in one process: what comes together is one transaction."""

    def told(self, acts: Sequence[Callable[[], Act | None]]) -> list[str]:
        return asyncio.run(self._together(acts))

    async def _together(self, acts: Sequence[Callable[[], Act | None]]) -> list[str]:
        self.store.attach(asyncio.get_running_loop())
        told: list[str] = []
        for first in range(0, len(acts), AT_ONCE):
            told += await asyncio.gather(*(self._one(act()) for act in acts[first : first + AT_ONCE]))
        return told

    async def _one(self, wanted: Act | None) -> str:
        if wanted is None:
            return "nobody"
        try:
            made = await self.store.write(wanted[0], **wanted[1])
        except AppError as error:
            return error.code
        self._keep(wanted[0], made)
        return "ok"

    def begin_anew(self) -> None:
        """Give up all that was sold, so that the same slots are wanted again."""
        self.told([partial(_cancelled, one) for one in self.kept])
        self.kept = []


def _cancelled(one: Reservation) -> Act:
    return cancel_reservation, {"reservation_key": one.key}


def test_a_rush_sells_every_place_once_and_refuses_nobody_beside_room(database_url: str) -> None:
    service_id, start_at = slot_of(database_url, **RULES)
    with opened(database_url, ()) as store:
        assert Rush(store, service_id, start_at, length("PROVE_SEED")).run(WISHES) == []
        assert wrong_in(store) == []


@pytest.mark.parametrize("wishes", [600, pytest.param(CROWD, marks=pytest.mark.prove, id="long")])
def test_a_crowd_wants_the_same_slots_again_and_again(
    database_url: str, wishes: int, evidence: Evidence
) -> None:
    """PROVE_OPERATIONS wishes on the sixteen slots of one morning, sold out in each round and given back."""
    rounds = max(length("PROVE_OPERATIONS") // (2 * CROWD), 1) if wishes == CROWD else 2
    service_id, start_at = slot_of(database_url, **RULES)
    morning = {"weekly": {day: [["06:00", "10:30"]] for day in WEEKDAYS}}
    # Only this morning can be booked: whoever is refused is shown nothing else, which costs no time.
    only = {"notice_s": (start_at - wall_clock()) // 1_000_000, "window_days": 2}
    seed = length("PROVE_SEED")
    found: list[str] = []
    with opened(database_url, ()) as store:
        crowd = Crowd(store, service_id, start_at, seed, hours=morning, **only)
        assert crowd.told([lambda: crowd.edit(rules=crowd.rules, hours=morning)]) == ["ok"]
        for number in range(rounds):
            found += crowd.run(wishes, DISTURBED)
            if number % 10 == 9 or number == rounds - 1:
                found += wrong_in(store)
            crowd.begin_anew()
    assert found == []
    kind = "PostgreSQL" if database_url.startswith("postgresql") else "SQLite"
    where = f"{kind}, {AT_ONCE} clients at once, seed {seed}"
    evidence.row("slots", where, f"{crowd.asked:,} wishes while edited, {rounds} mornings sold out")


@pytest.mark.control
@pytest.mark.parametrize("kind", [Rush, Crowd])
def test_control_a_count_from_before_the_rush_oversells(
    sqlite_url: str, kind: type[Rush], monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    """The same rush with a count that was taken before: everybody is told yes, and the checks say so."""
    monkeypatch.setattr(
        room, "day_of", lambda _tx, plan, _date, _but=0: Day(plan, loads_of(plan, []), math.inf, -1)
    )
    service_id, start_at = slot_of(sqlite_url, **RULES)
    with opened(sqlite_url, ()) as store:
        kind(store, service_id, start_at, 1).run(WISHES)
        found = wrong_in(store)
    assert any("took room that was not there" in one for one in found)
    clients = f"{AT_ONCE} clients at once" if kind is Crowd else f"{CLIENTS} threads"
    evidence.control("slots", f"SQLite, {clients}", "the count under the lock", f"{len(found)} oversold")


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

"""Random programs of holds, bookings, moves, cancellations, edits and time, against a model that only counts.

The model knows nothing of boards, loads and indexes: it keeps a list of who takes which minutes at which
desk, and asks of every minute how many are there. It must agree with the engine about every single refusal:
nothing is sold above capacity, and nobody is refused while room remains.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nowserving.actions.reservations.booking import book, hold, reserve
from nowserving.actions.reservations.changing import cancel_reservation, move_reservation
from nowserving.actions.reservations.lapsing import lapse_overdue_reservations
from nowserving.actions.reservations.services import create_service, edit_service
from nowserving.actions.reservations.standing_by import decline_offer, stand_by, take_offer
from nowserving.domain.calendar.day import local_time
from nowserving.domain.calendar.hours import hours_from
from nowserving.domain.reservations.reservation import ENDED, Reservation
from nowserving.domain.reservations.standby import MOST_OFFERS, Standby
from nowserving.errors import AppError
from nowserving.store.reservations.reservations import offer_to
from nowserving.store.reservations.slots import slots_between
from nowserving.store.store import Store
from tests.actions.databases import Database, program, run
from tests.builders import Builder
from tests.conftest import Clock

MINUTE = 60_000_000
HOUR = 60 * MINUTE
# Noon of two Saturdays in Madrid. In the night after the first an hour comes twice, after the second none
# comes between two and three: so much later, or earlier, it is by three o'clock.
NOONS = {1_792_836_000_000_000: HOUR, 1_806_145_200_000_000: -HOUR}
MADRID = ZoneInfo("Europe/Madrid")
HOURS = {"weekly": {day: [["00:00", "06:00"]] for day in ("sun", "mon")}}


@dataclass
class Known:
    """One reservation as the model knows it."""

    reservation: Reservation
    until: int | None
    standby: str = ""

    def counts(self, now: int) -> bool:
        return self.until is None or self.until > now


@dataclass
class Waiter:
    """One place in the waiting list as the model knows it."""

    standby: Standby
    offer: str = ""
    had: frozenset[int] = frozenset()
    over: bool = False


class Slots(RuleBasedStateMachine):
    """One service at two desks, from midnight to six of a night in which clocks go back, or forward."""

    database: ClassVar[Callable[[], AbstractContextManager[str]]]

    @initialize(
        duration=st.sampled_from([20, 30, 45]),
        after=st.sampled_from([0, 10]),
        capacity=st.integers(1, 3),
        noon=st.sampled_from(sorted(NOONS)),
    )
    def begin(self, duration: int, after: int, capacity: int, noon: int) -> None:
        self._place = type(self).database()
        url = self._place.__enter__()
        self.clock = Clock(noon)
        self.store = Store(url, clock=self.clock, random=Random(7))
        self.store.open()
        build = Builder(url)
        self.branch_id = build.branch("Surgery", time_zone="Europe/Madrid", hours=hours_from(HOURS))
        queue_id = build.queue("Check-ups", self.branch_id)
        self.desks = [build.desk(f"Room {n}", self.branch_id, serves=[queue_id]) for n in (1, 2)]
        build.close()
        self.duration, self.after, self.capacity = duration * MINUTE, after * MINUTE, capacity
        service = self.store.write_now(
            create_service,
            branch_id=self.branch_id,
            name="Check-up",
            queue_id=queue_id,
            duration_s=duration * 60,
            rules={"capacity": capacity, "max_size": capacity, "buffer_after_s": after * 60, "step_s": 900},
            desk_ids=self.desks,
        )
        self.service_id = service.id
        # Midnight of Sunday; the opening until six lasts seven hours, or five.
        self.first, self.shift = noon + 12 * HOUR, NOONS[noon]
        self.opens, self.closes = self.at_wall(0), self.at_wall(6)
        self.known: dict[str, Known] = {}
        self.line: dict[str, Waiter] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self._place.__exit__(None, None, None)

    def start(self, place: int) -> int:
        return self.first + place * 15 * MINUTE

    def at_wall(self, hour: int) -> int:
        """Return when the clock shows an hour of that night, before two or from three on."""
        return self.first + hour * HOUR + (self.shift if hour >= 3 else 0)

    def exists(self, at: int) -> bool:
        return self.opens <= at and at + self.duration <= self.closes

    def room(self, at: int, size: int, but: str = "") -> bool:
        """Count every minute at every desk."""
        minutes = range(at, at + self.duration + self.after, 5 * MINUTE)
        now = self.clock.now
        there = [one.reservation for key, one in self.known.items() if key != but and one.counts(now)]
        return any(
            all(
                sum(
                    one.size
                    for one in there
                    if one.desk_id == desk and one.busy_from_at <= minute < one.busy_to_at
                )
                + size
                <= self.capacity
                for minute in minutes
            )
            for desk in self.desks
        )

    def settle(self) -> None:
        """Let a second pass; where somebody waits, whatever has run out passes on before anybody books."""
        self.clock.advance(1)
        if self.line:
            self.sweep()

    def sweep(self) -> None:
        self.store.write_now(lapse_overdue_reservations, branch_id=self.branch_id)
        over = [key for key, one in self.known.items() if not one.counts(self.clock.now)]
        for key in over:
            self.forget(key)
        if over:
            self.passes_on()

    def forget(self, key: str) -> None:
        """Let a reservation go. Whose offer it was waits on, until three were not taken."""
        gone = self.known.pop(key)
        waiter = self.line.get(gone.standby)
        if waiter is not None:
            waiter.offer = ""
            waiter.over = len(waiter.had) >= MOST_OFFERS

    def passes_on(self) -> None:
        """Offer the model's room in the order of the list, and hold the engine to every offer."""
        for waiter in self.line.values():
            if waiter.offer or waiter.over:
                continue
            wanted, span = waiter.standby, range(self.opens, self.closes, 15 * MINUTE)
            may = [at for at in span if wanted.from_at <= at < wanted.to_at and at not in waiter.had]
            first = next((at for at in may if self.exists(at) and self.room(at, wanted.size)), None)
            offer = self.store.read_now(offer_to, wanted.id)
            assert (offer.start_at if offer else None) == first, (
                "the first that fits is offered, and no other"
            )
            if offer is not None:
                self.known[offer.key] = Known(offer, offer.deadline_at, wanted.key)
                waiter.offer, waiter.had = offer.key, waiter.had | {offer.start_at}

    def ask(self, verb: Callable[..., Any], **arguments: Any) -> Any:
        try:
            return self.store.write_now(verb, **arguments)
        except AppError as refusal:
            return refusal.code

    def agrees(self, told: Any, at: int, size: int, *, fits: bool) -> bool:
        """Hold the engine's word against the model's; True when it was a yes."""
        if not self.exists(at):
            assert told == "no_such_slot", told
        elif not fits:
            assert told == "slot_full", told
        else:
            assert isinstance(told, Reservation), told
            assert (told.start_at, told.size) == (at, size)
        return isinstance(told, Reservation)

    @rule(place=st.integers(-1, 28), size=st.integers(1, 3), held=st.booleans())
    def want(self, place: int, size: int, held: bool) -> None:
        self.settle()
        at, size = self.start(place), min(size, self.capacity)
        fits = self.room(at, size)
        verb: Any = hold if held else reserve
        name = {} if held else {"name": "Ana"}
        told = self.ask(verb, service_id=self.service_id, start_at=at, size=size, **name)
        if self.agrees(told, at, size, fits=fits):
            self.known[told.key] = Known(told, told.deadline_at if held else None)

    @precondition(lambda self: not self.line)
    @rule()
    def fill(self) -> None:
        """Book the whole night, so that somebody has to wait."""
        for place in range(0, 28, 2):
            for _ in self.desks:
                self.want(place, self.capacity, held=False)

    @precondition(lambda self: self.known)
    @rule(which=st.integers(0, 50), place=st.integers(0, 28))
    def change(self, which: int, place: int) -> None:
        self.settle()
        key = self.drawn(which)
        if key is None:
            return
        one = self.known[key]
        if one.until is not None:
            told = self.ask(book, reservation_key=key, name="Eva")
            if one.until > self.clock.now:
                self.known[key] = Known(told, None)
            else:
                assert told == "lapsed", told
            return
        at = self.start(place)
        fits = self.room(at, one.reservation.size, but=key)
        told = self.ask(move_reservation, reservation_key=key, start_at=at)
        if self.agrees(told, at, one.reservation.size, fits=fits):
            self.known[key] = Known(told, None)
            if told != one.reservation:
                self.passes_on()

    def drawn(self, which: int) -> str | None:
        """Return one of the reservations that no place in the waiting list is offered."""
        keys = [key for key, one in self.known.items() if not one.standby]
        return keys[which % len(keys)] if keys else None

    @precondition(lambda self: self.known)
    @rule(which=st.integers(0, 50))
    def cancel(self, which: int) -> None:
        self.settle()
        key = self.drawn(which)
        if key is None:
            return
        told = self.ask(cancel_reservation, reservation_key=key)
        if not self.known[key].counts(self.clock.now):
            assert told == "lapsed", told
            return
        assert told.state in ENDED
        self.forget(key)
        self.passes_on()

    @rule(first=st.integers(0, 26), long=st.integers(1, 6), size=st.integers(1, 2))
    def stand_in_line(self, first: int, long: int, size: int) -> None:
        """Wait for a slot of some hours: possible where none of them is free, and only there."""
        self.settle()
        at, size = self.start(first), min(size, self.capacity)
        span: dict[str, int] = {"from_at": at, "to_at": at + long * 15 * MINUTE}
        starts = range(span["from_at"], span["to_at"], 15 * MINUTE)
        free = [one for one in starts if self.exists(one) and self.room(one, size)]
        told = self.ask(stand_by, service_id=self.service_id, size=size, **span)
        if free:
            assert told == "room_left", told
        else:
            self.line[told.key] = Waiter(told)

    @precondition(lambda self: self.line)
    @rule(which=st.integers(0, 20), takes=st.booleans())
    def answer(self, which: int, takes: bool) -> None:
        """Take what is offered, or say no and let it pass on."""
        self.settle()
        key = list(self.line)[which % len(self.line)]
        waiter = self.line[key]
        more = {"name": "Mia"} if takes else {}
        told = self.ask(take_offer if takes else decline_offer, standby_key=key, **more)
        if not waiter.offer:
            assert told in {"no_offer", "wrong_state", "lapsed"}, told
        elif takes:
            self.known[waiter.offer] = Known(told, None)
            del self.line[key]
        else:
            self.forget(waiter.offer)
            self.passes_on()

    @rule(capacity=st.integers(1, 4))
    def edit(self, capacity: int) -> None:
        self.settle()
        changed, self.capacity = capacity != self.capacity, capacity
        rules = {"capacity": capacity, "max_size": capacity}
        assert self.ask(edit_service, service_id=self.service_id, changes={"rules": rules}).edited
        if changed:
            self.passes_on()

    @rule(opens=st.sampled_from([0, 1, 3]), closes=st.sampled_from([4, 5, 6]))
    def change_hours(self, opens: int, closes: int) -> None:
        """Other hours: what was promised stays, also where it no longer lies in them."""
        self.settle()
        hours = {"weekly": {"sun": [[f"0{opens}:00", f"0{closes}:00"]]}}
        before = self.ask(edit_service, service_id=self.service_id, changes={}).edited
        after = self.ask(edit_service, service_id=self.service_id, changes={"hours": hours}).edited
        self.opens, self.closes = self.at_wall(opens), self.at_wall(closes)
        if after != before:
            self.passes_on()

    @rule(minutes=st.sampled_from([1, 5, 11]), swept=st.booleans())
    def wait(self, minutes: int, swept: bool) -> None:
        self.clock.advance(minutes * 60)
        if swept:
            self.sweep()

    @invariant()
    def shows_what_there_is(self) -> None:
        if not hasattr(self, "store"):
            return
        found = self.store.read_now(
            slots_between, self.service_id, self.first, self.first + 7 * HOUR, now=self.clock.now
        )
        last = self.closes - self.duration
        assert [one.start_at for one in found] == list(range(self.opens, last + 1, 15 * MINUTE))
        for slot in found[::5]:
            assert (slot.free > 0) == self.room(slot.start_at, 1), local_time(slot.start_at, MADRID)
            assert slot.free == 0 or self.room(slot.start_at, slot.free)
            assert not self.room(slot.start_at, slot.free + 1)


def test_the_engine_agrees_with_the_model(sqlite_databases: Database) -> None:
    run(Slots, sqlite_databases, program(steps=25, examples=12))


def test_the_model_sees_a_slot_that_is_sold_once_too_often(
    sqlite_databases: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with a count that forgets the buffers, the engine must be caught."""
    from nowserving.domain.reservations.room import Load

    honest = Load.peak
    monkeypatch.setattr(Load, "peak", lambda load, a, b: max(honest(load, a, b) - 1, 0))
    with pytest.raises(AssertionError):
        run(Slots, sqlite_databases, program(steps=25, examples=12))


@pytest.mark.parametrize("offered", [True, False])
def test_the_model_sees_a_freed_place_that_is_offered_to_nobody(
    sqlite_databases: Database, monkeypatch: pytest.MonkeyPatch, offered: bool
) -> None:
    """The control of the waiting list: with a cancellation that offers nothing, the engine is caught."""
    from nowserving.actions.reservations import changing

    if not offered:
        monkeypatch.setattr(changing, "offer_after", lambda _tx, *_freed: None)
    night = type("Night", (Slots,), {"database": staticmethod(sqlite_databases)})()
    try:
        night.begin(30, 0, 1, min(NOONS))
        night.fill()
        night.stand_in_line(0, 1, 1)
        assert len(night.line) == 1
        if offered:
            night.cancel(0)
            assert next(iter(night.line.values())).offer
            return
        with pytest.raises(AssertionError, match="the first that fits is offered"):
            night.cancel(0)
    finally:
        night.teardown()

"""A restaurant that seats by rule, and a model that seats one party at a time, do the same programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.tickets import admitting
from nowserving.actions.tickets.arriving import coming, rejoin
from nowserving.actions.tickets.hosting import call_now, extend, resize, seat
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import (
    cancel,
    check_in,
    finish,
    leave,
    no_show,
    park,
    postpone,
    requeue,
)
from nowserving.domain.tickets.admission import Admitted, admit
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import Admission, Counts, Fit, Overstay, QueueRules
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import Conflict, Gone, Invalid
from nowserving.store.store import Store
from tests.actions.databases import PROVING, Database, program, run, town_hall
from tests.actions.office import GUEST, MARIA, SECOND, Office
from tests.builders import Builder
from tests.conftest import Clock
from tests.postgres_server import PostgresServer

# Thousands of programs take their time when we are proving.
pytestmark = pytest.mark.timeout(3600 if PROVING else 300)

picks = st.integers(0, 63)


WINDOW_S, GRACE_S, LIMIT_S = 300, 600, 1800


class RestaurantMachine(RuleBasedStateMachine):
    """One queue that seats parties by itself, in strict order or filling gaps."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        url = self.stack.enter_context(self.database())
        builder, clock = Builder(url), Clock()
        store = Store(url, clock=clock, random=Random(1))
        store.open()
        self.stack.callback(builder.close)
        self.stack.callback(store.close)
        self.office = Office(store, clock, builder, town_hall(builder))
        self.line: list[str] = []
        self.inside: list[str] = []
        self.aside: list[str] = []
        # Until when who is inside may come, or stay; and who missed a call may come back.
        self.until: dict[str, int] = {}
        self.grace: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        self.passed: dict[str, int] = {}

    def teardown(self) -> None:
        """Audit the books, and close."""
        with self.stack:
            self.office.audit()

    @initialize(
        capacity=st.integers(0, 8),
        fit=st.sampled_from(Fit),
        passes=st.integers(0, 3),
        overstay=st.sampled_from(Overstay),
    )
    def opens(self, capacity: int, fit: Fit, passes: int, overstay: Overstay) -> None:
        """Open with so many seats."""
        self.capacity, self.fit, self.passes, self.overstay = capacity, fit, passes, overstay
        self.queue_id = self.office.rule(
            admission=Admission.AUTOMATIC,
            capacity=capacity,
            counts=Counts.COVERS,
            fit=fit,
            fit_passes=passes,
            overstay=overstay,
            check_in_window_s=WINDOW_S,
            rejoin_grace_s=GRACE_S,
            service_limit_s=LIMIT_S,
        )

    @rule(capacity=st.integers(0, 8))
    def seats(self, capacity: int) -> None:
        """Carry tables out, or more of them in."""
        self.capacity = capacity
        self.office.do(edit_queue, queue_id=self.queue_id, changes={"rules": {"capacity": capacity}})
        self.admit()

    @rule(size=st.integers(1, 6))
    def arrive(self, size: int) -> None:
        """Join the line; who is more than there are seats is sent to the host, and added by staff."""
        more: dict[str, Any] = {"queue_id": self.queue_id, "party_size": size}
        if 0 < self.capacity < size:
            assert isinstance(self.office.refuses(join, GUEST, **more), Invalid)
        ticket = self.office.do(join, MARIA, **more).ticket
        self.sizes[ticket.key], self.passed[ticket.key] = size, 0
        self.line.append(ticket.key)
        self.admit()

    @precondition(lambda self: self.inside)
    @rule(pick=picks, verb=st.sampled_from([finish, park, no_show, requeue]))
    def go(self, pick: int, verb: Callable[..., Any]) -> None:
        """Make room."""
        key = self.inside[pick % len(self.inside)]
        state = self.office.now_of(key).state
        if verb in {no_show, requeue} and state is State.SERVING:
            verb = finish
        more: dict[str, Any] = {"where": Where.END} if verb is requeue else {}
        self.office.do(verb, key=key, **more)
        self.out(key)
        if verb is requeue:
            self.line.append(key)
        elif verb is park:
            self.aside.append(key)
        self.admit()

    @precondition(lambda self: self.inside)
    @rule(pick=picks)
    def sit(self, pick: int) -> None:
        """Come to the table, in time or too late."""
        key = self.inside[pick % len(self.inside)]
        if self.office.now_of(key).state is not State.CALLED:
            return
        if self.until[key] <= self.now + SECOND:
            assert isinstance(self.office.refuses(check_in, "guest", key=key), Gone)
        else:
            self.office.do(check_in, "guest", key=key)
            self.until[key] = self.now + LIMIT_S * SECOND

    @rule(seconds=st.sampled_from([60, 299, 300, 900, 1800]))
    def time_passes(self, seconds: int) -> None:
        """Let lapse who did not come, and let go, or let stay, whose time is over: in order."""
        self.office.clock.advance(seconds)
        joined = list(self.sizes)
        late = [key for key, until in self.until.items() if until <= self.now + SECOND]
        late.sort(key=lambda key: (self.until[key], joined.index(key)))
        called = {key for key in late if self.office.now_of(key).state is State.CALLED}
        assert self.office.do(lapse_overdue, "rule", branch_id=self.office.hall.branch_id) == len(late)
        for key in late:
            if key not in called and self.overstay is not Overstay.FREE:
                del self.until[key]
                continue
            self.out(key)
            if key in called:
                self.grace[key] = self.now + GRACE_S * SECOND
            self.admit()

    @precondition(lambda self: self.grace)
    @rule(pick=picks)
    def come_back(self, pick: int) -> None:
        """Take a place between again, in time or too late."""
        key = list(self.grace)[pick % len(self.grace)]
        if self.grace[key] <= self.now + SECOND:
            assert isinstance(self.office.refuses(rejoin, "guest", key=key), Gone)
            return
        own = self.office.now_of(key).rank
        better = sum(self.office.now_of(one).rank <= own for one in self.line)
        self.office.do(rejoin, "guest", key=key)
        del self.grace[key]
        self.line.insert(max((len(self.line) + 1) // 2, better), key)
        self.admit()

    @precondition(lambda self: self.everybody())
    @rule(pick=picks, size=st.integers(1, 6))
    def resized(self, pick: int, size: int) -> None:
        """More of them come than they said, or fewer."""
        key = self.everybody()[pick % len(self.everybody())]
        self.office.do(resize, key=key, party_size=size)
        self.sizes[key] = size
        self.admit()

    @precondition(lambda self: self.everybody())
    @rule(pick=picks)
    def on_the_way(self, pick: int) -> None:
        """Say so: it changes nothing."""
        key = self.everybody()[pick % len(self.everybody())]
        state = self.office.now_of(key).state
        if state is State.CALLED and self.until[key] <= self.now + SECOND:
            assert isinstance(self.office.refuses(coming, "guest", key=key), Gone)
        elif state in {State.WAITING, State.CALLED}:
            self.office.do(coming, "guest", key=key, minutes=pick)
        else:
            assert isinstance(self.office.refuses(coming, "guest", key=key), Conflict)

    @precondition(lambda self: self.inside)
    @rule(pick=picks, minutes=st.integers(1, 20))
    def more_time(self, pick: int, minutes: int) -> None:
        """Let them come later, or stay longer."""
        key = self.inside[pick % len(self.inside)]
        self.office.do(extend, key=key, minutes=minutes)
        self.until[key] = max(self.until.get(key, 0), self.now) + minutes * 60 * SECOND

    @precondition(lambda self: self.line)
    @rule(pick=picks, verb=st.sampled_from([call_now, seat]))
    def by_the_host(self, pick: int, verb: Callable[..., Any]) -> None:
        """Let in one party that the host chose, room or not."""
        key = self.line[pick % len(self.line)]
        self.office.do(verb, key=key)
        self.comes_in(key, WINDOW_S if verb is call_now else LIMIT_S)
        self.admit()

    @precondition(lambda self: self.line)
    @rule(pick=picks, verb=st.sampled_from([leave, cancel, park, postpone]))
    def step_aside(self, pick: int, verb: Callable[..., Any]) -> None:
        """Stop waiting, or let one pass."""
        key = self.line[pick % len(self.line)]
        place = self.line.index(key)
        more: dict[str, Any] = {"places": 1} if verb is postpone else {}
        self.office.do(verb, key=key, **more)
        self.line.remove(key)
        if verb is postpone:
            self.line.insert(place + 1, key)
        elif verb is park:
            self.aside.append(key)
        self.admit()

    @precondition(lambda self: self.aside)
    @rule(pick=picks, where=st.sampled_from(Where))
    def back(self, pick: int, where: Where) -> None:
        """Back into the line."""
        key = self.aside.pop(pick % len(self.aside))
        self.office.do(requeue, key=key, where=where)
        place = {Where.FRONT: 0, Where.MIDDLE: (len(self.line) + 1) // 2, Where.END: len(self.line)}[where]
        self.line.insert(place, key)
        self.admit()

    def admit(self) -> None:
        """Seat one party at a time until nobody more may sit down: the model's whole rule."""
        while (key := self.next_party()) is not None:
            for ahead in self.line[: self.line.index(key)]:
                if self.sizes[ahead] <= self.capacity:
                    self.passed[ahead] += 1
            self.comes_in(key, WINDOW_S)

    def comes_in(self, key: str, limit_s: int) -> None:
        """From the line to the inside, for so long."""
        self.line.remove(key)
        self.inside.append(key)
        self.until[key] = self.now + limit_s * SECOND

    def out(self, key: str) -> None:
        """From the inside to nowhere."""
        self.inside.remove(key)
        self.until.pop(key, None)

    def everybody(self) -> list[str]:
        """Return who waits, is inside or set aside."""
        return [*self.inside, *self.line, *self.aside]

    @property
    def now(self) -> int:
        """Return the time of the last act."""
        return self.office.clock.now

    def next_party(self) -> str | None:
        """Return the first party that fits and may go: past nobody, or past those who still allow it."""
        free = self.capacity - sum(self.sizes[key] for key in self.inside)
        for key in self.line:
            if self.sizes[key] > self.capacity:
                continue
            if self.sizes[key] <= free:
                return key
            if self.fit is Fit.STRICT or self.passed[key] >= self.passes:
                return None
        return None

    @invariant()
    def nobody_is_passed_too_often_or_waits_beside_a_free_table(self) -> None:
        """The two promises to a guest, read from the tickets alone."""
        tickets = self.office.everybody()
        assert all(one.passed <= self.passes for one in tickets)
        used = sum(one.party_size for one in tickets if one.state in {State.CALLED, State.SERVING})
        line = sorted((one for one in tickets if one.state is State.WAITING), key=lambda one: one.rank)
        first = next((one for one in line if one.party_size <= self.capacity), None)
        assert first is None or first.party_size > self.capacity - used

    @invariant()
    def the_same(self) -> None:
        """The same people sit, wait and were passed; and never more sit than were let in."""
        tickets = {one.key: one for one in self.office.everybody()}
        waiting = [one for one in tickets.values() if one.state is State.WAITING]
        assert [one.key for one in sorted(waiting, key=lambda one: one.rank)] == self.line
        inside = {key for key, one in tickets.items() if one.state in {State.CALLED, State.SERVING}}
        assert inside == set(self.inside)
        assert {key: one.passed for key, one in tickets.items()} == self.passed
        limits = {key: one.deadline_at for key, one in tickets.items() if one.deadline_at is not None}
        assert limits == self.until


def test_a_restaurant_is_its_model_on_sqlite(sqlite_databases: Database) -> None:
    run(RestaurantMachine, sqlite_databases, program(steps=30, examples=12))


@pytest.mark.postgres
def test_a_restaurant_is_its_model_on_postgresql(postgres_server: PostgresServer) -> None:
    run(RestaurantMachine, postgres_server.database, program(steps=30, examples=3))


def _without_patience(free: int | None, waiting: Iterable[Ticket], rules: QueueRules) -> Admitted[Ticket]:
    """Let small parties pass a large one, whatever the rules say, and for ever."""
    return admit(free, waiting, replace(rules, fit=Fit.FILL, fit_passes=100))


def _without_counting(free: int | None, waiting: Iterable[Ticket], rules: QueueRules) -> Admitted[Ticket]:
    """Think that one more fits than does."""
    return admit(None if free is None else free + 1, waiting, rules)


@pytest.mark.control
@pytest.mark.parametrize("broken", [_without_patience, _without_counting, lambda *_: Admitted()])
def test_a_restaurant_that_breaks_a_promise_is_not_its_model(
    sqlite_databases: Database, monkeypatch: pytest.MonkeyPatch, broken: Callable[..., Any]
) -> None:
    monkeypatch.setattr(admitting, "admit", broken)

    with pytest.raises(AssertionError):
        run(RestaurantMachine, sqlite_databases, program(steps=30, examples=12))

"""A restaurant that seats by rule, and a model that seats one party at a time, do the same programs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nowserving.actions.tickets.admitting import admit_after
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
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import Admission, Counts, Fit
from nowserving.domain.tickets.ticket import State
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.store import Store
from tests.actions.databases import PROVING, Database, program, run, town_hall
from tests.actions.office import Office
from tests.builders import Builder
from tests.conftest import Clock
from tests.postgres_server import PostgresServer

# Thousands of programs take their time when we are proving.
pytestmark = pytest.mark.timeout(3600 if PROVING else 300)

picks = st.integers(0, 63)


@action(scope="queue_id")
def look_again(tx: Tx, *, queue_id: str) -> None:
    """What every change of a queue's rules ends with."""
    admit_after(tx, queue_id)


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
        self.sizes: dict[str, int] = {}
        self.passed: dict[str, int] = {}

    def teardown(self) -> None:
        """Audit the books, and close."""
        with self.stack:
            self.office.audit()

    @initialize(capacity=st.integers(0, 8), fit=st.sampled_from(Fit), passes=st.integers(0, 3))
    def opens(self, capacity: int, fit: Fit, passes: int) -> None:
        """Open with so many seats."""
        self.fit, self.passes = fit, passes
        self.seats(capacity)

    @rule(capacity=st.integers(0, 8))
    def seats(self, capacity: int) -> None:
        """Carry tables out, or more of them in."""
        self.capacity = capacity
        queue_id = self.office.rule(
            admission=Admission.AUTOMATIC,
            capacity=capacity,
            counts=Counts.COVERS,
            fit=self.fit,
            fit_passes=self.passes,
        )
        self.office.do(look_again, queue_id=queue_id)
        self.admit()

    @rule(size=st.integers(1, 6))
    def arrive(self, size: int) -> None:
        """Join the line."""
        ticket = self.office.join(party_size=size)
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
        self.inside.remove(key)
        if verb is requeue:
            self.line.append(key)
        elif verb is park:
            self.aside.append(key)
        self.admit()

    @precondition(lambda self: self.inside)
    @rule(pick=picks)
    def sit(self, pick: int) -> None:
        """Come to the table."""
        key = self.inside[pick % len(self.inside)]
        if self.office.now_of(key).state is State.CALLED:
            self.office.do(check_in, "guest", key=key)

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
            self.line.remove(key)
            self.inside.append(key)

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
    def the_same(self) -> None:
        """The same people sit, wait and were passed; and never more sit than were let in."""
        tickets = {one.key: one for one in self.office.everybody()}
        waiting = [one for one in tickets.values() if one.state is State.WAITING]
        assert [one.key for one in sorted(waiting, key=lambda one: one.rank)] == self.line
        inside = {key for key, one in tickets.items() if one.state in {State.CALLED, State.SERVING}}
        assert inside == set(self.inside)
        assert {key: one.passed for key, one in tickets.items()} == self.passed


def test_a_restaurant_is_its_model_on_sqlite(sqlite_databases: Database) -> None:
    run(RestaurantMachine, sqlite_databases, program(steps=30, examples=12))


@pytest.mark.postgres
def test_a_restaurant_is_its_model_on_postgresql(postgres_server: PostgresServer) -> None:
    run(RestaurantMachine, postgres_server.database, program(steps=30, examples=3))

"""The engine and a model of it in lists do the same random programs, step by step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from nowserving.actions.tickets.calling import call_chosen, call_next, recall
from nowserving.actions.tickets.desk_duty import close_desk, pause_desk
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
    start,
    transfer,
)
from nowserving.actions.tickets.undoing import undo, undo_leave
from nowserving.domain.layout.branch import DeskState
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import PriorityClass
from nowserving.domain.tickets.ticket import State, Ticket, Verb
from nowserving.errors import AppError
from nowserving.store.store import Store
from tests.actions.databases import PROVING, Database, program, run, town_hall
from tests.actions.model import Model, Refused, Spot
from tests.actions.office import KIOSK, MARIA, SECOND, Office
from tests.builders import Builder
from tests.conftest import Clock
from tests.postgres_server import PostgresServer

# Thousands of programs take their time when we are proving.
pytestmark = pytest.mark.timeout(3600 if PROVING else 300)

WINDOW_S, HEAD_START_S = 45, 300
picks = st.integers(0, 255)
desks = st.sampled_from(["desk-1", "desk-2", "desk-3"])
queues = st.sampled_from(["passports", "licences"])
places = st.sampled_from(Where)


def outcome(perform: Callable[..., Any], *given: Any, **arguments: Any) -> tuple[Any, str | None]:
    """Return the value of what was done, or the code with which it was refused."""
    try:
        return perform(*given, **arguments), None
    except (AppError, Refused) as refusal:
        return None, refusal.code


class TownHallMachine(RuleBasedStateMachine):
    """Two queues, three desks; the second queue has a check-in window and a head start."""

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
        elderly = PriorityClass("elderly", "Over seventy", HEAD_START_S)
        self.office.rule("licences", check_in_window_s=WINDOW_S, priorities=(elderly,))
        self.model = Model(
            serves=("passports", "licences"),
            desks=dict.fromkeys(self.office.hall.desk_ids, DeskState.CLOSED),
            windows={"passports": None, "licences": WINDOW_S * SECOND},
            lines={"passports": [], "licences": []},
        )

    def teardown(self) -> None:
        """Audit the books, which hold the whole history, and close."""
        with self.stack:
            self.office.audit()

    def both(
        self,
        verb: Callable[..., Any],
        model: Callable[..., Any],
        *given: Any,
        actor: str = MARIA,
        **arguments: Any,
    ) -> Any:
        """Perform a verb and its model; both do it, or both refuse it with the same code."""
        now = self.office.clock.now + SECOND
        _, expected = outcome(model, now, *given)
        value, refused = outcome(self.office.do, verb, actor, **arguments)
        assert refused == expected
        return value

    def picked(self, pick: int) -> str:
        """Return the key of some ticket: mostly of one that waits, for there most can be wrong."""
        waiting = [key for line in self.model.lines.values() for key in line]
        keys = waiting if waiting and pick % 4 else list(self.model.spots)
        return keys[pick // 4 % len(keys)]

    def remember(self, ticket: Ticket | None) -> None:
        """Keep the rank that a ticket got: its old place, should it come back to it."""
        if ticket is not None and ticket.state is State.WAITING:
            self.model.ranks[ticket.key] = ticket.rank

    def anybody(self) -> bool:
        """Tell whether there is any ticket yet."""
        return bool(self.model.spots)

    @rule(queue=queues, elderly=st.booleans())
    def join(self, queue: str, elderly: bool) -> None:
        """At the end of the line, or before those who came within the head start."""
        head_start_s = HEAD_START_S if elderly and queue == "licences" else 0
        joined = self.office.do(join, KIOSK, queue_id=queue, priority="elderly" if head_start_s else "")
        line = self.model.lines[queue]
        counts_from = self.office.clock.now - head_start_s * SECOND
        place = sum(self.model.ranks[key] <= counts_from for key in line)
        assert joined.position == place + 1
        self.remember(joined.ticket)
        self.model.put(joined.ticket.key, Spot(State.WAITING, queue), place)

    @rule(queue=queues, many=st.integers(2, 5))
    def crowd(self, queue: str, many: int) -> None:
        """Several at once: where nobody waits, no order can be wrong."""
        for _ in range(many):
            self.join(queue, elderly=False)

    @rule(desk=desks)
    def call_next(self, desk: str) -> None:
        """Press "next"."""
        self.both(call_next, self.model.call_next, desk, desk_id=desk)

    @precondition(anybody)
    @rule(desk=desks, pick=picks, anyway=st.booleans())
    def choose(self, desk: str, pick: int, anyway: bool) -> None:
        """Call somebody out of turn."""
        key = self.picked(pick)
        self.both(
            call_chosen,
            lambda now, *given: self.model.choose(now, *given, anyway=anyway),
            desk,
            key,
            desk_id=desk,
            key=key,
            anyway=anyway,
        )

    @precondition(anybody)
    @rule(pick=picks)
    def recall(self, pick: int) -> None:
        """Call again."""
        key = self.picked(pick)
        self.both(recall, self.model.recall, key, key=key)

    @precondition(anybody)
    @rule(pick=picks, verb=st.sampled_from([(start, Verb.START), (check_in, Verb.CHECK_IN)]))
    def serve(self, pick: int, verb: tuple[Callable[..., Any], Verb]) -> None:
        """Begin a visit."""
        key = self.picked(pick)
        self.both(verb[0], self.model.serve, key, verb[1], key=key)

    @precondition(anybody)
    @rule(
        pick=picks,
        verb=st.sampled_from([(finish, Verb.FINISH), (no_show, Verb.NO_SHOW), (leave, Verb.LEAVE)]),
    )
    def end(self, pick: int, verb: tuple[Callable[..., Any], Verb]) -> None:
        """End a visit, or a wait."""
        key = self.picked(pick)
        self.both(verb[0], self.model.end, key, verb[1], key=key)

    @precondition(anybody)
    @rule(pick=picks, desk=desks, verb=st.sampled_from([(park, Verb.PARK), (cancel, Verb.CANCEL)]))
    def withdraw(self, pick: int, desk: str, verb: tuple[Callable[..., Any], Verb]) -> None:
        """Take a ticket out of the line, by a desk."""
        key = self.picked(pick)
        self.both(verb[0], self.model.end, key, verb[1], desk, key=key, desk_id=desk)

    @precondition(anybody)
    @rule(pick=picks, where=places, desk=desks)
    def requeue(self, pick: int, where: Where, desk: str) -> None:
        """Back into the line."""
        key = self.picked(pick)
        arguments = {"key": key, "where": where, "desk_id": desk}
        self.remember(self.both(requeue, self.model.requeue, key, where, desk, **arguments))

    @precondition(anybody)
    @rule(pick=picks, queue=queues, where=places, desk=desks)
    def transfer(self, pick: int, queue: str, where: Where, desk: str) -> None:
        """Into the other line."""
        key = self.picked(pick)
        arguments = {"key": key, "queue_id": queue, "where": where, "desk_id": desk}
        self.remember(self.both(transfer, self.model.transfer, key, queue, where, desk, **arguments))

    @precondition(anybody)
    @rule(pick=picks, many=st.integers(1, 4))
    def postpone(self, pick: int, many: int) -> None:
        """Let some pass."""
        key = self.picked(pick)
        self.remember(self.both(postpone, self.model.postpone, key, many, key=key, places=many))

    @rule(desk=desks)
    def undo(self, desk: str) -> None:
        """Take back the last act of a desk."""
        self.both(undo, self.model.undo, desk, desk_id=desk)

    @precondition(anybody)
    @rule(pick=picks)
    def come_back(self, pick: int) -> None:
        """Take back leaving."""
        key = self.picked(pick)
        self.both(undo_leave, self.model.come_back, key, actor="guest", key=key)

    @rule(desk=desks, verb=st.sampled_from([(pause_desk, DeskState.PAUSED), (close_desk, DeskState.CLOSED)]))
    def rest(self, desk: str, verb: tuple[Callable[..., Any], DeskState]) -> None:
        """Stop work."""
        self.both(verb[0], lambda _now, *given: self.model.rest(*given), desk, verb[1], desk_id=desk)

    @rule(seconds=st.sampled_from([0, 20, WINDOW_S, 61, 400]))
    def time_passes(self, seconds: int) -> None:
        """Let time pass, and what lapses lapse."""
        self.office.clock.advance(seconds)
        now = self.office.clock.now + SECOND
        late = self.model.sweep(now)
        assert self.office.do(lapse_overdue, "rule", branch_id=self.office.hall.branch_id) == late

    @invariant()
    def the_same(self) -> None:
        """Every ticket is where the model says, and every line in its order."""
        tickets = self.office.everybody()
        lines: dict[str, list[str]] = {queue: [] for queue in self.model.lines}
        for ticket in sorted(tickets, key=lambda one: one.rank):
            if ticket.state is State.WAITING:
                lines[ticket.queue_id].append(ticket.key)
        spots = {one.key: Spot(one.state, one.queue_id, one.desk_id, one.deadline_at) for one in tickets}
        assert spots == self.model.spots
        assert lines == self.model.lines
        assert {desk: self.office.desk(desk).state for desk in self.model.desks} == self.model.desks


def test_the_engine_is_its_model_on_sqlite(sqlite_databases: Database) -> None:
    run(TownHallMachine, sqlite_databases, program(steps=40, examples=15))


@pytest.mark.postgres
def test_the_engine_is_its_model_on_postgresql(postgres_server: PostgresServer) -> None:
    run(TownHallMachine, postgres_server.database, program(steps=40, examples=4))

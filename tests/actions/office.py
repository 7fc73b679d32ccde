"""The town hall as the tests of the verbs act in it and look at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from nowserving.actions.tickets.calling import Called, call_chosen, call_next
from nowserving.actions.tickets.joining import join
from nowserving.domain.event import Event
from nowserving.domain.tickets.rules import QueueRules, rules_to
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import AppError, Conflict
from nowserving.store import schema
from nowserving.store.care.checks import run_checks
from nowserving.store.store import Store
from nowserving.store.tickets.places import DeskPlace, desk_place
from nowserving.store.tickets.tickets import ticket_by_key
from tests.actions.audit import all_events, all_tickets, offences, stays_of
from tests.builders import Builder, TownHall
from tests.conftest import Clock

T = TypeVar("T")

MARIA, AMIR, KIOSK, GUEST = "staff:maria-lopez", "staff:amir-khan", "device:kiosk", "guest"
SECOND = 1_000_000


@dataclass
class Office:
    """A town hall with two queues (A and B) and three desks that serve both in this order."""

    store: Store
    clock: Clock
    build: Builder
    hall: TownHall

    def do(self, verb: Callable[..., T], actor: str = MARIA, **arguments: Any) -> T:
        """Perform a verb a second after the one before."""
        self.clock.advance(1)
        return self.store.write_now(verb, actor=actor, **arguments)

    def refuses(self, verb: Callable[..., Any], actor: str = MARIA, **arguments: Any) -> AppError:
        """Perform a verb that must be refused and must change nothing at all; return the refusal."""
        before = self._everything()
        with pytest.raises(AppError) as caught:
            self.do(verb, actor, **arguments)
        assert self._everything() == before
        return caught.value

    def conflict(self, verb: Callable[..., Any], actor: str = MARIA, **arguments: Any) -> str:
        """Return the code of the Conflict with which a verb must be refused, changing nothing at all."""
        refusal = self.refuses(verb, actor, **arguments)
        assert isinstance(refusal, Conflict)
        return refusal.code

    def join(self, queue_id: str | None = None, **more: Any) -> Ticket:
        """Draw a ticket, of the first queue unless told otherwise."""
        return self.do(join, KIOSK, queue_id=queue_id or self.hall.passports, **more).ticket

    def joins(self, many: int, queue_id: str | None = None) -> list[Ticket]:
        """Draw so many tickets."""
        return [self.join(queue_id) for _ in range(many)]

    def call_next(self, desk_id: str | None = None, actor: str = MARIA) -> Called:
        """Press "next" at a desk, the first unless told otherwise."""
        return self.do(call_next, actor, desk_id=desk_id or self.hall.desk_1)

    def call(self, ticket: Ticket, desk_id: str | None = None, *, anyway: bool = False) -> Ticket:
        """Call a chosen ticket to a desk, the first unless told otherwise."""
        called = self.do(call_chosen, desk_id=desk_id or self.hall.desk_1, key=ticket.key, anyway=anyway)
        return called.ticket

    def rule(self, queue_id: str | None = None, **rules: Any) -> str:
        """Give a queue rules, the first unless told otherwise, and return its id."""
        queue_id = queue_id or self.hall.passports
        self.build.change(schema.queues, queue_id, rules=json.dumps(rules_to(QueueRules(**rules))))
        return queue_id

    def line(self, queue_id: str | None = None) -> list[str]:
        """Return the codes that wait in a queue, in the order of their ranks."""
        wanted = queue_id or self.hall.passports
        waiting = [one for one in self.everybody() if one.queue_id == wanted and one.state is State.WAITING]
        return [one.code for one in sorted(waiting, key=lambda one: one.rank)]

    def everybody(self) -> list[Ticket]:
        """Return all tickets of the town hall, in the order in which they joined."""
        found = self.store.read_now(all_tickets)
        return [ticket for ticket in found if ticket.branch_id == self.hall.branch_id]

    def now(self, ticket: Ticket) -> Ticket:
        """Return a ticket as it is now."""
        return self.now_of(ticket.key)

    def now_of(self, key: str) -> Ticket:
        """Return the ticket of a key as it is now."""
        found = self.store.read_now(ticket_by_key, key)
        assert found is not None
        return found

    def state(self, ticket: Ticket) -> State:
        """Return the state a ticket is in now."""
        return self.now(ticket).state

    def stays(self, ticket: Ticket) -> list[tuple[str, str | None]]:
        """Return state and desk of a ticket's stays, in order."""
        return [(row[1], row[2]) for row in self.store.read_now(stays_of, ticket.id)]

    def desk(self, desk_id: str) -> DeskPlace:
        """Return a desk as it is now."""
        found = self.store.read_now(desk_place, desk_id)
        assert found is not None
        return found

    def events(self, ticket: Ticket | None = None) -> list[Event]:
        """Return all events of the town hall, or of one ticket, in order."""
        found = [one for one in self.store.read_now(all_events) if one.scope_id == self.hall.branch_id]
        return found if ticket is None else [one for one in found if one.ticket_id == ticket.id]

    def verbs(self, ticket: Ticket | None = None) -> list[str]:
        """Return the verbs of all events, or of one ticket's."""
        return [event.verb for event in self.events(ticket)]

    def audit(self) -> None:
        """Fail unless the books are in order, by our own reading and by the product's."""
        assert offences(self.store) == []
        # Nothing is overdue at the beginning of time: sweeps are not what is tested here.
        checks = self.store.read_now(run_checks, 0)
        assert [said for check in checks for said in check.violations] == []

    def _everything(self) -> dict[str, list[Any]]:
        tables = [schema.branches, schema.queues, schema.desks, schema.numbers]
        tables += [schema.tickets, schema.stays, schema.events]
        return self.store.read_now(
            lambda reader: {table.name: list(map(tuple, reader.execute(select(table)))) for table in tables}
        )

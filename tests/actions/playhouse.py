"""A playhouse whose show is about to go on sale: one performance, its lobby, and phones that come to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.organising import create_performance, create_show
from nowserving.actions.shows.passing import come_in
from nowserving.actions.shows.selling import ShowChange, change_show
from nowserving.actions.tickets.joining import Joined
from nowserving.domain.event import Event
from nowserving.domain.shows.show import Performance, Show, ShowVerb
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import AppError
from nowserving.store import schema
from nowserving.store.care.checks import run_checks
from nowserving.store.shows.passes import Pass
from nowserving.store.shows.shows import performance, show
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_id, ticket_by_key
from tests.actions.audit import all_events
from tests.builders import MONDAY_MORNING_US, Builder
from tests.conftest import Clock

T = TypeVar("T")
SECOND = 1_000_000
STARTS = MONDAY_MORNING_US + 34 * 3600 * SECOND
ORGANISER = "staff:olga-orlova"


@dataclass
class Playhouse:
    """A branch with one show."""

    store: Store
    clock: Clock
    build: Builder
    branch_id: str
    show_id: str
    performance_id: str

    def do(self, verb: Callable[..., T], /, actor: str = ORGANISER, **arguments: Any) -> T:
        """Perform a verb a second after the one before."""
        self.clock.advance(1)
        return self.store.write_now(verb, actor=actor, **arguments)

    def refuses(self, verb: Callable[..., Any], /, **arguments: Any) -> AppError:
        """Perform a verb that must be refused and change nothing; return the refusal."""
        before = self._everything()
        with pytest.raises(AppError) as caught:
            self.do(verb, **arguments)
        assert self._everything() == before
        return caught.value

    def change(self, *verbs: str, message: str = "") -> ShowChange:
        """Move the show by verbs, one after the other; return what the last did."""
        done = [
            self.do(change_show, show_id=self.show_id, to=ShowVerb(one), message=message) for one in verbs
        ]
        return done[-1]

    def comes(self, phone: str, **wish: Any) -> Joined:
        """Let somebody with a phone take a place."""
        arguments = {"performance_id": self.performance_id, "joined_from": phone, **wish}
        return self.do(take_place, actor="guest", **arguments)

    def comes_in(self, phone: str) -> Pass:
        """Let the place of a phone come in."""
        return self.do(come_in, actor="guest", key=self.place(phone).key, device_hash=phone)

    def place(self, phone: str) -> Ticket:
        """Return the latest place of a phone as it is now."""
        query = select(schema.tickets.c.id).where(schema.tickets.c.joined_from == phone)
        found = self.store.read_now(lambda reader: max(row[0] for row in reader.execute(query)))
        ticket = self.store.read_now(ticket_by_id, found)
        assert ticket is not None
        return ticket

    def ticket(self, key: str) -> Ticket:
        """Return a ticket as it is now."""
        found = self.store.read_now(ticket_by_key, key)
        assert found is not None
        return found

    def states(self, *phones: str) -> list[State]:
        """Return where the places of phones are."""
        return [self.place(one).state for one in phones]

    def show(self) -> Show:
        """Return the show as it is now."""
        found = self.store.read_now(show, self.show_id)
        assert found is not None
        return found

    def performance(self) -> Performance:
        """Return the performance as it is now."""
        found = self.store.read_now(performance, self.performance_id)
        assert found is not None
        return found

    def line(self) -> list[str]:
        """Return the phones that wait, in order."""
        tickets = schema.tickets
        query = (
            select(tickets.c.joined_from)
            .where(tickets.c.queue_id == self.performance().queue_id, tickets.c.state == "waiting")
            .order_by(tickets.c.rank)
        )
        return self.store.read_now(lambda reader: [row[0] for row in reader.execute(query)])

    def called_in_order(self) -> list[str]:
        """Return the phones that were ever called, in the order of their calls."""
        calls = [one for one in self.events() if one.verb == "ticket.called"]
        by_key = {one.data["key"]: self.ticket(one.data["key"]).joined_from for one in calls}
        return [by_key[one.data["key"]] or "" for one in calls]

    def events(self) -> list[Event]:
        """Return all events of the playhouse."""
        return [one for one in self.store.read_now(all_events) if one.scope_id == self.branch_id]

    def audit(self) -> None:
        """Fail unless everything that must be true is."""
        checks = self.store.read_now(run_checks, 0)
        assert [said for check in checks for said in check.violations] == []

    def _everything(self) -> dict[str, list[Any]]:
        tables = [schema.shows, schema.performances, schema.passes, schema.tickets, schema.events]
        tables += [schema.queues, schema.stays]
        return self.store.read_now(
            lambda reader: {table.name: list(map(tuple, reader.execute(select(table)))) for table in tables}
        )


def make_playhouse(store: Store, clock: Clock, build: Builder, **rules: Any) -> Playhouse:
    """Open a playhouse with one draft of a show."""
    branch_id = build.branch("Playhouse", time_zone="UTC")
    made = store.write_now(
        create_show, actor=ORGANISER, branch_id=branch_id, name="The Tempest", rules={"choosing": 2, **rules}
    )
    dated = store.write_now(create_performance, actor=ORGANISER, show_id=made.id, starts_at=STARTS)
    return Playhouse(store, clock, build, branch_id, made.id, dated.id)

"""A theatre on the evening of an on-sale: a house of three rows, a lobby, and people with passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from nowserving.actions.seats.admitting import Scan, look_at_stubs
from nowserving.actions.seats.booking import book_seats
from nowserving.actions.seats.freeing import lapse_overdue_holds
from nowserving.actions.seats.holding import hold_seats
from nowserving.actions.seats.mapping import create_seat_map, set_seat_map
from nowserving.actions.tickets.hosting import seat
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import finish
from nowserving.domain.event import Event
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.seats.sale import Booking, Hold, Stub
from nowserving.domain.seats.stub import StubText
from nowserving.domain.tickets.rules import Admission, Counts, Overstay, QueueRules
from nowserving.domain.tickets.ticket import Ticket
from nowserving.errors import AppError
from nowserving.store import schema
from nowserving.store.care.checks import run_checks
from nowserving.store.seats.bookings import stubs_of
from nowserving.store.seats.seating import forget_houses, sale_of, taken_of
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_key
from tests.actions.audit import all_events
from tests.builders import MONDAY_MORNING_US, Builder
from tests.conftest import Clock
from tests.domain.seats.plans import house

T = TypeVar("T")
SECOND = 1_000_000
DAY = 86_400 * SECOND
# Tuesday evening.
STARTS = MONDAY_MORNING_US + 34 * 3600 * SECOND
RULES = {"per_person": 4, "choose_s": 600, "extend_s": 300, "cancel_until_s": 3600}


@dataclass
class Theatre:
    """One performance of one show, with what its organiser has set."""

    store: Store
    clock: Clock
    build: Builder
    branch_id: str
    show_id: str
    queue_id: str
    performance_id: str
    seat_map_id: str = ""
    _numbers: Any = field(default_factory=count)

    def do(self, verb: Callable[..., T], actor: str = "guest", **arguments: Any) -> T:
        """Perform a verb a second after the one before."""
        self.clock.advance(1)
        return self.store.write_now(verb, actor=actor, **arguments)

    def refuses(self, verb: Callable[..., Any], **arguments: Any) -> AppError:
        """Perform a verb that must be refused and change nothing; return the refusal."""
        before = self._everything()
        with pytest.raises(AppError) as caught:
            self.do(verb, **arguments)
        assert self._everything() == before
        return caught.value

    def rule(self, **rules: Any) -> None:
        """Give the show other rules."""
        self.build.change(schema.shows, self.show_id, rules=json.dumps({**RULES, **rules}))

    def seats(self, plan: dict[str, Any]) -> None:
        """Sell the performance from a plan."""
        made = self.do(create_seat_map, branch_id=self.branch_id, name="House", plan=read_plan(plan))
        self.seat_map_id = made.id
        self.do(set_seat_map, performance_id=self.performance_id, seat_map_id=made.id)

    def another_evening(self) -> str:
        """Add a performance on the day after; returns its id."""
        queue_id = self.build.queue("Second lobby", self.branch_id, prefix="M")
        _performance(self.build, "wednesday", self.branch_id, queue_id, STARTS + DAY)
        return "wednesday"

    def comes_in(self, device: str = "phone", performance_id: str | None = None) -> dict[str, Any]:
        """Let somebody through the lobby; returns the claims of their pass."""
        ticket = self.do(join, queue_id=self.queue_id).ticket
        inside = self.do(seat, key=ticket.key)
        pass_id = f"pass-{next(self._numbers)}"
        self.build.insert(
            schema.passes,
            id=pass_id,
            branch_id=self.branch_id,
            performance_id=performance_id or self.performance_id,
            ticket_id=inside.id,
            device_hash=device,
            issued_at=self.clock.now,
            expires_at=inside.deadline_at,
        )
        return {"jti": pass_id, "dev": device, "key": ticket.key}

    def hold(self, claims: dict[str, Any] | None = None, **wish: Any) -> Hold:
        """Hold seats, under a pass of somebody new unless told otherwise."""
        claims = claims or self.comes_in()
        return self.do(hold_seats, performance_id=self.performance_id, claims=claims, **wish)

    def book(self, *guids: str, name: str = "Ana Ruiz", email: str = "ana@example.org") -> Booking:
        """Hold and book seats by their guids, for somebody new."""
        claims = self.comes_in()
        held = self.hold(claims, guids=list(guids))
        return self.do(book_seats, hold_key=held.key, claims=claims, name=name, email=email)

    def seats_of_one_row(self, seats: int) -> None:
        """Sell the performance from one row."""
        self.seats(house(1, seats))

    def lets_in(self, stub: Stub) -> None:
        """Let somebody in by a stub."""
        text = StubText(stub.performance_id, stub.serial, stub.version)
        self.do(look_at_stubs, performance_id=stub.performance_id, scans=[Scan(text)])

    def leaves(self, claims: dict[str, Any]) -> None:
        """Let somebody leave the lobby, whose pass is over with that."""
        self.do(finish, key=claims["key"])
        self.build.change(schema.passes, claims["jti"], ended_at=self.clock.now, ended_by="left")

    def sweep(self) -> int:
        """Let everything lapse that has run out."""
        return self.store.write_now(lapse_overdue_holds, branch_id=self.branch_id)

    def taken(self) -> set[str]:
        """Return the guids of the seats that nobody can have now."""
        return self.store.read_now(self._taken)

    def stubs(self, booking: Booking) -> list[Stub]:
        """Return the stubs of a booking."""
        return self.store.read_now(stubs_of, booking.id)

    def ticket(self, key: str) -> Ticket:
        """Return a ticket as it is now."""
        found = self.store.read_now(ticket_by_key, key)
        assert found is not None
        return found

    def events(self) -> list[Event]:
        """Return all events of the theatre."""
        return [one for one in self.store.read_now(all_events) if one.scope_id == self.branch_id]

    def verbs(self, last: int) -> list[str]:
        """Return the verbs of the latest events."""
        return [one.verb for one in self.events()[-last:]]

    def messages(self) -> list[tuple[str, str]]:
        """Return kind and state of every message about seats."""
        query = select(schema.messages.c.kind, schema.messages.c.state).order_by(schema.messages.c.created_at)
        return self.store.read_now(
            lambda reader: [(row[0], row[1]) for row in map(tuple, reader.execute(query))]
        )

    def audit(self) -> None:
        """Fail unless everything that must be true is."""
        checks = self.store.read_now(run_checks, 0)
        assert [said for check in checks for said in check.violations] == []

    def _taken(self, reader: Any) -> set[str]:
        sale = sale_of(reader, self.performance_id)
        assert sale is not None
        marks = taken_of(reader, sale, self.clock.now)
        return {seat.guid for seat in sale.house.seats if marks[seat.place]}

    def _everything(self) -> dict[str, list[Any]]:
        tables = [schema.seats, schema.holds, schema.bookings, schema.stubs, schema.seat_standbys]
        tables += [schema.tickets, schema.events, schema.messages, schema.passes]
        return self.store.read_now(
            lambda reader: {table.name: list(map(tuple, reader.execute(select(table)))) for table in tables}
        )


def make_theatre(store: Store, clock: Clock, build: Builder, plan: dict[str, Any] | None = None) -> Theatre:
    """Open a theatre that sells one performance from a plan."""
    forget_houses()
    branch_id = build.branch("Theatre", time_zone="UTC")
    rules = QueueRules(
        admission=Admission.AUTOMATIC,
        capacity=1000,
        counts=Counts.PEOPLE,
        check_in_window_s=300,
        service_limit_s=1200,
        overstay=Overstay.FREE,
        remote_join=True,
    )
    queue_id = build.queue("Lobby", branch_id, prefix="L", rules=rules)
    show = {"branch_id": branch_id, "created_at": MONDAY_MORNING_US, "rules": json.dumps(RULES)}
    build.insert(schema.shows, id="show", name="The Tempest", state="open", **show)
    _performance(build, "tuesday", branch_id, queue_id, STARTS)
    made = Theatre(store, clock, build, branch_id, "show", queue_id, "tuesday")
    made.seats(plan or house(3, 6))
    return made


def _performance(build: Builder, name: str, branch_id: str, queue_id: str, starts_at: int) -> None:
    build.insert(
        schema.performances,
        id=name,
        branch_id=branch_id,
        show_id="show",
        queue_id=queue_id,
        starts_at=starts_at,
        seed="seed",
        seed_hash="hash",
        created_at=MONDAY_MORNING_US,
        prices=json.dumps({"Seats": {"text": "12 EUR", "amount_minor": 1200, "currency": "EUR"}}),
    )

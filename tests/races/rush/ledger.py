"""What the database says after a rush, held against what the clients were told."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import select

from nowserving.store.care.checks import run_checks
from nowserving.store.engine.reader import Reader
from nowserving.store.schema import events, replies, tickets
from nowserving.store.store import Store, wall_clock
from tests.races.rush.history import NEVER, Act, History


class Row(NamedTuple):
    """A ticket as it stands."""

    id: int
    key: str
    queue_id: str
    number: int
    state: str


class Told(NamedTuple):
    """An event of a ticket, in the order of versions."""

    verb: str
    ticket_id: int
    desk_id: str | None


class Ledger:
    """One reading of everything: tickets, stored replies, events, and the product's own checks."""

    def __init__(self, url: str) -> None:
        store = Store(url)
        store.open_for_reading()
        self.tickets: list[Row] = [Row(*row) for row in store.read_now(_rows, _TICKETS)]
        self.replies: dict[str, str] = dict(store.read_now(_rows, _REPLIES))
        self.events = [Told(*row) for row in store.read_now(_rows, _EVENTS)]
        self.violations: list[str] = store.read_now(_violations)
        store.close()

    def offences(self, history: History) -> list[str]:
        """Return everything in which the books and the clients disagree, and what is wrong in itself."""
        return [
            *self._joins(history),
            *self._numbers(),
            *self._desks(),
            *other_bytes(history),
            *self.violations,
        ]

    def settle(self, history: History) -> None:
        """Decide what nobody was told: it happened exactly if its answer, or its effect, is stored.

        A request that was refused in its last try may have been done by an earlier one, whose line
        was cut: it was still on its way.
        """
        left = {row.key for row in self.tickets if row.state == "left"}
        sure = {act.ticket for act in history.of("leave")}
        for act in history.acts:
            if act.outcome == "ok" or act.op == "misuse":
                continue
            stored = self.replies.get(act.once) if act.once else None
            if stored is not None:
                _happened(act, stored)
            elif act.op == "leave" and act.ticket in left - sure:
                act.outcome, act.end = "ok", NEVER

    def _joins(self, history: History) -> Iterator[str]:
        """Each join that was answered exists once, and nobody else does."""
        there = {row.key: row for row in self.tickets}
        joined = Counter(act.ticket for act in history.of("join"))
        for act in history.of("join"):
            row = there.get(act.ticket)
            if row is None:
                yield f"{act.ticket} was answered and is lost"
            elif (row.queue_id, row.number) != (act.queue, act.number):
                yield f"{act.ticket} was told {act.queue} {act.number} and is {row.queue_id} {row.number}"
        yield from (f"{key} was given to {n} guests" for key, n in joined.items() if n > 1)
        yield from (f"{key} is there and nobody joined" for key in sorted(set(there) - set(joined)))

    def _numbers(self) -> Iterator[str]:
        """Numbers are 1, 2, 3 … in each queue."""
        given: dict[str, list[int]] = defaultdict(list)
        for row in self.tickets:
            given[row.queue_id].append(row.number)
        for queue, numbers in given.items():
            if sorted(numbers) != list(range(1, len(numbers) + 1)):
                yield f"{queue} has gaps or repeats in {len(numbers)} numbers"

    def _desks(self) -> Iterator[str]:
        """No desk has a second guest while it has one, and no guest a second desk."""
        at: dict[str, int] = {}
        where: dict[int, str] = {}
        for verb, ticket_id, desk_id in self.events:
            if verb == "ticket.called" and desk_id:
                if at.get(desk_id, ticket_id) != ticket_id:
                    yield f"desk {desk_id} called {ticket_id} and had {at[desk_id]}"
                if where.get(ticket_id, desk_id) != desk_id:
                    yield f"ticket {ticket_id} went to {desk_id} and was at {where[ticket_id]}"
                at[desk_id], where[ticket_id] = ticket_id, desk_id
            elif verb in {"ticket.finished", "ticket.left"} and ticket_id in where:
                at.pop(where.pop(ticket_id), None)


def other_bytes(history: History) -> Iterator[str]:
    """What was asked twice with one key was answered with the same bytes."""
    for act in history.acts:
        if len(set(act.bodies)) > 1:
            yield f"{act.op} {act.once} was answered in {len(set(act.bodies))} ways"


def repeated(history: History) -> int:
    """Return how many acts were answered more than once."""
    return sum(len(act.bodies) > 1 for act in history.acts)


def _happened(act: Act, stored: str) -> None:
    data: dict[str, Any] = json.loads(stored)["data"]
    position = act.position
    act.take(data.get("ticket", data))
    if act.op != "join":
        act.position = position
    act.outcome, act.code, act.end = "ok", "", NEVER


_TICKETS = select(
    tickets.c.id, tickets.c.key, tickets.c.queue_id, tickets.c.number, tickets.c.state
).order_by(tickets.c.id)
_REPLIES = select(replies.c.key, replies.c.body)
_EVENTS = (
    select(events.c.verb, events.c.ticket_id, events.c.desk_id)
    .where(events.c.ticket_id.is_not(None))
    .order_by(events.c.scope_id, events.c.version)
)


def _rows(reader: Reader, wanted: Any) -> list[Any]:
    return [tuple(row) for row in reader.execute(wanted)]


def _violations(reader: Reader) -> list[str]:
    return [f"{one.name}: {said}" for one in run_checks(reader, wall_clock()) for said in one.violations]

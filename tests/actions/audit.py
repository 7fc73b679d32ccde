"""The books of a branch: what must be true of its rows whatever was done to them.

Every test of the verbs ends with this audit. It reads the events, works out from them what every
ticket and every stay must be, and compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import select

from nowserving.domain.event import Event
from nowserving.domain.tickets.ticket import FINAL, State, Ticket
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.events import COLUMNS, event_from
from nowserving.store.store import Store
from nowserving.store.tickets.moves import MUTABLE
from nowserving.store.tickets.tickets import ticket_from

_TICKET = [schema.tickets.c[field.name] for field in fields(Ticket)]
_STAY = [schema.stays.c[name] for name in ("queue_id", "state", "desk_id", "agent_id", "from_at", "to_at")]

# What no event tells: it is personal, or changes what nobody sees.
_UNTOLD = ("name", "note", "joined_from", "reach")

StayRow = tuple[Any, ...]


def offences(store: Store) -> list[str]:
    """Return what is wrong with a database, one sentence each; all of it is looked at."""
    return store.read_now(lambda reader: list(_offences(reader)))


def all_tickets(reader: Reader) -> list[Ticket]:
    """Return every ticket, in the order in which they joined."""
    return [ticket_from(tuple(row)) for row in reader.execute(select(*_TICKET).order_by(schema.tickets.c.id))]


def all_events(reader: Reader) -> list[Event]:
    """Return every event of every scope, in order."""
    order = (schema.events.c.scope_id, schema.events.c.version)
    return [event_from(tuple(row)) for row in reader.execute(select(*COLUMNS).order_by(*order))]


def stays_of(reader: Reader, ticket_id: int) -> list[StayRow]:
    """Return queue, state, desk, agent, from and to of a ticket's stays, in order."""
    query = select(*_STAY).where(schema.stays.c.ticket_id == ticket_id).order_by(schema.stays.c.id)
    return [tuple(row) for row in reader.execute(query)]


def _offences(reader: Reader) -> Iterator[str]:
    tickets = all_tickets(reader)
    events = all_events(reader)
    yield from _versions(reader, events)
    yield from _counters(reader, tickets)
    yield from _numbers(reader, tickets)
    yield from _desks(tickets)
    for ticket in tickets:
        own = [event for event in events if event.ticket_id == ticket.id]
        yield from _history(ticket, own, stays_of(reader, ticket.id))


def _versions(reader: Reader, events: list[Event]) -> Iterator[str]:
    """Versions have no gap and end with the branch's own; time never runs backwards."""
    for branch in reader.execute(select(schema.branches)):
        own = [event for event in events if event.scope_id == branch.id]
        if [event.version for event in own] != list(range(1, branch.version + 1)):
            yield f"{branch.id}: versions {[event.version for event in own]} up to {branch.version}"
        if [event.at for event in own] != sorted(event.at for event in own):
            yield f"{branch.id}: time runs backwards"


def _counters(reader: Reader, tickets: list[Ticket]) -> Iterator[str]:
    waiting = Counter(ticket.queue_id for ticket in tickets if ticket.state is State.WAITING)
    for queue in reader.execute(select(schema.queues)):
        if queue.waiting != waiting[queue.id]:
            yield f"{queue.id}: {waiting[queue.id]} wait, the counter says {queue.waiting}"


def _numbers(reader: Reader, tickets: list[Ticket]) -> Iterator[str]:
    """Numbers are given in the order of joining, from 1, without a gap, anew for each queue and day."""
    given: dict[tuple[str, str], list[int]] = {}
    for ticket in tickets:
        given.setdefault((ticket.number_queue_id, ticket.service_day), []).append(ticket.number)
    stored = {
        (row.queue_id, row.service_day): list(range(1, row.last + 1))
        for row in reader.execute(select(schema.numbers))
    }
    if given != stored:
        yield f"numbers given {given}, counted {stored}"


def _desks(tickets: list[Ticket]) -> Iterator[str]:
    at = Counter(ticket.desk_id for ticket in tickets if ticket.desk_id is not None)
    yield from (f"{desk_id} has {many} open tickets" for desk_id, many in at.items() if many > 1)


def _history(ticket: Ticket, events: list[Event], stays: list[StayRow]) -> Iterator[str]:
    """The events tell the whole life: each fits on the one before, the row and the stays follow from them."""
    told = _at_first(events[0])
    expected: list[StayRow] = [_stay(told)]
    for event in events[1:]:
        before, after = event.data["before"], event.data["after"]
        if {name: getattr(told, name) for name in before} != before:
            yield f"{ticket.code}: event {event.version} does not fit on the one before"
        was, told = told, replace(told, **{**after, "state": State(after.get("state", told.state))})
        if (was.state, was.queue_id, was.desk_id) != (told.state, told.queue_id, told.desk_id):
            if was.state not in FINAL:
                expected[-1] = (*expected[-1][:-1], event.at)
            if told.state not in FINAL:
                expected.append(_stay(told))
    if replace(told, **{name: getattr(ticket, name) for name in _UNTOLD}) != ticket:
        yield f"{ticket.code}: the events tell {told}, the row {ticket}"
    if stays != expected:
        yield f"{ticket.code}: the events tell the stays {expected}, the rows {stays}"
    if ticket.state in FINAL and not ticket.ended_at == ticket.since_at == stays[-1][-1]:
        yield f"{ticket.code}: ended at {ticket.ended_at}, since {ticket.since_at}, last stay {stays[-1]}"


def _at_first(joined: Event) -> Ticket:
    data = joined.data
    identity = ("number", "service_day", "number_queue_id", "joined_at", "priority", "language")
    values = {**data["after"], **{name: data[name] for name in identity}, "state": State.WAITING}
    assert joined.verb == "ticket.joined"
    assert data["after"].keys() == set(MUTABLE)
    low_s, high_s = data.get("quoted", (None, None))
    return Ticket(
        id=joined.ticket_id or 0,
        key=data["key"],
        code=data["code"],
        branch_id=joined.scope_id,
        name=None,
        quoted_low_s=low_s,
        quoted_high_s=high_s,
        **values,
    )


def _stay(ticket: Ticket) -> StayRow:
    return (ticket.queue_id, ticket.state.value, ticket.desk_id, ticket.agent_id, ticket.since_at, None)

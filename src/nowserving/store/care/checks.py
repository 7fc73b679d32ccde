"""What must always be true, asked of live data: the queries behind `nowserving check`.

Each check says how many things it looked at and which of them are wrong. None of them can be true
by construction alone: every one has a test that breaks a row behind our back and must see it found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Executable,
    Table,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    union_all,
)

from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.ticket import FINAL
from nowserving.store.care.covers import covers
from nowserving.store.care.passes import passes_true
from nowserving.store.care.promises import promises
from nowserving.store.care.replay import rebuild, replay_order
from nowserving.store.care.seats import seats_once
from nowserving.store.care.told import told
from nowserving.store.engine.reader import Reader
from nowserving.store.schema import branches, desks, events, numbers, organisations, queues, stays, tickets

# A deadline that is this late is no longer a sweep that is about to come.
LATE_S = 30
# What takes a ticket back to life: between its end and this there is rightly no stay.
_BACK_TO_LIFE = ("ticket.requeued", "ticket.rejoined", "ticket.undone")
_FINAL = tuple(sorted(FINAL))
_AT_A_DESK = ("called", "serving")


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: its name, how many things it looked at, and a sentence for each that is wrong."""

    name: str
    checked: int
    violations: tuple[str, ...]


class Found(NamedTuple):
    """What a check returns: the count, and the sentences."""

    checked: int
    violations: Iterable[str]


def run_checks(reader: Reader, now_us: int) -> list[Checked]:
    """Run every check on one snapshot. `now_us` is the wall clock, for deadlines that are overdue."""
    checks: dict[str, Callable[[], Found]] = {
        "one ticket, one desk": lambda: one_call_each(reader),
        "numbers without gaps": lambda: numbers_without_gaps(reader),
        "waiting counters": lambda: waiting_counters(reader),
        "one open stay": lambda: one_open_stay(reader),
        "stays without gaps": lambda: stays_without_gaps(reader),
        "ends": lambda: ends(reader),
        "versions without gaps": lambda: versions_without_gaps(reader),
        "deadlines": lambda: deadlines(reader, now_us),
        "tickets as told": lambda: Found(*rebuild(reader)),
        "order of calls": lambda: Found(*replay_order(reader)),
        "covers": lambda: Found(*covers(reader)),
        "messages": lambda: Found(*told(reader)),
        "promises": lambda: Found(*promises(reader)),
        "seats": lambda: Found(*seats_once(reader)),
        "passes": lambda: Found(*passes_true(reader)),
    }
    results = []
    for name, check in checks.items():
        found = check()
        results.append(Checked(name, found.checked, tuple(found.violations)))
    return results


def one_call_each(reader: Reader) -> Found:
    """No desk has two open tickets, and no ticket stands at two desks."""
    open_ticket = tickets.c.state.in_(_AT_A_DESK)
    crowded = (
        select(tickets.c.desk_id, func.count())
        .where(open_ticket, tickets.c.desk_id.is_not(None))
        .group_by(tickets.c.desk_id)
        .having(func.count() > 1)
    )
    torn = (
        select(stays.c.ticket_id, func.count())
        .where(stays.c.to_at.is_(None), stays.c.state.in_(_AT_A_DESK))
        .group_by(stays.c.ticket_id)
        .having(func.count() > 1)
    )
    foreign = (
        select(tickets.c.id, tickets.c.desk_id)
        .join(desks, desks.c.id == tickets.c.desk_id)
        .where(desks.c.branch_id != tickets.c.branch_id)
    )
    return Found(
        _count(reader, tickets, open_ticket),
        [
            *(f"desk {desk_id} has {n} open tickets" for desk_id, n in _rows(reader, crowded)),
            *(f"ticket {ticket_id} is called {n} times at once" for ticket_id, n in _rows(reader, torn)),
            *(f"ticket {id} is at desk {desk}, of another branch" for id, desk in _rows(reader, foreign)),
        ],
    )


def numbers_without_gaps(reader: Reader) -> Found:
    """In each queue and day the numbers are 1, 2, 3 … in the order of joining, up to the last given."""
    day = (tickets.c.number_queue_id, tickets.c.service_day)
    given = select(*day, func.count(), func.count(tickets.c.number.distinct()), func.max(tickets.c.number))
    counted = {(q, d): tuple(rest) for q, d, *rest in _rows(reader, given.group_by(*day))}
    last = {(q, d): n for q, d, n in _rows(reader, select(numbers))}
    before = func.lag(tickets.c.joined_at).over(partition_by=day, order_by=tickets.c.number)
    walk = select(tickets.c.code, tickets.c.service_day, tickets.c.joined_at, before.label("before")).cte()
    swapped = select(walk.c.code, walk.c.service_day).where(walk.c.joined_at <= walk.c.before)
    return Found(
        sum(count for count, _, _ in counted.values()),
        [
            *(
                f"queue {queue} on {service_day}: {_told_numbers(counted, last, (queue, service_day))}"
                for queue, service_day in sorted({*counted, *last})
                if counted.get((queue, service_day)) != (last.get((queue, service_day)),) * 3
            ),
            *(f"{code} of {day} joined before the number before it" for code, day in _rows(reader, swapped)),
        ],
    )


def _told_numbers(counted: dict[Any, Any], last: dict[Any, Any], day: tuple[str, str]) -> str:
    tickets_there, different, highest = counted.get(day, (0, 0, 0))
    return f"{tickets_there} tickets, {different} numbers, highest {highest}, last given {last.get(day, 0)}"


def waiting_counters(reader: Reader) -> Found:
    """The counter of each queue is the number of tickets that wait in it."""
    there = (
        select(tickets.c.queue_id, func.count().label("there"))
        .where(tickets.c.state == "waiting")
        .group_by(tickets.c.queue_id)
        .subquery()
    )
    rows = func.coalesce(there.c.there, 0)
    wrong = (
        select(queues.c.id, queues.c.waiting, rows)
        .outerjoin(there, there.c.queue_id == queues.c.id)
        .where(queues.c.waiting != rows)
    )
    return Found(
        _count(reader, queues),
        (f"queue {id} counts {says} waiting, there are {are}" for id, says, are in _rows(reader, wrong)),
    )


def one_open_stay(reader: Reader) -> Found:
    """An open ticket has one open stay, of its own state, queue, desk and beginning; a final one none."""
    alive = not_(tickets.c.state.in_(_FINAL))
    count = func.count(stays.c.id)
    same = case(
        (
            and_(
                stays.c.state == tickets.c.state,
                stays.c.queue_id == tickets.c.queue_id,
                func.coalesce(stays.c.desk_id, "") == func.coalesce(tickets.c.desk_id, ""),
                stays.c.from_at == tickets.c.since_at,
            ),
            1,
        ),
        else_=0,
    )
    wrong = (
        select(tickets.c.id, tickets.c.state, count, func.sum(same))
        .outerjoin(stays, and_(stays.c.ticket_id == tickets.c.id, stays.c.to_at.is_(None)))
        .where(or_(alive, stays.c.id.is_not(None)))
        .group_by(tickets.c.id, tickets.c.state)
        .having(or_(not_(alive), count != 1, func.sum(same) != 1))
    )
    return Found(
        _count(reader, tickets),
        (
            f"ticket {id} is {state} and has {n} open stays, {fitting} of them fitting"
            for id, state, n, fitting in _rows(reader, wrong)
        ),
    )


def stays_without_gaps(reader: Reader) -> Found:
    """Each stay begins where the one before ended, the first where the ticket joined."""
    walk = _walk_of_stays()
    back_to_life = exists().where(
        events.c.ticket_id == walk.c.ticket_id,
        events.c.at == walk.c.from_at,
        events.c.verb.in_(_BACK_TO_LIFE),
    )
    wrong = select(walk.c.ticket_id, walk.c.from_at, walk.c.before).where(
        or_(
            walk.c.before.is_(None),
            walk.c.from_at < walk.c.before,
            and_(walk.c.from_at > walk.c.before, not_(back_to_life)),
        )
    )
    return Found(
        _count(reader, stays),
        (
            f"ticket {id}: a stay begins at {from_at}, the one before ended at {before or 'no time'}"
            for id, from_at, before in _rows(reader, wrong)
        ),
    )


def _walk_of_stays() -> CTE:
    """Return each stay with the instant at which it should begin."""
    first = func.row_number().over(partition_by=stays.c.ticket_id, order_by=stays.c.id) == 1
    ended = func.lag(stays.c.to_at).over(partition_by=stays.c.ticket_id, order_by=stays.c.id)
    before = case((first, tickets.c.joined_at), else_=ended)
    return (
        select(stays.c.ticket_id, stays.c.from_at, before.label("before"))
        .join(tickets, tickets.c.id == stays.c.ticket_id)
        .cte()
    )


def ends(reader: Reader) -> Found:
    """A final ticket has an end, where its last stay ended, and no desk and no deadline."""
    final = tickets.c.state.in_(_FINAL)
    last = select(func.max(stays.c.to_at)).where(stays.c.ticket_id == tickets.c.id).scalar_subquery()
    wrong = select(tickets.c.id, tickets.c.state).where(
        or_(
            and_(final, or_(tickets.c.ended_at.is_(None), tickets.c.ended_at != func.coalesce(last, -1))),
            and_(final, or_(tickets.c.desk_id.is_not(None), tickets.c.deadline_at.is_not(None))),
            and_(not_(final), tickets.c.ended_at.is_not(None)),
        )
    )
    return Found(
        _count(reader, tickets, final),
        (f"ticket {id} is {state}, and its end does not fit" for id, state in _rows(reader, wrong)),
    )


def versions_without_gaps(reader: Reader) -> Found:
    """The events of a branch are numbered 1, 2, 3 … up to the branch's version, and time never steps back."""
    written = select(
        events.c.scope_id, func.count(), func.min(events.c.version), func.max(events.c.version)
    ).group_by(events.c.scope_id)
    told = {scope: (count, low, high) for scope, count, low, high in _rows(reader, written)}
    scopes = union_all(*(select(table.c.id, table.c.version) for table in (branches, organisations)))
    stored: dict[str, int] = dict(_rows(reader, scopes))
    return Found(
        sum(count for count, _, _ in told.values()),
        [
            *_gaps(stored, told),
            *(f"scope {scope}, version {v}: earlier than the one before" for scope, v in _backwards(reader)),
        ],
    )


def _gaps(stored: dict[str, int], told: dict[str, tuple[int, int, int]]) -> Iterator[str]:
    for scope in sorted({*stored, *told}):
        count, lowest, highest = told.get(scope, (0, 1, 0))
        version = stored.get(scope, 0)
        if (lowest, highest, count) != (1, version, version):
            yield f"scope {scope} is at version {version} and has {count} events, {lowest} to {highest}"


def _backwards(reader: Reader) -> list[tuple[Any, ...]]:
    before = func.lag(events.c.at).over(partition_by=events.c.scope_id, order_by=events.c.version)
    walk = select(events.c.scope_id, events.c.version, events.c.at, before.label("before")).cte()
    return _rows(reader, select(walk.c.scope_id, walk.c.version).where(walk.c.at < walk.c.before))


def deadlines(reader: Reader, now_us: int) -> Found:
    """No deadline has passed by more than a sweep may take."""
    late = now_us - LATE_S * SECOND_US
    has_deadline: ColumnElement[bool] = tickets.c.deadline_at.is_not(None)
    overdue = select(tickets.c.id, tickets.c.deadline_at).where(has_deadline, tickets.c.deadline_at < late)
    return Found(
        _count(reader, tickets, has_deadline),
        (
            f"ticket {id} should have lapsed {(now_us - deadline_at) // SECOND_US} s ago"
            for id, deadline_at in _rows(reader, overdue)
        ),
    )


def _count(reader: Reader, table: Table, *where: ColumnElement[bool]) -> int:
    return int(reader.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _rows(reader: Reader, query: Executable) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in reader.execute(query)]

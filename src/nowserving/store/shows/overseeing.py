"""The numbers of a lobby and of its seats, as rows tell them."""

from __future__ import annotations

from sqlalchemy import bindparam, case, func, literal_column, or_, select

from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.ticket import State
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import seats, stays, tickets

Source = Tx | Reader

RECENT = 100
"""So many of the latest visits are looked at."""

# Literals: a partial index serves only a plan that sees them.
_SERVED = stays.c.state == literal_column("'serving'")
_CALLED = stays.c.state == literal_column("'called'")
_INSIDE = Statement(
    select(tickets.c.state, func.count())
    .where(
        tickets.c.queue_id == bindparam("queue_id"),
        tickets.c.state.in_([literal_column("'called'"), literal_column("'serving'")]),
    )
    .group_by(tickets.c.state)
)
_ABSENT = Statement(
    select(func.count()).where(
        tickets.c.queue_id == bindparam("queue_id"),
        tickets.c.state == literal_column("'parked'"),
        tickets.c.deadline_at.is_not(None),
    )
)
_VISITS = Statement(
    select(func.count()).where(stays.c.queue_id == bindparam("queue_id"), _SERVED, stays.c.to_at.is_not(None))
)
_CHOSE = Statement(
    select(stays.c.to_at - stays.c.from_at)
    .where(stays.c.queue_id == bindparam("queue_id"), _SERVED, stays.c.to_at.is_not(None))
    .order_by(stays.c.to_at.desc())
    .limit(bindparam("most"))
)
_CAME = Statement(
    select(stays.c.to_at - stays.c.from_at)
    .where(stays.c.queue_id == bindparam("queue_id"), _CALLED, stays.c.to_at.is_not(None))
    .order_by(stays.c.from_at.desc())
    .limit(bindparam("most"))
)
_LATELY = Statement(
    select(func.count()).where(
        stays.c.queue_id == bindparam("queue_id"), _CALLED, stays.c.from_at > bindparam("after")
    )
)
_BOOKED, _BLOCKED = seats.c.booking_id.is_not(None), seats.c.blocked.is_not(None)
_HELD = seats.c.held_until > bindparam("now")
_MARKED = Statement(
    select(
        seats.c.section,
        func.sum(case((_BOOKED, 1), else_=0)),
        func.sum(case((_HELD, 1), else_=0)),
        func.sum(case((_BLOCKED, 1), else_=0)),
    )
    .where(
        seats.c.performance_id == bindparam("performance_id"),
        or_(_BOOKED, seats.c.hold_id.is_not(None), _BLOCKED),
    )
    .group_by(seats.c.section)
)


def inside(source: Source, queue_id: str) -> dict[State, int]:
    """Return how many are called and how many choose; nobody is in neither."""
    return {State(state): many for state, many in source.run(_INSIDE, queue_id=queue_id)}


def absent(source: Source, queue_id: str) -> int:
    """Return how many places of a lobby were set aside as unheard of, and can still come back."""
    return int(source.run(_ABSENT, queue_id=queue_id)[0][0])


def called_after(source: Source, queue_id: str, after: int) -> int:
    """Return how many were called later than `after` (µs)."""
    return int(source.run(_LATELY, queue_id=queue_id, after=after)[0][0])


def visits(source: Source, queue_id: str) -> int:
    """Return how many have come in, chosen, and gone."""
    return int(source.run(_VISITS, queue_id=queue_id)[0][0])


def chose_s(source: Source, queue_id: str) -> list[float]:
    """Return how long the latest visits took, in seconds."""
    return [taken / SECOND_US for (taken,) in source.run(_CHOSE, queue_id=queue_id, most=RECENT)]


def came_s(source: Source, queue_id: str) -> list[float]:
    """Return how long the latest calls were open, in seconds, whether anybody came or not."""
    return [taken / SECOND_US for (taken,) in source.run(_CAME, queue_id=queue_id, most=RECENT)]


def marked(source: Source, performance_id: str, now: int) -> dict[str, tuple[int, int, int]]:
    """Return by section how many seats are sold, held at an instant (µs), and blocked."""
    found = source.run(_MARKED, performance_id=performance_id, now=now)
    return {section: (int(sold), int(held), int(blocked)) for section, sold, held, blocked in found}

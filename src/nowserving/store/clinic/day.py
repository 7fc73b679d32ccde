"""What a branch has done since an instant: stays, reservations due, messages that failed."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import or_, select

from nowserving.domain.reservations.reservation import PROMISED
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import messages, reservations, services, stays, tickets

Source = Reader | Tx


class StayToday(NamedTuple):
    """A stay that has ended, with what its guest was told to wait at most, in seconds."""

    ticket_id: int
    code: str
    queue_id: str
    desk_id: str | None
    state: str
    from_at: int
    to_at: int
    quoted_high_s: int | None


def stays_since(source: Source, branch_id: str, since_at: int) -> list[StayToday]:
    """Return the waits that led to a call, and the services, that ended since an instant."""
    columns = (stays.c.ticket_id, tickets.c.code, stays.c.queue_id, stays.c.desk_id, stays.c.state)
    # By the tickets: of those that are open or ended today there are a day's worth.
    query = (
        select(*columns, stays.c.from_at, stays.c.to_at, tickets.c.quoted_high_s)
        .join(tickets, tickets.c.id == stays.c.ticket_id)
        .where(
            tickets.c.branch_id == branch_id,
            or_(tickets.c.ended_at.is_(None), tickets.c.ended_at >= since_at),
            tickets.c.called_at.is_not(None),
            stays.c.state.in_(("waiting", "serving")),
            stays.c.to_at >= since_at,
        )
    )
    return [StayToday._make(row) for row in source.execute(query.order_by(stays.c.id))]


def reservations_due(source: Source, branch_id: str, from_at: int, to_at: int) -> list[Any]:
    """Return the reservations of a span whose guests have not arrived yet: when, what, where, code, who."""
    query = (
        select(
            reservations.c.code,
            reservations.c.start_at,
            reservations.c.desk_id,
            reservations.c.state,
            reservations.c.name,
            services.c.name.label("service"),
            services.c.queue_id,
        )
        .join(services, services.c.id == reservations.c.service_id)
        .where(
            reservations.c.branch_id == branch_id,
            reservations.c.state.in_([state.value for state in PROMISED]),
            reservations.c.start_at >= from_at,
            reservations.c.start_at < to_at,
        )
    )
    return list(source.execute(query.order_by(reservations.c.start_at, reservations.c.id)))


def messages_failed(source: Source, branch_id: str, since_at: int) -> list[Any]:
    """Return the messages that were given up since an instant: kind, ticket's code, when written."""
    query = (
        select(messages.c.kind, tickets.c.code, messages.c.created_at)
        .outerjoin(tickets, tickets.c.id == messages.c.ticket_id)
        .where(
            messages.c.branch_id == branch_id,
            messages.c.state == "failed",
            messages.c.created_at >= since_at,
        )
    )
    return list(source.execute(query.order_by(messages.c.created_at.desc())))

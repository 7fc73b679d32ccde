"""Messages: each tells of something that the log says has happened, and no visit has too many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, or_, select

from nowserving.domain.messages.kinds import MOST_A_VISIT, Kind, MessageState
from nowserving.store.engine.reader import Reader
from nowserving.store.schema import events, messages, reservations

# The kinds that name the event they tell of by its version.
_OF_AN_EVENT = (Kind.JOINED.value, Kind.TURN.value, Kind.MISSED.value, Kind.LINE.value)
# The kinds that name a change of a reservation by its sequence, and all that need a promise.
_OF_A_CHANGE = (Kind.BOOKED.value, Kind.MOVED.value, Kind.CANCELLED.value)
_OF_A_PROMISE = (*_OF_A_CHANGE, Kind.REMINDER.value, Kind.REQUESTED.value, Kind.VERIFY.value)


def told(reader: Reader) -> tuple[int, list[str]]:
    """Return how many messages there are, and a sentence for each that is wrong."""
    return _count(reader), [*_of_nothing(reader), *_of_no_promise(reader), *_too_many(reader)]


def _count(reader: Reader) -> int:
    return int(reader.execute(select(func.count()).select_from(messages)).scalar_one())


def _of_nothing(reader: Reader) -> Iterator[str]:
    its_event = and_(
        events.c.scope_id == messages.c.branch_id,
        events.c.version == messages.c.occasion,
        or_(events.c.ticket_id == messages.c.ticket_id, events.c.verb == "queue.told"),
    )
    lost = (
        select(messages.c.id, messages.c.kind)
        .join_from(messages, events, its_event, isouter=True)
        .where(messages.c.kind.in_(_OF_AN_EVENT), events.c.version.is_(None))
    )
    found: Any = reader.execute(lost)
    yield from (f"message {message_id} ({kind}) tells of nothing that happened" for message_id, kind in found)


def _of_no_promise(reader: Reader) -> Iterator[str]:
    """Messages about a reservation that is not there, or about a change that it has not seen."""
    unsaid = messages.c.kind.in_(_OF_A_PROMISE) & reservations.c.state.in_(("held", "offered"))
    ahead = messages.c.kind.in_(_OF_A_CHANGE) & (messages.c.occasion > reservations.c.sequence)
    kept = (messages.c.kind == Kind.CANCELLED.value) & reservations.c.ended_at.is_(None)
    lost = (
        select(messages.c.id, messages.c.kind)
        .join_from(messages, reservations, reservations.c.id == messages.c.reservation_id, isouter=True)
        .where(
            messages.c.reservation_id.is_not(None),
            or_(reservations.c.id.is_(None), unsaid, ahead, kept),
        )
    )
    found: Any = reader.execute(lost)
    yield from (f"message {message_id} ({kind}) tells of nothing that happened" for message_id, kind in found)


def _too_many(reader: Reader) -> Iterator[str]:
    crowded = (
        select(messages.c.ticket_id, func.count())
        .where(
            messages.c.ticket_id.is_not(None),
            messages.c.state != MessageState.SKIPPED.value,
            # Calls are always told; of all the others one place is kept for them.
            messages.c.kind != Kind.TURN.value,
        )
        .group_by(messages.c.ticket_id)
        .having(func.count() >= MOST_A_VISIT)
    )
    found: Any = reader.execute(crowded)
    yield from (f"ticket {ticket_id} has {count} messages" for ticket_id, count in found)

"""What guests have said of a queue: how many, how happy, and in what words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from nowserving.domain.tickets.ticket import Ticket
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import feedback, tickets

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What one guest said; the comment is None when there is none, or its time is over."""

    code: str
    face: int
    comment: str | None
    given_at: int


@dataclass(frozen=True, slots=True)
class Said:
    """All that was said of a queue since an instant: how often each face, and the latest comments."""

    faces: Mapping[int, int]
    comments: tuple[Answer, ...]

    @property
    def answers(self) -> int:
        """How many guests answered."""
        return sum(self.faces.values())

    @property
    def mean(self) -> float | None:
        """The mean face from 1 to 5, or None when nobody answered."""
        return (
            sum(face * times for face, times in self.faces.items()) / self.answers if self.answers else None
        )


def write_answer(tx: Tx, ticket: Ticket, answer: Mapping[str, Any]) -> None:
    """Write what the guest of a ticket says: face, comment, given_at. A second answer replaces the first."""
    changed = tx.execute(update(feedback).where(feedback.c.ticket_id == ticket.id).values(**answer))
    if not changed.rowcount:
        places = {"ticket_id": ticket.id, "branch_id": ticket.branch_id, "queue_id": ticket.queue_id}
        tx.execute(insert(feedback).values(**places, **answer))


def said_of(reader: Reader, queue_id: str, since_us: int) -> Said:
    """Return what guests have said of a queue since an instant, the latest comments first."""
    of_queue = (feedback.c.queue_id == queue_id, feedback.c.given_at >= since_us)
    counted = select(feedback.c.face, func.count()).where(*of_queue).group_by(feedback.c.face)
    rows: Any = reader.execute(counted)
    faces: dict[int, int] = dict(tuple(row) for row in rows)
    words = (
        select(tickets.c.code, feedback.c.face, feedback.c.comment, feedback.c.given_at)
        .join(tickets, tickets.c.id == feedback.c.ticket_id)
        .where(*of_queue, feedback.c.comment.is_not(None))
        .order_by(feedback.c.given_at.desc(), feedback.c.ticket_id.desc())
        .limit(_SHOWN)
    )
    return Said(faces, tuple(Answer(*tuple(row)) for row in reader.execute(words)))


def answer_of(reader: Reader, key: str) -> Answer | None:
    """Return what the guest of a ticket has said, or None."""
    found = (
        select(tickets.c.code, feedback.c.face, feedback.c.comment, feedback.c.given_at)
        .join(feedback, tickets.c.id == feedback.c.ticket_id)
        .where(tickets.c.key == key)
    )
    row = reader.execute(found).one_or_none()
    return Answer(*tuple(row)) if row else None

"""Erasing what is personal about a visit: the rows of it. What else that means is decided in actions/."""

from __future__ import annotations

from sqlalchemy import select, update

from nowserving.store.engine.tx import Tx
from nowserving.store.schema import feedback, tickets


def erase_ticket(tx: Tx, ticket_id: int, *, device: str | None) -> None:
    """Erase name and note of a ticket, and that its guest can be told; `device` stays as what joined."""
    blank = update(tickets).where(tickets.c.id == ticket_id)
    tx.execute(blank.values(name=None, note=None, joined_from=device, reach=0))


def erase_comment(tx: Tx, ticket_id: int) -> None:
    """Erase the comment of a ticket's guest; the face stays."""
    tx.execute(update(feedback).where(feedback.c.ticket_id == ticket_id).values(comment=None))


def old_comments_erased(tx: Tx, branch_id: str, before: int, most: int) -> int:
    """Erase up to `most` comments that were given before an instant (µs); returns how many."""
    old = (
        select(feedback.c.ticket_id)
        .where(
            feedback.c.branch_id == branch_id,
            feedback.c.given_at < before,
            feedback.c.comment.is_not(None),
        )
        .limit(most)
    )
    found = list(tx.execute(old).scalars())
    if found:
        tx.execute(update(feedback).where(feedback.c.ticket_id.in_(found)).values(comment=None))
    return len(found)

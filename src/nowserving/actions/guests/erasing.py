"""Erasing what is personal about a visit: at the guest's own word, or because it has had its time."""

from __future__ import annotations

from sqlalchemy import select, update

from nowserving.actions.tickets.moving import find
from nowserving.domain.tickets.ticket import FINAL
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.contacts import erase_contact
from nowserving.store.schema import feedback, tickets

DAY_US = 24 * 3600 * 1_000_000
COMMENTS_KEPT_US = 30 * DAY_US
_BATCH = 500


@action(scope="key")
def erase_guest(tx: Tx, *, key: str) -> None:
    """Erase who the guest of a ticket is: name, note, contact and comment. It can't be undone.

    The ticket stays as a number, wherever it is in its life; the events never had anything personal.
    The device is forgotten once the visit is over: until then it has its one place.
    """
    ticket = find(tx, key)
    device = None if ticket.state in FINAL else ticket.joined_from
    blank = update(tickets).where(tickets.c.id == ticket.id)
    tx.execute(blank.values(name=None, note=None, joined_from=device, reach=0))
    erase_contact(tx, ticket.id)
    tx.execute(update(feedback).where(feedback.c.ticket_id == ticket.id).values(comment=None))
    tx.emit("guest.erased", queue_id=ticket.queue_id, code=ticket.code, of=ticket.id)


@action(scope="branch_id")
def forget_comments(tx: Tx, *, branch_id: str) -> int:
    """Erase comments that are older than a month, a batch at a time; returns how many. The faces stay."""
    old = (
        select(feedback.c.ticket_id)
        .where(
            feedback.c.branch_id == branch_id,
            feedback.c.given_at < tx.now - COMMENTS_KEPT_US,
            feedback.c.comment.is_not(None),
        )
        .limit(_BATCH)
    )
    found = list(tx.execute(old).scalars())
    if found:
        tx.execute(update(feedback).where(feedback.c.ticket_id.in_(found)).values(comment=None))
    return len(found)

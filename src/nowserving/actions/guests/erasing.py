"""Erasing what is personal about a visit: at the guest's own word, or because it has had its time."""

from __future__ import annotations

from nowserving.actions.tickets.moving import find
from nowserving.domain.retention import AT_ONCE, COMMENTS_KEPT_US
from nowserving.domain.tickets.ticket import FINAL, Ticket
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.guests.erasing import erase_comment, erase_ticket, old_comments_erased
from nowserving.store.messages.contacts import erase_contact


@action(scope="key")
def erase_guest(tx: Tx, *, key: str) -> Ticket:
    """Erase who the guest of a ticket is: name, note, contact and comment. It can't be undone.

    The ticket stays as a number, wherever it is in its life; the events never had anything personal.
    The device is forgotten once the visit is over: until then it has its one place.
    """
    ticket = find(tx, key)
    erase_ticket(tx, ticket.id, device=None if ticket.state in FINAL else ticket.joined_from)
    erase_contact(tx, ticket.id)
    erase_comment(tx, ticket.id)
    tx.emit("guest.erased", queue_id=ticket.queue_id, code=ticket.code, of=ticket.id)
    return find(tx, key)


@action(scope="branch_id")
def forget_comments(tx: Tx, *, branch_id: str) -> int:
    """Erase comments that are older than a month, a batch at a time; returns how many. The faces stay."""
    return old_comments_erased(tx, branch_id, tx.now - COMMENTS_KEPT_US, AT_ONCE)

"""What has had its time: contacts a day after the visit, messages a month after they were written."""

from __future__ import annotations

from sqlalchemy import delete, literal_column, select, update

from nowserving.domain.messages.kinds import MessageState
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import contacts, messages, tickets

_OVER = [state.value for state in (MessageState.SENT, MessageState.FAILED, MessageState.SKIPPED)]


def old_contacts_erased(tx: Tx, branch_id: str, before: int, most: int) -> int:
    """Erase up to `most` contacts of visits that ended before an instant (µs); returns how many."""
    # By the contacts: there are a day's worth of them, and of ended tickets, years.
    old = (
        select(contacts.c.ticket_id)
        .join(tickets, tickets.c.id == contacts.c.ticket_id)
        .where(contacts.c.branch_id == branch_id, tickets.c.ended_at < before)
        .limit(most)
    )
    found = list(tx.execute(old).scalars())
    if found:
        tx.execute(delete(contacts).where(contacts.c.ticket_id.in_(found)))
        tx.execute(update(tickets).where(tickets.c.id.in_(found)).values(reach=literal_column("0")))
    return len(found)


def old_messages_deleted(tx: Tx, branch_id: str, before: int, most: int) -> int:
    """Delete up to `most` messages that are over and were written before an instant; returns how many."""
    old = (
        select(messages.c.id)
        .where(messages.c.branch_id == branch_id, messages.c.created_at < before, messages.c.state.in_(_OVER))
        .limit(most)
    )
    found = list(tx.execute(old).scalars())
    if found:
        tx.execute(delete(messages).where(messages.c.id.in_(found)))
    return len(found)

"""Erasing what has had its time."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update

from nowserving.store.engine import replies
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.old import old_contacts_erased, old_messages_deleted
from nowserving.store.schema import pairings, refresh_tokens, sign_ins, tickets

HOUR_US = 3600 * 1_000_000
NAMES_KEPT_US = 24 * HOUR_US
REPLIES_KEPT_US = 24 * HOUR_US
MESSAGES_KEPT_US = 30 * 24 * HOUR_US
_BATCH = 500
_PERSONAL = ("name", "note", "joined_from")


@action(scope="branch_id")
def forget_names(tx: Tx, *, branch_id: str) -> int:
    """Erase names, notes and devices of visits that ended more than a day ago, a batch at a time.

    Returns how many visits. Statistics keep the ticket without them; events never had any.
    """
    old = (
        select(tickets.c.id)
        .where(
            tickets.c.branch_id == branch_id,
            tickets.c.ended_at < tx.now - NAMES_KEPT_US,
            or_(*(tickets.c[name].is_not(None) for name in _PERSONAL)),
        )
        .limit(_BATCH)
    )
    found = list(tx.execute(old).scalars())
    if found:
        forget = update(tickets).where(tickets.c.id.in_(found))
        tx.execute(forget.values(name=None, note=None, joined_from=None))
    return len(found)


@action(scope="branch_id")
def forget_contacts(tx: Tx, *, branch_id: str) -> int:
    """Erase the contacts of visits that ended more than a day ago, a batch at a time; returns how many."""
    return old_contacts_erased(tx, branch_id, tx.now - NAMES_KEPT_US, _BATCH)


@action(scope="branch_id")
def forget_messages(tx: Tx, *, branch_id: str) -> int:
    """Delete what was sent, skipped or given up a month ago, a batch at a time; returns how many."""
    return old_messages_deleted(tx, branch_id, tx.now - MESSAGES_KEPT_US, _BATCH)


@action(scope=None)
def tidy(tx: Tx) -> None:
    """Delete idempotency replies of yesterday, and sign-ins, tokens and pairings that have lapsed."""
    replies.forget_before(tx, tx.now - REPLIES_KEPT_US)
    for table in (sign_ins, refresh_tokens, pairings):
        tx.execute(delete(table).where(table.c.expires_at < tx.now))

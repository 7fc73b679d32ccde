"""Erasing what has had its time."""

from __future__ import annotations

from nowserving.domain.retention import (
    AT_ONCE,
    CONTACTS_KEPT_US,
    MESSAGES_KEPT_US,
    NAMES_KEPT_US,
    REPLIES_KEPT_US,
)
from nowserving.store.engine import replies
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.guests.erasing import old_names_erased
from nowserving.store.messages.old import old_contacts_erased, old_messages_deleted
from nowserving.store.people.sign_ins import delete_lapsed


@action(scope="branch_id")
def forget_names(tx: Tx, *, branch_id: str) -> int:
    """Erase names, notes and devices of visits that ended more than a day ago, a batch at a time.

    Returns how many visits. Statistics keep the ticket without them; events never had any.
    """
    return old_names_erased(tx, branch_id, tx.now - NAMES_KEPT_US, AT_ONCE)


@action(scope="branch_id")
def forget_contacts(tx: Tx, *, branch_id: str) -> int:
    """Erase the contacts of visits that ended more than a day ago, a batch at a time; returns how many."""
    return old_contacts_erased(tx, branch_id, tx.now - CONTACTS_KEPT_US, AT_ONCE)


@action(scope="branch_id")
def forget_messages(tx: Tx, *, branch_id: str) -> int:
    """Delete what was sent, skipped or given up a month ago, a batch at a time; returns how many."""
    return old_messages_deleted(tx, branch_id, tx.now - MESSAGES_KEPT_US, AT_ONCE)


@action(scope=None)
def tidy(tx: Tx) -> None:
    """Delete idempotency replies of yesterday, and sign-ins, tokens and pairings that have lapsed."""
    replies.forget_before(tx, tx.now - REPLIES_KEPT_US)
    delete_lapsed(tx)

"""How a guest wants to be told: left when joining, changed from the place page, stopped for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nowserving.actions.messages.telling import tell
from nowserving.actions.tickets.moving import find
from nowserving.domain.messages.contact import Contact, contact_from
from nowserving.domain.messages.kinds import Kind
from nowserving.domain.tickets.rules import AskContact
from nowserving.domain.tickets.ticket import FINAL, State, Ticket, wrong_state
from nowserving.errors import N_, Conflict, TooMany, invalid_field
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.events import first_of_ticket
from nowserving.store.messages import contacts as rows
from nowserving.store.messages import outbox
from nowserving.store.tickets.places import QueuePlace, known_queue

MOST_OPEN_VISITS = 8
"""To how many open visits one number or address may belong: a family's, and no flood."""
GUEST = "guest"
"""The actor of a page that its guest holds in hand."""


def checked_contact(
    tx: Tx,
    queue: QueuePlace,
    given: Mapping[str, Any] | None,
    language: str,
    *,
    push_anywhere: bool = False,
) -> Contact | None:
    """Return the contact that a guest leaves when joining, or None.

    `push_anywhere` also takes the address of a push service within the house, which is for tests.

    Raises Invalid for a queue that does not ask and for a bad value, TooMany for a number or address
    that many open visits have already.
    """
    if given is None:
        return None
    if queue.rules.ask_contact is AskContact.NONE:
        raise invalid_field("/contact", "contact_not_asked", N_("This queue does not ask for a contact."))
    contact = _read(tx, queue.branch_id, given, push_anywhere=push_anywhere)
    if contact.empty:
        return None
    _refuse_flood(tx, contact)
    return replace(contact, language=language, stopped_at=_stopped_at(tx, contact))


def reach_of(contact: Contact | None) -> int:
    """Return what `Ticket.reach` says of a new ticket with this contact."""
    return 0 if contact is None or contact.stopped_at is not None else 1


@action(scope="key")
def change_contact(
    tx: Tx, *, key: str, changes: Mapping[str, Any], language: str = "", push_anywhere: bool = False
) -> Contact:
    """Change how a guest is told; fields that are left out stay, null takes one away.

    A guest who leaves the first contact elsewhere than on the own page, at a kiosk, is sent the link of it.

    Raises Conflict `wrong_state` when the visit is over and `messages_stopped` for a number that was
    stopped and is not to be forgotten, and Invalid and TooMany as joining does.
    """
    ticket = find(tx, key)
    if ticket.state in FINAL:
        raise wrong_state(ticket.state)
    if known_queue(tx, ticket.queue_id).rules.ask_contact is AskContact.NONE:
        raise invalid_field("/contact", "contact_not_asked", N_("This queue does not ask for a contact."))
    before = rows.contact_of(tx, ticket.id)
    read = _read(tx, ticket.branch_id, changes, push_anywhere=push_anywhere)
    wanted = {name: getattr(read, name) for name in changes}
    after = replace(before or Contact(), **wanted)
    after = replace(after, language=language or after.language or ticket.language)
    if before is not None:
        _refuse_undoing(tx, ticket.id, before, after)
    if (after.phone, after.email) != (getattr(before, "phone", None), getattr(before, "email", None)):
        _refuse_flood(tx, after, ticket.id)
        after = replace(after, stopped_at=_stopped_at(tx, after))
    _kept(tx, ticket, before, after)
    if before is None and reach_of(after) and not after.empty:
        _send_link(tx, ticket)
    return after


@action(scope="key")
def allow_messages(tx: Tx, *, key: str) -> Contact:
    """Take a stop back, at the word of whoever holds the ticket's key; without a stop nothing changes.

    Once for each number and address: the key may be in other hands than the number, and whoever stops a
    second time is not asked again. Raises Conflict `wrong_state` when the visit is over and
    `messages_stopped` the second time.
    """
    ticket = find(tx, key)
    if ticket.state in FINAL:
        raise wrong_state(ticket.state)
    before = rows.contact_of(tx, ticket.id) or Contact()
    if before.stopped_at is None:
        return before
    if rows.was_allowed(tx, ticket.id):
        message = N_("Messages were allowed again once and stopped again. It stays so for this visit.")
        raise Conflict("messages_stopped", message)
    rows.set_allowed(tx, ticket.id, tx.now)
    rows.set_reach(tx, ticket.id, 0 if before.empty else 1)
    return replace(before, stopped_at=None, allowed_at=tx.now)


@action(scope="key")
def stop_messages(tx: Tx, *, key: str) -> None:
    """Tell this guest nothing more, nor anybody else with the same number or address."""
    ticket = find(tx, key)
    contact = rows.contact_of(tx, ticket.id)
    if contact is None:
        return
    rows.stop_all(tx, ticket.branch_id, contact)
    rows.set_stopped(tx, ticket.id, contact.stopped_at or tx.now)
    rows.set_reach(tx, ticket.id, 0)


def _send_link(tx: Tx, ticket: Ticket) -> None:
    """Tell that the guest has joined, where the contact comes from a kiosk or from staff: once a visit."""
    if tx.actor == GUEST or ticket.state is not State.WAITING:
        return
    if Kind.JOINED not in outbox.had_by(tx, ticket.id):
        tx.settle()  # It may have joined a moment ago, in this very transaction.
        tell(tx, Kind.JOINED, ticket.queue_id, ticket.id, first_of_ticket(tx, ticket.id).version)


def _kept(tx: Tx, ticket: Ticket, before: Contact | None, after: Contact) -> None:
    if after.empty:
        rows.delete_contact(tx, ticket.id)
    elif before is None:
        rows.insert_contact(tx, ticket.id, ticket.branch_id, after)
    else:
        rows.update_contact(tx, ticket.id, after)
        if after.stopped_at != before.stopped_at:
            rows.set_stopped(tx, ticket.id, after.stopped_at)
    reach = 0 if after.empty else reach_of(after)
    if bool(reach) != bool(ticket.reach):
        rows.set_reach(tx, ticket.id, reach)


def _read(tx: Tx, branch_id: str, given: Mapping[str, Any], *, push_anywhere: bool) -> Contact:
    return contact_from(given, rows.setup_of(tx, branch_id).wanted.country_code, anywhere=push_anywhere)


def _refuse_undoing(tx: Tx, ticket_id: int, before: Contact, after: Contact) -> None:
    """Refuse to give up the last row that remembers a stop: it would be undone by taking the number away.

    Whoever has the link of a ticket could do so, and that is not always the one who owns the number.
    """
    if before.stopped_at is None:
        return
    given_up = [
        Contact(**{name: getattr(before, name)})
        for name in ("phone", "email")
        if getattr(before, name) not in (None, getattr(after, name))
    ]
    if before.empty or not all(rows.was_stopped(tx, one, ticket_id) for one in given_up):
        message = N_("You asked us to stop. Allow messages again first.")
        raise Conflict("messages_stopped", message)


def _refuse_flood(tx: Tx, contact: Contact, but_ticket: int = 0) -> None:
    if rows.open_visits(tx, contact, but_ticket) >= MOST_OPEN_VISITS:
        message = N_("This number or address has many open tickets already.")
        raise TooMany("too_many_visits", message, retry_after_s=600)


def _stopped_at(tx: Tx, contact: Contact) -> int | None:
    """Return now if this number or address wanted to hear nothing more: that holds for new visits too."""
    return tx.now if rows.was_stopped(tx, contact) else None

"""Settling: how a try to send ended, and what becomes of the message."""

from __future__ import annotations

from typing import Any

from nowserving.actions.messages.promised import about_of, roads_for
from nowserving.domain.instants import HOUR_US
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.contact import Contact, address_on
from nowserving.domain.messages.delivery import MOST_TRIES, End, Outcome, channel_after, next_try_at
from nowserving.domain.messages.kinds import Kind, Message, MessageState
from nowserving.errors import N_, Conflict, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages import contacts, outbox
from nowserving.store.tickets.places import known_queue


@action(scope="branch_id")
def settle_message(
    tx: Tx, *, branch_id: str, message_id: str, fence: int, outcome: Outcome, to: object = None
) -> bool:
    """Write down how a try ended; False when somebody else has claimed the message since.

    `to` is where it went: a browser that is gone is forgotten unless the guest has another since, which
    is tried at once.
    """
    message = outbox.message(tx, message_id)
    if message is None or message.branch_id != branch_id or not _holds(message, fence):
        return False
    if outcome.end is End.SENT:
        return outbox.settle(tx, message, fence, state=MessageState.SENT, sent_at=tx.now, reason="")
    if outcome.end is End.GONE and message.ticket_id is not None:
        if _has_new_push(tx, message.ticket_id, to) and message.attempts < MOST_TRIES:
            return outbox.settle(tx, message, fence, state=MessageState.WAITING, due_at=tx.now)
        _forget_push(tx, message.ticket_id)
    if outcome.end is End.AGAIN and message.attempts < MOST_TRIES:
        due_at = next_try_at(tx.now, message.attempts, tx.random, outcome.retry_after_s)
        return outbox.settle(
            tx, message, fence, state=MessageState.WAITING, due_at=due_at, reason=outcome.reason
        )
    return _by_another_road(tx, message, fence, outcome.reason)


@action(scope="branch_id")
def retry_message(tx: Tx, *, branch_id: str, message_id: str) -> Message:
    """Try a failed message again from the first channel on. Raises Conflict for one that has not failed."""
    message = outbox.message(tx, message_id)
    if message is None or message.branch_id != branch_id:
        raise not_found()
    if message.state is not MessageState.FAILED:
        raise Conflict("not_failed", N_("This message has not failed."), state=message.state.value)
    fresh: dict[str, Any] = {
        "state": MessageState.WAITING,
        "channel": "",
        "attempts": 0,
        "due_at": tx.now,
        "reason": "",
    }
    outbox.settle(tx, message, message.fence, **fresh)
    return message


def end_message(tx: Tx, message: Message, fence: int, state: MessageState, reason: str) -> bool:
    """End a message for good, if the fence still holds; staff are told of a failure."""
    ended = outbox.settle(tx, message, fence, state=state, reason=reason)
    if ended and state is MessageState.FAILED and not message.for_staff:
        # Once an hour: who has no signal for a day need not hear of it a thousand times.
        outbox.write_message(tx, Kind.FAILURES, queue_id=None, ticket_id=None, occasion=tx.now // HOUR_US)
    return ended


def _by_another_road(tx: Tx, message: Message, fence: int, reason: str) -> bool:
    """Give a message to the next channel of its queue, or give it up."""
    order, contact = _roads(tx, message)
    usable = {one for one in order if address_on(contact, one) is not None}
    following = channel_after(order, usable, message.channel)
    if following is None:
        return end_message(tx, message, fence, MessageState.FAILED, reason)
    again: dict[str, Any] = {
        "state": MessageState.WAITING,
        "channel": following,
        "attempts": 0,
        "due_at": tx.now,
    }
    return outbox.settle(tx, message, fence, reason=reason, **again)


def _roads(tx: Tx, message: Message) -> tuple[tuple[Channel, ...], Contact]:
    """Return the order of channels for a message, and how its guest can be told; nothing for the staff's."""
    about = about_of(tx, message)
    if about is not None:
        return roads_for(tx, message, about), about.contact
    ticket = outbox.ticket_of(tx, message)
    contact = contacts.contact_of(tx, ticket.id) if ticket else None
    if ticket is None or contact is None:
        return (), Contact()
    return known_queue(tx, ticket.queue_id).rules.channels, contact


def _holds(message: Message, fence: int) -> bool:
    """Tell whether this fence is that of the latest claim, and nobody has settled it yet."""
    return message.state is MessageState.SENDING and message.fence == fence


def _has_new_push(tx: Tx, ticket_id: int, gone: object) -> bool:
    """Tell whether the guest has given a browser while the message was on its way to the one that is gone."""
    contact = contacts.contact_of(tx, ticket_id)
    return contact is not None and contact.push is not None and contact.push != gone


def _forget_push(tx: Tx, ticket_id: int) -> None:
    """Forget a browser that takes no pushes any more."""
    contact = contacts.contact_of(tx, ticket_id)
    if contact is None or contact.push is None:
        return
    if contact.phone or contact.email:
        contacts.update_contact(tx, ticket_id, contact.without_push())
    else:
        contacts.delete_contact(tx, ticket_id)
        contacts.set_reach(tx, ticket_id, 0)

"""Claiming messages for sending. Nothing here speaks to a provider.

A claim is a lease under a number (the fence). Who is frozen past the lease finds, on waking, that
somebody else holds a higher number, and can settle nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from nowserving.actions.messages.promised import claim_promise
from nowserving.actions.messages.roads import Claim, Unsendable, road_of, wait_for
from nowserving.actions.messages.seat_letters import claim_about_seats
from nowserving.actions.messages.settling import end_message
from nowserving.domain.instants import SECOND_US
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.contact import address_on
from nowserving.domain.messages.delivery import MOST_TRIES
from nowserving.domain.messages.kinds import Kind, Message, MessageState, still_true
from nowserving.domain.tickets.ticket import Ticket
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.events import event_at
from nowserving.store.layout import organisation
from nowserving.store.messages import contacts, outbox
from nowserving.store.messages.contacts import Setup
from nowserving.store.tickets.places import desk_place, known_queue
from nowserving.store.tickets.tickets import ticket_by_id

__all__ = ["Claim", "claim_messages"]

# Only the latest of these is true: a call that was taken back and made again is one call to the guest.
_LATEST_ONLY = (Kind.TURN, Kind.MISSED)


@action(scope="branch_id")
def claim_messages(
    tx: Tx, *, branch_id: str, room: Mapping[str, int], lease_s: float, most: int = 50
) -> tuple[list[Claim], int]:
    """Take the branch's due messages for sending, calls first and then the oldest.

    `room` says how many more each channel can take, and by its names which channels there are. A lease
    that has run out is claimed anew. Returns the claims, and how many messages were looked at.
    """
    left = dict(room)
    full = [channel for channel, more in left.items() if more <= 0]
    found = outbox.due(tx, branch_id, most, full)
    setup = contacts.setup_of(tx, branch_id)
    claims = []
    for message in found:
        # Its channel is known and was filled a moment ago: reading its ticket would be for nothing.
        if left.get(message.channel, 1) <= 0:
            continue
        try:
            claim = _claimed(tx, message, left, round(lease_s * SECOND_US), setup)
        except Unsendable as why:
            end_message(tx, message, message.fence, why.state, why.reason)
            continue
        if claim is not None:
            claims.append(claim)
    return claims, len(found)


def _claimed(tx: Tx, message: Message, left: dict[str, int], lease_us: int, setup: Setup) -> Claim | None:
    """Claim one message; None when its channel has no room now. Raises Unsendable."""
    if message.reservation_id is not None or message.standby_id is not None:
        return claim_promise(tx, message, left, lease_us, setup)
    if message.booking_id is not None or message.seat_standby_id is not None:
        return claim_about_seats(tx, message, left, lease_us, setup)
    if message.ticket_id is None:
        return _for_staff(tx, message, left, lease_us, setup)
    ticket = ticket_by_id(tx, message.ticket_id)
    contact = contacts.contact_of(tx, message.ticket_id)
    if ticket is None or contact is None or contact.stopped_at is not None:
        raise Unsendable(MessageState.SKIPPED, "stopped" if contact else "no_contact")
    if contacts.was_stopped(tx, contact, ticket.id):
        # In another branch, whose lock did not let it write here.
        contacts.set_stopped(tx, ticket.id, tx.now)
        raise Unsendable(MessageState.SKIPPED, "stopped")
    _check_wanted(tx, message, ticket, setup)
    queue = known_queue(tx, ticket.queue_id)
    channel = road_of(tx, message, queue.rules.channels, contact, left=left, setup=setup)
    if left[channel] <= 0:
        wait_for(tx, message, channel)
        return None
    left[channel] -= 1
    attempts = 1 + (message.attempts if channel == message.channel else 0)
    desk = desk_place(tx, ticket.desk_id) if ticket.desk_id else None
    return Claim(
        message=message,
        fence=outbox.claim(tx, message, channel, attempts, lease_us),
        channel=channel,
        to=address_on(contact, channel),
        setup=setup,
        language=contact.language or ticket.language,
        key=ticket.key,
        code=ticket.code,
        queue=queue.rules.public_name or queue.name,
        desk=desk.name if desk else "",
        text=_said(tx, message) if message.kind is Kind.LINE else "",
    )


def _check_wanted(tx: Tx, message: Message, ticket: Ticket, setup: Setup) -> None:
    """Raise Unsendable for what is not true any more, and for what nobody wants to hear at night."""
    late = message.kind in _LATEST_ONLY and outbox.latest_of(tx, message) != message.occasion
    if late or not still_true(message, ticket):
        raise Unsendable(MessageState.SKIPPED, "overtaken")
    if setup.wanted.silences(message.kind, tx.now, ZoneInfo(setup.time_zone)):
        raise Unsendable(MessageState.SKIPPED, "quiet_hours")


def _for_staff(tx: Tx, message: Message, left: dict[str, int], lease_us: int, setup: Setup) -> Claim | None:
    if not setup.alert_url or Channel.STAFF not in left:
        raise Unsendable(MessageState.SKIPPED, "no_alerts")
    if message.attempts >= MOST_TRIES:
        raise Unsendable(MessageState.FAILED, message.reason)
    if left[Channel.STAFF] <= 0:
        wait_for(tx, message, Channel.STAFF)
        return None
    left[Channel.STAFF] -= 1
    queue = known_queue(tx, message.queue_id) if message.queue_id else None
    return Claim(
        message=message,
        fence=outbox.claim(tx, message, Channel.STAFF, message.attempts + 1, lease_us),
        channel=Channel.STAFF,
        to=setup.alert_url,
        setup=setup,
        language=organisation(tx).languages[0],
        key="",
        code=str(_told(tx, message).get("code", "")),
        queue=queue.name if queue else "",
        desk="",
        text="",
    )


def _said(tx: Tx, message: Message) -> str:
    return str(_told(tx, message).get("text", ""))


def _told(tx: Tx, message: Message) -> Mapping[str, object]:
    """Return what the event says that a message tells of."""
    tx.settle()  # It may have happened a moment ago, in this very transaction.
    event = event_at(tx, message.branch_id, message.occasion)
    return event.data if event else {}

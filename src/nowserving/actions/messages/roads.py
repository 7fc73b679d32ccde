"""A message that is claimed, and which road it takes: the channels in the house's order, as far as open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.contact import Contact, address_on
from nowserving.domain.messages.delivery import MOST_TRIES, channel_after
from nowserving.domain.messages.kinds import Message, MessageState
from nowserving.domain.messages.promises import Promise
from nowserving.domain.messages.wanted import day_start
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.messages import outbox
from nowserving.store.messages.contacts import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message to send, with everything its words are made of. `to` is what the channel needs."""

    message: Message
    fence: int
    channel: Channel
    to: object
    setup: Setup
    language: str
    key: str
    code: str
    queue: str
    desk: str
    text: str
    promise: Promise | None = None


class Unsendable(Exception):
    """A message that nobody sends: where it ends, and the word for why."""

    def __init__(self, state: MessageState, reason: str) -> None:
        self.state = state
        self.reason = reason


def road_of(
    tx: Tx,
    message: Message,
    order: Sequence[Channel],
    contact: Contact,
    *,
    left: Mapping[str, int],
    setup: Setup,
) -> Channel:
    """Return the road this try takes: the present one, or the next that is open. Raises Unsendable."""
    usable = {one for one in order if one in left and address_on(contact, one) is not None}
    spent = Channel.SMS in usable and is_spent(tx, message.branch_id, setup, tx.now)
    if spent:
        usable.discard(Channel.SMS)
    # A claim whose lease ran out counts as a try: whoever held it may have died of this very message.
    if message.channel in usable and message.attempts < MOST_TRIES:
        return Channel(message.channel)
    # Who only waited for a road has not tried it: when it is closed, all of them are open again.
    tried = message.channel if message.attempts or message.reason else ""
    following = channel_after(order, usable, tried)
    if following is None:
        raise Unsendable(MessageState.FAILED, message.reason or ("sms_limit" if spent else "no_channel"))
    return Channel(following)


def wait_for(tx: Tx, message: Message, channel: Channel) -> None:
    """Note the full channel that a message waits for: nobody looks at it again until there is room."""
    attempts = message.attempts if channel == message.channel else 0
    outbox.settle(tx, message, message.fence, channel=channel, attempts=attempts)


def is_spent(source: Tx | Reader, branch_id: str, setup: Setup, now: int) -> bool:
    """Tell whether the branch has sent as many text messages today as it wants to pay for. `now` in µs."""
    midnight = day_start(now, ZoneInfo(setup.time_zone))
    return outbox.sms_since(source, branch_id, midnight) >= setup.wanted.sms_a_day

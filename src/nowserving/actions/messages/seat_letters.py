"""Claiming what is told about booked seats: only what is still true, and to whom."""

from __future__ import annotations

from dataclasses import dataclass, field

from nowserving.actions.messages.roads import Claim, Unsendable, road_of, wait_for
from nowserving.domain.instants import SECOND_US
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.contact import Contact, address_on
from nowserving.domain.messages.kinds import Kind, Message, MessageState
from nowserving.domain.messages.promises import Promise
from nowserving.domain.seats.sale import BookingState, SeatStandbyState
from nowserving.domain.seats.stub import StubText
from nowserving.store.engine.tx import Tx
from nowserving.store.messages import contacts, outbox
from nowserving.store.messages.contacts import Setup
from nowserving.store.seats.bookings import booking_by_id, stubs_of
from nowserving.store.seats.holds import offer_of
from nowserving.store.seats.seat_standbys import seat_standby_by_id
from nowserving.store.seats.seating import sale_of

# How long a calendar says that a performance lasts: nobody tells us when it ends.
_LASTS_US = 7200 * SECOND_US
_ORDER = (Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a letter about seats is about, as it is now."""

    performance_id: str
    contact: Contact
    language: str
    key: str
    true: bool
    code: str = ""
    sequence: int = 0
    until_at: int | None = None
    ended: bool = False
    stubs: tuple[tuple[str, StubText], ...] = field(default=())


def claim_about_seats(
    tx: Tx, message: Message, left: dict[str, int], lease_us: int, setup: Setup
) -> Claim | None:
    """Claim one message about seats; None when it has to wait. Raises Unsendable."""
    about = _of_booking(tx, message) if message.booking_id is not None else _of_standby(tx, message)
    if about is None or not about.true:
        raise Unsendable(MessageState.SKIPPED, "overtaken")
    sale = sale_of(tx, about.performance_id)
    if about.contact.empty or sale is None:
        raise Unsendable(MessageState.SKIPPED, "no_contact")
    if contacts.was_stopped(tx, about.contact):
        raise Unsendable(MessageState.SKIPPED, "stopped")
    channel = road_of(tx, message, _ORDER, about.contact, left=left, setup=setup)
    if left[channel] <= 0:
        wait_for(tx, message, channel)
        return None
    left[channel] -= 1
    attempts = 1 + (message.attempts if channel == message.channel else 0)
    return Claim(
        message=message,
        fence=outbox.claim(tx, message, channel, attempts, lease_us),
        channel=channel,
        to=address_on(about.contact, channel),
        setup=setup,
        language=about.language,
        key=about.key,
        code=about.code,
        queue="",
        desk="",
        text="",
        promise=Promise(
            service=sale.show_name,
            giver="",
            start_at=sale.starts_at,
            end_at=sale.starts_at + _LASTS_US,
            until_at=about.until_at,
            sequence=about.sequence,
            email=about.contact.email,
            confirmed=not about.ended,
            ended=about.ended,
            stubs=about.stubs,
        ),
    )


def _of_booking(tx: Tx, message: Message) -> About | None:
    found = booking_by_id(tx, message.booking_id or 0)
    if found is None:
        return None
    ended = found.state is BookingState.CANCELLED
    stubs = stubs_of(tx, found.id) if message.kind is Kind.SEATS_BOOKED and not ended else ()
    return About(
        performance_id=found.performance_id,
        contact=Contact(phone=found.phone, email=found.email),
        language=found.language,
        key=found.key,
        true=message.kind is Kind.SEATS_HANDED_ON or ended == (message.kind is Kind.SEATS_CANCELLED),
        code=found.code,
        sequence=found.sequence,
        ended=ended,
        stubs=tuple((stub.seat, StubText(stub.performance_id, stub.serial, stub.version)) for stub in stubs),
    )


def _of_standby(tx: Tx, message: Message) -> About | None:
    found = seat_standby_by_id(tx, message.seat_standby_id or 0)
    if found is None:
        return None
    offer = offer_of(tx, found.id)
    offered = offer is not None and offer.id == message.occasion and offer.live(tx.now)
    waits = found.state is SeatStandbyState.WAITING
    return About(
        performance_id=found.performance_id,
        contact=Contact(phone=found.phone, email=found.email),
        language=found.language,
        key=found.key,
        true=offered if message.kind is Kind.SEATS_OFFERED else waits,
        until_at=offer.expires_at if offer else None,
    )

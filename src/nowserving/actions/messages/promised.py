"""Claiming what is told about reservations and the waiting list: only what is still true, and to whom."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from nowserving.actions.messages.roads import Claim, Unsendable, road_of, wait_for
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.contact import Contact, address_on
from nowserving.domain.messages.kinds import Kind, Message, MessageState
from nowserving.domain.messages.promises import Promise, still_promised
from nowserving.domain.reservations.reservation import ENDED, Reservation, ReservationState
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.standby import Standby, StandbyState
from nowserving.store.engine.tx import Tx
from nowserving.store.messages import contacts, outbox
from nowserving.store.messages.contacts import Setup
from nowserving.store.reservations.reservations import reservation_by_id
from nowserving.store.reservations.services import service
from nowserving.store.reservations.shown import giver_name
from nowserving.store.reservations.standbys import standby_by_id
from nowserving.store.tickets.places import known_queue


class About(NamedTuple):
    """What a message is about, as it is now."""

    service: Service
    reservation: Reservation | None
    standby: Standby | None

    @property
    def contact(self) -> Contact:
        """Return how the guest can be told: what the reservation says, else the place in the list."""
        found = self.reservation if self.reservation and _has_contact(self.reservation) else self.standby
        return Contact() if found is None else Contact(phone=found.phone, email=found.email)

    @property
    def language(self) -> str:
        """Return the language in which the guest booked."""
        own = self.reservation.language if self.reservation else ""
        return own or (self.standby.language if self.standby else "")


def claim_promise(
    tx: Tx, message: Message, left: dict[str, int], lease_us: int, setup: Setup
) -> Claim | None:
    """Claim one message about a reservation; None when it has to wait. Raises Unsendable."""
    about = about_of(tx, message)
    if about is None or not _is_true(tx, message, about):
        raise Unsendable(MessageState.SKIPPED, "overtaken")
    contact = about.contact
    if contact.empty:
        raise Unsendable(MessageState.SKIPPED, "no_contact")
    stopped = about.reservation is not None and about.reservation.stopped_at is not None
    if stopped or contacts.was_stopped(tx, contact):
        raise Unsendable(MessageState.SKIPPED, "stopped")
    if setup.wanted.silences(message.kind, tx.now, ZoneInfo(setup.time_zone)):
        raise Unsendable(MessageState.SKIPPED, "quiet_hours")
    order = roads_for(tx, message, about)
    channel = road_of(tx, message, order, contact, left=left, setup=setup)
    if left[channel] <= 0:
        wait_for(tx, message, channel)
        return None
    left[channel] -= 1
    attempts = 1 + (message.attempts if channel == message.channel else 0)
    return Claim(
        message=message,
        fence=outbox.claim(tx, message, channel, attempts, lease_us),
        channel=channel,
        to=address_on(contact, channel),
        setup=setup,
        language=about.language,
        key=about.reservation.key if about.reservation else "",
        code=about.reservation.code if about.reservation else "",
        queue="",
        desk="",
        text="",
        promise=_promise(tx, about),
    )


def about_of(tx: Tx, message: Message) -> About | None:
    """Return what a message is about, or None if it is not there any more."""
    booked = reservation_by_id(tx, message.reservation_id) if message.reservation_id is not None else None
    standby_id = message.standby_id if booked is None else booked.standby_id
    standby = standby_by_id(tx, standby_id) if standby_id is not None else None
    found = booked or standby
    given = service(tx, found.service_id) if found else None
    return About(given, booked, standby) if given else None


def roads_for(tx: Tx, message: Message, about: About) -> tuple[Channel, ...]:
    """Return the channels in the order of the queue: an address is proved by mail to it and nothing else."""
    if message.kind is Kind.VERIFY:
        return (Channel.EMAIL,)
    return known_queue(tx, about.service.queue_id).rules.channels


def _is_true(tx: Tx, message: Message, about: About) -> bool:
    if about.reservation is None:
        return about.standby is not None and about.standby.state is StandbyState.WAITING
    return still_promised(message.kind, message.occasion, about.reservation, about.service.rules, tx.now)


def _promise(tx: Tx, about: About) -> Promise:
    booked, standby = about.reservation, about.standby
    name = about.service.rules.public_name or about.service.name
    key = standby.key if standby else None
    if booked is None:
        start_at, end_at = (standby.from_at, standby.to_at) if standby else (0, 0)
        return Promise(
            service=name,
            giver="",
            start_at=start_at,
            end_at=end_at,
            until_at=None,
            sequence=0,
            email=None,
            standby_key=key,
        )
    return Promise(
        service=name,
        giver=giver_name(tx, booked.desk_id),
        start_at=booked.start_at,
        end_at=booked.end_at,
        until_at=booked.deadline_at,
        sequence=booked.sequence,
        email=booked.email,
        change_until_at=about.service.rules.changes_until(booked.start_at),
        standby_key=key if booked.state is ReservationState.OFFERED else None,
        confirmed=booked.state is ReservationState.CONFIRMED,
        ended=booked.state in ENDED,
    )


def _has_contact(booked: Reservation) -> bool:
    return bool(booked.phone or booked.email)

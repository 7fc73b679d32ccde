"""What the one mover of reservations leaves in the outbox, in the transaction of the change itself."""

from __future__ import annotations

from nowserving.domain.messages.kinds import Kind
from nowserving.domain.messages.promises import kinds_of, reminders_of
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.standby import Standby
from nowserving.store.engine.tx import Tx
from nowserving.store.messages import outbox
from nowserving.store.reservations.services import service
from nowserving.store.reservations.standbys import standby_by_id

_TELLING = frozenset(
    "reservation." + what
    for what in "booked confirmed moved cancelled lapsed offered edited verified".split()
)


def tell_of_reservation(tx: Tx, event: str, before: Reservation | None, after: Reservation) -> None:
    """Write what a change means for its guest. Nothing is written for a guest who left no contact.

    The event of it must be there already. Reminders are written ahead and looked at again when they are
    due: the one of a time that was moved is not sent.
    """
    told = event in _TELLING and _reachable(tx, after)
    found = tx.kept(service, after.service_id) if told else None
    if found is None:
        return
    for kind in kinds_of(event, before, after, found.rules):
        # An address is proved anew after each change of it; all else is told once for each sequence.
        _write(tx, kind, after, tx.version if kind is Kind.VERIFY else after.sequence)
    for at in reminders_of(after, found.rules, tx.now):
        _write(tx, Kind.REMINDER, after, at, due_at=at)


def tell_of_standby(tx: Tx, standby: Standby) -> None:
    """Write to somebody who has joined the waiting list, where a contact was left."""
    if standby.email or standby.phone:
        outbox.write_message(tx, Kind.STANDBY, queue_id=None, ticket_id=None, standby_id=standby.id)


def _write(tx: Tx, kind: Kind, about: Reservation, occasion: int, due_at: int | None = None) -> None:
    outbox.write_message(
        tx,
        kind,
        queue_id=None,
        ticket_id=None,
        reservation_id=about.id,
        occasion=occasion,
        due_at=due_at,
    )


def _reachable(tx: Tx, about: Reservation) -> bool:
    if about.stopped_at is not None:
        return False
    if about.email or about.phone:
        return True
    standby = standby_by_id(tx, about.standby_id) if about.standby_id is not None else None
    return standby is not None and bool(standby.email or standby.phone)

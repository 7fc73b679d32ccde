"""Arriving: a guest with a promise is here, and gets a ticket with the rank of the slot.

The ticket joins the line as everybody's does (actions/tickets/joining.py): one line, one code path. A
promise is kept whatever the queue says of walk-ins: it may be full, paused or for reservations only.
"""

from __future__ import annotations

from dataclasses import replace

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.reservations.booking import known_service
from nowserving.actions.reservations.moving import find_live, move
from nowserving.actions.tickets.joining import Joined, Party, enter
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.location import Whereabouts, check_near
from nowserving.domain.messages.contact import Contact
from nowserving.domain.reservations.reservation import (
    Reservation,
    ReservationState,
    ReservationVerb,
    next_state,
    wrong_state,
)
from nowserving.domain.reservations.service import ServiceRules
from nowserving.domain.tickets.estimate import Pace
from nowserving.domain.tickets.rank import appointment
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import N_, Conflict
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.contacts import was_stopped
from nowserving.store.tickets.tickets import ticket_by_id

_GIVEN_UP = (State.CANCELLED, State.LEFT)


@action(scope="reservation_key")
def arrive(
    tx: Tx,
    *,
    reservation_key: str,
    by_staff: bool = False,
    on_the_spot: bool = False,
    phone: Whereabouts | None = None,
    pace: Pace | None = None,
    joined_from: str | None = None,
) -> Joined:
    """Turn a reservation into a ticket: the guest is here.

    Up to `grace_s` after the beginning the ticket counts as having come `lead_s` before it; later, as one
    that comes now. Who has arrived already gets the same ticket again. Staff may also let in somebody who
    comes very early, whom the rule has given up, or whose ticket was cancelled.

    Where the service wants guests to be near, `phone` says where it is, unless they stand at a kiosk
    (`on_the_spot`). That is compared and forgotten.

    Raises Conflict `too_early` with the instant from which it is possible, `not_near`, `where_unknown`,
    `wrong_state`, Gone `lapsed`.
    """
    before = find_live(tx, reservation_key)
    if before.state is ReservationState.ARRIVED:
        ticket = _ticket_of(tx, before)
        if ticket.state not in _GIVEN_UP or not by_staff:
            return Joined(ticket, None, again=True)
    rules = known_service(tx, before.service_id).rules
    _check(tx, before, rules, by_staff=by_staff)
    if before.state is ReservationState.PENDING and by_staff:
        before = move(tx, before, ReservationVerb.CONFIRM)
    next_state(before.state, ReservationVerb.ARRIVE)
    if rules.near_m is not None and not (by_staff or on_the_spot):
        check_near(live_branch(tx, before.branch_id).location, rules.near_m, phone)
    wanted = appointment(before.start_at, rules.lead_s, rules.grace_s, tx.now)
    queue_id = known_service(tx, before.service_id).queue_id
    joined = enter(tx, queue_id, wanted, _party(tx, before, joined_from), pace=pace)
    move(tx, before, ReservationVerb.ARRIVE, ticket_id=joined.ticket.id, ended_by="")
    return joined


@action(scope="reservation_key")
def miss(tx: Tx, *, reservation_key: str) -> Reservation:
    """Note that nobody came, before the rule does. A guest who comes after all may be let in by staff.

    Raises Conflict `not_yet` before the beginning, `wrong_state` for whoever is here or was cancelled.
    """
    before = find_live(tx, reservation_key)
    next_state(before.state, ReservationVerb.MISS)
    if tx.now < before.start_at:
        message = N_("It has not begun yet, so nobody is missing. Cancel it instead.")
        raise Conflict("not_yet", message, start_at=before.start_at)
    return move(tx, before, ReservationVerb.MISS, ended_by="staff")


def arrives_from(reservation: Reservation, rules: ServiceRules) -> int:
    """Return from when on a guest may check in."""
    return reservation.start_at - rules.early_s * SECOND_US


def _ticket_of(tx: Tx, reservation: Reservation) -> Ticket:
    ticket = ticket_by_id(tx, reservation.ticket_id or 0)
    if ticket is None:  # The row refers to it, and tickets are never deleted.
        raise RuntimeError("a reservation that has arrived has no ticket")
    return ticket


def _check(tx: Tx, before: Reservation, rules: ServiceRules, *, by_staff: bool) -> None:
    if by_staff:
        return
    if before.state is not ReservationState.CONFIRMED:
        raise wrong_state(before.state)
    # The answer must not depend on how late a sweep is.
    if before.deadline_at is not None and before.deadline_at <= tx.now:
        raise wrong_state(ReservationState.NO_SHOW)
    from_at = arrives_from(before, rules)
    if tx.now < from_at:
        message = N_("It is too early to check in. Please come back a little later.")
        raise Conflict("too_early", message, from_at=from_at)


def _party(tx: Tx, before: Reservation, joined_from: str | None) -> Party:
    contact = Contact(phone=before.phone, email=before.email, language=before.language)
    if was_stopped(tx, contact):
        contact = replace(contact, stopped_at=tx.now)
    return Party(
        party_size=before.size,
        priority="",
        name=before.name,
        note=before.note,
        language=before.language,
        quoted=None,
        joined_from=joined_from,
        contact=None if contact.empty else contact,
    )

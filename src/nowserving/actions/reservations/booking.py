"""Booking: a slot is held while the form is filled in, booked when it is sent, confirmed when all is well.

What takes room is a reservation, also while it is held or offered. One count under the branch's lock
decides, so no slot is ever sold twice and nobody is refused while room remains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nowserving.actions.reservations.lapsing import lapse_before_booking
from nowserving.actions.reservations.moving import CREATED, amend, draft, find_live, move, moved, write
from nowserving.actions.reservations.offering import offer_after
from nowserving.actions.reservations.room import Place, bookable_plan, miss_at, take_place
from nowserving.domain.instants import SECOND_US
from nowserving.domain.messages.contact import contact_from
from nowserving.domain.reservations.fields import GUEST, answers_from, check_details
from nowserving.domain.reservations.reservation import Reservation, ReservationState, ReservationVerb
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.standby import StandbyState
from nowserving.domain.values import read_fields, whole
from nowserving.errors import N_, Conflict, TooMany, invalid_field, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.contacts import setup_of
from nowserving.store.reservations import reservations as rows
from nowserving.store.reservations.daybook import follow
from nowserving.store.reservations.guests import is_proved
from nowserving.store.reservations.own import held_from
from nowserving.store.reservations.services import service
from nowserving.store.reservations.standbys import set_standby, standby_by_id

MOST_HOLDS = 3
"""How many slots one device may hold at once: enough to change one's mind, too few to hoard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Who books, as read and acceptable: columns of a reservation."""

    columns: Mapping[str, Any]


@action(scope="service_id")
def hold(
    tx: Tx,
    *,
    service_id: str,
    start_at: int,
    desk_id: str | None = None,
    size: int = 1,
    booked_from: str | None = None,
    account_id: str | None = None,
    anew: bool = False,
    by_staff: bool = False,
) -> Reservation:
    """Keep a slot while its form is filled in, for `hold_s` seconds. Returns it HELD.

    `booked_from` tells the guest's device from others; `anew` says that it tells it surely, and that this
    choice takes the place of what the device holds of the service. Raises NotFound for a service that can't
    be booked, Conflict `slot_full`, `no_such_slot`, `too_soon` or `too_far` with the nearest free slots,
    `too_many_reservations` for a device or account that has as many as one guest may have, Invalid for a
    desk or a size that is not for this service, TooMany `too_many_holds`.
    """
    plan = bookable_plan(tx, service_id)
    lapse_before_booking(tx, plan)
    former = held_from(tx, booked_from, service_id) if anew and booked_from is not None else []
    if former:
        # What is given up is in nobody's way, and `take_place` then asks for no new number of people.
        whole(size, "/size", 1, plan.service.rules.max_size)
    but_id = former[0].id if former else 0
    place = take_place(tx, plan, start_at, desk_id=desk_id, size=size, by_staff=by_staff, but_id=but_id)
    if not by_staff and (booked_from or account_id):
        # Told before the form is filled in, not after. The form counts again, by what is written in it.
        unknown = Details(columns={"phone": None, "email": None})
        check_limit(tx, plan.service, unknown, account_id=account_id, booked_from=booked_from)
    if booked_from is not None and rows.holds_from(tx, booked_from) - len(former) >= MOST_HOLDS:
        message = N_("You hold several times already. Finish or give up one of them first.")
        raise TooMany("too_many_holds", message, retry_after_s=plan.service.rules.hold_s)
    # At no moment of the log does one guest take the room of two.
    for one in former:
        move(tx, one, ReservationVerb.CANCEL, ended_by="guest", sequence=one.sequence + 1)
    held = _held(tx, place, size, booked_from)
    made = write(tx, None, [(CREATED[held.state], held)])
    if former:
        # Only now: the room of the former may be what was wanted again, and not the waiting list's.
        offer_after(tx, *former)
    else:
        follow(tx, place.day, made)
    return made


@action(scope="reservation_key")
def book(
    tx: Tx,
    *,
    reservation_key: str,
    name: str,
    phone: str | None = None,
    email: str | None = None,
    birth_date: str | None = None,
    note: str | None = None,
    answers: Mapping[str, Any] | None = None,
    language: str = "",
    account_id: str | None = None,
    by_staff: bool = False,
) -> Reservation:
    """Send the form of a slot that is held, or take one that is offered: PENDING or CONFIRMED.

    Raises Gone `lapsed` once the hold has run out, whether a sweep has been there or not; Invalid naming
    every field that is wrong, Conflict `wrong_state` or `too_many_reservations`.
    """
    before = find_live(tx, reservation_key)
    wanted = known_service(tx, before.service_id)
    given = {
        "name": name,
        "phone": phone,
        "email": email,
        "birth_date": birth_date,
        "note": note,
        "answers": answers,
        "language": language,
    }
    details = read_details(tx, wanted, given)
    return book_found(tx, before, wanted, details, account_id=account_id, by_staff=by_staff)


@action(scope="service_id")
def reserve(
    tx: Tx,
    *,
    service_id: str,
    start_at: int,
    name: str,
    desk_id: str | None = None,
    size: int = 1,
    phone: str | None = None,
    email: str | None = None,
    birth_date: str | None = None,
    note: str | None = None,
    answers: Mapping[str, Any] | None = None,
    language: str = "",
    account_id: str | None = None,
    booked_from: str | None = None,
    by_staff: bool = False,
) -> Reservation:
    """Hold a slot and book it in one act, for programs and for staff. Refuses what `hold` and `book` refuse.

    Staff keep to no notice, window or limit, and to the capacity as everybody does.
    """
    plan = bookable_plan(tx, service_id)
    given = {
        "name": name,
        "phone": phone,
        "email": email,
        "birth_date": birth_date,
        "note": note,
        "answers": answers,
        "language": language,
    }
    # Everything is refused before anything is written: a late refusal would cost the whole group.
    details = read_details(tx, plan.service, given)
    lapse_before_booking(tx, plan)
    place = take_place(tx, plan, start_at, desk_id=desk_id, size=size, by_staff=by_staff)
    if not by_staff:
        check_limit(tx, plan.service, details, account_id=account_id, booked_from=booked_from)
    held = _held(tx, place, size, booked_from)
    states = _booked(tx, held, plan.service, details, account_id=account_id, by_staff=by_staff)
    made = write(tx, None, [(CREATED[held.state], held), *states])
    follow(tx, place.day, made)
    return made


@action(scope="reservation_key")
def confirm(tx: Tx, *, reservation_key: str) -> Reservation:
    """Approve a request: the staff's word counts for everything that it still waits for."""
    before = find_live(tx, reservation_key)
    return _confirm(tx, before, known_service(tx, before.service_id))


@action(scope="reservation_key")
def verify(tx: Tx, *, reservation_key: str) -> Reservation:
    """The guest has proved the address. The request is confirmed unless the staff's word is wanted too.

    Once is enough: a second time changes nothing.
    """
    before = find_live(tx, reservation_key)
    if before.verified_at is not None:
        return before
    proved = amend(tx, before, "reservation.verified", verified_at=tx.now)
    wanted = known_service(tx, before.service_id)
    if proved.state is ReservationState.PENDING and not wanted.rules.approval:
        return _confirm(tx, proved, wanted)
    return proved


def read_details(tx: Tx, wanted: Service, given: Mapping[str, Any], *, standby: bool = False) -> Details:
    """Return who books as columns; raises Invalid naming every field that is wrong or missing.

    Who only waits for a place (`standby`) is asked for nothing yet.
    """
    fields = {name: given.get(name) or "" for name in GUEST}
    read = read_fields(fields, "", GUEST)
    country_code = tx.kept(setup_of, wanted.branch_id).wanted.country_code
    addresses = {name: given.get(name) for name in ("phone", "email")}
    contact = contact_from(addresses, country_code, pointer="")
    if not standby:
        check_details(wanted, read, contact.email)
    answers = {} if standby else answers_from(given.get("answers"), wanted.questions)
    columns = {**read, "phone": contact.phone, "email": contact.email, "answers": answers}
    columns["note"] = columns["note"] or None
    return Details(columns=columns)


def known_service(tx: Tx, service_id: str) -> Service:
    """Return the service that a reservation names, archived or not; raises NotFound."""
    found = service(tx, service_id)
    if found is None:
        raise not_found()
    return found


def _held(tx: Tx, place: Place, size: int, booked_from: str | None) -> Reservation:
    deadline_at = tx.now + place.plan.service.rules.hold_s * SECOND_US
    return draft(
        tx,
        place.plan,
        place.giver,
        place.start_at,
        ReservationState.HELD,
        size=size,
        deadline_at=deadline_at,
        booked_from=booked_from,
    )


def book_found(
    tx: Tx, before: Reservation, wanted: Service, details: Details, *, account_id: str | None, by_staff: bool
) -> Reservation:
    """Make a reservation of what is held or offered, and confirm it where nothing more is needed."""
    if not by_staff:
        check_limit(
            tx, wanted, details, account_id=account_id, booked_from=before.booked_from, but_id=before.id
        )
    states = _booked(tx, before, wanted, details, account_id=account_id, by_staff=by_staff)
    made = write(tx, before, states)
    if before.standby_id is not None:
        _took_offer(tx, before.standby_id)
    return made


def _booked(
    tx: Tx, before: Reservation, wanted: Service, details: Details, *, account_id: str | None, by_staff: bool
) -> list[tuple[str, Reservation]]:
    """Return what becomes of what is held or offered: a request, or a promise where no more is needed."""
    rules = wanted.rules
    proved = is_proved(tx, account_id, details.columns["email"])
    states = [
        moved(
            tx,
            before,
            ReservationVerb.BOOK,
            **details.columns,
            account_id=account_id,
            verified_at=tx.now if proved else None,
            # A request never outlives the time that it is about.
            deadline_at=min(tx.now + rules.answer_s * SECOND_US, max(before.start_at, tx.now + 1)),
        )
    ]
    if by_staff or not (rules.approval or (rules.verify_email and not proved)):
        _, booked = states[0]
        until = miss_at(tx, booked, rules)
        states.append(moved(tx, booked, ReservationVerb.CONFIRM, deadline_at=until))
    return states


def _confirm(tx: Tx, before: Reservation, wanted: Service) -> Reservation:
    return move(tx, before, ReservationVerb.CONFIRM, deadline_at=miss_at(tx, before, wanted.rules))


def _took_offer(tx: Tx, standby_id: int) -> None:
    standby = standby_by_id(tx, standby_id)
    if standby is not None:
        set_standby(tx, standby_id, StandbyState.BOOKED, standby.offers)


def check_limit(
    tx: Tx,
    wanted: Service,
    details: Details,
    *,
    account_id: str | None,
    booked_from: str | None,
    but_id: int = 0,
) -> None:
    """Refuse more reservations of a service than one guest may have; raises Conflict `too_many_reservations`.

    Raises Invalid for somebody who can't be told from others: the limit would be none.
    """
    most = wanted.rules.per_guest
    if most is None:
        return
    columns = details.columns
    if not (columns["phone"] or columns["email"] or account_id or booked_from):
        raise invalid_field("/email", "required", N_("Leave an e-mail address or a phone number."))
    there = rows.promised_to(
        tx,
        wanted.id,
        but_id=but_id,
        phone=columns["phone"],
        email=columns["email"],
        account_id=account_id,
        booked_from=booked_from,
    )
    if there >= most:
        message = N_("You have as many reservations of this kind as one guest may have.")
        raise Conflict("too_many_reservations", message, most=most)

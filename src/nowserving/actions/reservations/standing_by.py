"""The waiting list of full slots: taking a place in it, leaving, taking an offer or declining it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from nowserving.actions.messages.promising import tell_of_standby
from nowserving.actions.reservations.booking import book_found, known_service, read_details
from nowserving.actions.reservations.changing import give_up
from nowserving.actions.reservations.moving import lapsed
from nowserving.actions.reservations.offering import offer_after, offer_free, offer_in_branch
from nowserving.actions.reservations.room import bookable_plan
from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.slots import bookable, slots_of
from nowserving.domain.reservations.standby import Standby, StandbyState, not_offered, standby_over
from nowserving.domain.values import whole
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.reservations import offer_to
from nowserving.store.reservations.slots import loads
from nowserving.store.reservations.standbys import insert_standby, set_standby, standby_by_key

__all__ = [
    "decline_offer",
    "leave_standby",
    "offer_after",
    "offer_free",
    "offer_in_branch",
    "stand_by",
    "take_offer",
]


@action(scope="service_id")
def stand_by(
    tx: Tx,
    *,
    service_id: str,
    from_at: int,
    to_at: int,
    desk_id: str | None = None,
    size: int = 1,
    name: str = "",
    phone: str | None = None,
    email: str | None = None,
    language: str = "",
    account_id: str | None = None,
) -> Standby:
    """Wait for a slot that starts from one instant on and before another, at one desk or at anyone's.

    Raises Conflict `no_standby` where there is no waiting list, `room_left` while such a slot is free (it
    can be booked), Invalid for a bad value, NotFound for a service that can't be booked.
    """
    plan = bookable_plan(tx, service_id)
    rules = plan.service.rules
    if not rules.standby:
        raise Conflict("no_standby", N_("There is no waiting list for this service."))
    whole(size, "/size", 1, rules.max_size)
    if desk_id is not None and desk_id not in plan.service.desk_ids:
        raise invalid_field("/desk_id", "unknown_desk", N_("This desk does not give this service."))
    first, end = bookable(plan, tx.now)
    if to_at <= max(from_at, first):
        raise invalid_field("/to_at", "before_start", N_("The end must be after the beginning."))
    from_us, to_us = max(first, from_at), min(end, to_at)
    taken = loads(tx, plan, from_us, max(from_us, to_us), now=tx.now)
    free = [one for one in slots_of(plan, taken, from_us, to_us, desk_id=desk_id, size=size) if one.free]
    if free:
        told = [{"start_at": one.start_at, "end_at": one.end_at, "free": one.free} for one in free[:5]]
        raise Conflict("room_left", N_("There is room: please choose a time."), alternatives=told)
    given = {"name": name, "phone": phone, "email": email, "language": language}
    read = read_details(tx, plan.service, given, standby=True).columns
    kept = {one: read[one] for one in ("phone", "email", "language")} | {"name": read["name"] or None}
    more = {"from_at": from_at, "to_at": to_at, "desk_id": desk_id, "size": size, "account_id": account_id}
    return _insert(tx, plan.service.branch_id, service_id, {**kept, **more})


@action(scope="standby_key")
def leave_standby(tx: Tx, *, standby_key: str) -> Standby:
    """Give up a place in the waiting list; what is kept for it is offered to the next. Twice is once."""
    before = find_standby(tx, standby_key)
    if before.ended:
        return before
    offer = offer_to(tx, before.id)
    set_standby(tx, before.id, StandbyState.LEFT, before.offers)
    tx.emit("standby.left", standby_id=before.id, service_id=before.service_id)
    if offer is not None:
        give_up(tx, offer, "", "guest")
    return find_standby(tx, standby_key)


@action(scope="standby_key")
def take_offer(
    tx: Tx,
    *,
    standby_key: str,
    name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    birth_date: str | None = None,
    note: str | None = None,
    answers: dict[str, Any] | None = None,
) -> Reservation:
    """Book what is offered; what is left out is as it was said when the place in the list was taken.

    Raises Gone `lapsed` when the offer has run out, Conflict `no_offer`, and what `book` refuses.
    """
    before = find_standby(tx, standby_key)
    offer = _offer_of(tx, before)
    wanted = known_service(tx, before.service_id)
    given = {
        "name": name or before.name,
        "phone": phone or before.phone,
        "email": email or before.email,
        "birth_date": birth_date,
        "note": note,
        "answers": answers,
        "language": before.language,
    }
    details = read_details(tx, wanted, given)
    return book_found(tx, offer, wanted, details, account_id=before.account_id, by_staff=False)


@action(scope="standby_key")
def decline_offer(tx: Tx, *, standby_key: str) -> Standby:
    """Say no to what is offered. It passes on to the next, and the place in the list stays.

    Raises Gone `lapsed`, Conflict `no_offer`.
    """
    before = find_standby(tx, standby_key)
    offer = _offer_of(tx, before)
    tx.emit("standby.declined", standby_id=before.id, service_id=before.service_id)
    give_up(tx, offer, "", "guest")
    return find_standby(tx, standby_key)


def find_standby(tx: Tx, key: str) -> Standby:
    """Return the place in the waiting list of a key, in the branch that is locked; raises NotFound."""
    found = standby_by_key(tx, key)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    return found


def _offer_of(tx: Tx, standby: Standby) -> Reservation:
    if standby.ended:
        raise standby_over(standby.state)
    offer = offer_to(tx, standby.id)
    if offer is None:
        raise not_offered()
    if offer.has_run_out(tx.now):
        raise lapsed()
    return offer


def _insert(tx: Tx, branch_id: str, service_id: str, said: dict[str, Any]) -> Standby:
    values: dict[str, Any] = {one.name: one.default for one in fields(Standby) if one.name != "id"}
    values |= {
        "key": tx.new_key(),
        "branch_id": branch_id,
        "service_id": service_id,
        "created_at": tx.now,
        **said,
    }
    standby_id = insert_standby(tx, **{**values, "state": StandbyState.WAITING.value})
    tx.emit("standby.joined", standby_id=standby_id, service_id=service_id)
    made = Standby(id=standby_id, **{**values, "state": StandbyState.WAITING})
    tell_of_standby(tx, made)
    return made

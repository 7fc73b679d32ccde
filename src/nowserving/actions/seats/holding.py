"""Holding seats under a pass: all of them or none, inside the branch's lock, for minutes.

Whether a hold has run out is judged when it is read. So a lapsed one keeps no seat from anybody, and helps
nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nowserving.actions.seats.freeing import end
from nowserving.actions.seats.mapping import places_of, selling
from nowserving.actions.seats.offering import offer_seats
from nowserving.actions.shows.passing import extend_if_may, pass_in
from nowserving.domain.instants import SECOND_US
from nowserving.domain.seats.best import FREE, best_available, nearest_free, stranded
from nowserving.domain.seats.sale import Hold, HoldState, Sale, hold_lapsed, sale_over
from nowserving.domain.tickets.ticket import Ticket
from nowserving.domain.values import flag, whole
from nowserving.errors import N_, Conflict, TooMany, invalid_field, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import holds, seating

FREE_HOLDS = 3
"""So often a guest may change their mind at once; from then on, only after a pause."""
COOL_DOWN_S = 30
MOST_HOLDS = 12
"""More holds than these are not choosing any more."""


@action(scope="performance_id")
def hold_seats(
    tx: Tx,
    *,
    performance_id: str,
    claims: Mapping[str, Any],
    guids: Sequence[str] | None = None,
    many: int | None = None,
    category: str | None = None,
    accessible: bool = False,
) -> Hold:
    """Keep seats for whoever has a pass: those named by `guids`, or the best `many` there are.

    Raises NotFound, Forbidden `no_pass`, Gone `pass_lapsed`, Invalid, Conflict `seats_taken` (with the
    nearest free), `not_enough_seats`, `strands_seat`, `per_person`, `already_holding`, `sale_over`, and
    TooMany `too_many_holds`.
    """
    sale = selling(tx, performance_id)
    ticket = pass_in(tx, performance_id, claims)
    if sale.over or sale.starts_at <= tx.now:
        raise sale_over()
    _check_wish(sale, guids, many, category, accessible)
    _check_pace(tx, ticket)
    taken = seating.taken_of(tx, sale, tx.now)
    if guids is not None:
        places = _named(sale, taken, places_of(sale, guids))
    else:
        places = _best(sale, taken, many or 0, category, accessible=accessible)
    return _keep(tx, sale, ticket, places)


@action(scope="hold_key")
def extend_hold(tx: Tx, *, hold_key: str, claims: Mapping[str, Any]) -> Hold:
    """Give more time to whoever asks for it, once; the pass lasts as long where it can.

    Raises NotFound, Gone `hold_lapsed`, Conflict `already_extended`, and what a pass is refused for.
    """
    before, ticket = own_hold(tx, hold_key, claims)
    sale = selling(tx, before.performance_id)
    if before.extended_at is not None:
        raise _extended_already()
    wanted = before.expires_at + sale.extend_s * SECOND_US
    if _end_of(ticket) < wanted:
        ticket = extend_if_may(tx, ticket)
    until = min(wanted, _end_of(ticket))
    holds.extend(tx, before, until)
    seating.keep_on(tx, before.id, until)
    tx.emit("hold.extended", performance_id=sale.performance_id, hold_id=before.id, deadline_at=until)
    return _again(tx, hold_key)


@action(scope="hold_key")
def release_hold(tx: Tx, *, hold_key: str, claims: Mapping[str, Any]) -> Hold:
    """Give up what is held; it is free at once. Twice is once. Raises NotFound, Conflict `already_booked`."""
    found = find_hold(tx, hold_key)
    if found.state is HoldState.BOOKED:
        raise already_booked()
    if found.state is not HoldState.HELD:
        return found
    ticket = pass_in(tx, found.performance_id, claims)
    if found.ticket_id != ticket.id:
        raise not_found()
    end(tx, found, HoldState.RELEASED)
    offer_seats(tx, found.performance_id)
    return _again(tx, hold_key)


def own_hold(tx: Tx, hold_key: str, claims: Mapping[str, Any]) -> tuple[Hold, Ticket]:
    """Return a hold that lasts and the ticket whose pass it is under; raises NotFound, Gone `hold_lapsed`."""
    found = find_hold(tx, hold_key)
    if found.state is HoldState.BOOKED:
        raise already_booked()
    if not found.live(tx.now):
        raise hold_lapsed()
    ticket = pass_in(tx, found.performance_id, claims)
    if found.ticket_id != ticket.id:
        raise not_found()
    return found, ticket


def find_hold(tx: Tx, hold_key: str) -> Hold:
    """Return the hold of a key in the branch that is locked; raises NotFound."""
    found = holds.hold_by_key(tx, hold_key)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    return found


def already_booked() -> Conflict:
    """Return the refusal of a hold whose seats are booked, ready to raise."""
    return Conflict("already_booked", N_("These seats are booked already."))


def _extended_already() -> Conflict:
    return Conflict("already_extended", N_("More time was given already; it is given once."))


def _check_wish(
    sale: Sale, guids: Sequence[str] | None, many: int | None, category: str | None, accessible: object
) -> None:
    flag(accessible, "/accessible")
    if (guids is None) == (many is None):
        message = N_("Name the seats, or say how many: one of the two.")
        raise invalid_field("/guids", "one_of_two", message)
    if category is not None and category not in {seat.category for seat in sale.house.seats}:
        message = N_("There is no category of this name in the plan.")
        raise invalid_field("/category", "unknown_category", message)
    wished = len(places_of(sale, guids)) if guids is not None else whole(many, "/many", 1, 1000)
    if wished > sale.per_person:
        message = N_("One person may have %(most)s seats at most.")
        raise Conflict("per_person", message, most=sale.per_person)


def _check_pace(tx: Tx, ticket: Ticket) -> None:
    """Refuse a second hold, and who takes and releases seats again and again: others want them."""
    before = holds.holds_of(tx, ticket.id)
    if any(one.live(tx.now) for one in before):
        message = N_("You hold seats already. Release them before you choose others.")
        raise Conflict(
            "already_holding", message, hold_key=next(one.key for one in before if one.live(tx.now))
        )
    if len(before) < FREE_HOLDS:
        return
    again_at = max(one.ended_at or one.expires_at for one in before) + COOL_DOWN_S * SECOND_US
    message = N_("You have chosen and released seats several times. Please wait a moment.")
    if len(before) >= MOST_HOLDS:
        raise TooMany("too_many_holds", message, retry_after_s=sale_pause_s(ticket, tx.now))
    if tx.now < again_at:
        raise TooMany("too_many_holds", message, retry_after_s=-(-(again_at - tx.now) // SECOND_US))


def sale_pause_s(ticket: Ticket, now: int) -> int:
    """Return how long a pass still lasts, in seconds: as long nothing more is held under it."""
    return max(1, (_end_of(ticket) - now) // SECOND_US)


def _end_of(ticket: Ticket) -> int:
    # `pass_in` lets nobody to the seats who is inside without an end.
    return ticket.deadline_at or 0


def _named(sale: Sale, taken: bytearray, places: list[int]) -> list[int]:
    gone = [place for place in places if taken[place]]
    if gone:
        message = N_("Some of these seats were taken meanwhile.")
        raise Conflict(
            "seats_taken", message, taken=_guids(sale, gone), alternative=_instead(sale, taken, places)
        )
    alone = stranded(sale.house, taken, places) if sale.no_single_seat else []
    if alone:
        instead = nearest_free(sale.house, taken, places, no_single_seat=True)
        together = instead is not None and not stranded(sale.house, taken, instead)
        # Where every choice leaves somebody alone, this one is as good as any.
        if together:
            message = N_("This would leave a single seat between others. Please choose seats beside it.")
            raise Conflict(
                "strands_seat", message, alone=_guids(sale, alone), alternative=_guids(sale, instead)
            )
    return places


def _best(sale: Sale, taken: bytearray, many: int, category: str | None, *, accessible: bool) -> list[int]:
    found = best_available(
        sale.house,
        taken,
        many,
        category=category,
        accessible=accessible,
        no_single_seat=sale.no_single_seat,
    )
    if found is None:
        left = sale.house.masked(taken, category).count(FREE)
        message = N_("There are not so many seats left.")
        raise Conflict("not_enough_seats", message, left=left)
    return found


def _keep(tx: Tx, sale: Sale, ticket: Ticket, places: list[int]) -> Hold:
    until = min(tx.now + sale.choose_s * SECOND_US, _end_of(ticket))
    for lapsed in holds.holds_of(tx, ticket.id):
        if lapsed.state is HoldState.HELD:
            end(tx, lapsed, HoldState.LAPSED)
    key = tx.new_key()
    hold_id = holds.insert_hold(
        tx,
        key=key,
        branch_id=sale.branch_id,
        performance_id=sale.performance_id,
        ticket_id=ticket.id,
        seat_standby_id=None,
        state=HoldState.HELD.value,
        seats=len(places),
        expires_at=until,
        created_at=tx.now,
    )
    if seating.take(tx, sale, _guids(sale, places), hold_id, until) != len(places):
        # They were free a line ago, under the same lock: nothing of this may stand.
        raise RuntimeError("a seat was taken under the lock")
    told: dict[str, Any] = {"hold_id": hold_id, "taken": sorted(places), "deadline_at": until}
    tx.emit("hold.made", performance_id=sale.performance_id, **told)
    return _again(tx, key)


def _again(tx: Tx, key: str) -> Hold:
    return find_hold(tx, key)


def _guids(sale: Sale, places: Sequence[int] | None) -> list[str]:
    return [sale.house.seats[place].guid for place in places or ()]


def _instead(sale: Sale, taken: bytearray, places: list[int]) -> list[str]:
    return _guids(sale, nearest_free(sale.house, taken, places, no_single_seat=sale.no_single_seat))

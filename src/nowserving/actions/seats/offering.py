"""Offering freed seats to the waiting list, in every transaction that frees seats.

An offer is a hold of its own: what is offered is kept for whom it was offered to, and nobody can be quicker.
First come, first offered; who lets an offer go comes after everybody who has had none.
"""

from __future__ import annotations

from typing import Any

from nowserving.actions.messages.seats import tell_of_offer
from nowserving.domain.instants import SECOND_US
from nowserving.domain.seats.best import best_available
from nowserving.domain.seats.sale import HoldState, SeatStandbyState
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import holds, seating
from nowserving.store.seats.seat_standbys import (
    seat_standby_by_id,
    set_seat_standby,
    waiting_for_seats,
)

OFFER_S = 1800
"""How long seats are kept for whom they are offered to."""
MOST_OFFERS = 3


def offer_seats(tx: Tx, performance_id: str) -> None:
    """Offer what is free of a performance to whoever waits for it, in their order."""
    line = waiting_for_seats(tx, performance_id)
    sale = seating.sale_of(tx, performance_id) if line else None
    if sale is None or sale.over or sale.starts_at <= tx.now:
        return
    taken = seating.taken_of(tx, sale, tx.now)
    for standby in line:
        if standby.turn == tx.now:
            continue  # It has let go of these a moment ago.
        found = best_available(sale.house, taken, standby.size, category=standby.category)
        if found is None:
            continue
        expires_at = min(tx.now + OFFER_S * SECOND_US, sale.starts_at)
        hold_id = holds.insert_hold(
            tx,
            key=tx.new_key(),
            branch_id=sale.branch_id,
            performance_id=performance_id,
            ticket_id=None,
            seat_standby_id=standby.id,
            state=HoldState.HELD.value,
            seats=len(found),
            expires_at=expires_at,
            created_at=tx.now,
        )
        seating.take(tx, sale, [sale.house.seats[place].guid for place in found], hold_id, expires_at)
        for place in found:
            taken[place] = 1
        set_seat_standby(tx, standby, SeatStandbyState.OFFERED, offers=standby.offers + 1)
        told: dict[str, Any] = {
            "hold_id": hold_id,
            "seat_standby_id": standby.id,
            "taken": found,
            "deadline_at": expires_at,
        }
        tx.emit("seat_standby.offered", actor="rule", performance_id=performance_id, **told)
        tell_of_offer(tx, standby, hold_id)


def pass_on(tx: Tx, standby_id: int) -> None:
    """Let the place in the list wait on whose offer has ended, behind the others; give up after so many."""
    standby = seat_standby_by_id(tx, standby_id)
    if standby is None or standby.state is not SeatStandbyState.OFFERED:
        return
    over = standby.offers >= MOST_OFFERS
    state = SeatStandbyState.OVER if over else SeatStandbyState.WAITING
    set_seat_standby(tx, standby, state, turn=tx.now)
    if over:
        tx.emit(
            "seat_standby.over",
            actor="rule",
            performance_id=standby.performance_id,
            seat_standby_id=standby.id,
        )

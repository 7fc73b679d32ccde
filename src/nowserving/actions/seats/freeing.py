"""Ending holds, by hand or by themselves. What becomes free is offered to the waiting list at once."""

from __future__ import annotations

from nowserving.actions.seats.offering import offer_seats, pass_on
from nowserving.domain.seats.sale import Hold, HoldState
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import holds, seating

_BATCH = 200
_ENDED = {HoldState.LAPSED: "hold.lapsed", HoldState.RELEASED: "hold.released"}


@action(scope="branch_id")
def lapse_overdue_holds(tx: Tx, *, branch_id: str) -> int:
    """End every hold of the branch whose time or pass is over, oldest first; returns how many.

    Who was in time has won: it looks again under the lock. However many servers sweep, each ends once.
    """
    overdue = holds.overdue_holds(tx, branch_id, tx.now, _BATCH)
    for hold in overdue:
        end(tx, hold, HoldState.LAPSED)
    for performance_id in dict.fromkeys(hold.performance_id for hold in overdue):
        offer_seats(tx, performance_id)
    return len(overdue)


def release_of(tx: Tx, ticket_id: int) -> int:
    """Release what is held under the pass of a ticket, because the pass has ended; returns how many seats."""
    live = [hold for hold in holds.holds_of(tx, ticket_id) if hold.state is HoldState.HELD]
    for hold in live:
        end(tx, hold, HoldState.RELEASED)
        offer_seats(tx, hold.performance_id)
    return sum(hold.seats for hold in live)


def end(tx: Tx, hold: Hold, state: HoldState) -> None:
    """End a hold and free what it still has; an offer that ends so goes to the next in the list."""
    holds.end_hold(tx, hold, state)
    freed = seating.let_go(tx, hold)
    tx.emit(
        _ENDED[state],
        actor="rule" if state is HoldState.LAPSED else None,
        performance_id=hold.performance_id,
        hold_id=hold.id,
        freed=sorted(freed),
    )
    if hold.seat_standby_id is not None:
        pass_on(tx, hold.seat_standby_id)

"""What a guest says of a reservation that stands: I'm coming, keep it in my account, write to me no more."""

from __future__ import annotations

from nowserving.actions.reservations.moving import amend, find_live
from nowserving.domain.reservations.reservation import PROMISED, Reservation, wrong_state
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx


@action(scope="reservation_key")
def say_coming(tx: Tx, *, reservation_key: str) -> Reservation:
    """The guest says, after a reminder, that they will come. Nothing moves for it; saying it twice is once.

    Raises Conflict `wrong_state` for what is not promised (any more).
    """
    before = _open(tx, reservation_key)
    if before.coming_at is not None:
        return before
    return amend(tx, before, "reservation.coming", coming_at=tx.now)


@action(scope="reservation_key")
def keep_in_account(tx: Tx, *, reservation_key: str, account_id: str) -> Reservation:
    """Put a reservation into the account of whoever holds its key, unless it is in one already."""
    before = find_live(tx, reservation_key)
    if before.account_id is not None:
        return before
    return amend(tx, before, "reservation.edited", account_id=account_id)


@action(scope="reservation_key")
def stop_reservation_messages(tx: Tx, *, reservation_key: str) -> Reservation:
    """Tell this guest nothing more about this reservation. The reservation itself stays."""
    before = find_live(tx, reservation_key)
    if before.stopped_at is not None:
        return before
    return amend(tx, before, "reservation.edited", stopped_at=tx.now)


def _open(tx: Tx, key: str) -> Reservation:
    found = find_live(tx, key)
    if found.state not in PROMISED:
        raise wrong_state(found.state)
    return found

"""What happens to reservations by themselves: holds, offers and requests run out, and nobody comes."""

from __future__ import annotations

from nowserving.actions.reservations.moving import move
from nowserving.actions.reservations.offering import offer_after, pass_on
from nowserving.domain.reservations.opening import Plan
from nowserving.domain.reservations.reservation import Reservation, ReservationState, ReservationVerb
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations import reservations as rows
from nowserving.store.reservations.standbys import waiting_for

_BATCH = 200


@action(scope="branch_id")
def lapse_overdue_reservations(tx: Tx, *, branch_id: str) -> int:
    """End every reservation of the branch whose deadline has passed, oldest first; returns how many.

    It looks at the deadline under the lock, so who was in time has won, and however many servers sweep,
    each deadline fires once.
    """
    overdue = rows.overdue(tx, branch_id, tx.now, _BATCH)
    _end(tx, overdue)
    return len(overdue)


def lapse_before_booking(tx: Tx, plan: Plan) -> None:
    """Let what has run out go to the waiting list before somebody else books it: a late sweep costs nobody.

    Nothing is looked for where nobody waits for this service.
    """
    if tx.kept(_waits, plan.service.id):
        _end(tx, rows.overdue(tx, plan.service.branch_id, tx.now, _BATCH))


def _waits(tx: Tx, service_id: str) -> bool:
    return bool(waiting_for(tx, service_id, 1))


def _end(tx: Tx, overdue: list[Reservation]) -> None:
    freed = []
    for reservation in overdue:
        missed = reservation.state is ReservationState.CONFIRMED
        verb = ReservationVerb.MISS if missed else ReservationVerb.LAPSE
        ended = move(tx, reservation, verb, actor="rule", ended_by="rule")
        if reservation.state is ReservationState.OFFERED:
            pass_on(tx, reservation)
        if ended.start_at > tx.now:
            freed.append(ended)
    offer_after(tx, *freed)

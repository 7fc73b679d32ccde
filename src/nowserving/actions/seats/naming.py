"""Holding seats and saying which they are, in one transaction: so the same answer can be given again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nowserving.actions.seats.holding import hold_seats
from nowserving.domain.seats.sale import Hold
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats.seating import held_by

Named = tuple[Hold, list[dict[str, Any]]]


@action(scope="performance_id")
def hold_and_name(tx: Tx, *, performance_id: str, claims: Mapping[str, Any], **wish: Any) -> Named:
    """Hold seats as `hold_seats` does, and return with the hold what its seats are called."""
    held = hold_seats(tx, performance_id=performance_id, claims=claims, **wish)
    return held, held_by(tx, held.id)

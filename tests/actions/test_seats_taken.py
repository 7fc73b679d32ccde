"""What a transaction remembers of a house is what the database says, whatever its actions do to the seats."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import pytest

from nowserving.actions.seats.booking import book_seats, cancel_booking
from nowserving.actions.seats.freeing import lapse_overdue_holds
from nowserving.actions.seats.holding import extend_hold, hold_seats, release_hold
from nowserving.actions.seats.mapping import block_seats
from nowserving.domain.seats.sale import Hold
from nowserving.errors import AppError
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats.seating import sale_of, taken_of
from nowserving.store.seats.taken import Taken
from tests.actions.theatre import SECOND, Theatre


def remembered_and_read(tx: Tx) -> tuple[bytearray, bytearray]:
    """Return what is taken as the transaction has it, and as it is read anew; what it had stays."""
    sale = sale_of(tx, "tuesday")
    assert sale is not None
    remembered, known = taken_of(tx, sale, tx.now), dict(tx.houses)
    tx.houses.clear()
    read = taken_of(tx, sale, tx.now)
    tx.houses.update(known)
    return remembered, read


def step(tx: Tx, chance: Random, claims: dict[str, Any], held: list[tuple[Hold, dict[str, Any]]]) -> None:
    """Do one thing that somebody may do with seats, or let time go by."""
    one, its = chance.choice(held) if held else (None, claims)
    what = chance.randrange(8) if one else 0
    if what <= 1:
        held.append((hold_seats(tx, performance_id="tuesday", claims=claims, many=2), claims))
    elif one is None or what == 2:
        tx.now += 90 * SECOND
    elif what == 3:
        release_hold(tx, hold_key=one.key, claims=its)
    elif what == 4:
        booked = book_seats(tx, hold_key=one.key, claims=its, name="Ana", email=f"{its['jti']}@example.org")
        if chance.random() < 0.3:
            cancel_booking(tx, booking_key=booked.key, by_staff=True)
    elif what == 5:
        lapse_overdue_holds(tx, branch_id=tx.scope_id)
    elif what == 6:
        extend_hold(tx, hold_key=one.key, claims=its)
    else:
        reason = chance.choice(["Broken", None])
        block_seats(tx, performance_id="tuesday", guids=[chance.choice(["A-1", "A-6"])], reason=reason)


@pytest.mark.parametrize("seed", range(6))
def test_a_transaction_follows_its_own_changes(theatre: Theatre, seed: int) -> None:
    passes = [theatre.comes_in() for _ in range(24)]
    chance = Random(seed)
    different: list[str] = []
    seen: set[bytes] = set()

    @action(scope="branch_id")
    def evening(tx: Tx, *, branch_id: str) -> None:
        assert tx.scope_id == branch_id
        held: list[tuple[Hold, dict[str, Any]]] = []
        for nth in range(72):
            with suppress(AppError):
                step(tx, chance, passes[nth % len(passes)], held)
            remembered, read = remembered_and_read(tx)
            different.extend([f"step {nth}"] * (remembered != read))
            seen.add(bytes(read))

    theatre.do(evening, branch_id=theatre.branch_id)
    assert different == []
    assert len(seen) > 8


def test_a_hold_is_over_at_its_instant_and_another_may_follow() -> None:
    known = Taken(4, [0], {1: 50})
    assert (bytes(known.at(49)), bytes(known.at(50))) == (b"\1\1\0\0", b"\1\0\0\0")
    known.hold([1, 2], 90)
    assert (bytes(known.at(50)), bytes(known.at(90))) == (b"\1\1\1\0", b"\1\0\0\0")
    known.sell([1])
    known.free([2])
    assert bytes(known.at(90)) == b"\1\1\0\0"

"""Staff say that nobody came: not before the beginning, and the guest may still come after all."""

from __future__ import annotations

import pytest

from nowserving.actions.reservations.arriving import arrive, miss
from nowserving.domain.reservations.reservation import ReservationState as S
from nowserving.errors import Conflict
from tests.actions.surgery import DAY, HOUR, MINUTE, TUESDAY, Surgery

SLOT = TUESDAY - DAY + HOUR


def test_staff_note_that_nobody_came(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT)
    surgery.clock.now = SLOT + 5 * MINUTE
    surgery.do(miss, reservation_key=one.key)
    after = surgery.now(one)
    assert (after.state, after.ended_by, after.deadline_at) == (S.NO_SHOW, "staff", None)
    assert surgery.verbs(1) == ["reservation.missed"]


def test_nobody_is_missing_before_it_begins(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT)
    surgery.clock.now = SLOT - 5 * MINUTE
    with pytest.raises(Conflict) as refused:
        surgery.do(miss, reservation_key=one.key)
    assert refused.value.code == "not_yet"
    assert surgery.now(one).state is S.CONFIRMED


def test_who_comes_after_all_is_let_in(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT)
    surgery.clock.now = SLOT + 5 * MINUTE
    surgery.do(miss, reservation_key=one.key)
    with pytest.raises(Conflict):
        surgery.do(miss, reservation_key=one.key)
    assert surgery.do(arrive, reservation_key=one.key, by_staff=True).ticket is not None
    assert surgery.now(one).state is S.ARRIVED

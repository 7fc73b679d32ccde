"""What a guest wrote is erased a month after the promised time; the time itself stays for the statistics."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nowserving.actions.guests.forgetting import forget_reservations
from nowserving.actions.reservations.standing_by import stand_by
from nowserving.domain.retention import RESERVATIONS_KEPT_US
from nowserving.store import schema
from tests.actions.surgery import MINUTE, TUESDAY, Surgery

SECRETS = ("Ana", "ana@example.org", "600123456", "Peanuts", "Carla")


def everything(surgery: Surgery) -> str:
    tables = (schema.reservations, schema.standbys)
    return str([surgery.store.read_now(_rows, table) for table in tables])


def _rows(reader: Any, table: Any) -> list[Any]:
    return list(reader.execute(select(table)))


def forget(surgery: Surgery) -> int:
    return surgery.store.write_now(forget_reservations, branch_id=surgery.branch_id)


def test_who_booked_and_who_waited_is_forgotten_in_time(surgery: Surgery) -> None:
    booked = surgery.reserve(
        note="Peanuts", email="ana@example.org", phone="+34600123456", booked_from="phone"
    )
    surgery.reserve(name="Ben")
    wish: dict[str, Any] = {"service_id": surgery.service.id, "from_at": TUESDAY, "to_at": TUESDAY + MINUTE}
    surgery.do(stand_by, **wish, name="Carla")

    surgery.clock.now = booked.end_at + RESERVATIONS_KEPT_US - 40 * MINUTE
    assert forget(surgery) == 0
    assert all(secret in everything(surgery) for secret in SECRETS)
    surgery.clock.now = booked.end_at + RESERVATIONS_KEPT_US + MINUTE
    assert forget(surgery) == 3
    assert forget(surgery) == 0
    assert not any(secret in everything(surgery) for secret in SECRETS)
    after = surgery.now(booked)
    assert (after.start_at, after.code, after.booked_from) == (booked.start_at, booked.code, None)

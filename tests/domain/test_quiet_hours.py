"""Quiet hours: what is told at night and what is not, and when the day of a limit begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nowserving.domain.instants import SECOND_US
from nowserving.domain.messages.kinds import FOR_GUESTS, OF_RESERVATIONS, Kind
from nowserving.domain.messages.wanted import Wanted, day_start

NIGHT = Wanted(quiet_from="21:00", quiet_until="07:00")
TOLD_AT_NIGHT = {Kind.TURN, *OF_RESERVATIONS} - {Kind.REMINDER}


def at(zone: str, year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, fold: int = 0) -> int:
    local = datetime(year, month, day, hour, minute, fold=fold, tzinfo=ZoneInfo(zone))
    return round(local.timestamp() * SECOND_US)


@pytest.mark.parametrize("kind", [*FOR_GUESTS, *OF_RESERVATIONS])
def test_at_night_only_a_call_and_what_becomes_of_a_reservation_is_told(kind: Kind) -> None:
    zone = "Europe/Madrid"
    assert NIGHT.silences(kind, at(zone, 2026, 7, 1, 23), ZoneInfo(zone)) is (kind not in TOLD_AT_NIGHT)
    assert not NIGHT.silences(kind, at(zone, 2026, 7, 1, 12), ZoneInfo(zone))


@pytest.mark.parametrize("fold", [0, 1])
def test_where_midnight_comes_twice_the_day_begins_with_the_first(fold: int) -> None:
    """In Havana the clock goes from 1:00 back to 0:00 on 2 November 2025."""
    began = day_start(at("America/Havana", 2025, 11, 2, 0, 10, fold=fold), ZoneInfo("America/Havana"))
    assert datetime.fromtimestamp(began / 1_000_000, UTC) == datetime(2025, 11, 2, 4, tzinfo=UTC)
    assert timedelta(microseconds=at("America/Havana", 2025, 11, 2, 12) - began) == timedelta(hours=13)

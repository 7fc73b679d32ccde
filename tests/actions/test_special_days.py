"""Closed days and days with hours of their own: they hold for walk-ins as for reservations."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from nowserving.actions.layout.branches import add_closure
from nowserving.actions.reservations.rosters import remove_special_day, set_special_day
from nowserving.actions.tickets.joining import join
from nowserving.domain.calendar.hours import Closure, DayHours, closed_for, hours_from, is_open, next_opening
from nowserving.live.places import place_of
from nowserving.live.relay import built
from nowserving.live.screens import kiosk_view
from nowserving.store.memory import snapshot
from tests.actions.surgery import DAY, HOUR, Surgery

# The clock stands on a Monday at 09:00 UTC, when the surgery has just opened.
TODAY, TOMORROW = "2026-11-23", "2026-11-24"


def kiosk(surgery: Surgery) -> dict[str, object]:
    """Return what a kiosk shows of the doors and of the one queue."""
    found = surgery.store.read_now(snapshot, surgery.branch_id, place_of)
    assert found is not None
    view = kiosk_view(built(found, {}), surgery.clock.now)
    return {
        "join": view["queues"][surgery.queue_id]["can_join"],
        **{name: view[name] for name in ("open", "closed_for", "opens_at") if name in view},
    }


def test_a_day_that_is_closed_for_reservations_is_closed_at_the_kiosk_and_by_the_api(
    surgery: Surgery,
) -> None:
    opens_at = surgery.clock.now // DAY * DAY + DAY + 9 * HOUR
    day = surgery.do(set_special_day, branch_id=surgery.branch_id, on_date=TODAY, reason="Inventory")

    refusal = surgery.refuses(join, queue_id=surgery.queue_id)

    assert (refusal.code, refusal.data["reason"], refusal.data["opens_at"]) == (
        "queue_closed",
        "Inventory",
        opens_at,
    )
    assert kiosk(surgery) == {
        "join": "closed",
        "open": False,
        "closed_for": "Inventory",
        "opens_at": opens_at,
    }
    surgery.do(remove_special_day, special_day_id=day.id)
    assert kiosk(surgery) == {"join": "open", "open": True}
    assert surgery.do(join, queue_id=surgery.queue_id).position == 1


def test_a_holiday_says_why_it_is_closed(surgery: Surgery) -> None:
    surgery.do(
        add_closure, branch_id=surgery.branch_id, starts_on=TODAY, ends_on=TODAY, reason="Thanksgiving"
    )
    assert surgery.refuses(join, queue_id=surgery.queue_id).data["reason"] == "Thanksgiving"
    assert kiosk(surgery)["closed_for"] == "Thanksgiving"


def test_hours_of_a_day_are_the_hours_of_walk_ins_too(surgery: Surgery) -> None:
    surgery.do(set_special_day, branch_id=surgery.branch_id, on_date=TODAY, intervals=[["10:00", "11:00"]])
    before = surgery.refuses(join, queue_id=surgery.queue_id)
    assert "reason" not in before.data
    assert before.data["opens_at"] == surgery.clock.now // DAY * DAY + 10 * HOUR
    surgery.clock.advance(3600)
    assert surgery.do(join, queue_id=surgery.queue_id).position == 1
    surgery.clock.advance(3600)
    assert surgery.refuses(join, queue_id=surgery.queue_id).code == "queue_closed"


@pytest.mark.parametrize("intervals", [[], [["09:00", "10:00"]]])
def test_a_day_for_walk_ins_only_takes_them_and_sells_no_slot(
    surgery: Surgery, intervals: list[list[str]]
) -> None:
    assert surgery.slots(surgery.clock.now, surgery.clock.now + 6 * HOUR)
    surgery.do(
        set_special_day,
        branch_id=surgery.branch_id,
        on_date=TODAY,
        intervals=intervals,
        walk_ins_only=True,
    )
    assert surgery.do(join, queue_id=surgery.queue_id).position == 1
    assert surgery.slots(surgery.clock.now, surgery.clock.now + 6 * HOUR) == []


def test_a_day_of_one_service_is_nothing_to_walk_ins(surgery: Surgery) -> None:
    surgery.do(set_special_day, branch_id=surgery.branch_id, service_id=surgery.service.id, on_date=TODAY)
    assert surgery.do(join, queue_id=surgery.queue_id).position == 1


def test_a_closure_is_stronger_than_hours_of_a_day() -> None:
    hours = hours_from({"weekly": {"mon": [["09:00", "12:00"]]}})
    zone = ZoneInfo("UTC")
    ten = 1_795_428_000_000_000
    own = DayHours(TODAY, hours.weekly[0], "Short day")
    closure = Closure(id="c", branch_id="b", starts_on=TODAY, ends_on=TOMORROW, reason="Flood")
    assert is_open(ten, hours, zone, [own])
    assert not is_open(ten, hours, zone, [own, closure])
    assert closed_for(ten, zone, [own, closure]) == "Flood"
    assert closed_for(ten, zone, [own]) is None
    assert next_opening(ten, hours, zone, [own, closure]) == ten + 7 * DAY - HOUR

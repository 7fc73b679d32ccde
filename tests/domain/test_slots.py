"""Slots follow from hours, in every zone and on every day, and what is left of them from what is taken."""

from __future__ import annotations

import os
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nowserving.domain.calendar.day import instant, local_time
from nowserving.domain.calendar.hours import ALWAYS_OPEN, Closure, Hours, Interval, Span
from nowserving.domain.reservations.opening import Giver, Plan, openings
from nowserving.domain.reservations.room import Load, Taken
from nowserving.domain.reservations.roster import SpecialDay
from nowserving.domain.reservations.service import Service, ServiceRules
from nowserving.domain.reservations.slots import (
    Slot,
    bookable,
    busy,
    exists,
    giver_for,
    loads_of,
    nearest,
    slots_of,
)
from tests.domain.clocks import FIRST, ZONES, clocks, days

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MORNING = Hours(((Interval(9 * 60, 12 * 60),),) * 7)
MADRID = ZoneInfo("Europe/Madrid")
PROVING = os.environ.get("HYPOTHESIS_PROFILE") == "prove"


def service(duration_s: int = 3600, hours: Hours | None = None, **rules: Any) -> Service:
    return Service(
        id="s",
        branch_id="b",
        queue_id="q",
        name="S",
        description="",
        price="",
        place=0,
        duration_s=duration_s,
        hours=hours,
        questions=(),
        rules=ServiceRules(**rules),
        desk_ids=(),
        edited=1,
        archived_at=None,
    )


def plan(hours: Hours = MORNING, zone: ZoneInfo = MADRID, **more: Any) -> Plan:
    made = {"service": service(), "givers": (Giver(),), **more}
    return Plan(zone=zone, hours=hours, **made)


def special(on_date: str, *intervals: Interval, walk_ins_only: bool = False) -> dict[str, SpecialDay]:
    day = SpecialDay(
        id="d",
        branch_id="b",
        service_id=None,
        on_date=on_date,
        intervals=intervals,
        walk_ins_only=walk_ins_only,
        reason="",
    )
    return {on_date: day}


def starts(wanted: Plan, day: str, days: int = 1, **more: Any) -> list[str]:
    """Return when the slots of a date begin, as the clock on the wall shows it, with its offset."""
    first = date.fromisoformat(day)
    span = instant(first, 0, wanted.zone), instant(first + timedelta(days=days), 0, wanted.zone)
    found = slots_of(wanted, loads_of(wanted, []), *span, **more)
    return [local_time(one.start_at, wanted.zone).strftime("%H:%M%z") for one in found]


def test_slots_begin_at_the_opening_and_end_before_the_closing() -> None:
    assert starts(plan(), "2026-11-24") == ["09:00+0100", "10:00+0100", "11:00+0100"]
    odd = plan(service=service(duration_s=50 * 60))
    assert starts(odd, "2026-11-24") == ["09:00+0100", "09:50+0100", "10:40+0100"]


def test_buffers_lie_between_slots_unless_the_step_says_otherwise() -> None:
    kept = service(duration_s=1800, buffer_before_s=300, buffer_after_s=600)
    assert starts(plan(service=kept), "2026-11-24") == [
        f"{at}+0100" for at in ("09:00", "09:45", "10:30", "11:15")
    ]
    assert busy(kept, 0) == Span(-300 * SECOND, 2400 * SECOND)
    step = service(duration_s=1800, buffer_after_s=600, step_s=5400)
    assert starts(plan(service=step), "2026-11-24") == ["09:00+0100", "10:30+0100"]


def test_the_most_particular_hours_say_when_slots_begin_and_the_others_cut() -> None:
    of_service = Hours(((Interval(9 * 60 + 30, 18 * 60),),) * 7)
    wanted = plan(service=service(hours=of_service))
    assert starts(wanted, "2026-11-24") == ["09:30+0100", "10:30+0100"]
    of_desk = Hours(((Interval(8 * 60 + 15, 11 * 60 + 15),),) * 7)
    both = plan(service=service(hours=of_service), givers=(Giver(desk_id="d", hours=of_desk),))
    assert starts(both, "2026-11-24") == ["09:30+0100"]


def test_a_night_is_one_opening_also_where_a_branch_never_closes() -> None:
    night = Hours(((Interval(22 * 60, 2 * 60),),) * 7)
    wanted = plan(ALWAYS_OPEN, service=service(duration_s=3 * 1800, hours=night))
    # Half past eleven until one: over midnight, in one piece.
    assert starts(wanted, "2026-11-24", 2) == ["22:00+0100", "23:30+0100"] * 2


def test_nothing_depends_on_which_days_are_asked_for() -> None:
    wanted = plan(ALWAYS_OPEN, service=service(duration_s=7 * 3600))
    assert starts(wanted, "2026-11-24") == starts(wanted, "2026-11-23", 2)[3:]
    assert starts(wanted, "2026-11-24") == ["00:00+0100", "07:00+0100", "14:00+0100"]


def test_what_yesterdays_night_has_already_is_not_there_twice() -> None:
    night = (Interval(22 * 60, 10 * 60), Interval(9 * 60, 12 * 60))
    wanted = plan(Hours((night[:1], night[1:], (), (), (), (), ())))
    # Monday's night runs until ten on Tuesday; Tuesday's own hours begin there.
    assert starts(wanted, "2026-11-24")[-3:] == ["09:00+0100", "10:00+0100", "11:00+0100"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {
                "closures": (
                    Closure(id="c", branch_id="b", starts_on="2026-11-24", ends_on="2026-11-24", reason=""),
                )
            },
            [],
        ),
        ({"days": special("2026-11-24")}, []),
        ({"days": special("2026-11-24", Interval(600, 660))}, ["10:00+0100"]),
        ({"days": special("2026-11-24", walk_ins_only=True)}, []),
        ({"own_days": special("2026-11-24", Interval(600, 660))}, ["10:00+0100"]),
        ({"own_days": special("2026-11-24", Interval(0, 60))}, []),
        ({"own_days": special("2026-11-24", Interval(600, 660), walk_ins_only=True)}, []),
        ({"own_days": special("2026-11-23")}, ["09:00+0100", "10:00+0100", "11:00+0100"]),
    ],
)
def test_one_date_may_be_otherwise(more: dict[str, Any], expected: list[str]) -> None:
    assert starts(plan(**more), "2026-11-24") == expected
    assert len(starts(plan(**more), "2026-11-25")) == 3


def test_a_special_day_of_walk_ins_keeps_the_usual_hours_for_them() -> None:
    wanted = plan(days=special("2026-11-24", walk_ins_only=True), service=service(hours=MORNING))
    assert openings(wanted, Giver(), date(2026, 11, 24)) == []
    own = plan(own_days=special("2026-11-23", Interval(22 * 60, 2 * 60)), service=service())
    desk = Giver(desk_id="d", hours=ALWAYS_OPEN)
    assert openings(own, desk, date(2026, 11, 24))


def test_an_absence_takes_slots_and_moves_none() -> None:
    away = Span(
        instant(date(2026, 11, 24), 10 * 60 + 30, MADRID), instant(date(2026, 11, 24), 11 * 60, MADRID)
    )
    wanted = plan(givers=(Giver(desk_id="d", away=(away,)),))
    assert starts(wanted, "2026-11-24") == ["09:00+0100", "11:00+0100"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # Clocks go forward at two: an hour has no slot, and the day has 23.
        ("2026-03-29", ["00:00+0100", "01:00+0100", "03:00+0200", "04:00+0200"]),
        # Clocks go back at three: an hour has two.
        ("2026-10-25", ["00:00+0200", "01:00+0200", "02:00+0200", "02:00+0100", "03:00+0100", "04:00+0100"]),
        ("2026-11-24", ["00:00+0100", "01:00+0100", "02:00+0100", "03:00+0100", "04:00+0100"]),
    ],
)
def test_an_opening_has_as_many_slots_as_it_has_hours(day: str, expected: list[str]) -> None:
    assert starts(plan(Hours(((Interval(0, 5 * 60),),) * 7)), day) == expected


def test_a_day_that_a_zone_skipped_has_no_slots() -> None:
    wanted = plan(zone=ZoneInfo("Pacific/Apia"))
    assert starts(wanted, "2011-12-29", 3) == starts(wanted, "2011-12-29") + starts(wanted, "2011-12-31")


@pytest.mark.parametrize("way", ["the days that matter", pytest.param("all", marks=pytest.mark.prove)])
def test_every_zone_makes_valid_slots_over_ten_years(way: str) -> None:
    """Slots lie in their openings, don't overlap, and each is as long as its service: ten years of them."""
    tried: list[str] = []
    night = Hours(((Interval(0, 6 * 60), Interval(22 * 60, 24 * 60)),) * 7)
    for name, names in clocks().items():
        wanted = plan(night, ZoneInfo(name), service=service(duration_s=5400))
        for first, last in spans(name, way):
            found = list(slots_of(wanted, loads_of(wanted, []), first, last))
            assert len(found) >= (last - first) // DAY * 3, (name, first)
            check_slots(wanted, found)
        tried += names
    assert sorted(tried) == ZONES
    assert len(ZONES) > 500


def spans(name: str, way: str) -> list[tuple[int, int]]:
    """Return the spans of time to look at: the days that matter, or all of it."""
    zone = ZoneInfo(name)
    if way == "all":
        return [(instant(FIRST, 0, zone), instant(FIRST + timedelta(days=3653), 0, zone))]
    found: list[tuple[int, int]] = []
    for day in days(name):
        first, last = instant(day, 0, zone), instant(day + timedelta(days=1), 0, zone)
        # Days that follow each other are one span, so that what runs over midnight is seen.
        found.append((found.pop()[0], last) if found and found[-1][1] == first else (first, last))
    return found


def check_slots(wanted: Plan, found: list[Slot]) -> None:
    for one, after in pairwise(found):
        assert one.end_at <= after.start_at
    for one in found:
        assert one.end_at - one.start_at == 5400 * SECOND
        hour = local_time(one.start_at, wanted.zone).hour
        assert hour < 6 or hour >= 22
    assert all(exists(wanted, one.start_at) for one in found[::3])


def taken(
    at: int, size: int = 1, service_id: str = "s", desk_id: str | None = None, length: int = 10
) -> Taken:
    return Taken(service_id, desk_id, at, at + length, at, at + length, size)


def test_room_is_the_capacity_less_the_most_that_overlap_at_once() -> None:
    load = Load("s", [taken(0), taken(10), taken(5, size=2)])
    assert [load.room(4, *span) for span in ((0, 5), (0, 20), (15, 30), (20, 30), (-5, 0))] == [3, 1, 3, 4, 4]
    load.add(taken(20, size=9))
    assert load.room(4, 20, 30) == 0
    assert load.room(4, 30, 40) == 4


def test_another_service_leaves_no_room_however_large_the_capacity() -> None:
    load = Load("s", [taken(0, service_id="other", length=100), taken(20, service_id="other")])
    assert [load.room(9, *span) for span in ((0, 5), (90, 200), (100, 200), (-9, 0))] == [0, 0, 9, 9]
    assert load.reserved_us(0, 20) == 100


def test_anyone_is_who_has_the_least_to_do_that_day_and_has_room() -> None:
    givers = (Giver(desk_id="one"), Giver(desk_id="two"))
    wanted = plan(service=service(capacity=2, max_size=2), givers=givers)
    nine = instant(date(2026, 11, 24), 9 * 60, MADRID)
    first = giver_for(wanted, loads_of(wanted, []), nine)
    assert first == givers[0]
    there = [Taken("s", "one", nine + HOUR, nine + 2 * HOUR, nine + HOUR, nine + 2 * HOUR, 1)]
    assert giver_for(wanted, loads_of(wanted, there), nine) == givers[1]
    full = [*there, Taken("s", "two", nine, nine + HOUR, nine, nine + HOUR, 1)]
    assert giver_for(wanted, loads_of(wanted, full), nine, size=2) == givers[0]
    assert giver_for(wanted, loads_of(wanted, full), nine, desk_id="two", size=2) is None
    assert giver_for(wanted, loads_of(wanted, full), nine + 1) is None


def test_guests_keep_to_notice_and_window_and_staff_to_the_end() -> None:
    wanted = plan(service=service(notice_s=3600, window_days=2))
    now = instant(date(2026, 11, 24), 9 * 60, MADRID)
    assert bookable(wanted, now) == Span(now + HOUR, instant(date(2026, 11, 27), 0, MADRID))
    assert bookable(wanted, now, by_staff=True).start_us == now - HOUR + 1


def test_the_nearest_free_slots_come_in_order() -> None:
    slots = [Slot(at, at + 1, None, free) for at, free in ((0, 1), (10, 0), (20, 1), (30, 1), (90, 1))]
    assert [one.start_at for one in nearest(slots, 12, 3)] == [0, 20, 30]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.integers(1, 4), st.sampled_from("so"))),
    st.integers(0, 40),
    st.integers(1, 12),
    st.integers(1, 8),
)
@settings(max_examples=5_000 if PROVING else 200, derandomize=not PROVING, deadline=None, database=None)
def test_room_is_what_counting_every_instant_says(
    there: list[tuple[int, int, int, str]], at: int, length: int, capacity: int
) -> None:
    load = Load("s", [taken(a, size=n, service_id=who, length=long) for a, long, n, who in there])
    foreign = any(who == "o" and a < at + length and at < a + long for a, long, _, who in there)
    levels = [
        sum(n for a, long, n, who in there if who == "s" and a <= now < a + long)
        for now in range(at, at + length)
    ]
    expected = 0 if foreign else max(capacity - max(levels), 0)
    assert load.room(capacity, at, at + length) == expected


def test_what_is_taken_at_a_desk_that_does_not_give_the_service_takes_nothing_of_it() -> None:
    wanted = plan(givers=(Giver(desk_id="one"),))
    elsewhere = [Taken("s", "another", 0, HOUR, 0, HOUR, 1)]

    assert loads_of(wanted, elsewhere)["one"].room(1, 0, HOUR) == 1

"""The quick way to slots comes to the same as the long one, in every zone and whatever is set and taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nowserving.domain.calendar.day import instant
from nowserving.domain.calendar.hours import ALWAYS_OPEN, Closure, Hours, Interval, Span
from nowserving.domain.reservations import timetable as tables
from nowserving.domain.reservations.opening import Giver, Plan, openings
from nowserving.domain.reservations.room import Load, Taken
from nowserving.domain.reservations.roster import SpecialDay
from nowserving.domain.reservations.slots import giver_for, loads_of, slots_of
from nowserving.domain.reservations.timetable import Timetable, steady_midnight, timetable
from tests.domain.clocks import FIRST, clocks
from tests.domain.clocks import days as days_of
from tests.domain.plain_slots import plain_giver, plain_slots
from tests.domain.test_slots import MADRID, PROVING, plan, service

MINUTE = 60_000_000
HOUR = 60 * MINUTE
EXAMPLES = settings(
    max_examples=3_000 if PROVING else 60, derandomize=not PROVING, deadline=None, database=None
)
# Days around which the clocks of the zones below change, and one on which none does.
CHANGES = {
    "Europe/Madrid": ["2026-03-29", "2026-10-25", "2026-11-24"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "America/Santiago": ["2026-04-05", "2026-09-06"],
    "Asia/Beirut": ["2026-03-29", "2026-10-25"],
    "Pacific/Apia": ["2011-12-30", "2011-12-29"],
}
intervals = st.lists(st.integers(0, 47), min_size=0, max_size=4, unique=True).map(
    lambda ends: tuple(Interval(a * 30, b * 30) for a, b in zip(*[iter(sorted(ends))] * 2, strict=False))
)
# Also one that runs over midnight.
days = st.one_of(
    intervals,
    st.tuples(st.integers(36, 47), st.integers(1, 20)).map(
        lambda ends: (Interval(ends[0] * 30, ends[1] * 30),)
    ),
)
weeks = st.lists(days, min_size=7, max_size=7).map(lambda week: Hours(tuple(week)))


@st.composite
def plans(draw: Any) -> tuple[Plan, date]:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    middle = date.fromisoformat(draw(st.sampled_from(CHANGES[zone])))

    def near() -> str:
        return str((middle + timedelta(days=draw(st.integers(-3, 3)))).isoformat())

    def special() -> dict[str, SpecialDay]:
        made = {}
        for _ in range(draw(st.integers(0, 2))):
            on_date, only = near(), draw(st.booleans())
            made[on_date] = SpecialDay(
                id="d",
                branch_id="b",
                service_id=None,
                on_date=on_date,
                intervals=draw(days),
                walk_ins_only=only,
                reason="",
            )
        return made

    closures = tuple(
        Closure(id="c", branch_id="b", starts_on=on_date, ends_on=on_date, reason="")
        for on_date in ([near()] if draw(st.booleans()) else [])
    )
    noon = instant(middle, 720, ZoneInfo(zone))
    givers = tuple(
        Giver(
            desk_id=f"desk {n}",
            hours=draw(st.one_of(st.none(), weeks)),
            away=tuple(
                Span(noon + at * HOUR, noon + (at + 5) * HOUR)
                for at in draw(st.lists(st.integers(-40, 40), max_size=2))
            ),
        )
        for n in range(draw(st.integers(0, 3)))
    )
    rules = {
        "capacity": draw(st.integers(1, 4)),
        "step_s": draw(st.sampled_from([None, 900, 1800, 7200])),
        "buffer_before_s": draw(st.sampled_from([0, 600])),
        "buffer_after_s": draw(st.sampled_from([0, 1200])),
    }
    made = service(draw(st.sampled_from([1200, 3600, 9000])), draw(st.one_of(st.none(), weeks)), **rules)
    more = {"closures": closures, "days": special(), "own_days": special(), "service": made}
    hours = draw(st.one_of(weeks, st.just(ALWAYS_OPEN)))
    return plan(hours, ZoneInfo(zone), **more, givers=givers or (Giver(),)), middle


@st.composite
def taken(draw: Any, noon: int, at_desks: bool) -> Taken:
    start_at = noon + draw(st.integers(-400, 400)) * 5 * MINUTE
    end_at = start_at + draw(st.integers(1, 30)) * 5 * MINUTE
    before, after = draw(st.sampled_from([0, 10])), draw(st.sampled_from([0, 10]))
    busy = (start_at - before * MINUTE, end_at + after * MINUTE)
    own = draw(st.sampled_from("ssso"))
    desk_id = draw(st.sampled_from(["desk 0", "desk 1", "elsewhere"])) if at_desks else None
    return Taken(own, desk_id, start_at, end_at, *busy, draw(st.integers(1, 3)))


@given(st.data())
@EXAMPLES
def test_the_quick_way_comes_to_the_same_as_the_long_one(data: st.DataObject) -> None:
    wanted, middle = data.draw(plans())
    noon = instant(middle, 720, wanted.zone)
    at_desks = wanted.givers[0].desk_id is not None
    there = data.draw(st.lists(taken(noon, at_desks), max_size=12))
    from_us = noon + data.draw(st.integers(-60, 20)) * HOUR
    to_us = from_us + data.draw(st.integers(0, 90)) * HOUR
    desk_id = data.draw(st.sampled_from([None, *(one.desk_id for one in wanted.givers)]))
    size = data.draw(st.integers(1, 3))

    loads = loads_of(wanted, there)
    found = list(slots_of(wanted, loads, from_us, to_us, desk_id=desk_id, size=size))

    assert found == plain_slots(wanted, there, from_us, to_us, desk_id, size)
    for slot in found[::7]:
        expected = plain_giver(wanted, there, slot.start_at, desk_id, size)
        assert giver_for(wanted, loads, slot.start_at, desk_id=desk_id, size=size) == expected


@given(st.data())
@EXAMPLES
def test_a_reservation_that_is_added_counts_like_one_that_was_there(data: st.DataObject) -> None:
    there = data.draw(st.lists(taken(0, at_desks=True), max_size=12))
    grown = Load("s", there[:5])
    for one in there[5:]:
        grown.add(one)
    whole = Load("s", there)

    for _ in range(10):
        at = data.draw(st.integers(-450, 450)) * 5 * MINUTE
        assert grown.room(7, at, at + HOUR) == whole.room(7, at, at + HOUR)
        assert grown.reserved_us(at, at + 9 * HOUR) == whole.reserved_us(at, at + 9 * HOUR)


@pytest.mark.parametrize("way", ["the days that matter", pytest.param("all", marks=pytest.mark.prove)])
def test_in_every_zone_a_day_that_is_a_sum_is_the_day_laid_out(way: str) -> None:
    """Over ten years: a week is reckoned once, and the clock's changes are never overlooked."""
    every = [FIRST + timedelta(days=passed) for passed in range(3653)]
    for name in clocks():
        lay_out(name, every if way == "all" else days_of(name))
    lay_out("Pacific/Apia", [date(2011, 12, 25) + timedelta(days=passed) for passed in range(12)])


def lay_out(name: str, wanted_days: list[date]) -> None:
    night = Hours(((Interval(0, 6 * 60), Interval(22 * 60, 3 * 60)),) * 7)
    wanted = plan(night, ZoneInfo(name), service=service(5400))
    for day in wanted_days:
        laid_out = [
            at
            for start_us, end_us in openings(wanted, Giver(), day)
            for at in range(start_us, end_us - 5400 * 1_000_000 + 1, 5400 * 1_000_000)
        ]
        quick = [at for run in timetable(wanted, Giver()).starts(day) for at in run]
        assert quick == sorted(set(laid_out)), (name, day)


def test_the_long_way_sees_a_clock_change_that_is_overlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a quick way that takes every day for one like others is caught."""
    honest = steady_midnight
    monkeypatch.setattr(
        tables, "steady_midnight", lambda day, zone: honest(day, zone) or instant(day, 0, zone)
    )
    wanted = plan(ALWAYS_OPEN)
    table = Timetable(wanted, Giver())
    day = date(2026, 10, 25)
    table.starts(day - timedelta(days=7))

    assert [len(run) for run in table.starts(day)] == [24]
    assert len(plain_slots(wanted, [], *_day(day))) == 25


def test_openings_that_share_an_hour_shown_twice_have_each_slot_once() -> None:
    hours = Hours(((Interval(0, 150), Interval(150, 360)),) * 7)
    wanted = plan(hours, service=service(1800))
    day = date(2026, 10, 25)
    found = [slot.start_at for slot in slots_of(wanted, loads_of(wanted, []), *_day(day))]

    assert found == sorted(set(found))
    assert found == [slot.start_at for slot in plain_slots(wanted, [], *_day(day))]


def test_plans_of_the_same_hours_share_a_timetable_and_edited_ones_do_not() -> None:
    one = plan()
    again, other = plan(), plan(replace(one.hours, weekly=(*one.hours.weekly[:6], ())))

    assert timetable(one, Giver()) is timetable(again, Giver())
    assert timetable(one, Giver()) is not timetable(other, Giver())


def test_desks_with_other_hours_offer_each_beginning_once_and_with_the_most_room() -> None:
    day = date(2026, 7, 1)
    noon = instant(day, 12 * 60, MADRID)
    away = Giver(desk_id="2", away=(Span(noon, noon + 3_600_000_000),))
    wanted = plan(givers=(away, Giver(desk_id="1"), Giver(desk_id="3")))
    found = list(slots_of(wanted, loads_of(wanted, []), *_day(day)))

    assert found == plain_slots(wanted, [], *_day(day))
    assert len({slot.start_at for slot in found}) == len(found)


def test_a_timetable_that_has_grown_large_begins_anew_and_says_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table, days = timetable(plan(), Giver()), [date(2026, 7, 1) + timedelta(days=n) for n in range(5)]
    before = [table.starts(day) for day in days]
    monkeypatch.setattr(tables, "_MOST_DAYS", 2)
    small = Timetable(plan(), Giver())
    assert [small.starts(day) for day in days] == before
    assert [small.starts(day) for day in days[::-1]] == before[::-1]


def _day(day: date) -> tuple[int, int]:
    return instant(day, 0, MADRID), instant(day + timedelta(days=1), 0, MADRID)

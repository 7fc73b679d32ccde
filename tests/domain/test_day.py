from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nowserving.domain.calendar import day as days
from nowserving.domain.calendar.day import (
    ServiceDay,
    day_bounds,
    hour_of,
    instant,
    local_time,
    service_day,
    service_day_of,
    zone_of,
)
from nowserving.domain.instants import HOUR_US, SECOND_US
from nowserving.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")

zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
instants = st.integers(946_684_800, 2_208_988_800).map(lambda second: second * SECOND_US)
starts = st.integers(0, 1439)


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND_US


@pytest.mark.parametrize("name", ["Europe/Madrid", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "UTC"])
def test_a_time_zone_is_known_by_its_name(name: str) -> None:
    assert zone_of(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        "Mars/Phobos",
        "europe/madrid",
        "Europe/Madrid ",
        "localtime",
        "Factory",
        *("Europe", "\ud800", "a\0b", None, 3, ["UTC"]),
    ],
)
def test_what_is_no_time_zone_is_refused_and_never_opened_as_a_file(name: object) -> None:
    with pytest.raises(Invalid) as refusal:
        zone_of(name, "/time_zone")
    assert [(field.pointer, field.code) for field in refusal.value.fields] == [("/time_zone", "unknown_zone")]


def test_the_day_changes_at_local_midnight() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    assert service_day(utc("2026-11-22T18:29:59"), kolkata) == "2026-11-22"
    assert service_day(utc("2026-11-22T18:30:00"), kolkata) == "2026-11-23"


def test_a_late_branch_keeps_its_day_until_its_own_start() -> None:
    assert service_day(utc("2026-11-22T02:59:59"), BERLIN, 4 * 60) == "2026-11-21"
    assert service_day(utc("2026-11-22T03:00:00"), BERLIN, 4 * 60) == "2026-11-22"


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-22", 24)])
def test_a_day_is_as_long_as_its_clock_makes_it(day: str, hours: int) -> None:
    bounds = day_bounds(date.fromisoformat(day), BERLIN)
    assert bounds.end_us - bounds.start_us == hours * HOUR_US


def test_a_skipped_time_is_the_instant_of_the_skip() -> None:
    assert instant(date(2026, 3, 29), 2 * 60 + 30, BERLIN) == utc("2026-03-29T01:00:00")
    assert instant(date(2026, 3, 29), 2 * 60, BERLIN) == utc("2026-03-29T01:00:00")


def test_a_time_shown_twice_is_the_first_or_if_asked_the_last() -> None:
    twice = date(2026, 10, 25), 2 * 60 + 30, BERLIN
    assert instant(*twice) == utc("2026-10-25T00:30:00")
    assert instant(*twice, last=True) == utc("2026-10-25T01:30:00")


def test_half_an_hour_may_be_skipped_too() -> None:
    assert instant(date(2026, 10, 4), 2 * 60 + 10, ZoneInfo("Australia/Lord_Howe")) == utc(
        "2026-10-03T15:30:00"
    )


def test_a_day_without_a_midnight_begins_when_its_clock_does() -> None:
    cairo = day_bounds(date(2026, 4, 24), ZoneInfo("Africa/Cairo"))
    assert cairo.start_us == utc("2026-04-23T22:00:00")
    assert cairo.end_us - cairo.start_us == 23 * HOUR_US


def test_a_date_that_a_country_left_out_has_no_instant() -> None:
    apia = ZoneInfo("Pacific/Apia")
    left_out = day_bounds(date(2011, 12, 30), apia)
    assert left_out.start_us == left_out.end_us == utc("2011-12-30T10:00:00")
    assert service_day(left_out.start_us, apia) == "2011-12-31"
    assert service_day(left_out.start_us - 1, apia) == "2011-12-29"


@given(instants, zones, starts)
@example(utc("2026-10-25T00:30:00"), BERLIN, 150)
@example(utc("2026-11-01T04:30:00"), ZoneInfo("America/Havana"), 30)
def test_every_instant_belongs_to_one_service_day(now: int, zone: ZoneInfo, start: int) -> None:
    found = service_day_of(now, zone, start)
    assert found.start_us <= now < found.end_us
    assert found == day_bounds(date.fromisoformat(found.label), zone, start)


@given(instants, zones, starts)
def test_service_days_follow_each_other_without_a_gap(now: int, zone: ZoneInfo, start: int) -> None:
    today = service_day_of(now, zone, start)
    tomorrow = service_day_of(today.end_us, zone, start)
    assert tomorrow.start_us == today.end_us
    assert tomorrow.label > today.label


@given(instants, zones)
def test_what_the_clock_shows_is_found_again(now: int, zone: ZoneInfo) -> None:
    shown = local_time(now, zone)
    minutes = shown.hour * 60 + shown.minute
    within = shown.second * SECOND_US + shown.microsecond
    first, last = (instant(shown.date(), minutes, zone, last=last) + within for last in (False, True))
    assert now in (first, last)


@given(instants, zones, st.integers(0, 2880))
def test_the_instant_of_a_time_shows_that_time_or_the_end_of_a_skip(
    now: int, zone: ZoneInfo, minutes: int
) -> None:
    day = local_time(now, zone).date()
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 wall clock
    found = instant(day, minutes, zone)
    shown = local_time(found, zone).replace(tzinfo=None)
    just_before = local_time(found - SECOND_US, zone).replace(tzinfo=None)
    assert shown == wanted or just_before < wanted < shown


def test_the_current_day_is_remembered_and_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "_current", {})
    monkeypatch.setattr(days, "_MOST_CURRENT", 2)
    now = utc("2026-11-22T12:00:00")
    for start in (0, 60, 120):
        service_day_of(now, BERLIN, start)
    assert list(days._current) == [("Europe/Berlin", 120)]
    monkeypatch.setattr(days, "_find_day", None)
    assert service_day_of(now + HOUR_US, BERLIN, 120).label == "2026-11-22"


def test_a_service_day_reads_as_its_parts() -> None:
    assert ServiceDay(1, 2, "2026-11-22").label == "2026-11-22"


@pytest.mark.parametrize(
    ("zone", "at", "began"),
    [
        ("Europe/Berlin", "2026-11-24T09:40:30", "2026-11-24T09:00:00"),
        # Half an hour beside everybody else.
        ("Asia/Kolkata", "2026-11-24T09:40:00", "2026-11-24T09:30:00"),
        # The hour that is there twice: each is its own.
        ("Europe/Berlin", "2026-10-25T00:10:00", "2026-10-25T00:00:00"),
        ("Europe/Berlin", "2026-10-25T01:10:00", "2026-10-25T01:00:00"),
    ],
)
def test_an_hour_begins_where_the_wall_says_so(zone: str, at: str, began: str) -> None:
    assert hour_of(utc(at), ZoneInfo(zone)) == utc(began)

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nowserving.domain.calendar.day import local_time
from nowserving.domain.calendar.hours import (
    ALWAYS_OPEN,
    MIDNIGHT,
    NEVER_OPEN,
    WEEKDAYS,
    Closure,
    Hours,
    Interval,
    closing_at,
    hours_from,
    hours_to,
    is_open,
    joinable,
    last_closing,
    next_opening,
    opened_at,
)
from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.rules import QueueRules
from nowserving.errors import Invalid

MADRID = ZoneInfo("Europe/Madrid")
UTC_ZONE = ZoneInfo("UTC")
HOUR = 3600 * SECOND_US
TOWN_HALL = hours_from(
    {
        "weekly": {
            **{weekday: [["09:00", "14:00"], ["16:00", "19:00"]] for weekday in WEEKDAYS[:4]},
            "fri": [["09:00", "14:00"]],
        }
    }
)
BAR = hours_from(
    {"weekly": {"fri": [["18:00", "02:00"]], "sat": [["18:00", "02:00"]]}, "day_starts_at": "06:00"}
)

zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
instants = st.integers(946_684_800, 2_208_988_800).map(lambda second: second * SECOND_US)


def at(text: str, zone: ZoneInfo = MADRID, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()) * SECOND_US


def closed(first: str, last: str) -> tuple[Closure, ...]:
    return (Closure(id="c1", branch_id="town", starts_on=first, ends_on=last, reason="Holiday"),)


@st.composite
def days(draw: st.DrawFn) -> tuple[Interval, ...]:
    times = sorted(draw(st.lists(st.integers(0, MIDNIGHT), max_size=6, unique=True)))
    pairs = [Interval(*pair) for pair in zip(times[::2], times[1::2], strict=False)]
    overnight = draw(st.booleans())
    if pairs and overnight:
        pairs[-1] = Interval(pairs[-1].opens, draw(st.integers(0, max(pairs[-1].opens - 1, 0))))
    return tuple(pair for pair in pairs if pair.opens != pair.closes)


weeks = st.builds(Hours, st.tuples(*[days()] * 7), st.integers(0, MIDNIGHT - 1))


def shown_open(hours: Hours, at_us: int, zone: ZoneInfo) -> bool:
    """The oracle: open if the clock on the wall reads a time inside an interval of today or yesterday."""
    shown = local_time(at_us, zone)
    minutes = shown.hour * 60 + shown.minute
    today, yesterday = hours.weekly[shown.weekday()], hours.weekly[shown.weekday() - 1]
    return any(
        opens <= minutes < closes or (closes < opens and minutes >= opens) for opens, closes in today
    ) or any(closes < opens and minutes < closes for opens, closes in yesterday)


@pytest.mark.parametrize(
    ("time", "is_it"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00:00", True),
        ("2026-11-23T13:59:59", True),
        ("2026-11-23T14:00:00", False),
        ("2026-11-23T16:00:00", True),
        ("2026-11-23T19:00:00", False),
        ("2026-11-27T17:00:00", False),
        ("2026-11-28T10:00:00", False),
    ],
)
def test_a_branch_is_open_within_its_intervals(time: str, is_it: bool) -> None:
    assert is_open(at(time), TOWN_HALL, MADRID) is is_it


@pytest.mark.parametrize(
    ("time", "is_it"),
    [
        ("2026-11-27T17:59:59", False),
        ("2026-11-28T01:59:59", True),
        ("2026-11-28T02:00:00", False),
        ("2026-11-29T01:00:00", True),
        ("2026-11-30T01:00:00", False),
    ],
)
def test_an_interval_that_closes_earlier_than_it_opens_runs_into_the_next_day(time: str, is_it: bool) -> None:
    assert is_open(at(time), BAR, MADRID) is is_it


def test_a_closure_removes_the_intervals_that_begin_on_its_days() -> None:
    saturday = closed("2026-11-28", "2026-11-28")
    assert is_open(at("2026-11-28T01:00:00"), BAR, MADRID, saturday), "Friday's night is Friday's"
    assert not is_open(at("2026-11-28T20:00:00"), BAR, MADRID, saturday)
    assert not is_open(at("2026-11-29T01:00:00"), BAR, MADRID, saturday)


def test_a_closure_includes_both_its_ends() -> None:
    week = closed("2026-11-23", "2026-11-25")
    days = ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]
    assert [is_open(at(f"{day}T10:00:00"), ALWAYS_OPEN, MADRID, week) for day in days] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_it_opens_again_at_the_next_interval_of_a_day_that_is_not_closed() -> None:
    assert next_opening(at("2026-11-23T14:30:00"), TOWN_HALL, MADRID) == at("2026-11-23T16:00:00")
    assert next_opening(at("2026-11-23T10:00:00"), TOWN_HALL, MADRID) == at("2026-11-23T16:00:00")
    assert next_opening(at("2026-11-27T20:00:00"), TOWN_HALL, MADRID) == at("2026-11-30T09:00:00")
    monday = closed("2026-11-30", "2026-11-30")
    assert next_opening(at("2026-11-27T20:00:00"), TOWN_HALL, MADRID, monday) == at("2026-12-01T09:00:00")


def test_the_search_for_an_opening_ends() -> None:
    now = at("2026-11-23T10:00:00")
    assert next_opening(now, NEVER_OPEN, MADRID) is None
    assert next_opening(now, ALWAYS_OPEN, MADRID) is None
    assert next_opening(now, TOWN_HALL, MADRID, closed("2026-11-24", "2199-12-31")) == at(
        "2026-11-23T16:00:00"
    )
    assert (
        next_opening(at("2026-11-23T20:00:00"), TOWN_HALL, MADRID, closed("2026-11-24", "2199-12-31")) is None
    )


def test_it_closes_at_the_end_of_the_present_interval() -> None:
    assert closing_at(at("2026-11-23T10:00:00"), TOWN_HALL, MADRID) == at("2026-11-23T14:00:00")
    assert closing_at(at("2026-11-27T23:00:00"), BAR, MADRID) == at("2026-11-28T02:00:00")
    assert closing_at(at("2026-11-23T15:00:00"), TOWN_HALL, MADRID) is None


def test_openings_that_touch_are_one() -> None:
    two_days = hours_from(
        {"weekly": {"mon": [["09:00", "12:00"], ["12:00", "24:00"]], "tue": [["00:00", "06:00"]]}}
    )
    assert closing_at(at("2026-11-23T10:00:00"), two_days, MADRID) == at("2026-11-24T06:00:00")
    assert next_opening(at("2026-11-23T10:00:00"), two_days, MADRID) == at("2026-11-30T09:00:00")


def test_openings_that_overlap_over_midnight_are_one() -> None:
    late = hours_from({"weekly": {"mon": [["20:00", "10:00"]], "tue": [["08:00", "09:00"]]}})
    assert closing_at(at("2026-11-24T08:30:00"), late, MADRID) == at("2026-11-24T10:00:00")


@pytest.mark.parametrize("zone", [MADRID, UTC_ZONE, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Niue")])
@pytest.mark.parametrize("time", ["2026-03-22T00:00:00", "2026-03-21T23:30:00", "2026-10-18T12:00:00"])
def test_what_never_closes_has_no_closing_time(zone: ZoneInfo, time: str) -> None:
    assert closing_at(at(time, zone), ALWAYS_OPEN, zone) is None


def test_a_closing_a_week_ahead_is_still_found() -> None:
    closing = closing_at(at("2026-11-23T10:00:00"), ALWAYS_OPEN, MADRID, closed("2026-11-30", "2026-11-30"))
    assert closing == at("2026-11-30T00:00:00")


def test_an_opening_at_a_skipped_time_is_at_the_instant_of_the_skip() -> None:
    night = hours_from({"weekly": {"sun": [["02:30", "05:00"]]}})
    assert next_opening(at("2026-03-28T12:00:00"), night, MADRID) == at("2026-03-29T03:00:00")


def test_an_interval_that_a_clock_skips_does_not_happen() -> None:
    gone = hours_from({"weekly": {"sun": [["02:10", "02:50"]]}})
    assert next_opening(at("2026-03-28T12:00:00"), gone, MADRID) == at("2026-04-05T02:10:00")


def test_among_times_shown_twice_the_first_opens_and_the_second_closes() -> None:
    night = hours_from({"weekly": {"sun": [["02:15", "02:45"]]}})
    before = at("2026-10-25T01:00:00")
    opening = next_opening(before, night, MADRID)
    assert opening == at("2026-10-25T02:15:00")
    assert closing_at(opening, night, MADRID) == at("2026-10-25T02:45:00", fold=1)


@given(weeks, instants, zones)
@example(Hours(((Interval(120, 150),),) * 7), at("2026-10-25T02:15:00", fold=1), MADRID)
@example(
    Hours(((Interval(0, 30),),) * 7),
    at("2026-10-31T23:59:00", ZoneInfo("America/Havana")),
    ZoneInfo("America/Havana"),
)
def test_a_branch_is_never_closed_while_the_clock_shows_an_opening_time(
    hours: Hours, now: int, zone: ZoneInfo
) -> None:
    if shown_open(hours, now, zone):
        assert is_open(now, hours, zone)


@given(weeks, instants, zones)
def test_away_from_clock_changes_it_is_open_exactly_when_the_clock_shows_it(
    hours: Hours, now: int, zone: ZoneInfo
) -> None:
    offsets = {local_time(now + away * HOUR, zone).utcoffset() for away in (-26, -13, -2, 0, 2)}
    if len(offsets) == 1:
        assert is_open(now, hours, zone) is shown_open(hours, now, zone)


@given(weeks, instants, zones)
def test_opening_and_closing_times_are_where_the_answer_changes(
    hours: Hours, now: int, zone: ZoneInfo
) -> None:
    opening = next_opening(now, hours, zone)
    if opening is not None:
        assert opening > now
        assert is_open(opening, hours, zone)
        assert not is_open(opening - 1, hours, zone)
    closing = closing_at(now, hours, zone)
    if closing is not None:
        assert is_open(now, hours, zone)
        assert is_open(closing - 1, hours, zone)
        assert not is_open(closing, hours, zone)


@given(weeks)
def test_hours_read_back_from_json_unchanged(hours: Hours) -> None:
    assert hours_from(json.loads(json.dumps(hours_to(hours)))) == hours


@pytest.mark.parametrize("hours", [ALWAYS_OPEN, NEVER_OPEN, TOWN_HALL, BAR])
def test_known_hours_read_back_from_json_unchanged(hours: Hours) -> None:
    assert hours_from(json.loads(json.dumps(hours_to(hours)))) == hours


def test_a_weekday_left_out_is_closed() -> None:
    assert hours_from({"weekly": {}}) == NEVER_OPEN


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        (None, "/hours", "not_an_object"),
        ({}, "/hours/weekly", "required"),
        ({"weekly": []}, "/hours/weekly", "not_an_object"),
        ({"weekly": {"monday": []}}, "/hours/weekly/monday", "unknown_field"),
        ({"weekly": {"mon": "09:00"}}, "/hours/weekly/mon", "not_a_list"),
        ({"weekly": {"mon": [["00:00", "00:01"]] * 13}}, "/hours/weekly/mon", "too_many_values"),
        ({"weekly": {"mon": [["09:00"]]}}, "/hours/weekly/mon/0", "not_a_pair"),
        ({"weekly": {"mon": [["09:00", "1", "2"]]}}, "/hours/weekly/mon/0", "too_many_values"),
        ({"weekly": {"mon": [["09:00", "25:00"]]}}, "/hours/weekly/mon/0/1", "not_a_time"),
        ({"weekly": {"mon": [["24:00", "03:00"]]}}, "/hours/weekly/mon/0/0", "not_a_time"),
        ({"weekly": {"mon": [["09:00", "09:00"]]}}, "/hours/weekly/mon/0/1", "no_time"),
        ({"weekly": {"mon": [["09:00", "12:00"], ["11:00", "14:00"]]}}, "/hours/weekly/mon/1", "overlap"),
        ({"weekly": {"mon": [["14:00", "16:00"], ["09:00", "12:00"]]}}, "/hours/weekly/mon/1", "overlap"),
        ({"weekly": {"mon": [["18:00", "02:00"], ["20:00", "21:00"]]}}, "/hours/weekly/mon/1", "overlap"),
        ({"weekly": {}, "day_starts_at": "24:00"}, "/hours/day_starts_at", "not_a_time"),
        ({"weekly": {}, "colour": 1}, "/hours/colour", "unknown_field"),
    ],
)
def test_hours_are_refused_where_they_are_wrong(given: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        hours_from(given)
    assert [(field.pointer, field.code) for field in refusal.value.fields] == [(pointer, code)]


def test_all_wrong_hours_of_a_week_are_said_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        hours_from({"weekly": {"mon": [["9", "10"]], "tue": 3}})
    assert [field.pointer for field in refusal.value.fields] == ["/hours/weekly/mon/0/0", "/hours/weekly/tue"]


@pytest.mark.parametrize(
    ("last_ticket", "time", "may_join"),
    [
        (None, "2026-11-23T13:59:00", True),
        (None, "2026-11-23T14:00:00", False),
        (30, "2026-11-23T13:29:59", True),
        (30, "2026-11-23T13:30:00", False),
        (0, "2026-11-23T13:59:59", True),
        ("17:00", "2026-11-23T16:59:59", True),
        ("17:00", "2026-11-23T17:00:00", False),
    ],
)
def test_nobody_joins_after_the_last_ticket(last_ticket: int | str | None, time: str, may_join: bool) -> None:
    rules = QueueRules(last_ticket=last_ticket)
    assert joinable(at(time), rules, TOWN_HALL, MADRID) is may_join


@pytest.mark.parametrize(
    ("time", "may_join"), [("2026-11-27T23:00:00", True), ("2026-11-28T01:30:00", False)]
)
def test_a_last_ticket_after_midnight_belongs_to_the_night_before(time: str, may_join: bool) -> None:
    assert joinable(at(time), QueueRules(last_ticket="01:00"), BAR, MADRID) is may_join


def test_minutes_before_a_closing_that_never_comes_stop_nobody() -> None:
    assert joinable(at("2026-11-23T23:59:00"), QueueRules(last_ticket=30), ALWAYS_OPEN, MADRID)


def test_a_queue_may_ignore_the_hours_of_its_branch() -> None:
    always = QueueRules(ignore_hours=True)
    assert joinable(at("2026-11-28T10:00:00"), always, NEVER_OPEN, MADRID)
    holiday = closed("2026-11-28", "2026-11-28")
    assert joinable(at("2026-11-28T10:00:00"), always, NEVER_OPEN, MADRID, holiday), "nor closed days"


def test_a_closed_branch_takes_nobody() -> None:
    holiday = closed("2026-11-23", "2026-11-23")
    assert not joinable(at("2026-11-23T10:00:00"), QueueRules(), TOWN_HALL, MADRID, holiday)


def test_one_instant_is_not_two_answers_in_two_zones() -> None:
    noon = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()) * SECOND_US
    assert is_open(noon, TOWN_HALL, MADRID)
    assert not is_open(noon, TOWN_HALL, ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("time", "opened"),
    [
        ("2026-11-23T10:00:00", "2026-11-23T09:00:00"),
        ("2026-11-23T15:00:00", None),
        ("2026-11-23T18:00:00", "2026-11-23T16:00:00"),
    ],
)
def test_the_present_opening_began_when_the_doors_opened(time: str, opened: str | None) -> None:
    assert opened_at(at(time), TOWN_HALL, MADRID) == (at(opened) if opened else None)


def test_what_has_been_open_for_a_day_has_no_beginning() -> None:
    assert opened_at(at("2026-11-23T10:00:00"), ALWAYS_OPEN, MADRID) is None
    after_a_holiday = closed("2026-11-22", "2026-11-22")
    assert opened_at(at("2026-11-23T23:59:59"), ALWAYS_OPEN, MADRID, after_a_holiday) == at(
        "2026-11-23T00:00:00"
    )
    assert opened_at(at("2026-11-24T00:00:00"), ALWAYS_OPEN, MADRID, after_a_holiday) is None


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2026-11-24 08:30", "2026-11-23 14:00"),
        ("2026-11-24 10:00", "2026-11-23 14:00"),
        ("2026-11-24 14:00", "2026-11-24 14:00"),
        ("2026-11-30 08:00", "2026-11-27 14:00"),
    ],
)
def test_the_last_closing_is_the_end_of_the_latest_opening_that_is_over(now: str, closed: str) -> None:
    weekdays = Hours((*((Interval(9 * 60, 14 * 60),),) * 5, (), ()))
    assert last_closing(at(now), weekdays, MADRID) == at(closed)


def test_what_never_opened_never_closed() -> None:
    assert last_closing(at("2026-11-24 08:30"), NEVER_OPEN, MADRID) is None
    assert last_closing(at("2026-11-24 08:30"), ALWAYS_OPEN, MADRID) is None

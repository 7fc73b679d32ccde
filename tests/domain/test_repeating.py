"""What repeats comes again when another program, a well-known one, says so; and no rule runs for ever."""

from __future__ import annotations

import datetime as dt
from datetime import date, datetime, timedelta
from itertools import takewhile
from types import SimpleNamespace
from unittest import mock

import dateutil.rrule  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nowserving.domain.calendar.repeating import Often, Repeating, repeated

OFTEN = {often: getattr(dateutil.rrule, often.name) for often in Often}
LONG = (Often.MONTHLY, Often.YEARLY)
WORKDAYS = tuple((day, 0) for day in range(5))
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def some(values: st.SearchStrategy[int], most: int = 3) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(values, max_size=most, unique=True).map(tuple)


DAYS_OF_A_MONTH = some(st.integers(1, 31) | st.integers(-31, -1))


@st.composite
def rules(draw: st.DrawFn) -> Repeating:
    often = draw(st.sampled_from(Often))
    which = st.integers(-5, 5) if often in LONG else st.just(0)
    weekdays = draw(st.lists(st.tuples(st.integers(0, 6), which), max_size=3, unique=True))
    # The known program mixes those with a number and those without in ways of its own; so does nobody else.
    numbered = any(one for _, one in weekdays)
    if numbered:
        weekdays = [(day, one) for day, one in weekdays if one]
    return Repeating(
        often=often,
        interval=draw(st.integers(1, 5)),
        weekdays=tuple(weekdays),
        # A day of the month within a weekly rule, or beside the second Monday, is forbidden by RFC 5545.
        days=()
        if often is Often.WEEKLY or any(one for _, one in weekdays)
        else draw(some(st.integers(1, 31) | st.integers(-31, -1))),
        months=draw(some(st.integers(1, 12))),
        # Of the week that a rule begins in, the known program counts only what is left of it.
        places=draw(some(st.integers(1, 4) | st.integers(-3, -1), 2)) if often in LONG else (),
        week_begins=draw(st.sampled_from([0, 6])),
        count=draw(st.none() | st.integers(1, 20)),
    )


LAST_YEAR = 2036
# The known program looks for what never comes until the end of time; here time ends earlier.
SHORT_TIME = SimpleNamespace(**{**vars(dt), "MAXYEAR": LAST_YEAR})


@given(rules(), DAYS)
@settings(max_examples=150, deadline=None)
def test_as_a_well_known_program_says(rule: Repeating, first: date) -> None:
    last = first + timedelta(days=1500)
    with mock.patch.object(dateutil.rrule, "datetime", SHORT_TIME):
        known = dateutil.rrule.rrule(
            OFTEN[rule.often],
            dtstart=datetime(first.year, first.month, first.day),  # noqa: DTZ001 dates only
            interval=rule.interval,
            byweekday=[dateutil.rrule.weekday(day, one or None) for day, one in rule.weekdays] or None,
            bymonthday=rule.days or None,
            bymonth=rule.months or None,
            bysetpos=rule.places or None,
            wkst=rule.week_begins,
            count=rule.count,
        )
        theirs = [at.date() for at in takewhile(lambda at: at.date() <= last, known)]
    assert list(repeated(rule, first, last)) == theirs


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        (Repeating(often=Often.DAILY, interval=2, count=3), "2026-11-23", ["11-23", "11-25", "11-27"]),
        (Repeating(often=Often.WEEKLY, weekdays=((0, 0), (2, 0)), count=2), "2026-11-24", ["11-25", "11-30"]),
        (Repeating(often=Often.MONTHLY, days=(31,)), "2026-10-31", ["10-31", "12-31"]),
        (Repeating(often=Often.MONTHLY, weekdays=((4, -1),)), "2026-11-01", ["11-27", "12-25"]),
        (Repeating(often=Often.MONTHLY, weekdays=WORKDAYS, places=(-1,)), "2026-11-01", ["11-30", "12-31"]),
        (Repeating(often=Often.YEARLY), "2026-12-25", ["12-25"]),
        (Repeating(often=Often.YEARLY, months=(11,), weekdays=((3, 4),)), "2026-11-01", ["11-26"]),
        (Repeating(often=Often.DAILY, months=(2,), days=(30,)), "2026-11-23", []),
        (Repeating(often=Often.DAILY, interval=7, weekdays=((1, 0),)), "2026-11-23", []),
    ],
)  # fmt: skip
def test_all_that_a_rule_gives_until_the_end_of_the_year(
    rule: Repeating, first: str, expected: list[str]
) -> None:
    found = repeated(rule, date.fromisoformat(first), date(2026, 12, 31))
    assert [day.strftime("%m-%d") for day in found] == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"interval": 0},
        {"interval": -1},
        {"count": 0},
        {"days": (0,)},
        {"places": (0,)},
        {"weekdays": ((1, 2),)},
    ],
)
def test_a_rule_without_sense_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"sense|none"):
        Repeating(often=Often.WEEKLY, **wrong)  # type: ignore[arg-type]

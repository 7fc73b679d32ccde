import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.tickets.estimate import LONGEST_S, STEP_S, Pace, Range, estimate, pace_from

durations = st.lists(st.floats(0, 4 * 3600), min_size=1, max_size=50)
paces = st.tuples(durations, st.none() | st.integers(1, 3600)).map(lambda given: pace_from(*given))
STEADY = Pace(median_s=300, p10_s=300, p90_s=300, samples=50)


def test_nothing_measured_and_nothing_expected_is_unknown_not_zero() -> None:
    assert pace_from([]) is None
    assert estimate(3, None, 2) is None


@pytest.mark.parametrize("desks", [0, -1])
def test_without_an_open_desk_nobody_knows(desks: int) -> None:
    assert estimate(3, STEADY, desks) is None


def test_until_something_is_measured_the_expected_time_counts() -> None:
    assert pace_from([], expected_s=240) == Pace(240, 120, 480, 0)


def test_a_few_measured_times_are_mixed_with_the_expected_one() -> None:
    pace = pace_from([60, 60], expected_s=300)
    assert pace is not None
    assert (pace.median_s, pace.samples) == (300, 2)


def test_the_expected_time_stands_in_for_those_that_are_missing_and_no_more() -> None:
    pace = pace_from([10, 20, 30, 40], expected_s=1000)
    assert pace is not None
    assert (pace.median_s, pace.samples) == (30, 4)


def test_once_enough_are_measured_the_expected_time_is_forgotten() -> None:
    assert pace_from([60] * 5, expected_s=3000) == Pace(60, 60, 60, 5)


def test_percentiles_lie_between_the_measured_times() -> None:
    assert pace_from(range(0, 101, 10)) == Pace(50, 10, 90, 11)
    assert pace_from(range(0, 501, 100)) == Pace(250, 50, 450, 6)


def test_one_service_proves_no_precision() -> None:
    assert pace_from([100]) == Pace(100, 50, 200, 1)


def test_impossible_durations_are_left_out() -> None:
    assert pace_from([-1, math.nan, math.inf, 86_401]) is None
    assert pace_from([86_400]) is not None


def test_the_next_in_line_waits_half_a_service() -> None:
    assert estimate(0, STEADY, 1) == Range(150, 150)


def test_twice_the_desks_is_half_the_wait() -> None:
    assert estimate(7, STEADY, 1) == Range(2250, 2250)
    assert estimate(7, STEADY, 2) == Range(1110, 1140)


def test_a_skewed_service_time_is_reckoned_by_its_mean() -> None:
    """Swanson: 0.3 · 60 + 0.4 · 120 + 0.3 · 600 = 246; the deviation is 540 / 2.5632."""
    found = estimate(99, Pace(120, 60, 600, 40), 1)
    assert found is not None
    middle, reach = 99.5 * 246, math.sqrt(99.5) * 270
    assert found.low_s == pytest.approx(middle - reach, abs=STEP_S)
    assert found.high_s == pytest.approx(middle + reach, abs=STEP_S)


def test_a_wait_of_more_than_a_day_is_unknown() -> None:
    assert estimate(1_000_000, STEADY, 1) is None
    assert estimate(0, Pace(172_800, 172_800, 172_800, 9), 1) == Range(86_400, 86_400)
    assert estimate(0, Pace(172_802, 172_802, 172_802, 9), 1) is None


def test_a_service_that_takes_no_time_still_takes_a_moment() -> None:
    assert estimate(5, pace_from([0] * 9), 1) == Range(0, STEP_S)


def test_a_negative_number_ahead_is_nobody_ahead() -> None:
    assert estimate(-3, STEADY, 1) == estimate(0, STEADY, 1)


@given(st.integers(0, 5000), paces, st.integers(1, 50))
def test_an_estimate_is_a_sane_range_in_whole_steps(ahead: int, pace: Pace, desks: int) -> None:
    found = estimate(ahead, pace, desks)
    if found is not None:
        assert 0 <= found.low_s <= found.high_s <= LONGEST_S
        assert found.high_s > 0
        assert found.low_s % STEP_S == found.high_s % STEP_S == 0


@given(st.integers(0, 2000), paces, st.integers(1, 50))
def test_one_more_ahead_is_never_a_shorter_wait(ahead: int, pace: Pace, desks: int) -> None:
    nearer, farther = estimate(ahead, pace, desks), estimate(ahead + 1, pace, desks)
    if farther is not None:
        assert nearer is not None
        assert nearer.low_s <= farther.low_s
        assert nearer.high_s <= farther.high_s


@given(st.integers(0, 2000), paces, st.integers(1, 50))
def test_one_more_desk_is_never_a_longer_wait(ahead: int, pace: Pace, desks: int) -> None:
    fewer, more = estimate(ahead, pace, desks), estimate(ahead, pace, desks + 1)
    if fewer is not None:
        assert more is not None
        assert more.high_s <= fewer.high_s

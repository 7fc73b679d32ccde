import math
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.tickets.estimate import LONGEST_S, STEP_S, Pace, Range, at_rate, estimate
from nowserving.domain.tickets.pace import Ended, ended_from, expected_stay, learnt, stays_from
from nowserving.domain.tickets.rules import PartyLimit, QueueRules

STEADY = Pace(1, mean_s=300, variation=0, samples=10**9)


def visit(taken_s: float | None, *, size: int = 1, came: bool = True) -> Ended:
    return Ended(1, taken_s, size, 0, came)


places = st.lists(
    st.none() | st.tuples(st.integers(0, 9000), st.integers(0, 9000)).map(lambda two: Range(*sorted(two))),
    max_size=6,
)
ended = st.lists(
    st.builds(
        Ended,
        st.just(1),
        st.none() | st.floats(0, 4 * 3600),
        st.integers(1, 9),
        st.just(0),
        st.booleans(),
    ),
    max_size=60,
)
paces = st.tuples(ended, st.none() | st.integers(1, 3600), st.integers(0, 50), st.integers(0, 5)).map(
    lambda all_: (
        Pace(all_[2], all_[3], known.mean_s, known.variation, known.stays, known.samples)
        if (known := learnt(all_[0], all_[1]))
        else Pace(all_[2], all_[3])
    )
)


class TestWhatTicketsTell:
    def test_nothing_measured_and_nothing_expected_is_unknown_not_zero(self) -> None:
        assert learnt([]) is None
        assert stays_from([], lambda _: None) is None
        assert estimate(3, Pace(2)) is None
        assert estimate(3, None) is None

    def test_two_visits_are_not_enough_to_know_anything(self) -> None:
        assert learnt([visit(100)] * 2) is None
        assert learnt([visit(100)] * 3) is not None

    def test_until_something_is_measured_the_expected_time_counts(self) -> None:
        known = learnt([], expected_s=240)
        assert known is not None
        assert (known.mean_s, known.median_s, known.samples) == (240, 240, 0)

    def test_the_expected_time_stands_in_for_those_that_are_missing_and_no_more(self) -> None:
        few, enough = learnt([visit(60)] * 2, expected_s=300), learnt([visit(60)] * 5, expected_s=300)
        assert few is not None
        assert enough is not None
        assert (few.mean_s, enough.mean_s) == (204, 60)

    def test_a_no_show_takes_a_desks_time_and_is_no_usual_visit(self) -> None:
        known = learnt([visit(400)] * 6 + [visit(100, came=False)] * 6)
        assert known is not None
        assert (known.mean_s, known.median_s) == (250, 400)

    def test_who_left_without_being_called_makes_the_line_shorter(self) -> None:
        known = learnt([visit(300)] * 46 + [visit(None)] * 50)
        assert known is not None
        assert known.stays == 0.5

    def test_uneven_visits_are_known_as_uneven(self) -> None:
        even, uneven = learnt([visit(300)] * 50), learnt([visit(10), visit(590)] * 25)
        assert even is not None
        assert uneven is not None
        assert even.variation < 0.1
        assert uneven.variation > 0.8

    def test_impossible_times_are_left_out(self) -> None:
        wrong = [visit(-1), visit(math.nan), visit(math.inf), visit(LONGEST_S + 1)] * 2
        assert learnt(wrong) is None

    def test_larger_parties_stay_longer_if_they_did(self) -> None:
        known = stays_from([visit(3000, size=2)] * 30 + [visit(6000, size=6)] * 30, lambda _: None)
        assert known is not None
        assert known.mean_of(2) < 3200
        assert known.mean_of(6) > 5800
        assert known.mean_of(4) == 4500

    def test_until_many_have_left_most_of_what_they_are_allowed_counts(self) -> None:
        rules = QueueRules(service_limit_by_party=(PartyLimit(1, 1000), PartyLimit(5, 2000)))
        known = stays_from([visit(100, size=2), visit(100, size=6)], partial(expected_stay, rules))
        assert known is not None
        assert 600 < known.mean_of(2) < 900
        assert 1200 < known.mean_of(6) < 1600
        many = [visit(100, size=2)] * 20
        assert stays_from(many, partial(expected_stay, rules)) == stays_from(many, lambda _: None)

    def test_without_a_limit_or_an_expected_time_nobody_knows_at_first(self) -> None:
        assert stays_from([visit(100)], partial(expected_stay, QueueRules())) is None
        assert stays_from([visit(100)], partial(expected_stay, QueueRules(expected_service_s=60)))

    @pytest.mark.parametrize(
        ("state", "called_at", "told"),
        [
            ("done", 1_000_000, (9.0, True)),
            ("no_show", 1_000_000, (9.0, False)),
            ("left", None, (None, False)),
            ("cancelled", None, (None, False)),
            ("left", 1_000_000, None),
            ("done", None, None),
        ],
    )
    def test_what_an_end_tells(
        self, state: str, called_at: int | None, told: tuple[float | None, bool] | None
    ) -> None:
        found = ended_from(7, state, called_at, 10_000_000, 1)
        assert (found and (found.taken_s, found.came)) == told


class TestTheRange:
    @pytest.mark.parametrize("desks", [0, -1])
    def test_without_an_open_desk_nobody_knows(self, desks: int) -> None:
        assert estimate(3, STEADY._replace(desks=desks)) is None

    def test_the_next_in_line_of_even_visits_waits_half_of_one(self) -> None:
        told = estimate(0, STEADY)
        assert told is not None
        assert (told.low_s + told.high_s) / 2 == pytest.approx(150, abs=60)

    def test_each_one_ahead_adds_a_visit(self) -> None:
        told = estimate(10, STEADY)
        assert told is not None
        assert (told.low_s + told.high_s) / 2 == pytest.approx(3150, abs=60)

    def test_twice_the_desks_is_half_the_wait(self) -> None:
        told = estimate(20, STEADY._replace(desks=2))
        assert told is not None
        assert (told.low_s + told.high_s) / 2 == pytest.approx(3075, abs=60)

    def test_at_an_idle_desk_it_is_a_moment(self) -> None:
        assert estimate(1, STEADY._replace(desks=3, idle=2)) == Range(0, STEP_S)
        assert estimate(2, STEADY._replace(desks=3, idle=2)) != Range(0, STEP_S)

    def test_who_loses_patience_ahead_makes_it_shorter(self) -> None:
        told, shorter = estimate(20, STEADY), estimate(20, STEADY._replace(stays=0.6))
        assert told is not None
        assert shorter is not None
        assert shorter.high_s < told.low_s

    def test_uneven_visits_and_few_of_them_make_it_wider(self) -> None:
        spans = []
        for variation, samples in ((0.1, 100), (1.0, 100), (1.0, 4)):
            told = estimate(9, STEADY._replace(variation=variation, samples=samples))
            assert told is not None
            spans.append(told.high_s - told.low_s)
        assert spans == sorted(spans)
        assert spans[0] < spans[1] < spans[2]

    def test_running_late_moves_both_ends(self) -> None:
        told, late = estimate(9, STEADY), estimate(9, STEADY._replace(late_s=600))
        assert told is not None
        assert late == Range(told.low_s + 600, told.high_s + 600)

    def test_a_wait_of_more_than_a_day_is_unknown(self) -> None:
        assert estimate(1_000_000, STEADY) is None
        assert estimate(0, Pace(1, mean_s=250_000.0, samples=9)) is None

    def test_a_service_that_takes_no_time_still_takes_a_moment(self) -> None:
        assert estimate(5, Pace(1, mean_s=0.0, samples=9)) == Range(0, STEP_S)

    def test_a_negative_number_ahead_is_nobody_ahead(self) -> None:
        assert estimate(-3, STEADY) == estimate(0, STEADY)


class TestPlaces:
    PACE = Pace(10, mean_s=3600, variation=0.2, samples=50, places=(Range(100, 500), None, Range(900, 1500)))

    def test_a_place_that_was_rehearsed_is_told_as_it_is(self) -> None:
        assert estimate(0, self.PACE) == Range(90, 510)
        assert estimate(2, self.PACE) == Range(900, 1500)

    def test_a_party_that_never_fits_is_told_nothing(self) -> None:
        assert estimate(1, self.PACE) is None

    def test_behind_them_each_waits_a_step_longer_and_is_less_certain(self) -> None:
        near, far = estimate(3, self.PACE), estimate(9, self.PACE)
        assert near is not None
        assert far is not None
        assert (near.low_s + near.high_s) / 2 == pytest.approx(1560, abs=30)
        assert (far.low_s + far.high_s) / 2 == pytest.approx(1200 + 7 * 360, abs=30)
        assert far.high_s - far.low_s > near.high_s - near.low_s > 600

    def test_running_late_moves_them_too(self) -> None:
        assert estimate(2, self.PACE._replace(late_s=300)) == Range(1200, 1800)


@given(st.integers(-5, 5000), paces, places, st.integers(0, 7200))
def test_an_estimate_is_a_sane_range_in_whole_steps(
    ahead: int, pace: Pace, at: list[Range | None], late_s: int
) -> None:
    told = estimate(ahead, pace._replace(places=tuple(at), late_s=late_s))
    if told is not None:
        assert 0 <= told.low_s <= told.high_s <= LONGEST_S + STEP_S
        assert told.high_s > 0
        assert told.low_s % STEP_S == told.high_s % STEP_S == 0
        assert told.high_s >= late_s


@given(st.integers(0, 2000), paces)
def test_one_more_ahead_is_never_a_shorter_wait(ahead: int, pace: Pace) -> None:
    nearer, farther = estimate(ahead, pace), estimate(ahead + 1, pace)
    if farther is not None:
        assert nearer is not None
        assert nearer.low_s <= farther.low_s
        assert nearer.high_s <= farther.high_s


@given(st.integers(0, 2000), paces)
def test_one_more_desk_is_never_a_longer_wait(ahead: int, pace: Pace) -> None:
    fewer, more = estimate(ahead, pace), estimate(ahead, pace._replace(desks=pace.desks + 1))
    if fewer is not None:
        assert more is not None
        assert more.high_s <= fewer.high_s


class TestALongLineIsPartlyBadLuck:
    def middle(self, ahead: int, pace: Pace) -> float:
        found = estimate(ahead, pace)
        assert found is not None
        return (found.low_s + found.high_s) / 2

    def test_the_mean_is_drawn_back_behind_a_long_line_where_visits_are_uneven(self) -> None:
        uneven = Pace(1, mean_s=300, variation=1.0, samples=100)
        one, twenty = (self.middle(ahead, uneven) / (ahead + 1) / 300 for ahead in (1, 20))
        sure = self.middle(20, uneven._replace(samples=10**6)) / 21 / 300
        assert twenty < sure * 0.95
        assert one > 0.8

    def test_even_visits_have_no_luck(self) -> None:
        even = Pace(1, mean_s=300, variation=0.0, samples=100)
        assert self.middle(20, even) == pytest.approx(
            self.middle(20, even._replace(samples=10**6)), abs=STEP_S
        )

    def test_it_is_never_more_than_chance_does_to_a_mean(self) -> None:
        uneven = Pace(1, mean_s=3, variation=1.0, samples=100)
        assert self.middle(10_000, uneven) > 10_000 * 3 / 1.2 * 0.95

    def test_where_most_visits_still_go_on_they_are_not_in_the_mean(self) -> None:
        many = Pace(90, mean_s=300, variation=1.0, samples=100)
        few = many._replace(desks=9)
        assert self.middle(50, many) * 10 > self.middle(50, few) * 1.1


class TestWhereSoManyAreCalledAMinute:
    ROOM = Pace(50, mean_s=100, variation=0.5, samples=100)

    def test_a_rate_that_room_never_reaches_changes_nothing(self) -> None:
        assert at_rate(self.ROOM, None) == self.ROOM
        assert estimate(40, at_rate(self.ROOM, 60)) == estimate(40, self.ROOM)

    def test_each_one_ahead_takes_its_share_of_a_minute(self) -> None:
        wait = estimate(600, at_rate(self.ROOM, 10))
        assert wait is not None
        assert wait.low_s < 3600 < wait.high_s
        # As certain as it is regular.
        assert wait.high_s - wait.low_s < 1200

    def test_while_nothing_is_known_a_rate_tells_nothing(self) -> None:
        assert at_rate(Pace(50), 10) == Pace(50)

    def test_places_that_were_rehearsed_wait_for_those_in_front(self) -> None:
        places = (Range(0, 20), Range(10, 30), None, Range(200, 300))
        slow = at_rate(self.ROOM._replace(places=places), 1)
        assert slow.places == (Range(0, 60), Range(60, 120), None, Range(200, 300))
        assert at_rate(self.ROOM._replace(places=places), 60).places == places

    def test_no_more_are_called_at_once_than_in_a_minute(self) -> None:
        idle = self.ROOM._replace(idle=50)
        assert estimate(15, idle) == Range(0, STEP_S)
        assert estimate(15, at_rate(idle, 10)) != Range(0, STEP_S)


@given(st.integers(0, 2000), paces, places, st.integers(1, 2000))
def test_with_a_rate_one_more_ahead_is_never_a_shorter_wait(
    ahead: int, pace: Pace, rehearsed: list[Range | None], per_minute: int
) -> None:
    slow = at_rate(pace._replace(places=tuple(sorted(filter(None, rehearsed)))), per_minute)
    near, far = estimate(ahead, slow), estimate(ahead + 1, slow)
    if near and far:
        assert near.low_s <= far.low_s
        assert near.high_s <= far.high_s

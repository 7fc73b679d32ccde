"""Those who have a reservation and are still to come: whom a waiting guest's estimate has to count."""

from __future__ import annotations

from random import Random

from nowserving.domain.tickets.coming import Coming, expected_before, share_of
from nowserving.domain.tickets.estimate import Pace, Range, estimate, still_to_come

SECOND = 1_000_000
MINUTE = 60 * SECOND
NOW = 1_795_608_000 * SECOND
STEADY = Pace(1, mean_s=600, variation=0, samples=10**9)


def promise(
    minutes: float, *, lead: float = 60, grace: float = 15, work_s: float = 600, shows: float = 1
) -> Coming:
    """Return a reservation that begins so many minutes from now."""
    start_at = NOW + round(minutes * MINUTE)
    return Coming(start_at - round(lead * MINUTE), start_at, start_at + round(grace * MINUTE), work_s, shows)


def wait(ahead: int, *coming: Coming, rank: int = NOW) -> Range:
    found = estimate(ahead, STEADY._replace(coming=coming), rank, NOW)
    assert found is not None
    return found


class TestWhoGoesBefore:
    def test_a_promise_of_smaller_rank_makes_the_wait_longer_by_its_visit(self) -> None:
        plain, counted = wait(3), wait(3, promise(10))
        assert counted.low_s - plain.low_s in range(540, 630)
        assert counted.high_s - plain.high_s in range(570, 700)

    def test_a_longer_service_counts_for_more(self) -> None:
        assert wait(3, promise(10, work_s=1800)).low_s > wait(3, promise(10)).low_s + 900

    def test_a_promise_behind_the_own_rank_changes_nothing(self) -> None:
        assert wait(3, promise(10, lead=0)) == wait(3)

    def test_who_is_too_late_to_keep_the_rank_changes_nothing(self) -> None:
        assert wait(3, promise(-20, lead=0)) == wait(3)
        assert wait(3, promise(-10, lead=0)).high_s > wait(3).high_s

    def test_who_comes_only_when_one_has_been_called_changes_nothing(self) -> None:
        assert wait(0, promise(55)) == wait(0)

    def test_each_who_goes_before_lets_the_next_come_in_time(self) -> None:
        two = (promise(10), promise(20))
        assert still_to_come(0, STEADY._replace(coming=two[1:]), NOW, NOW).many == 0
        assert still_to_come(0, STEADY._replace(coming=two), NOW, NOW).many == 2

    def test_who_often_stays_away_counts_for_less_and_widens_the_range(self) -> None:
        plain, sure, unsure = wait(3), wait(3, promise(10)), wait(3, promise(10, shows=0.5))
        assert plain.high_s < unsure.high_s <= sure.high_s
        assert unsure.high_s - unsure.low_s > sure.high_s - sure.low_s

    def test_a_free_desk_calls_at_once_whoever_is_still_to_come(self) -> None:
        idle = Pace(1, 1, mean_s=600, variation=0, samples=10**9, coming=(promise(2),))
        assert estimate(0, idle, NOW, NOW) == Range(0, 30)

    def test_without_a_rank_nobody_is_counted(self) -> None:
        assert estimate(3, STEADY._replace(coming=(promise(10),))) == wait(3)

    def test_where_tables_are_shared_the_rehearsal_is_moved(self) -> None:
        pace = Pace(4, mean_s=2400, places=(Range(600, 1200), Range(1200, 2400)))
        more = pace._replace(coming=(promise(5, work_s=2400),))
        before, after = estimate(1, pace, NOW, NOW), estimate(1, more, NOW, NOW)
        assert before is not None
        assert after is not None
        assert (after.low_s, after.high_s) == (before.low_s + 600, before.high_s + 600)

    def test_it_is_counted_in_visits_of_the_usual_length(self) -> None:
        one = promise(5, work_s=300, shows=0.5)
        found = expected_before([one], NOW, NOW, wait_s=600, mean_s=600, desks=1)
        assert (found.many, found.visits, found.variance) == (1, 0.25, 0.0625)


def test_nine_of_ten_come_until_more_is_known() -> None:
    assert (share_of(0, 0), share_of(90, 90), share_of(0, 90)) == (0.9, 0.99, 0.09)


def _morning(random: Random, ahead: int, starts: list[float], shows: float) -> float:
    """Play one desk until the guest is called, and return the wait in seconds.

    A visit takes ten minutes, more or less; whoever has a reservation comes up to ten minutes before it.
    """
    came = sorted((at - random.uniform(0, 10)) * 60 for at in starts if random.random() < shows)
    now = random.uniform(0, 600)
    while ahead or (came and came[0] <= now):
        if ahead:
            ahead -= 1
        else:
            came.pop(0)
        now += random.gammavariate(4, 150)
    return now


def _held(starts: list[float], *, counting: bool) -> float:
    """Return in what share of mornings the range that a walk-in was told held the true wait."""
    random, shows = Random(7), 0.8
    pace = STEADY._replace(
        variation=0.25, samples=100, coming=tuple(promise(at, shows=shows) for at in starts)
    )
    told = estimate(3, pace, NOW if counting else None, NOW)
    assert told is not None
    waits = [_morning(random, 3, starts, shows) for _ in range(2000)]
    return sum(told.low_s <= one <= told.high_s for one in waits) / len(waits)


def test_in_a_small_world_the_range_holds_because_it_counts_those_still_to_come() -> None:
    starts = [10.0, 20.0, 30.0]
    assert _held(starts, counting=True) > 0.72
    assert _held(starts, counting=False) < 0.5

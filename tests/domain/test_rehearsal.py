from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.tickets.admission import choose
from nowserving.domain.tickets.pace import Ended, Stays, stays_from
from nowserving.domain.tickets.rehearsal import PLACES, Inside, called_from, rehearse
from nowserving.domain.tickets.rules import Admission, Counts, Fit, PartyLimit, QueueRules


def rules(capacity: int = 8, fit: Fit = Fit.STRICT, **more: Any) -> QueueRules:
    automatic = Admission.AUTOMATIC
    return QueueRules(admission=automatic, capacity=capacity, counts=Counts.COVERS, fit=fit, **more)


def stays(*seconds: float) -> Stays:
    found = stays_from([Ended(1, one, 2, 0, came=True) for one in seconds], lambda _: None)
    assert found is not None
    return found


EVEN = stays(*[3600.0] * 20)


def test_who_comes_next_waits_for_the_first_table_to_leave() -> None:
    inside = [Inside(4, 3000.0), Inside(4, 600.0)]
    (told,) = rehearse(inside, [(2, 0)], rules(), EVEN)
    assert told is not None
    assert told.low_s <= 600 <= told.high_s


def test_a_party_that_fits_in_now_does_not_wait() -> None:
    assert rehearse([Inside(4, 60.0)], [(4, 0)], rules(), EVEN) == ((0, 0),)


def test_a_larger_party_waits_for_more_to_leave() -> None:
    inside = [Inside(2, 3300.0), Inside(2, 2400.0), Inside(2, 1500.0), Inside(2, 600.0)]
    ((small,), (large,)) = (rehearse(inside, [(size, 0)], rules(), EVEN) for size in (2, 6))
    assert small is not None
    assert large is not None
    assert small.high_s < large.low_s


def test_a_limit_ends_what_would_take_longer() -> None:
    inside = [Inside(8, 60.0, left_s=300.0)]
    (told,) = rehearse(inside, [(2, 0)], rules(), EVEN)
    assert told is not None
    assert told.low_s <= 300 <= told.high_s < 600


def test_the_limit_of_who_is_called_meanwhile_counts_too() -> None:
    limited = rules(service_limit_by_party=(PartyLimit(1, 600),))
    _, second = rehearse([Inside(8, 3600.0, left_s=0.0)], [(8, 0), (8, 0)], limited, EVEN)
    assert second is not None
    assert second.low_s <= 600 <= second.high_s < 900


def test_a_party_larger_than_the_house_is_told_nothing() -> None:
    assert rehearse([Inside(4, 60.0)], [(9, 0), (4, 0)], rules(), EVEN) == (None, (0, 0))


def test_who_stays_longer_than_anybody_ever_did_still_leaves() -> None:
    (told,) = rehearse([Inside(8, 9999.0)], [(2, 0)], rules(), EVEN)
    assert told is not None
    assert 0 <= told.low_s <= told.high_s < 3600


def test_only_the_first_places_are_rehearsed() -> None:
    assert len(rehearse([Inside(8, 60.0)], [(2, 0)] * 99, rules(), EVEN)) == PLACES


def test_the_same_line_is_told_the_same() -> None:
    inside, line = [Inside(4, 100.0), Inside(3, 900.0)], [(4, 0), (2, 1), (6, 0)]
    uneven = stays(*[600.0 * n for n in range(1, 15)])
    found = {rehearse(inside, line, rules(fit=Fit.FILL), uneven) for _ in range(3)}
    assert len(found) == 1


def test_uneven_stays_make_the_range_wider() -> None:
    uneven = stays(*[1200.0, 2400.0, 3600.0, 4800.0, 6000.0] * 4)
    spans = []
    for known in (EVEN, uneven):
        (told,) = rehearse([Inside(4, 600.0), Inside(4, 300.0)], [(4, 0)], rules(), known)
        assert told is not None
        spans.append(told.high_s - told.low_s)
    assert spans[0] < spans[1]


def test_who_has_been_passed_often_enough_is_waited_for_in_a_rehearsal_too() -> None:
    inside, fill = [Inside(4, 1800.0)], rules(fit=Fit.FILL, fit_passes=2)
    (_, may_pass), (_, may_not) = (rehearse(inside, [(6, passed), (2, 0)], fill, EVEN) for passed in (1, 2))
    assert may_pass == (0, 0)
    assert may_not is not None
    assert may_not.low_s > 600


@pytest.mark.parametrize("fit", list(Fit))
@given(
    free=st.integers(-3, 20),
    line=st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), max_size=12),
    passes=st.integers(0, 3),
)
def test_a_rehearsed_line_keeps_the_account_of_whom_the_rule_calls(
    fit: Fit, free: int, line: list[tuple[int, int]], passes: int
) -> None:
    parties = [[size, max(passes - passed, 0), place, size] for place, (size, passed) in enumerate(line)]
    before = {place: left for _, left, place, _ in parties}
    chosen = choose(free, [tuple(party) for party in parties], fill=fit is Fit.FILL)

    called = called_from(parties, free, fill=fit is Fit.FILL)

    assert [place for _, _, place, _ in called] == list(chosen.called)
    assert [place for _, _, place, _ in parties] == sorted(before.keys() - set(chosen.called))
    assert {place: before[place] - left for _, left, place, _ in parties if left < before[place]} == dict(
        chosen.passed
    )

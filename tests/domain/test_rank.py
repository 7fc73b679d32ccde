import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets import rank
from nowserving.domain.tickets.rank import Where

NOON = 1_795_348_800_000_000
MINUTE = 60 * SECOND_US
instants = st.integers(NOON - 86_400 * SECOND_US, NOON + 86_400 * SECOND_US)
lines = st.lists(instants, unique=True, max_size=30).map(sorted)


def position(own: int, line: list[int]) -> int:
    return sum(other < own for other in line) + 1


def requeue(where: Where, now: int, line: list[int]) -> int:
    place = rank.middle_place(len(line))
    middle, after_middle = (None, None) if place is None else (*line[place : place + 2], None)[:2]
    return rank.requeued(
        where, now, first=line[0] if line else None, middle=middle, after_middle=after_middle
    )


def test_walk_ins_stand_in_order_of_arrival() -> None:
    assert rank.walk_in(NOON) < rank.walk_in(NOON + 1)


def test_a_priority_guest_overtakes_those_who_came_within_its_head_start() -> None:
    elder = rank.prioritised(NOON, head_start_s=600)
    assert elder < rank.walk_in(NOON - 9 * MINUTE)


def test_nobody_starves_behind_priority_guests_who_keep_coming() -> None:
    """Whoever waited longer than the head start is ahead of every later priority guest."""
    waiting = rank.walk_in(NOON)
    assert all(
        waiting < rank.prioritised(NOON + 10 * MINUTE + later, 600) for later in (1, MINUTE, 60 * MINUTE)
    )


@pytest.mark.parametrize(
    ("arrives", "expected"),
    [
        (-30 * MINUTE, NOON - 5 * MINUTE),
        (0, NOON - 5 * MINUTE),
        (10 * MINUTE, NOON - 5 * MINUTE),
        (10 * MINUTE + 1, NOON + 10 * MINUTE + 1),
    ],
    ids=["early", "on the dot", "end of grace", "late"],
)
def test_an_appointment_keeps_its_time_until_its_grace_is_over(arrives: int, expected: int) -> None:
    assert rank.appointment(NOON, lead_s=300, grace_s=600, now=NOON + arrives) == expected


@given(lines)
def test_requeued_to_the_front_is_first(line: list[int]) -> None:
    assert position(requeue(Where.FRONT, NOON, line), line) == 1 or not line


@given(lines.filter(bool))
def test_requeued_to_the_middle_has_half_the_line_ahead(line: list[int]) -> None:
    now = line[-1] + 2
    spaced = [2 * place for place in line]
    assert position(requeue(Where.MIDDLE, 2 * now, spaced), spaced) == (len(line) + 1) // 2 + 1


@given(lines)
def test_requeued_to_the_end_is_as_if_it_came_now(line: list[int]) -> None:
    assert requeue(Where.END, NOON, line) == rank.walk_in(NOON)


@given(lines, st.sampled_from(Where))
def test_no_requeue_is_worse_than_the_end(line: list[int], where: Where) -> None:
    assert requeue(where, NOON, line) <= requeue(Where.END, NOON, line)


def test_whoever_comes_between_two_leaves_room_on_both_sides() -> None:
    assert rank.behind(1000, 1064) == 1032
    assert rank.behind(1000, None) == 1000 + rank.SPACING
    assert rank.requeued(Where.FRONT, 2000, first=1000, middle=None) == 1000 - rank.SPACING


def test_where_nobody_fits_between_two_the_wanted_rank_is_taken() -> None:
    assert rank.behind(1000, 1001) == 1001


@pytest.mark.parametrize("where", Where)
def test_requeued_into_an_empty_line_is_as_if_it_came_now(where: Where) -> None:
    assert requeue(where, NOON, []) == NOON


def test_the_middle_of_nobody_is_nowhere() -> None:
    assert [rank.middle_place(waiting) for waiting in range(6)] == [None, 0, 0, 1, 1, 2]


@given(st.lists(instants, unique=True, min_size=1, max_size=30).map(sorted), st.integers(-1, 40), st.data())
def test_postponing_lets_exactly_k_pass_and_harms_nobody(
    line: list[int], k: int, data: st.DataObject
) -> None:
    spaced = [2 * place for place in line]
    mine = data.draw(st.integers(0, len(line) - 1))
    others = spaced[:mine] + spaced[mine + 1 :]
    after = rank.postponed(k, spaced[mine + 1 :], spaced[mine])
    assert position(after, others) == mine + 1 + min(max(k, 0), len(line) - mine - 1)
    for other in others:
        rest = [one for one in others if one != other]
        assert position(other, [*rest, after]) <= position(other, [*rest, spaced[mine]])

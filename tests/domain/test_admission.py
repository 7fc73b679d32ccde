from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowserving.domain.tickets.admission import LOOK_AHEAD, Admitted, admit, free_units, held_for
from nowserving.domain.tickets.rules import Admission, Counts, Fit, QueueRules
from nowserving.domain.tickets.ticket import State, Ticket


def party(number: int, size: int, passed: int = 0) -> Ticket:
    return Ticket(
        id=number,
        key=f"key{number}",
        branch_id="bistro",
        queue_id="tables",
        number_queue_id="tables",
        service_day="2026-11-22",
        number=number,
        code=f"T-{number:03d}",
        state=State.WAITING,
        rank=number,
        party_size=size,
        priority="",
        name=None,
        language="",
        desk_id=None,
        agent_id=None,
        joined_at=number,
        since_at=number,
        called_at=None,
        calls=0,
        passed=passed,
        deadline_at=None,
        ended_at=None,
    )


def line(*sizes: int) -> list[Ticket]:
    return [party(number, size) for number, size in enumerate(sizes, start=1)]


def rules(capacity: int | None = 10, **given: object) -> QueueRules:
    settings = {"admission": Admission.AUTOMATIC, "counts": Counts.COVERS, "fit": Fit.STRICT, "fit_passes": 2}
    return QueueRules(capacity=capacity, **(settings | given))  # type: ignore[arg-type]


FILL = rules(fit=Fit.FILL)


def called(admitted: Admitted[Ticket]) -> list[int]:
    return [ticket.number for ticket in admitted.called]


def passed(admitted: Admitted[Ticket]) -> dict[int, int]:
    return {ticket.number: times for ticket, times in admitted.passed}


def test_parties_are_called_in_order_while_they_fit() -> None:
    assert called(admit(6, line(2, 4, 2), rules())) == [1, 2]


def test_strict_order_waits_for_the_party_in_front() -> None:
    admitted = admit(4, line(2, 4, 2), rules())
    assert called(admitted) == [1]
    assert not admitted.passed


def test_fill_lets_a_smaller_party_take_the_gap_and_writes_it_down() -> None:
    admitted = admit(4, line(2, 4, 2), FILL)
    assert called(admitted) == [1, 3]
    assert passed(admitted) == {2: 1}


def test_a_party_that_was_passed_often_enough_is_waited_for() -> None:
    waiting = [party(1, 6, passed=2), party(2, 1)]
    assert not admit(4, waiting, FILL).called


def test_the_least_patient_party_decides() -> None:
    waiting = [party(1, 6, passed=0), party(2, 6, passed=1), *(party(number, 1) for number in (3, 4, 5))]
    admitted = admit(5, waiting, FILL)
    assert called(admitted) == [3]
    assert passed(admitted) == {1: 1, 2: 1}


def test_only_those_in_front_count_as_passed() -> None:
    admitted = admit(5, line(1, 6, 1, 5, 1), FILL)
    assert called(admitted) == [1, 3, 5]
    assert passed(admitted) == {2: 2, 4: 1}


def test_a_party_passed_more_often_under_an_older_rule_still_stops_the_line() -> None:
    assert not admit(4, [party(1, 6, passed=9), party(2, 1)], FILL).called


def test_no_passes_at_all_is_strict_order() -> None:
    assert called(admit(4, line(2, 4, 2), rules(fit=Fit.FILL, fit_passes=0))) == [1]


@pytest.mark.parametrize("fit", Fit)
def test_a_party_larger_than_the_whole_capacity_holds_nobody_up(fit: Fit) -> None:
    admitted = admit(10, line(12, 4), rules(fit=fit))
    assert called(admitted) == [2]
    assert not admitted.passed


def test_a_party_as_large_as_the_whole_capacity_is_waited_for_and_called() -> None:
    assert not admit(9, line(10, 4), rules()).called
    assert called(admit(10, line(10, 4), rules())) == [1]


def test_people_count_one_each_whatever_their_party() -> None:
    assert called(admit(2, line(5, 5, 5), rules(counts=Counts.PEOPLE))) == [1, 2]


@pytest.mark.parametrize("free", [0, -1, -1000])
def test_nobody_is_called_into_a_full_or_over_full_place(free: int) -> None:
    assert admit(free, line(1, 1), FILL) == Admitted()


def test_a_queue_whose_agents_call_admits_nobody_by_itself() -> None:
    assert admit(9, line(1), rules(admission=Admission.BY_AGENT)) == Admitted()


def test_without_a_capacity_there_is_nothing_to_fill() -> None:
    assert admit(None, line(1), rules()) == Admitted()
    assert admit(9, line(1), rules(capacity=None)) == Admitted()


def test_the_line_is_read_only_as_far_as_needed() -> None:
    read: list[int] = []

    def waiting() -> object:
        for ticket in line(*[1] * 50):
            read.append(ticket.number)
            yield ticket

    admit(3, waiting(), rules())  # type: ignore[arg-type]
    assert len(read) == 4


def test_free_units_count_covers_or_people() -> None:
    assert free_units(rules(10), [2, 4]) == 4
    assert free_units(rules(10, counts=Counts.PEOPLE), [2, 4]) == 8
    assert free_units(rules(None), [2, 4]) is None


def test_a_capacity_lowered_below_what_is_inside_is_over_not_an_error() -> None:
    assert free_units(rules(3), [2, 4]) == -3


parties = st.lists(st.tuples(st.integers(1, 8), st.integers(0, 3)), max_size=25)
any_rules = st.builds(
    rules,
    st.integers(0, 20),
    fit=st.sampled_from(Fit),
    counts=st.sampled_from(Counts),
    fit_passes=st.integers(0, 4),
)


@given(st.integers(-5, 25), parties, any_rules)
def test_admission_never_oversells(free: int, sizes: list[tuple[int, int]], given_rules: QueueRules) -> None:
    waiting = [party(number, size, passed) for number, (size, passed) in enumerate(sizes)]
    admitted = admit(free, waiting, given_rules)
    assert sum(given_rules.units(ticket.party_size) for ticket in admitted.called) <= max(free, 0)
    assert called(admitted) == sorted(set(called(admitted)))


@given(st.integers(-5, 25), parties, any_rules)
def test_everybody_overtaken_is_on_record_and_within_the_rule(
    free: int, sizes: list[tuple[int, int]], given_rules: QueueRules
) -> None:
    waiting = [party(number, size, passed) for number, (size, passed) in enumerate(sizes)]
    admitted = admit(free, waiting, given_rules)
    numbers = called(admitted)
    overtaken = {
        ticket.number: sum(number > ticket.number for number in numbers)
        for ticket in waiting
        if ticket.number not in numbers
        and given_rules.units(ticket.party_size) <= (given_rules.capacity or 0)
    }
    assert passed(admitted) == {number: times for number, times in overtaken.items() if times}
    for ticket, times in admitted.passed:
        assert given_rules.fit is Fit.FILL
        assert ticket.passed + times <= given_rules.fit_passes


@given(st.integers(0, 25), parties, any_rules)
def test_nobody_is_kept_waiting_while_there_is_room_for_the_first(
    free: int, sizes: list[tuple[int, int]], given_rules: QueueRules
) -> None:
    """Afterwards the first who could ever fit does not fit: admission leaves no gap it should fill."""
    waiting = [party(number, size, passed) for number, (size, passed) in enumerate(sizes)]
    admitted = admit(free, waiting, given_rules)
    left = free - sum(given_rules.units(ticket.party_size) for ticket in admitted.called)
    fitting = [
        ticket
        for ticket in waiting
        if ticket not in admitted.called
        and given_rules.units(ticket.party_size) <= (given_rules.capacity or 0)
    ]
    assert not fitting or given_rules.units(fitting[0].party_size) > left


def test_nobody_fills_a_gap_from_too_far_back() -> None:
    """What one step costs must not grow with the line."""
    large = [party(number, 6) for number in range(1, LOOK_AHEAD + 2)]
    patient = replace(FILL, fit_passes=100)

    assert admit(2, [*large[1:], party(999, 2)], patient).called
    assert not admit(2, [*large, party(999, 2)], patient).called


def test_a_line_is_read_no_further_than_that() -> None:
    read = []

    def endless() -> Iterator[Ticket]:
        for number in range(1, 100_000):
            read.append(number)
            yield party(number, 6)

    admit(2, endless(), replace(FILL, fit_passes=100))

    assert len(read) == LOOK_AHEAD + 1


def test_free_units_are_kept_for_the_first_in_line_or_for_whom_enough_have_passed() -> None:
    waiting = [party(1, 4, passed=1), party(2, 6, passed=2), party(3, 3, passed=2)]

    assert held_for(2, waiting, rules()) == waiting[0]
    assert held_for(2, waiting, FILL) == waiting[1]


def test_nothing_is_kept_where_nothing_is_free_or_somebody_fits() -> None:
    assert held_for(0, line(4), rules()) is None
    assert held_for(2, line(4), rules(admission=Admission.BY_AGENT)) is None
    assert held_for(2, line(2), rules()) is None
    assert held_for(2, [party(1, 40), party(2, 4)], FILL) is None

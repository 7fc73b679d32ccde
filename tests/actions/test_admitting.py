"""Automatic admission: a queue that calls by itself as soon as there is room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import (
    cancel,
    check_in,
    finish,
    leave,
    no_show,
    park,
    postpone,
    requeue,
    start,
    transfer,
)
from nowserving.domain.tickets.admission import LOOK_AHEAD
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import Admission, Counts, Fit
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from tests.actions.office import AMIR, GUEST, SECOND, Office


def automatic(office: Office, capacity: int, **rules: Any) -> str:
    return office.rule(admission=Admission.AUTOMATIC, capacity=capacity, **rules)


def restaurant(office: Office, seats: int, **rules: Any) -> str:
    return automatic(office, seats, counts=Counts.COVERS, **rules)


@action(scope="queue_id")
def look_again(tx: Tx, *, queue_id: str) -> None:
    """What every change of a queue's rules ends with."""
    admit_after(tx, queue_id)


def inside(office: Office) -> list[str]:
    return [one.code for one in office.everybody() if one.state in {State.CALLED, State.SERVING}]


def test_so_many_are_inside_and_no_more(office: Office) -> None:
    automatic(office, 2)
    office.joins(4)

    assert (inside(office), office.line()) == (["A-001", "A-002"], ["A-003", "A-004"])


def test_a_rule_calls_to_no_desk_and_says_so(office: Office) -> None:
    automatic(office, 1, check_in_window_s=120)
    ticket = office.join()

    called = office.now(ticket)
    event = office.events()[-1]

    assert (called.desk_id, called.agent_id, called.calls) == (None, None, 1)
    assert (called.called_at, called.deadline_at) == (office.clock.now, office.clock.now + 120 * SECOND)
    assert (event.verb, event.actor, event.desk_id) == ("ticket.called", "rule", None)
    assert event.data["act"] == event.version - 1, "it happened within the joining"


@pytest.mark.parametrize(
    ("verb", "more", "served"),
    [
        (finish, {}, True),
        (finish, {}, False),
        (no_show, {}, False),
        (park, {}, False),
        (park, {}, True),
        (cancel, {}, False),
        (leave, {}, False),
        (transfer, {"queue_id": "licences"}, True),
        (requeue, {"where": Where.END}, False),
    ],
)
def test_whoever_makes_room_lets_the_next_one_in(
    office: Office, verb: Callable[..., Ticket], more: dict[str, Any], served: bool
) -> None:
    automatic(office, 1)
    first, second = office.joins(2)
    if served:
        office.do(check_in, GUEST, key=first.key)

    office.do(verb, key=first.key, **more)

    assert office.state(second) is State.CALLED


def test_who_lapses_lets_the_next_one_in(office: Office) -> None:
    automatic(office, 1, check_in_window_s=60)
    first, second = office.joins(2)
    office.clock.advance(60)

    assert office.do(lapse_overdue, "rule", branch_id=office.hall.branch_id) == 1
    assert (office.state(first), office.state(second)) == (State.NO_SHOW, State.CALLED)


def test_who_is_sent_into_a_queue_with_room_is_called_at_once(office: Office) -> None:
    automatic(office, 1)
    ticket = office.join(office.hall.licences)

    moved = office.do(transfer, key=ticket.key, queue_id=office.hall.passports)

    assert (moved.state, moved) == (State.CALLED, office.now(ticket))


def test_who_is_requeued_where_nobody_else_waits_is_called_at_once(office: Office) -> None:
    automatic(office, 1)
    ticket = office.join()

    assert office.do(requeue, key=ticket.key, where=Where.END).state is State.CALLED
    assert office.now(ticket).calls == 1


def test_a_paused_queue_calls_nobody(office: Office) -> None:
    queue_id = automatic(office, 1)
    first, second = office.joins(2)
    office.build.change(schema.queues, queue_id, paused_at=office.clock.now)

    office.do(finish, key=first.key)
    assert office.state(second) is State.WAITING

    office.build.change(schema.queues, queue_id, paused_at=None)
    office.do(look_again, queue_id=queue_id)
    assert office.state(second) is State.CALLED


def test_a_queue_of_agents_calls_nobody(office: Office) -> None:
    office.joins(2)
    office.do(look_again, queue_id=office.hall.passports)

    assert inside(office) == []


def test_capacity_that_was_lowered_throws_nobody_out(office: Office) -> None:
    queue_id = automatic(office, 3)
    first, second, _, fourth = office.joins(4)
    office.do(edit_queue, queue_id=queue_id, changes={"rules": {"capacity": 1}})

    office.do(finish, key=first.key)
    office.do(finish, key=second.key)

    assert (inside(office), office.state(fourth)) == (["A-003"], State.WAITING)


# Parties


def test_a_party_takes_as_many_seats_as_it_has_people(office: Office) -> None:
    restaurant(office, 6)
    for size in (4, 2, 2):
        office.join(party_size=size)

    assert (inside(office), office.line()) == (["A-001", "A-002"], ["A-003"])


def test_people_are_counted_one_by_one_where_seats_are_not(office: Office) -> None:
    automatic(office, 2)
    for size in (4, 4, 1):
        office.join(party_size=size)

    assert inside(office) == ["A-001", "A-002"]


def test_in_strict_order_a_table_waits_for_the_party_in_front(office: Office) -> None:
    restaurant(office, 4)
    first = office.join(party_size=2)
    for size in (4, 2):
        office.join(party_size=size)
    assert inside(office) == ["A-001"], "two seats are free, and the party of four is next"

    office.do(finish, key=first.key)
    assert (inside(office), office.line()) == (["A-002"], ["A-003"])


@pytest.mark.parametrize("verb", [leave, cancel, park, postpone])
def test_a_party_that_steps_aside_lets_the_next_one_in(office: Office, verb: Callable[..., Ticket]) -> None:
    restaurant(office, 4)
    office.join(party_size=2)
    big, small = office.join(party_size=4), office.join(party_size=2)

    office.do(verb, GUEST, key=big.key, **({"places": 1} if verb is postpone else {}))

    assert office.state(small) is State.CALLED


def test_a_smaller_party_may_fill_a_gap_but_not_pass_more_than_so_often(office: Office) -> None:
    restaurant(office, 4, fit=Fit.FILL, fit_passes=2)
    first = office.join(party_size=2)
    big = office.join(party_size=4)
    couples = [office.join(party_size=2)]
    assert inside(office) == [first.code, couples[0].code]
    couples += [office.join(party_size=2) for _ in range(2)]

    office.do(finish, key=first.key)
    assert inside(office) == [couples[0].code, couples[1].code]
    office.do(finish, key=couples[0].key)
    assert inside(office) == [couples[1].code], "the party of four has been passed twice: now the line waits"

    office.do(finish, key=couples[1].key)
    assert inside(office) == [big.code]


def test_being_passed_is_on_record(office: Office) -> None:
    restaurant(office, 4, fit=Fit.FILL)
    office.join(party_size=3)
    big = office.join(party_size=2)
    office.join(party_size=1)

    assert office.verbs(big) == ["ticket.joined", "ticket.passed"]
    event = office.events(big)[-1]
    assert (event.actor, event.data["before"], event.data["after"]) == ("rule", {"passed": 0}, {"passed": 1})
    assert office.stays(big) == [("waiting", None)]


def test_a_party_larger_than_the_house_holds_nobody_up(office: Office) -> None:
    restaurant(office, 4)
    # Guests are refused so large a party; a host lets it wait.
    office.do(join, queue_id=office.hall.passports, party_size=5)
    office.join(party_size=2)

    assert (inside(office), office.line()) == (["A-002"], ["A-001"])


def test_the_line_is_read_as_far_as_needed(office: Office) -> None:
    """More wait than are read at once, and only the last one fits."""
    restaurant(office, 3, fit=Fit.FILL, fit_passes=1)
    office.join(party_size=2)
    for _ in range(LOOK_AHEAD):
        office.join(party_size=2)
    last = office.join(party_size=1)

    assert inside(office) == ["A-001", last.code]
    assert office.everybody()[50].passed == 1


# A desk beside the rule


def test_a_desk_may_serve_whom_the_rule_has_called(office: Office) -> None:
    automatic(office, 1)
    ticket = office.join()

    taken = office.call(ticket)

    assert (taken.state, taken.desk_id) == (State.CALLED, office.hall.desk_1)
    assert office.verbs()[-1] == "ticket.taken"


def test_the_desk_has_its_own_next_before_the_rule_calls_anybody(office: Office) -> None:
    """Calling the next frees capacity by finishing; the freed place is the desk's, not the rule's."""
    automatic(office, 1)
    first, second, third = office.joins(3)
    office.call(first)
    office.do(start, key=first.key)

    called = office.call_next()

    assert (called.ticket.code, called.ticket.desk_id) == (second.code, office.hall.desk_1)
    assert (office.state(first), office.state(third)) == (State.DONE, State.WAITING)


def test_a_desk_that_calls_from_elsewhere_leaves_the_freed_place_to_the_rule(office: Office) -> None:
    automatic(office, 1)
    first, second = office.joins(2)
    other = office.join(office.hall.licences)
    office.call(first)

    called = office.call(other)

    assert called.code == other.code
    assert (office.state(first), office.now(second).state) == (State.DONE, State.CALLED)
    assert office.now(second).desk_id is None


def test_an_agent_may_call_past_the_capacity_on_record(office: Office) -> None:
    automatic(office, 1)
    _, second = office.joins(2)

    office.call_next(office.hall.desk_2, AMIR)

    assert office.now(second).desk_id == office.hall.desk_2
    assert office.events()[-1].actor == AMIR

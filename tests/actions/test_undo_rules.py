"""Taking back what a rule did in the same act, and a guest who left by mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nowserving.actions.tickets.calling import call_chosen
from nowserving.actions.tickets.desk_duty import pause_desk
from nowserving.actions.tickets.serving import (
    cancel,
    check_in,
    finish,
    leave,
    park,
    start,
    transfer,
)
from nowserving.actions.tickets.undoing import UNDO_WINDOW_S, undo, undo_leave
from nowserving.domain.tickets.rules import Admission, Counts, Fit
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store import schema
from tests.actions.acts import nothing_to_undo, taken_back
from tests.actions.office import GUEST, MARIA, Office


def restaurant(office: Office) -> tuple[Ticket, Ticket]:
    """Return who sits at the only table, served by the first desk, and who waits."""
    office.rule(admission=Admission.AUTOMATIC, capacity=1)
    first, second = office.joins(2)
    office.call(first)
    office.do(start, key=first.key)
    return first, second


def test_whom_the_rule_called_in_the_same_act_goes_back_too(office: Office) -> None:
    first, second = restaurant(office)
    office.do(finish, key=first.key)
    assert office.state(second) is State.CALLED

    assert taken_back(office) == [second.code, first.code]
    assert (office.state(first), office.state(second)) == (State.SERVING, State.WAITING)
    assert office.now(second).rank == second.rank


def test_whom_the_rule_called_and_who_has_come_is_not_sent_back(office: Office) -> None:
    first, second = restaurant(office)
    office.do(finish, key=first.key)
    office.do(check_in, GUEST, key=second.key)

    assert nothing_to_undo(office)


def test_taking_back_a_call_lets_the_rule_call_again(office: Office) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=1)
    ticket = office.join()
    office.do(call_chosen, desk_id=office.hall.desk_1, key=ticket.key)
    office.do(transfer, key=ticket.key, queue_id=office.hall.licences)
    office.rule(office.hall.licences, admission=Admission.AUTOMATIC, capacity=1)

    (back,) = office.do(undo, desk_id=office.hall.desk_1)

    assert (back.state, back.desk_id, back.queue_id) == (
        State.CALLED,
        office.hall.desk_1,
        office.hall.passports,
    )


def test_room_that_an_undo_makes_is_given_away(office: Office) -> None:
    """The desk called past the capacity and takes that back, when there is room for the guest after all."""
    office.rule(admission=Admission.AUTOMATIC, capacity=1)
    inside, next_one = office.joins(2)
    office.call_next()
    office.do(finish, key=inside.key)

    (back,) = office.do(undo, desk_id=office.hall.desk_1)

    assert (back.code, back.state, back.desk_id) == (next_one.code, State.CALLED, None)


def test_being_passed_is_taken_back_with_the_act_that_did_it(office: Office) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=4, counts=Counts.COVERS, fit=Fit.FILL)
    first = office.join(party_size=3)
    office.call(first)
    office.join(party_size=1)
    big, small = office.join(party_size=4), office.join(party_size=3)
    assert office.line() == [big.code, small.code]

    office.do(finish, key=first.key)
    assert (office.now(big).passed, office.state(small)) == (1, State.CALLED)

    taken_back(office)
    assert office.now(big).passed == 0
    assert office.now(big).rank == big.rank
    assert office.line() == [big.code, small.code]


# A guest who did not mean to leave


def back_again(office: Office, ticket: Ticket) -> Ticket:
    return office.do(undo_leave, GUEST, key=ticket.key)


def test_who_left_by_mistake_has_the_old_place(office: Office) -> None:
    tickets = office.joins(3)
    office.do(leave, GUEST, key=tickets[1].key)

    back = back_again(office, tickets[1])

    assert (back.state, back.rank, back.ended_at) == (State.WAITING, tickets[1].rank, None)
    assert back == office.now(tickets[1])
    assert office.line() == [one.code for one in tickets]
    assert (office.events()[-1].verb, office.events()[-1].actor) == ("ticket.undone", GUEST)


def test_who_left_while_set_aside_is_set_aside_again(office: Office) -> None:
    ticket = office.join()
    office.do(park, key=ticket.key)
    office.do(leave, GUEST, key=ticket.key)

    assert back_again(office, ticket).state is State.PARKED


def test_leaving_is_final_after_a_minute(office: Office) -> None:
    ticket = office.join()
    office.do(leave, GUEST, key=ticket.key)
    office.clock.advance(UNDO_WINDOW_S)

    assert office.conflict(undo_leave, GUEST, key=ticket.key) == "nothing_to_undo"


@pytest.mark.parametrize("verb", [None, cancel])
def test_only_leaving_is_the_guests_to_take_back(office: Office, verb: Callable[..., Any] | None) -> None:
    ticket = office.join()
    if verb is not None:
        office.do(verb, key=ticket.key)

    assert office.conflict(undo_leave, GUEST, key=ticket.key) == "nothing_to_undo"


def test_nobody_comes_back_to_a_queue_that_is_closed_for_good(office: Office) -> None:
    ticket = office.join()
    office.do(leave, GUEST, key=ticket.key)
    office.build.change(schema.queues, office.hall.passports, archived_at=office.clock.now)

    assert office.conflict(undo_leave, GUEST, key=ticket.key) == "nothing_to_undo"


def test_who_left_when_called_is_called_again_with_the_same_deadline(office: Office) -> None:
    """Not with a new one, or leaving and coming back would stop the clock."""
    office.rule(check_in_window_s=60)
    ticket = office.join()
    called = office.call_next().ticket
    office.do(leave, GUEST, key=ticket.key)

    back = back_again(office, ticket)

    assert (back.state, back.desk_id, back.agent_id) == (State.CALLED, office.hall.desk_1, MARIA)
    assert back.deadline_at == called.deadline_at


def test_who_left_when_called_is_too_late_after_the_deadline(office: Office) -> None:
    office.rule(check_in_window_s=10)
    ticket = office.join()
    office.call_next()
    office.do(leave, GUEST, key=ticket.key)
    office.clock.advance(10)

    assert office.conflict(undo_leave, GUEST, key=ticket.key) == "nothing_to_undo"


@pytest.mark.parametrize("gone", ["busy", "paused", "archived"])
def test_where_the_desk_has_gone_on_the_guest_waits_at_the_old_place(office: Office, gone: str) -> None:
    tickets = office.joins(3)
    office.call_next()
    office.do(leave, GUEST, key=tickets[0].key)
    if gone == "busy":
        office.call_next()
    elif gone == "paused":
        office.do(pause_desk, desk_id=office.hall.desk_1)
    else:
        office.build.change(schema.desks, office.hall.desk_1, archived_at=office.clock.now)

    back = back_again(office, tickets[0])

    assert (back.state, back.desk_id, back.agent_id) == (State.WAITING, None, None)
    assert office.line()[0] == tickets[0].code


@pytest.mark.parametrize("place_is_taken", [False, True])
def test_a_place_that_was_given_away_stays_given_away(office: Office, place_is_taken: bool) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=1)
    first = office.join()
    office.do(leave, GUEST, key=first.key)
    second = office.join() if place_is_taken else None

    back = back_again(office, first)

    assert back.state is (State.WAITING if place_is_taken else State.CALLED)
    assert second is None or office.state(second) is State.CALLED


def test_who_comes_back_to_a_line_where_there_is_room_now_is_called(office: Office) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=1)
    first, second = office.joins(2)
    office.do(leave, GUEST, key=second.key)
    office.do(finish, key=first.key)

    back = back_again(office, second)

    assert (back.state, back) == (State.CALLED, office.now(second))


def test_a_call_of_a_rule_in_a_queue_that_lost_its_capacity_is_taken_up_again(office: Office) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=1)
    first = office.join()
    office.do(leave, GUEST, key=first.key)
    office.rule()

    assert back_again(office, first).state is State.CALLED

"""Undo at the stand: what staff did last in a queue, at no desk, and what the rule did because of it."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.hosting import call_now, extend, resize, seat
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import cancel, check_in, finish, leave, no_show, park, postpone
from nowserving.actions.tickets.undoing import undo_at_stand
from nowserving.domain.tickets.rules import Admission, Counts
from nowserving.domain.tickets.ticket import State, Ticket
from tests.actions.office import AMIR, GUEST, Office

SERVICE_S = 3600


@pytest.fixture
def stand(office: Office) -> Office:
    """Four seats."""
    office.rule(
        admission=Admission.AUTOMATIC,
        capacity=4,
        counts=Counts.COVERS,
        check_in_window_s=300,
        service_limit_s=SERVICE_S,
    )
    return office


def taken_back(stand: Office, actor: str = AMIR) -> list[str]:
    return [one.code for one in stand.do(undo_at_stand, actor, queue_id=stand.hall.passports)]


def nothing(stand: Office) -> bool:
    return stand.conflict(undo_at_stand, queue_id=stand.hall.passports) == "nothing_to_undo"


def parties(stand: Office, *sizes: int) -> list[Ticket]:
    return [stand.join(party_size=size) for size in sizes]


@pytest.mark.parametrize("verb", [seat, no_show, park, cancel])
def test_what_was_done_with_a_called_party_is_taken_back(stand: Office, verb: Any) -> None:
    (ticket,) = parties(stand, 2)
    stand.do(verb, key=ticket.key)

    assert taken_back(stand) == [ticket.code]

    back = stand.now(ticket)
    assert (back.state, back.called_at) == (State.CALLED, ticket.joined_at)
    assert back.deadline_at == stand.clock.now + 300_000_000, "it has the whole time to come again"
    assert nothing(stand), "an undo is no act that could be undone"
    stand.audit()


@pytest.mark.parametrize("verb", [seat, call_now])
def test_a_chosen_party_goes_back_to_its_place(stand: Office, verb: Any) -> None:
    _, first, second, third = parties(stand, 4, 2, 2, 2)
    stand.do(verb, key=second.key)

    assert taken_back(stand) == [second.code]

    assert stand.line() == [first.code, second.code, third.code]
    assert (stand.now(second).rank, stand.now(second).calls) == (second.rank, 0)
    stand.audit()


def test_a_visit_that_was_ended_by_mistake_goes_on_and_whom_that_let_in_waits_again(stand: Office) -> None:
    seated, waiting = parties(stand, 4, 2)
    began = stand.do(seat, key=seated.key)
    stand.clock.advance(10)
    stand.do(finish, key=seated.key)
    assert stand.state(waiting) is State.CALLED
    stand.clock.advance(19)

    assert sorted(taken_back(stand)) == [seated.code, waiting.code]

    back = stand.now(seated)
    assert began.deadline_at is not None
    assert (back.state, back.deadline_at) == (State.SERVING, began.deadline_at + 20_000_000)
    assert (stand.state(waiting), stand.now(waiting).rank) == (State.WAITING, waiting.rank)
    stand.audit()


def test_whom_it_let_in_stays_if_they_sit_already(stand: Office) -> None:
    """The table was never free: that must go back on record, and the host sees that it is over."""
    seated, waiting = parties(stand, 4, 2)
    stand.do(seat, key=seated.key)
    stand.do(finish, key=seated.key)
    stand.do(check_in, GUEST, key=waiting.key)

    assert taken_back(stand) == [seated.code]

    assert (stand.state(seated), stand.state(waiting)) == (State.SERVING, State.SERVING)
    stand.audit()


def test_more_time_and_another_size_are_taken_back(stand: Office) -> None:
    (ticket,) = parties(stand, 2)
    before = stand.do(seat, key=ticket.key)

    stand.do(extend, key=ticket.key, minutes=15)
    taken_back(stand)
    assert stand.now(ticket).deadline_at == before.deadline_at

    stand.do(resize, key=ticket.key, party_size=4)
    taken_back(stand)
    assert (stand.now(ticket).party_size, stand.now(ticket).deadline_at) == (2, before.deadline_at)


def test_what_guests_and_rules_do_is_no_act_of_the_stand(stand: Office) -> None:
    first, second, third, _ = parties(stand, 2, 2, 2, 2)
    stand.do(seat, key=first.key)
    stand.do(check_in, GUEST, key=second.key)
    stand.do(postpone, GUEST, key=third.key, places=1)

    assert taken_back(stand) == [first.code]


def test_what_has_moved_since_is_not_taken_back(stand: Office) -> None:
    (ticket,) = parties(stand, 2)
    stand.do(park, key=ticket.key)
    stand.do(leave, GUEST, key=ticket.key)

    assert nothing(stand)


def test_only_the_last_act_counts(stand: Office) -> None:
    ticket, _ = parties(stand, 2, 2)
    stand.do(seat, key=ticket.key)
    stand.do(extend, key=ticket.key, minutes=5)
    taken_back(stand)

    assert nothing(stand)


def test_a_party_that_was_added_is_taken_off_the_list_and_not_undone(stand: Office) -> None:
    ticket, _ = parties(stand, 2, 2)
    stand.do(seat, key=ticket.key)
    stand.do(join, queue_id=stand.hall.passports)

    assert nothing(stand)


def test_a_minute_later_it_is_too_late(stand: Office) -> None:
    (ticket,) = parties(stand, 2)
    stand.do(seat, key=ticket.key)
    stand.clock.advance(60)

    assert nothing(stand)


def test_what_a_desk_did_is_for_the_desk_to_undo(stand: Office) -> None:
    stand.joins(1, stand.hall.licences)
    stand.do(call_next, desk_id=stand.hall.desk_1)

    assert stand.conflict(undo_at_stand, queue_id=stand.hall.licences) == "nothing_to_undo"


def test_where_nothing_was_done_there_is_nothing_to_undo(stand: Office) -> None:
    assert nothing(stand)


def test_who_takes_minutes_back_after_the_time_of_before_sends_nobody_away(stand: Office) -> None:
    """Ten minutes more in the last seconds, taken back once the first window is over: it begins again."""
    (ticket,) = parties(stand, 2)
    stand.clock.advance(290)
    stand.do(extend, key=ticket.key, minutes=10)
    stand.clock.advance(20)

    assert taken_back(stand) == [ticket.code]

    assert stand.now(ticket).deadline_at == stand.clock.now + 300_000_000
    assert stand.do(lapse_overdue, branch_id=stand.hall.branch_id) == 0


def test_who_takes_minutes_back_in_time_has_the_deadline_of_before(stand: Office) -> None:
    (ticket,) = parties(stand, 2)
    before = stand.now(ticket).deadline_at
    stand.do(extend, key=ticket.key, minutes=10)

    taken_back(stand)

    assert stand.now(ticket).deadline_at == before


def test_a_website_through_which_a_guest_joins_takes_no_undo_away(stand: Office) -> None:
    (ticket,) = parties(stand, 4)
    stand.do(seat, key=ticket.key)
    stand.do(join, "key:website", queue_id=stand.hall.passports)

    assert taken_back(stand) == [ticket.code]


def test_what_a_program_does_for_staff_is_undone_like_theirs(stand: Office) -> None:
    (ticket,) = parties(stand, 4)
    stand.do(seat, "key:till", key=ticket.key)

    assert taken_back(stand) == [ticket.code]

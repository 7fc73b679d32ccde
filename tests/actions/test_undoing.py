"""Undo: the last act at a desk, whole, within a minute, and only if nobody has touched it since."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Event
from typing import Any

import pytest

from nowserving.actions.calling import call_chosen, call_next, recall
from nowserving.actions.desk_duty import close_desk, pause_desk
from nowserving.actions.lapsing import lapse_overdue
from nowserving.actions.serving import (
    cancel,
    check_in,
    finish,
    leave,
    no_show,
    park,
    requeue,
    start,
    transfer,
)
from nowserving.actions.undoing import UNDO_WINDOW_S, undo, undo_leave
from nowserving.domain.branch import DeskState
from nowserving.domain.rank import Where
from nowserving.domain.rules import Admission, Counts, Fit
from nowserving.domain.ticket import State, Ticket
from nowserving.errors import NotFound
from nowserving.store import schema
from nowserving.store.action import action
from nowserving.store.job import Job
from nowserving.store.tx import Tx
from tests.actions.office import AMIR, GUEST, MARIA, SECOND, Office


def taken_back(office: Office, desk_id: str | None = None) -> list[str]:
    """Undo at a desk, the first unless told otherwise; return the codes of what came back."""
    return [ticket.code for ticket in office.do(undo, desk_id=desk_id or office.hall.desk_1)]


def nothing_to_undo(office: Office, desk_id: str | None = None) -> bool:
    return office.conflict(undo, desk_id=desk_id or office.hall.desk_1) == "nothing_to_undo"


def serving(office: Office) -> Ticket:
    """Return a ticket that is being served at the first desk, with two waiting behind it."""
    first, *_ = office.joins(3)
    office.call_next()
    return office.do(start, key=first.key)


# Each act


def test_a_call_is_taken_back_and_the_guest_stands_where_they_stood(office: Office) -> None:
    first, second = office.joins(2)
    office.call_next()

    assert taken_back(office) == ["A-001"]

    back = office.now(first)
    assert (back.state, back.rank, back.desk_id, back.agent_id) == (State.WAITING, first.rank, None, None)
    assert (back.called_at, back.calls) == (None, 0)
    assert back.since_at == office.clock.now
    assert office.line() == [first.code, second.code]


def test_a_call_and_the_visit_it_finished_are_one_act(office: Office) -> None:
    first = serving(office)
    office.call_next()

    assert taken_back(office) == ["A-002", "A-001"]

    back = office.now(first)
    assert (back.state, back.desk_id, back.agent_id, back.ended_at) == (
        State.SERVING,
        office.hall.desk_1,
        MARIA,
        None,
    )
    assert office.line() == ["A-002", "A-003"]


def test_a_visit_that_never_began_comes_back_as_a_call(office: Office) -> None:
    first, _ = office.joins(2)
    office.call_next()
    office.call_next()

    taken_back(office)

    assert (office.state(first), office.now(first).desk_id) == (State.CALLED, office.hall.desk_1)
    assert office.line() == ["A-002"]


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        (finish, {}),
        (park, {}),
        (transfer, {"queue_id": "licences"}),
    ],
)
def test_what_was_done_to_somebody_served_is_taken_back(
    office: Office, verb: Callable[..., Ticket], more: dict[str, Any]
) -> None:
    first = serving(office)
    office.do(verb, key=first.key, **more)

    assert taken_back(office) == [first.code]

    back = office.now(first)
    assert (back.state, back.desk_id, back.agent_id) == (State.SERVING, office.hall.desk_1, MARIA)
    assert (back.queue_id, back.rank, back.ended_at) == (office.hall.passports, first.rank, None)


@pytest.mark.parametrize(
    ("verb", "more"),
    [(start, {}), (no_show, {}), (park, {}), (cancel, {}), (requeue, {"where": Where.END}), (finish, {})],
)
def test_what_was_done_to_somebody_called_is_taken_back(
    office: Office, verb: Callable[..., Ticket], more: dict[str, Any]
) -> None:
    first, *_ = office.joins(2)
    office.call_next()
    office.do(verb, key=first.key, **more)

    assert taken_back(office) == [first.code]

    back = office.now(first)
    assert (back.state, back.desk_id, back.ended_at) == (State.CALLED, office.hall.desk_1, None)
    assert (back.rank, back.calls) == (first.rank, 1)


@pytest.mark.parametrize(
    ("verb", "more"),
    [(park, {}), (cancel, {}), (transfer, {"queue_id": "licences"})],
)
def test_what_a_desk_did_to_somebody_in_the_list_is_taken_back(
    office: Office, verb: Callable[..., Ticket], more: dict[str, Any]
) -> None:
    tickets = office.joins(3)
    office.do(verb, key=tickets[1].key, desk_id=office.hall.desk_1, **more)

    assert taken_back(office) == [tickets[1].code]
    assert office.line() == [one.code for one in tickets]
    assert office.now(tickets[1]).rank == tickets[1].rank


def test_a_ticket_brought_back_from_its_end_can_be_sent_there_again(office: Office) -> None:
    ticket = office.join()
    office.call_next()
    office.do(no_show, key=ticket.key)
    office.clock.advance(3600)
    office.do(requeue, key=ticket.key, where=Where.END, desk_id=office.hall.desk_1)

    taken_back(office)

    back = office.now(ticket)
    assert (back.state, back.ended_at, back.since_at) == (State.NO_SHOW, office.clock.now, office.clock.now)
    assert office.line() == []


def test_choosing_somebody_set_aside_is_one_act(office: Office) -> None:
    first, second = office.joins(2)
    office.do(park, key=second.key)
    office.call_next()
    office.call(second)

    assert taken_back(office) == [second.code, first.code]
    assert (office.state(first), office.state(second)) == (State.CALLED, State.PARKED)


@pytest.mark.parametrize("was_serving", [False, True])
def test_a_ticket_taken_over_goes_back_to_its_desk(office: Office, was_serving: bool) -> None:
    ticket = office.join()
    office.call_next(office.hall.desk_2, AMIR)
    if was_serving:
        office.do(start, AMIR, key=ticket.key)
    office.call(ticket, office.hall.desk_1, anyway=True)

    taken_back(office)

    back = office.now(ticket)
    assert (back.desk_id, back.agent_id) == (office.hall.desk_2, AMIR)
    assert back.state is (State.SERVING if was_serving else State.CALLED)


def test_an_undo_is_on_record_and_nothing_is_erased(office: Office) -> None:
    ticket = office.join()
    office.call_next()
    call = office.events()[-1]

    taken_back(office)

    undone = office.events()[-1]
    assert (undone.verb, undone.actor, undone.desk_id) == ("ticket.undone", MARIA, office.hall.desk_1)
    assert undone.data["undoes"] == call.version
    assert undone.data["after"]["state"] == "waiting"
    assert office.verbs(ticket) == ["ticket.joined", "ticket.called", "ticket.undone"]
    assert office.stays(ticket) == [("waiting", None), ("called", office.hall.desk_1), ("waiting", None)]


def in_one_transaction(office: Office, *acts: tuple[Callable[..., Any], str, dict[str, Any]]) -> list[Any]:
    """Hold the branch's writer while several verbs are asked for, so that they are one group."""
    started, go = Event(), Event()

    @action(scope="branch_id")
    def hold(tx: Tx, *, branch_id: str) -> None:
        started.set()
        assert go.wait(20)

    branch_id = office.hall.branch_id
    writer = office.store._writer_of(branch_id)
    jobs = [Job(verb, branch_id, more, actor, None, Future()) for verb, actor, more in acts]
    blocker = Job(hold, branch_id, {"branch_id": branch_id}, "rule", None, Future())
    writer.put(blocker)
    assert started.wait(10)
    for job in jobs:
        writer.put(job)
    go.set()
    return [job.future.result(20) for job in jobs]


def test_an_act_of_the_same_transaction_can_be_taken_back(office: Office) -> None:
    """Under load a call and its undo may be committed together: undo sees what is not on disk yet."""
    first, second = office.joins(2)
    desk_id = {"desk_id": office.hall.desk_1}

    in_one_transaction(office, (call_next, MARIA, desk_id), (undo, MARIA, desk_id))
    assert office.line() == [first.code, second.code]

    key = {"key": first.key}
    in_one_transaction(office, (leave, GUEST, key), (undo_leave, GUEST, key))
    assert office.line() == [first.code, second.code]


# What can't be taken back


def test_a_minute_is_all_there_is(office: Office) -> None:
    office.joins(2)
    office.call_next()
    office.clock.advance(UNDO_WINDOW_S - 1)
    assert taken_back(office) == ["A-001"]

    office.call_next()
    office.clock.now += UNDO_WINDOW_S * SECOND - SECOND + 1
    assert nothing_to_undo(office)


def test_with_nothing_done_there_is_nothing_to_undo(office: Office) -> None:
    office.joins(1)

    assert nothing_to_undo(office)


def test_an_undo_is_not_undone(office: Office) -> None:
    office.joins(2)
    office.call_next()
    taken_back(office)

    assert nothing_to_undo(office)


def test_a_recall_can_not_be_unheard(office: Office) -> None:
    ticket = office.join()
    office.call_next()
    office.do(recall, key=ticket.key)

    assert nothing_to_undo(office)


def test_what_a_guest_did_is_not_the_desks_to_take_back(office: Office) -> None:
    first, second = office.joins(2)
    office.call_next()
    office.do(check_in, GUEST, key=first.key)
    assert nothing_to_undo(office)

    office.do(finish, key=first.key)
    office.call(second)
    office.do(leave, GUEST, key=second.key)
    assert nothing_to_undo(office)


def test_what_a_deadline_did_is_not_taken_back(office: Office) -> None:
    office.rule(check_in_window_s=10)
    office.join()
    office.call_next()
    office.clock.advance(10)
    office.do(lapse_overdue, "rule", branch_id=office.hall.branch_id)

    assert nothing_to_undo(office)


def test_a_ticket_that_moved_since_stays_where_it_is(office: Office) -> None:
    """Desk 1 parks a ticket, the guest leaves: the desk's act is still its last, and can't be taken back."""
    ticket = serving(office)
    office.do(park, key=ticket.key)
    office.do(leave, GUEST, key=ticket.key)

    assert nothing_to_undo(office)


def test_an_act_is_taken_back_whole_or_not_at_all(office: Office) -> None:
    """Desk 2 has taken the ticket that was called: then the visit before it stays finished as well."""
    first, second = office.joins(2)
    office.call_next()
    office.call_next()
    assert [event.data.get("act") for event in office.events()[-3:]] == [None] + [
        office.events()[-3].version
    ] * 2
    office.call(second, office.hall.desk_2, anyway=True)

    assert nothing_to_undo(office, office.hall.desk_1)
    assert office.state(first) is State.DONE


def test_another_desks_act_is_not_this_desks(office: Office) -> None:
    office.joins(2)
    office.call_next(office.hall.desk_2, AMIR)

    assert nothing_to_undo(office, office.hall.desk_1)
    assert taken_back(office, office.hall.desk_2) == ["A-001"]


def test_another_branchs_act_is_not_this_branchs(office: Office) -> None:
    assert isinstance(office.refuses(undo, desk_id="nowhere"), NotFound)
    assert taken_back(office, "front-desk") == ["A-001"]
    assert office.verbs() == []


def test_a_desk_that_is_archived_has_nothing_to_undo(office: Office) -> None:
    office.join()
    office.call_next()
    office.build.change(schema.desks, office.hall.desk_1, archived_at=office.clock.now)

    assert isinstance(office.refuses(undo, desk_id=office.hall.desk_1), NotFound)
    office.build.change(schema.desks, office.hall.desk_1, archived_at=None)


def test_a_desk_that_has_somebody_else_now_keeps_them(office: Office) -> None:
    """Desk 1 took a ticket from desk 2, which has called the next one since."""
    ticket, other = office.joins(2)
    office.call_next(office.hall.desk_2, AMIR)
    office.call(ticket, office.hall.desk_1, anyway=True)
    office.call_next(office.hall.desk_2, AMIR)

    refusal = office.refuses(undo, desk_id=office.hall.desk_1)

    assert (refusal.code, refusal.data) == ("desk_busy", {"ticket": other.code, "state": "called"})


def test_a_desk_that_has_gone_home_gets_nobody_back(office: Office) -> None:
    ticket = office.join()
    office.call_next(office.hall.desk_2, AMIR)
    office.call(ticket, office.hall.desk_1, anyway=True)
    office.do(close_desk, AMIR, desk_id=office.hall.desk_2)
    assert nothing_to_undo(office)

    office.build.change(schema.desks, office.hall.desk_2, archived_at=office.clock.now)
    assert nothing_to_undo(office)


@pytest.mark.parametrize("rest", [pause_desk, close_desk])
def test_who_takes_back_their_own_act_is_at_work_again(office: Office, rest: Callable[..., Any]) -> None:
    ticket = serving(office)
    office.do(finish, key=ticket.key)
    office.do(rest, desk_id=office.hall.desk_1)

    assert taken_back(office) == [ticket.code]
    assert office.desk(office.hall.desk_1).state is DeskState.OPEN


def test_nobody_comes_back_to_wait_in_a_queue_that_is_closed_for_good(office: Office) -> None:
    ticket = office.join()
    office.do(transfer, key=ticket.key, queue_id=office.hall.licences, desk_id=office.hall.desk_1)
    office.build.change(schema.queues, office.hall.passports, archived_at=office.clock.now)

    assert nothing_to_undo(office)


# Places and deadlines


def test_where_somebody_stands_on_the_old_place_now_the_next_one_is_taken(office: Office) -> None:
    first, second, third = office.joins(3)
    office.call_next()
    office.do(park, key=third.key)
    office.do(requeue, key=third.key, where=Where.FRONT)
    office.build.change(schema.tickets, third.id, rank=first.rank)

    taken_back(office)

    assert office.line() == [third.code, first.code, second.code]
    office.build.change(schema.tickets, third.id, rank=office.events(third)[-1].data["after"]["rank"])


def test_a_call_that_comes_back_has_its_whole_window_again(office: Office) -> None:
    """A no-show pressed by mistake in the last second must not lapse in the next one."""
    office.rule(check_in_window_s=60)
    ticket = office.join()
    office.call_next()
    office.clock.advance(57)
    office.do(no_show, key=ticket.key)
    office.clock.advance(30)

    taken_back(office)

    assert office.now(ticket).deadline_at == office.clock.now + 60 * SECOND


def test_a_service_that_comes_back_has_the_time_it_had_left(office: Office) -> None:
    office.rule(service_limit_s=600)
    ticket = serving(office)
    office.clock.advance(500)
    office.do(finish, key=ticket.key)
    left_s = 600 - 501

    office.clock.advance(40)
    taken_back(office)

    assert office.now(ticket).deadline_at == office.clock.now + left_s * SECOND


# A queue that calls by itself


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

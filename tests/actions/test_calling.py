"""Calling: the next one, a chosen one, the same one again."""

from __future__ import annotations

import pytest

from nowserving.actions.tickets.calling import call_chosen, call_next, recall
from nowserving.actions.tickets.desk_duty import close_desk, pause_desk
from nowserving.actions.tickets.serving import cancel, finish, leave, no_show, park, start
from nowserving.domain.layout.branch import DeskState
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import NotFound
from nowserving.store import schema
from tests.actions.office import AMIR, GUEST, MARIA, SECOND, Office


def test_next_is_who_came_first(office: Office) -> None:
    first, second = office.joins(2)

    called = office.call_next()

    assert (called.ticket.code, called.ticket.state) == ("A-001", State.CALLED)
    assert (called.ticket.desk_id, called.ticket.agent_id) == (office.hall.desk_1, MARIA)
    assert (called.ticket.called_at, called.ticket.calls) == (office.clock.now, 1)
    assert (called.desk.id, called.finished) == (office.hall.desk_1, None)
    assert office.now(first) == called.ticket
    assert office.line() == [second.code]


def test_each_desk_gets_another_ticket(office: Office) -> None:
    first, second = office.joins(2)

    assert office.call_next(office.hall.desk_1).ticket.code == first.code
    assert office.call_next(office.hall.desk_2, AMIR).ticket.code == second.code


def test_a_desk_serves_its_queues_in_its_own_order(office: Office) -> None:
    office.joins(1, office.hall.licences)
    office.joins(2, office.hall.passports)
    backwards = office.build.desk(
        "Desk 4", office.hall.branch_id, serves=(office.hall.licences, office.hall.passports)
    )

    assert [office.call_next(office.hall.desk_1).ticket.code for _ in range(3)] == ["A-001", "A-002", "B-001"]
    office.joins(1, office.hall.passports)
    office.joins(1, office.hall.licences)
    assert [office.call_next(backwards).ticket.code for _ in range(2)] == ["B-002", "A-003"]


def test_a_desk_calls_from_its_own_queues_only(office: Office) -> None:
    office.joins(1, office.hall.licences)
    passports_only = office.build.desk("Desk 4", office.hall.branch_id, serves=[office.hall.passports])

    assert office.conflict(call_next, desk_id=passports_only) == "queue_empty"


def test_a_desk_without_queues_has_nobody_to_call(office: Office) -> None:
    office.joins(1)
    lonely = office.build.desk("Desk 4", office.hall.branch_id, serves=[])

    assert office.conflict(call_next, desk_id=lonely) == "queue_empty"


def test_an_archived_queue_is_not_called_from(office: Office) -> None:
    office.joins(1)
    office.build.change(schema.queues, office.hall.passports, archived_at=office.clock.now)

    assert office.conflict(call_next, desk_id=office.hall.desk_1) == "queue_empty"


def test_those_who_wait_in_a_paused_queue_are_called_as_before(office: Office) -> None:
    office.joins(1)
    office.build.change(schema.queues, office.hall.passports, paused_at=office.clock.now)

    assert office.call_next().ticket.code == "A-001"


def test_calling_the_next_finishes_the_one_before(office: Office) -> None:
    first, second = office.joins(2)
    office.call_next()
    office.do(start, key=first.key)

    called = office.call_next()

    assert called.finished == office.now(first)
    assert (office.state(first), office.state(second)) == (State.DONE, State.CALLED)
    assert office.stays(first) == [
        ("waiting", None),
        ("called", office.hall.desk_1),
        ("serving", office.hall.desk_1),
    ]


def test_who_was_called_and_never_started_counts_as_having_come(office: Office) -> None:
    first, _ = office.joins(2)
    office.call_next()

    office.call_next()

    assert office.verbs(first)[-3:] == ["ticket.called", "ticket.started", "ticket.finished"]
    assert office.stays(first)[-1] == ("serving", office.hall.desk_1)


def test_nobody_waiting_changes_nothing_even_what_is_open_at_the_desk(office: Office) -> None:
    (only,) = office.joins(1)
    office.call_next()

    assert office.conflict(call_next, desk_id=office.hall.desk_1) == "queue_empty"
    assert office.state(only) is State.CALLED


def test_nobody_waiting_opens_no_desk(office: Office) -> None:
    assert office.conflict(call_next, desk_id=office.hall.desk_3) == "queue_empty"
    assert office.desk(office.hall.desk_3).state is DeskState.CLOSED


@pytest.mark.parametrize("rest", [None, pause_desk, close_desk])
def test_who_calls_is_at_work(office: Office, rest: object) -> None:
    office.joins(1)
    desk_id = office.hall.desk_1 if rest else office.hall.desk_3
    if callable(rest):
        office.do(rest, desk_id=desk_id)

    called = office.call_next(desk_id, AMIR)

    assert (called.desk.state, called.desk.agent_id) == (DeskState.OPEN, AMIR)
    assert called.desk == office.desk(desk_id)
    assert office.verbs()[-2:] == ["desk.opened", "ticket.called"]


def test_a_call_tells_what_it_changed_and_who_did_it(office: Office) -> None:
    (ticket,) = office.joins(1)
    office.call_next()

    event = office.events()[-1]

    assert (event.verb, event.actor) == ("ticket.called", MARIA)
    assert (event.ticket_id, event.queue_id, event.desk_id) == (
        ticket.id,
        office.hall.passports,
        office.hall.desk_1,
    )
    assert event.data["before"] == {
        "state": "waiting",
        "desk_id": None,
        "agent_id": None,
        "since_at": ticket.joined_at,
        "called_at": None,
        "calls": 0,
    }
    assert event.data["after"] == {
        "state": "called",
        "desk_id": office.hall.desk_1,
        "agent_id": MARIA,
        "since_at": office.clock.now,
        "called_at": office.clock.now,
        "calls": 1,
    }


def test_a_call_may_be_answered_until_the_window_closes(office: Office) -> None:
    office.rule(check_in_window_s=90)
    office.joins(1)

    assert office.call_next().ticket.deadline_at == office.clock.now + 90 * SECOND


@pytest.mark.parametrize("field", ["desks", "branches"])
def test_what_is_archived_is_not_there(office: Office, field: str) -> None:
    (ticket,) = office.joins(1)
    gone = {"desks": office.hall.desk_1, "branches": office.hall.branch_id}[field]
    office.build.change(schema.metadata.tables[field], gone, archived_at=office.clock.now)

    for verb, arguments in ((call_next, {}), (call_chosen, {"key": ticket.key})):
        assert isinstance(office.refuses(verb, desk_id=office.hall.desk_1, **arguments), NotFound)


def test_no_desk_is_like_no_other(office: Office) -> None:
    with pytest.raises(NotFound):
        office.do(call_next, desk_id="nowhere")


# A chosen ticket


def test_a_waiting_ticket_can_be_called_out_of_turn(office: Office) -> None:
    first, second = office.joins(2)

    assert office.call(second) == office.now(second)

    assert office.state(second) is State.CALLED
    assert office.line() == [first.code]
    assert office.events()[-1].data["chosen"] is True, "who overtakes does so on record"
    office.call_next()
    assert "chosen" not in office.events()[-1].data


def test_a_chosen_ticket_may_be_of_a_queue_the_desk_does_not_serve(office: Office) -> None:
    ticket = office.join(office.hall.licences)
    passports_only = office.build.desk("Desk 4", office.hall.branch_id, serves=[office.hall.passports])

    assert office.call(ticket, passports_only).desk_id == passports_only


def test_a_chosen_ticket_finishes_what_was_open(office: Office) -> None:
    first, _, third = office.joins(3)
    office.call_next()

    called = office.do(call_chosen, desk_id=office.hall.desk_1, key=third.key)

    assert called.finished == office.now(first)
    assert office.state(first) is State.DONE


@pytest.mark.parametrize("aside", [park, no_show])
def test_who_was_set_aside_or_missed_is_brought_back_and_called(office: Office, aside: object) -> None:
    assert callable(aside)
    first, second = office.joins(2)
    office.call_next()
    office.do(aside, key=first.key)

    office.call(first)

    assert office.state(first) is State.CALLED
    assert office.now(first).ended_at is None
    assert office.verbs(first)[-2:] == ["ticket.requeued", "ticket.called"]
    assert office.line() == [second.code]


def test_a_ticket_at_another_desk_is_not_taken_without_asking(office: Office) -> None:
    (ticket,) = office.joins(1)
    office.call_next(office.hall.desk_2, AMIR)

    refusal = office.refuses(call_chosen, desk_id=office.hall.desk_1, key=ticket.key)

    assert (refusal.code, refusal.data) == (
        "at_other_desk",
        {"ticket": "A-001", "desk": "Desk 2", "desk_id": office.hall.desk_2, "state": "called"},
    )


@pytest.mark.parametrize("serving", [False, True])
def test_a_ticket_at_another_desk_is_taken_over_if_that_is_meant(office: Office, serving: bool) -> None:
    (ticket,) = office.joins(1)
    office.call_next(office.hall.desk_2, AMIR)
    if serving:
        office.do(start, AMIR, key=ticket.key)

    taken = office.call(ticket, office.hall.desk_1, anyway=True)

    assert (taken.state, taken.desk_id, taken.agent_id) == (State.CALLED, office.hall.desk_1, MARIA)
    event = office.events()[-1]
    assert (event.verb, event.desk_id) == ("ticket.taken", office.hall.desk_1)
    assert event.data["before"]["desk_id"] == office.hall.desk_2
    assert office.stays(ticket)[-1] == ("called", office.hall.desk_1)


def test_taking_a_ticket_over_finishes_what_was_open_here(office: Office) -> None:
    here, there = office.joins(2)
    office.call_next(office.hall.desk_1)
    office.call_next(office.hall.desk_2, AMIR)

    office.call(there, office.hall.desk_1, anyway=True)

    assert (office.state(here), office.now(there).desk_id) == (State.DONE, office.hall.desk_1)


def test_the_desk_a_ticket_is_at_may_be_archived_already(office: Office) -> None:
    (ticket,) = office.joins(1)
    office.call_next(office.hall.desk_2, AMIR)
    office.build.change(schema.desks, office.hall.desk_2, archived_at=office.clock.now)

    assert office.refuses(call_chosen, desk_id=office.hall.desk_1, key=ticket.key).data["desk"] == ""
    office.call(ticket, anyway=True)


def test_choosing_the_ticket_that_is_called_here_calls_it_again(office: Office) -> None:
    (ticket,) = office.joins(1)
    office.call_next()

    assert office.call(ticket).calls == 2
    assert office.verbs()[-1] == "ticket.recalled"


def test_choosing_the_ticket_that_is_served_here_is_refused(office: Office) -> None:
    (ticket,) = office.joins(1)
    office.call_next()
    office.do(start, key=ticket.key)

    refusal = office.refuses(call_chosen, desk_id=office.hall.desk_1, key=ticket.key)

    assert (refusal.code, refusal.data["state"]) == ("wrong_state", "serving")


@pytest.mark.parametrize(("end", "state"), [(finish, "done"), (leave, "left"), (cancel, "cancelled")])
def test_who_is_done_or_gone_is_not_called(office: Office, end: object, state: str) -> None:
    assert callable(end)
    (ticket,) = office.joins(1)
    office.call_next()
    office.do(end, GUEST, key=ticket.key)

    refusal = office.refuses(call_chosen, desk_id=office.hall.desk_1, key=ticket.key, anyway=True)

    assert (refusal.code, refusal.data["state"]) == ("wrong_state", state)


def test_a_key_of_another_branch_is_unknown_here(office: Office) -> None:
    library = office.join("loans")

    assert isinstance(office.refuses(call_chosen, desk_id=office.hall.desk_1, key=library.key), NotFound)
    assert isinstance(office.refuses(call_chosen, desk_id=office.hall.desk_1, key="nobody's"), NotFound)


def test_a_missed_ticket_of_a_queue_that_is_closed_for_good_is_not_brought_back(office: Office) -> None:
    (ticket,) = office.joins(1)
    office.call_next()
    office.do(no_show, key=ticket.key)
    office.build.change(schema.queues, office.hall.passports, archived_at=office.clock.now)

    assert office.conflict(call_chosen, desk_id=office.hall.desk_1, key=ticket.key) == "queue_archived"


# Again


def called(office: Office) -> Ticket:
    office.joins(1)
    return office.call_next().ticket


def test_a_recall_announces_again_and_changes_no_state(office: Office) -> None:
    ticket = called(office)

    again = office.do(recall, key=ticket.key)

    assert (again.state, again.calls, again.called_at) == (State.CALLED, 2, office.clock.now)
    assert (again.since_at, again.desk_id, again.rank) == (ticket.since_at, ticket.desk_id, ticket.rank)
    assert office.events()[-1].data["after"] == {"called_at": office.clock.now, "calls": 2}
    assert office.stays(ticket) == [("waiting", None), ("called", office.hall.desk_1)]


def test_a_recall_gives_the_whole_window_again(office: Office) -> None:
    office.rule(check_in_window_s=30)
    ticket = called(office)

    assert office.do(recall, key=ticket.key).deadline_at == office.clock.now + 30 * SECOND


@pytest.mark.parametrize("limit", [0, 2])
def test_recalls_have_a_limit(office: Office, limit: int) -> None:
    office.rule(max_recalls=limit)
    ticket = called(office)
    for _ in range(limit):
        office.do(recall, key=ticket.key)

    assert office.conflict(recall, key=ticket.key) == "too_many_recalls"


def test_a_limit_of_recalls_counts_from_the_latest_call(office: Office) -> None:
    office.rule(max_recalls=1)
    ticket = called(office)
    office.do(recall, key=ticket.key)
    office.do(park, key=ticket.key)
    office.call(ticket)

    assert office.do(recall, key=ticket.key).calls == 2


def test_only_who_is_called_can_be_recalled(office: Office) -> None:
    office.rule(max_recalls=0)
    (ticket,) = office.joins(1)

    assert office.refuses(recall, key=ticket.key).data["state"] == "waiting"

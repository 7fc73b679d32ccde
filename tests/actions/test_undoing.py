"""Undo: the last act at a desk, whole, within a minute, and only if nobody has touched it since."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Event
from typing import Any

import pytest

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.serving import (
    cancel,
    finish,
    leave,
    no_show,
    park,
    requeue,
    start,
    transfer,
)
from nowserving.actions.tickets.undoing import undo, undo_leave
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.engine.action import action
from nowserving.store.engine.job import Job
from nowserving.store.engine.tx import Tx
from tests.actions.acts import serving, taken_back
from tests.actions.office import AMIR, GUEST, MARIA, Office

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

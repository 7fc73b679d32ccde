"""After the call: start, finish, no-show, park; and the ways back into a line and out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nowserving.actions.tickets.arriving import coming
from nowserving.actions.tickets.calling import recall
from nowserving.actions.tickets.hosting import resize
from nowserving.actions.tickets.moving import move
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
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.rules import PartyLimit
from nowserving.domain.tickets.ticket import FINAL, TRANSITIONS, State, Ticket, Verb
from nowserving.errors import Conflict, Gone, NotFound
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from tests.actions.acts import ticket_in
from tests.actions.office import GUEST, MARIA, SECOND, Office

ACTIONS: dict[Verb, tuple[Callable[..., Any], dict[str, Any]]] = {
    Verb.RECALL: (recall, {}),
    Verb.START: (start, {}),
    Verb.CHECK_IN: (check_in, {}),
    Verb.FINISH: (finish, {}),
    Verb.NO_SHOW: (no_show, {}),
    Verb.PARK: (park, {}),
    Verb.REQUEUE: (requeue, {"where": Where.END}),
    Verb.TRANSFER: (transfer, {"queue_id": "licences"}),
    Verb.POSTPONE: (postpone, {"places": 1}),
    Verb.COMING: (coming, {"minutes": 5}),
    Verb.RESIZE: (resize, {"party_size": 3}),
    Verb.LEAVE: (leave, {}),
    Verb.CANCEL: (cancel, {}),
}


# What can be done by a key: the table, and finishing somebody who was called but never started.
ALLOWED = {pair: to for pair, to in TRANSITIONS.items() if pair[1] in ACTIONS}
ALLOWED[State.CALLED, Verb.FINISH] = State.DONE


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_what_the_table_allows_is_done(office: Office, state: State, verb: Verb) -> None:
    ticket = ticket_in(office, state)
    perform, arguments = ACTIONS[verb]

    done = office.do(perform, key=ticket.key, **arguments)

    assert done == office.now(ticket)
    assert done.state is ALLOWED[state, verb]
    assert done.ended_at == (office.clock.now if done.state in FINAL else None)


@pytest.mark.parametrize("state", State)
def test_all_else_is_refused_and_names_the_state(office: Office, state: State) -> None:
    ticket = ticket_in(office, state)

    for verb, (perform, arguments) in ACTIONS.items():
        if (state, verb) not in ALLOWED:
            refusal = office.refuses(perform, key=ticket.key, **arguments)
            if state is State.NO_SHOW and verb in {Verb.CHECK_IN, Verb.COMING}:
                assert (type(refusal), refusal.code) == (Gone, "lapsed"), "kinder words, for a guest"
                continue
            assert isinstance(refusal, Conflict)
            assert (refusal.code, refusal.data) == ("wrong_state", {"state": state.value})


def test_a_key_that_opens_nothing_is_not_found(office: Office) -> None:
    for perform, arguments in ACTIONS.values():
        assert isinstance(office.refuses(perform, key="A" * 22, **arguments), NotFound)


def test_a_ticket_that_moved_meanwhile_names_the_state_it_is_in(office: Office) -> None:
    """The guard under all verbs: the row is changed only if it is still as it was read."""
    ticket = ticket_in(office, State.CALLED)
    office.do(start, key=ticket.key)

    @action(scope="key")
    def move_as_it_was(tx: Tx, *, key: str) -> Ticket:
        return move(tx, ticket, Verb.NO_SHOW)

    assert office.refuses(move_as_it_was, key=ticket.key).data == {"state": "serving"}


# The visit


def test_a_visit_is_a_row_of_stays(office: Office) -> None:
    ticket = ticket_in(office, State.SERVING)

    done = office.do(finish, key=ticket.key)

    desk = office.hall.desk_1
    assert office.stays(ticket) == [("waiting", None), ("called", desk), ("serving", desk)]
    assert (done.desk_id, done.agent_id, done.ended_at) == (None, MARIA, office.clock.now)


def test_finishing_who_was_called_starts_first_on_record(office: Office) -> None:
    ticket = ticket_in(office, State.CALLED)

    office.do(finish, key=ticket.key)

    assert office.verbs(ticket)[-2:] == ["ticket.started", "ticket.finished"]
    assert office.events()[-1].data["act"] == office.events()[-2].version


@pytest.mark.parametrize(("party_size", "limit_s"), [(1, 600), (2, 600), (3, 900), (6, 900), (7, 1200)])
def test_a_service_limit_begins_with_the_service(office: Office, party_size: int, limit_s: int) -> None:
    office.rule(service_limit_s=600, service_limit_by_party=(PartyLimit(3, 900), PartyLimit(7, 1200)))
    ticket = office.join(party_size=party_size)
    office.call_next()

    assert office.do(start, key=ticket.key).deadline_at == office.clock.now + limit_s * SECOND


def test_the_window_to_come_ends_when_the_service_begins(office: Office) -> None:
    office.rule(check_in_window_s=60)
    ticket = ticket_in(office, State.CALLED)
    assert ticket.deadline_at is not None

    assert office.do(check_in, GUEST, key=ticket.key).deadline_at is None
    assert office.verbs()[-1] == "ticket.checked_in"


@pytest.mark.parametrize(("late_us", "comes"), [(-1, True), (0, False), (1, False)])
def test_a_guest_who_comes_at_the_deadline_is_late_whether_or_not_it_was_swept(
    office: Office, late_us: int, comes: bool
) -> None:
    office.rule(check_in_window_s=60)
    ticket = ticket_in(office, State.CALLED)
    assert ticket.deadline_at is not None
    # Each verb comes a second after the one before.
    office.clock.now = ticket.deadline_at + late_us - SECOND

    if comes:
        assert office.do(check_in, GUEST, key=ticket.key).state is State.SERVING
    else:
        refusal = office.refuses(check_in, GUEST, key=ticket.key)
        assert isinstance(refusal, Gone)
        assert refusal.code == "lapsed"
        assert office.do(start, key=ticket.key).state is State.SERVING, "the agent sees the guest"


@pytest.mark.parametrize(("verb", "state"), [(no_show, State.NO_SHOW), (park, State.PARKED)])
def test_away_from_the_desk_there_is_no_desk_and_no_deadline(
    office: Office, verb: Callable[..., Ticket], state: State
) -> None:
    office.rule(check_in_window_s=60)
    ticket = ticket_in(office, State.CALLED)

    moved = office.do(verb, key=ticket.key)

    assert (moved.state, moved.desk_id, moved.deadline_at) == (state, None, None)
    assert office.events()[-1].desk_id == office.hall.desk_1, "the log still says where it was"


def test_the_desk_that_parks_a_ticket_from_the_list_is_on_record(office: Office) -> None:
    ticket = office.join()

    office.do(park, key=ticket.key, desk_id=office.hall.desk_2)

    assert office.events()[-1].desk_id == office.hall.desk_2
    assert office.now(ticket).desk_id is None


@pytest.mark.parametrize("desk_id", ["front-desk", "nowhere"])
def test_a_desk_of_another_branch_does_nothing_here(office: Office, desk_id: str) -> None:
    ticket = office.join()

    for verb, more in ((park, {}), (cancel, {}), (transfer, {"queue_id": office.hall.licences})):
        refusal = office.refuses(verb, key=ticket.key, desk_id=desk_id, **more)
        assert [one.pointer for one in refusal.fields] == ["/desk_id"]


# Back into the line


@pytest.mark.parametrize(
    ("waiting", "where", "line"),
    [
        (0, Where.FRONT, "X"),
        (0, Where.MIDDLE, "X"),
        (0, Where.END, "X"),
        (1, Where.FRONT, "X1"),
        (1, Where.MIDDLE, "1X"),
        (1, Where.END, "1X"),
        (2, Where.MIDDLE, "1X2"),
        (3, Where.MIDDLE, "12X3"),
        (4, Where.FRONT, "X1234"),
        (4, Where.MIDDLE, "12X34"),
        (4, Where.END, "1234X"),
        (5, Where.MIDDLE, "123X45"),
    ],
)
def test_a_requeued_ticket_stands_exactly_where_that_was_said(
    office: Office, waiting: int, where: Where, line: str
) -> None:
    ticket = office.join()
    office.call_next()
    others = office.joins(waiting)

    back = office.do(requeue, key=ticket.key, where=where)

    names = {"X": ticket.code, **{str(n): one.code for n, one in enumerate(others, 1)}}
    assert office.line() == [names[letter] for letter in line]
    assert (back.state, back.desk_id, back.agent_id, back.ended_at) == (State.WAITING, None, None, None)
    assert (back.key, back.code, back.joined_at) == (ticket.key, ticket.code, ticket.joined_at)


@pytest.mark.parametrize("aside", [park, no_show])
def test_who_was_set_aside_or_missed_comes_back_too(office: Office, aside: Callable[..., Ticket]) -> None:
    ticket = office.join()
    office.call_next()
    other = office.join()
    office.do(aside, key=ticket.key)

    office.do(requeue, key=ticket.key, where=Where.FRONT)

    assert office.line() == [ticket.code, other.code]


def test_whoever_is_put_in_front_later_is_first(office: Office) -> None:
    first, second, _ = office.joins(3)
    for ticket in (first, second):
        office.do(park, key=ticket.key)
    for ticket in (first, second):
        office.do(requeue, key=ticket.key, where=Where.FRONT)

    assert office.line() == [second.code, first.code, "A-003"]


def test_many_who_come_to_the_middle_each_stand_in_the_middle(office: Office) -> None:
    """Although nothing but microseconds lies between those who wait: the clock stands still."""
    first, second, third, fourth = office.joins(4)
    for ticket in (first, second, third, fourth):
        office.do(park, key=ticket.key)
    office.clock.advance(-100)

    for ticket in (first, second, third, fourth):
        office.store.write_now(requeue, key=ticket.key, where=Where.MIDDLE)

    # One: 1. Two: 1 2. Three: 1 3 2. Four: 1 3 4 2.
    assert office.line() == [first.code, third.code, fourth.code, second.code]


def test_with_no_room_between_two_the_newcomer_stands_behind_both(office: Office) -> None:
    first, second, third = office.joins(3)
    office.build.change(schema.tickets, second.id, rank=first.rank + 1)
    office.do(park, key=third.key)

    office.do(requeue, key=third.key, where=Where.MIDDLE)

    assert office.line() == [first.code, second.code, third.code]
    # Put the books in order again: a rank changed by hand is on no record.
    office.build.change(schema.tickets, second.id, rank=second.rank)


def test_a_queue_that_is_closed_for_good_takes_nobody_back(office: Office) -> None:
    ticket = ticket_in(office, State.CALLED)
    office.build.change(schema.queues, office.hall.passports, archived_at=office.clock.now)

    assert office.conflict(requeue, key=ticket.key, where=Where.END) == "queue_archived"


# To another queue

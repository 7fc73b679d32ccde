"""Tickets that go on to another queue, and guests who let others pass."""

from __future__ import annotations

import pytest

from nowserving.actions.tickets.serving import (
    MOST_PLACES,
    postpone,
    transfer,
)
from nowserving.domain.tickets.rank import SPACING, Where
from nowserving.domain.tickets.ticket import State
from nowserving.errors import Invalid
from nowserving.store import schema
from tests.actions.acts import ticket_in
from tests.actions.office import GUEST, Office


@pytest.mark.parametrize("state", [State.WAITING, State.CALLED, State.SERVING])
@pytest.mark.parametrize(("where", "place"), [(Where.FRONT, 0), (Where.MIDDLE, 1), (Where.END, 2)])
def test_a_transfer_keeps_who_it_is_and_stands_where_that_was_said(
    office: Office, state: State, where: Where, place: int
) -> None:
    ticket = ticket_in(office, state)
    office.joins(2, office.hall.licences)

    moved = office.do(transfer, key=ticket.key, queue_id=office.hall.licences, where=where)

    assert (moved.key, moved.code, moved.number) == (ticket.key, "A-001", 1)
    assert (moved.number_queue_id, moved.queue_id) == (office.hall.passports, office.hall.licences)
    assert (moved.state, moved.desk_id, moved.agent_id) == (State.WAITING, None, None)
    assert office.line(office.hall.licences).index("A-001") == place
    assert office.line(office.hall.passports) == ["A-002"]
    event = office.events()[-1]
    assert (event.queue_id, event.data["before"]["queue_id"]) == (office.hall.licences, office.hall.passports)


def test_a_transferred_ticket_waits_anew_in_its_new_queue(office: Office) -> None:
    ticket = office.join()

    moved = office.do(transfer, key=ticket.key, queue_id=office.hall.licences)

    assert moved.since_at == office.clock.now
    assert office.stays(ticket) == [("waiting", None), ("waiting", None)]


def test_a_transfer_may_go_to_a_queue_that_gives_no_tickets(office: Office) -> None:
    """It is the agent's decision: the doors are for those who come from outside."""
    office.rule(office.hall.licences, max_waiting=0, walk_ins=False)
    office.build.change(schema.queues, office.hall.licences, paused_at=office.clock.now)
    ticket = office.join()

    assert office.do(transfer, key=ticket.key, queue_id=office.hall.licences).queue_id == office.hall.licences


@pytest.mark.parametrize(
    ("queue_id", "code"),
    [("loans", "unknown_queue"), ("nowhere", "unknown_queue"), ("passports", "same_queue")],
)
def test_a_transfer_stays_in_the_branch_and_leaves_the_queue(
    office: Office, queue_id: str, code: str
) -> None:
    ticket = office.join()

    refusal = office.refuses(transfer, key=ticket.key, queue_id=queue_id)

    assert isinstance(refusal, Invalid)
    assert [(one.pointer, one.code) for one in refusal.fields] == [("/queue_id", code)]


def test_no_transfer_to_a_queue_that_is_closed_for_good(office: Office) -> None:
    ticket = office.join()
    office.build.change(schema.queues, office.hall.licences, archived_at=office.clock.now)

    refusal = office.refuses(transfer, key=ticket.key, queue_id=office.hall.licences)

    assert [one.code for one in refusal.fields] == ["unknown_queue"]


# Letting others pass


@pytest.mark.parametrize(
    ("places", "line"), [(1, "2134"), (2, "2314"), (3, "2341"), (4, "2341"), (MOST_PLACES, "2341")]
)
def test_postponing_lets_exactly_so_many_pass(office: Office, places: int, line: str) -> None:
    tickets = office.joins(4)
    before = {one.code: place for place, one in enumerate(tickets)}

    moved = office.do(postpone, GUEST, key=tickets[0].key, places=places)

    after = office.line()
    assert after == [tickets[int(number) - 1].code for number in line]
    assert all(after.index(one.code) <= before[one.code] for one in tickets[1:]), "nobody else is worse off"
    assert (moved.state, moved.since_at) == (State.WAITING, tickets[0].since_at)
    assert office.stays(tickets[0]) == [("waiting", None)]
    assert office.events()[-1].data["before"] == {"rank": tickets[0].rank}


def test_with_nobody_behind_there_is_nobody_to_let_pass(office: Office) -> None:
    _, last = office.joins(2)
    version = office.events()[-1].version

    assert office.do(postpone, GUEST, key=last.key, places=3) == last
    assert office.events()[-1].version == version


def test_who_comes_after_a_postponed_ticket_stands_behind_it(office: Office) -> None:
    first, second = office.joins(2)
    office.clock.advance(-100)
    postponed = office.store.write_now(postpone, key=first.key, places=1)

    later = office.join()

    assert postponed.rank == second.rank + SPACING
    assert office.line() == [second.code, first.code, later.code]


def test_two_who_let_one_pass_each_let_exactly_one_pass(office: Office) -> None:
    first, second, third, fourth = office.joins(4)

    office.do(postpone, GUEST, key=first.key, places=2)
    office.do(postpone, GUEST, key=second.key, places=1)

    assert office.line() == [third.code, second.code, first.code, fourth.code]


@pytest.mark.parametrize("places", [0, -1, MOST_PLACES + 1, True, "2", 1.0, None])
def test_so_many_places_must_be_a_sensible_number(office: Office, places: object) -> None:
    ticket, _ = office.joins(2)

    refusal = office.refuses(postpone, GUEST, key=ticket.key, places=places)

    assert isinstance(refusal, Invalid)
    assert [one.pointer for one in refusal.fields] == ["/places"]

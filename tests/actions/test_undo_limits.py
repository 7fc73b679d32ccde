"""What can't be taken back, and what stands in the way of what can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nowserving.actions.tickets.calling import recall
from nowserving.actions.tickets.desk_duty import close_desk, pause_desk
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import (
    check_in,
    finish,
    leave,
    no_show,
    park,
    requeue,
    transfer,
)
from nowserving.actions.tickets.undoing import UNDO_WINDOW_S, undo
from nowserving.domain.layout.branch import DeskState
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import State
from nowserving.errors import NotFound
from nowserving.store import schema
from tests.actions.acts import nothing_to_undo, serving, taken_back
from tests.actions.office import AMIR, GUEST, SECOND, Office


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

"""Who works where: opening, pausing and closing a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nowserving.actions.tickets.desk_duty import close_desk, open_desk, pause_desk
from nowserving.actions.tickets.serving import finish, start
from nowserving.domain.layout.branch import DeskState
from nowserving.errors import NotFound
from nowserving.store import schema
from nowserving.store.tickets.places import DeskPlace
from tests.actions.office import AMIR, MARIA, Office

REST = [(pause_desk, DeskState.PAUSED, MARIA), (close_desk, DeskState.CLOSED, None)]


def test_a_desk_that_is_opened_is_its_agents(office: Office) -> None:
    desk = office.do(open_desk, AMIR, desk_id=office.hall.desk_3)

    assert (desk.state, desk.agent_id) == (DeskState.OPEN, AMIR)
    assert desk == office.desk(office.hall.desk_3)
    event = office.events()[-1]
    assert (event.verb, event.actor, event.desk_id) == ("desk.opened", AMIR, office.hall.desk_3)
    assert event.data == {"agent_id": AMIR, "was": "closed"}


def test_opening_an_open_desk_again_changes_nothing(office: Office) -> None:
    office.do(open_desk, desk_id=office.hall.desk_3)
    version = office.events()[-1].version

    office.do(open_desk, desk_id=office.hall.desk_3)

    assert office.events()[-1].version == version


def test_who_opens_somebody_elses_desk_takes_it_over(office: Office) -> None:
    office.do(open_desk, desk_id=office.hall.desk_3)

    assert office.do(open_desk, AMIR, desk_id=office.hall.desk_3).agent_id == AMIR
    assert office.events()[-1].data == {"agent_id": AMIR, "was": "open"}


def test_who_calls_at_somebody_elses_desk_does_not_take_it_over(office: Office) -> None:
    office.do(open_desk, desk_id=office.hall.desk_3)
    office.join()

    assert office.call_next(office.hall.desk_3, AMIR).ticket.agent_id == AMIR
    assert office.desk(office.hall.desk_3).agent_id == MARIA


@pytest.mark.parametrize(("rest", "state", "agent_id"), REST)
def test_a_desk_at_rest(
    office: Office, rest: Callable[..., DeskPlace], state: DeskState, agent_id: str | None
) -> None:
    office.do(open_desk, desk_id=office.hall.desk_3)

    desk = office.do(rest, desk_id=office.hall.desk_3)

    assert (desk.state, desk.agent_id) == (state, agent_id)
    assert desk == office.desk(office.hall.desk_3)
    event = office.events()[-1]
    assert (event.verb, event.data) == (f"desk.{state.value}", {"agent_id": agent_id, "was": "open"})


@pytest.mark.parametrize(("rest", "state", "agent_id"), REST)
def test_a_desk_that_is_at_rest_already_stays_so(
    office: Office, rest: Callable[..., DeskPlace], state: DeskState, agent_id: str | None
) -> None:
    office.do(open_desk, desk_id=office.hall.desk_3)
    office.do(rest, desk_id=office.hall.desk_3)
    version = office.events()[-1].version

    desk = office.do(rest, AMIR, desk_id=office.hall.desk_3)

    assert (desk.state, desk.agent_id) == (state, agent_id)
    assert office.events()[-1].version == version


def test_a_closed_desk_may_be_paused_by_who_comes_to_it(office: Office) -> None:
    assert office.do(pause_desk, AMIR, desk_id=office.hall.desk_3).agent_id == AMIR


@pytest.mark.parametrize("rest", [pause_desk, close_desk])
@pytest.mark.parametrize("is_served", [False, True])
def test_nobody_rests_with_a_ticket_open(
    office: Office, rest: Callable[..., DeskPlace], is_served: bool
) -> None:
    ticket = office.join()
    office.call_next()
    if is_served:
        office.do(start, key=ticket.key)

    refusal = office.refuses(rest, desk_id=office.hall.desk_1)

    assert refusal.code == "desk_busy"
    assert refusal.data == {"ticket": "A-001", "state": "serving" if is_served else "called"}
    office.do(finish, key=ticket.key)
    office.do(rest, desk_id=office.hall.desk_1)


@pytest.mark.parametrize("verb", [open_desk, pause_desk, close_desk])
def test_a_desk_that_is_gone_is_not_there(office: Office, verb: Callable[..., Any]) -> None:
    office.build.change(schema.desks, office.hall.desk_3, archived_at=office.clock.now)

    assert isinstance(office.refuses(verb, desk_id=office.hall.desk_3), NotFound)
    assert isinstance(office.refuses(verb, desk_id="nowhere"), NotFound)

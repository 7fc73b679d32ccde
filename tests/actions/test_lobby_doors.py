"""The line of a show has doors of its own: nobody gets into it, or is called from it, by another way."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.layout.desks import create_desk
from nowserving.actions.layout.queues import (
    archive_queue,
    create_queue,
    edit_queue,
    pause_queue,
    resume_queue,
)
from nowserving.actions.reservations.services import create_service
from nowserving.actions.tickets.calling import call_chosen
from nowserving.actions.tickets.desk_duty import open_desk
from nowserving.actions.tickets.hosting import call_now, seat
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import transfer
from nowserving.errors import Invalid
from nowserving.live.places import place_of
from nowserving.live.relay import built
from nowserving.live.screens import display_view, kiosk_view, overview_view
from nowserving.live.stand import is_stand
from nowserving.store.memory import snapshot
from nowserving.store.store import Store
from tests.actions.playhouse import Playhouse, make_playhouse
from tests.builders import Builder
from tests.conftest import Clock


@pytest.fixture
def house(store: Store, clock: Clock, build: Builder) -> Playhouse:
    """A playhouse that sells: one chooses seats, one waits; and it has a counter with a desk."""
    opened = make_playhouse(store, clock, build, choosing=1)
    opened.change("announce", "open")
    opened.comes("inside")
    opened.comes("waiting")
    return opened


def lobby_of(house: Playhouse) -> str:
    return house.performance().queue_id


def counter(house: Playhouse) -> tuple[str, str]:
    """Add an ordinary queue and a desk that serves it; return their ids."""
    queue = house.do(create_queue, branch_id=house.branch_id, name="Lost property", prefix="Q")
    desk = house.do(create_desk, branch_id=house.branch_id, name="Desk 1", queue_ids=[queue.id])
    house.do(open_desk, desk_id=desk.id)
    return queue.id, desk.id


@pytest.mark.parametrize("wish", [{}, {"remote": True}, {"remote": True, "joined_from": "a phone"}])
def test_no_other_door_leads_into_the_line(house: Playhouse, wish: dict[str, Any]) -> None:
    assert house.refuses(join, queue_id=lobby_of(house), **wish).code == "lobby"


def test_whoever_has_a_place_gets_it_back_at_any_door(house: Playhouse) -> None:
    again = house.do(join, queue_id=lobby_of(house), remote=True, joined_from="waiting")
    assert again.ticket.key == house.place("waiting").key


def test_nobody_is_sent_on_into_it(house: Playhouse) -> None:
    queue_id, _ = counter(house)
    ticket = house.do(join, queue_id=queue_id).ticket
    assert house.refuses(transfer, key=ticket.key, queue_id=lobby_of(house)).code == "lobby"


def test_a_queue_that_closes_moves_nobody_into_it(house: Playhouse) -> None:
    queue_id, _ = counter(house)
    house.do(join, queue_id=queue_id)
    refusal = house.refuses(archive_queue, queue_id=queue_id, waiting=lobby_of(house))
    assert isinstance(refusal, Invalid)
    assert refusal.fields[0].code == "unknown_queue"


def test_no_person_calls_anybody_out_of_it(house: Playhouse) -> None:
    _, desk_id = counter(house)
    waiting = house.place("waiting").key
    assert house.refuses(call_chosen, desk_id=desk_id, key=waiting).code == "lobby"
    assert house.refuses(call_now, key=waiting).code == "lobby"
    assert house.refuses(seat, key=waiting).code == "lobby"


@pytest.mark.parametrize("verb", [pause_queue, resume_queue, archive_queue])
def test_it_is_set_up_with_its_show_alone(house: Playhouse, verb: Any) -> None:
    assert house.refuses(verb, queue_id=lobby_of(house)).code == "lobby_of_show"
    changes = {"rules": {"capacity": 1_000}}
    assert house.refuses(edit_queue, queue_id=lobby_of(house), changes=changes).code == "lobby_of_show"


@pytest.mark.parametrize("rule", ["needs_pass", "gate_closed", "undrawn"])
def test_no_other_queue_becomes_one(house: Playhouse, rule: str) -> None:
    queue_id, _ = counter(house)
    rules: dict[str, Any] = {"admission": "automatic", "capacity": 5, rule: True}
    made = house.refuses(create_queue, branch_id=house.branch_id, name="One", prefix="O", rules=rules)
    edited = house.refuses(edit_queue, queue_id=queue_id, changes={"rules": rules})
    for refusal in (made, edited):
        assert isinstance(refusal, Invalid)
        assert [(one.pointer, one.code) for one in refusal.fields] == [(f"/rules/{rule}", "of_lobbies")]


def test_no_desk_and_no_service_is_of_it(house: Playhouse) -> None:
    lobby = lobby_of(house)
    desk = house.refuses(create_desk, branch_id=house.branch_id, name="Desk", queue_ids=[lobby])
    service = house.refuses(
        create_service, branch_id=house.branch_id, name="Seats", queue_id=lobby, duration_s=600
    )
    for refusal in (desk, service):
        assert isinstance(refusal, Invalid)
        assert {one.code for one in refusal.fields} == {"unknown_queue"}


def test_it_stands_on_no_screen_of_the_place(house: Playhouse) -> None:
    queue_id, _ = counter(house)
    house.do(join, queue_id=queue_id)
    found = house.store.read_now(snapshot, house.branch_id, place_of)
    assert found is not None
    branch = built(found, {})
    now = house.clock()
    assert set(kiosk_view(branch, now)["queues"]) == {queue_id}
    assert set(display_view(branch, now)["queues"]) == {queue_id}
    assert set(overview_view(branch, now)["queues"]) == {queue_id}
    assert overview_view(branch, now)["seats"] == {"used": 0, "capacity": 0}
    assert [one.code for one in branch.calls] == []
    assert not is_stand(branch.queues[lobby_of(house)])

"""Setting up desks and departments."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.layout.departments import (
    archive_department,
    create_department,
    edit_department,
    order_departments,
)
from nowserving.actions.layout.desks import archive_desk, create_desk, edit_desk, order_desks
from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.domain.layout.branch import DeskState
from nowserving.errors import Conflict, Invalid, NotFound, Stale
from nowserving.store import layout
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.told import latest, refused, verbs


def test_a_new_desk_is_closed_and_serves_its_queues_in_order(store: Store, town_hall: TownHall) -> None:
    made = store.write_now(
        create_desk,
        branch_id=town_hall.branch_id,
        name="Desk 4",
        queue_ids=[town_hall.licences, town_hall.passports],
        department_id=town_hall.department_id,
    )
    assert made.state is DeskState.CLOSED
    assert store.read_now(layout.desk, made.id) == made
    assert made.queue_ids == (town_hall.licences, town_hall.passports)
    event = latest(store, town_hall.branch_id)
    assert (event.verb, event.desk_id, event.data["after"]["name"]) == ("desk.created", made.id, "Desk 4")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "\x00"}, {"/name": "bad_character"}),
        ({"queue_ids": ["loans"]}, {"/queue_ids/0": "unknown_queue"}),
        ({"queue_ids": ["passports", "passports"]}, {"/queue_ids/1": "twice"}),
        ({"queue_ids": [1]}, {"/queue_ids/0": "not_text"}),
        ({"department_id": "nowhere"}, {"/department_id": "unknown_department"}),
    ],
)
def test_a_bad_desk_is_refused(
    store: Store, town_hall: TownHall, given: dict[str, Any], expected: dict[str, str]
) -> None:
    fields: dict[str, Any] = {"branch_id": town_hall.branch_id, "name": "Desk 4", **given}
    with pytest.raises(Invalid) as caught:
        store.write_now(create_desk, **fields)
    assert refused(caught) == expected


def test_a_desk_can_serve_other_queues_in_another_order(store: Store, town_hall: TownHall) -> None:
    order = (town_hall.licences, town_hall.passports)
    after = store.write_now(
        edit_desk, desk_id=town_hall.desk_1, changes={"queue_ids": order, "department_id": None}, expected=1
    )
    assert (after.queue_ids, after.department_id, after.edited) == (order, None, 2)
    assert store.read_now(layout.desk, town_hall.desk_1) == after
    assert latest(store, town_hall.branch_id).data["before"]["queue_ids"] == list(town_hall.queue_ids)


def test_a_desk_can_be_renamed_alone(store: Store, town_hall: TownHall) -> None:
    after = store.write_now(edit_desk, desk_id=town_hall.desk_1, changes={"name": "Room 7"})
    assert (after.name, after.queue_ids) == ("Room 7", town_hall.queue_ids)
    store.write_now(edit_desk, desk_id=town_hall.desk_1, changes={"name": "Room 7"})
    assert verbs(store, town_hall.branch_id) == ["desk.edited"]
    with pytest.raises(Stale):
        store.write_now(edit_desk, desk_id=town_hall.desk_1, changes={"name": "Room 8"}, expected=1)


def test_a_desk_with_somebody_at_it_is_not_archived(store: Store, town_hall: TownHall) -> None:
    store.write_now(join, queue_id=town_hall.passports)
    store.write_now(call_next, desk_id=town_hall.desk_1, actor="staff:maria-lopez")
    with pytest.raises(Conflict) as caught:
        store.write_now(archive_desk, desk_id=town_hall.desk_1)
    assert (caught.value.code, caught.value.data["ticket"]) == ("desk_busy", "A-001")


def test_an_archived_desk_is_closed_and_can_not_be_changed(store: Store, town_hall: TownHall) -> None:
    gone = store.write_now(archive_desk, desk_id=town_hall.desk_1)
    assert (gone.state, gone.agent_id, gone.archived_at is None) == (DeskState.CLOSED, None, False)
    assert town_hall.desk_1 not in [desk.id for desk in store.read_now(layout.desks, town_hall.branch_id)]
    with pytest.raises(Conflict) as caught:
        store.write_now(edit_desk, desk_id=town_hall.desk_1, changes={})
    assert caught.value.code == "archived"


def test_an_unknown_desk_is_not_found(
    store: Store, town_hall: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound):
        store.write_now(edit_desk, desk_id="nowhere", changes={})
    monkeypatch.setattr(layout, "desk", lambda *_: None)
    with pytest.raises(NotFound):
        store.write_now(edit_desk, desk_id=town_hall.desk_1, changes={})


def test_desks_can_be_put_into_another_order(store: Store, town_hall: TownHall) -> None:
    order = [town_hall.desk_3, town_hall.desk_1, town_hall.desk_2]
    for _ in range(2):
        store.write_now(order_desks, branch_id=town_hall.branch_id, desk_ids=order)
    assert [desk.id for desk in store.read_now(layout.desks, town_hall.branch_id)] == order
    assert verbs(store, town_hall.branch_id) == ["desk.ordered"]


def test_a_department_is_made_renamed_and_ordered(store: Store, town_hall: TownHall) -> None:
    made = store.write_now(create_department, branch_id=town_hall.branch_id, name="Traffic")
    after = store.write_now(edit_department, department_id=made.id, changes={"name": "Vehicles"}, expected=1)
    assert (after.name, after.edited) == ("Vehicles", 2)
    store.write_now(edit_department, department_id=made.id, changes={"name": "Vehicles"})
    order = [made.id, town_hall.department_id]
    for _ in range(2):
        store.write_now(order_departments, branch_id=town_hall.branch_id, department_ids=order)
    assert [one.id for one in store.read_now(layout.departments, town_hall.branch_id)] == order
    told = ["department.created", "department.edited", "department.ordered"]
    assert verbs(store, town_hall.branch_id) == told


def test_a_department_is_archived_when_it_is_empty(store: Store, build: Builder, town_hall: TownHall) -> None:
    with pytest.raises(Conflict) as caught:
        store.write_now(archive_department, department_id=town_hall.department_id)
    assert caught.value.code == "not_empty"
    empty = build.department("Empty", town_hall.branch_id)
    assert store.write_now(archive_department, department_id=empty).archived_at is not None
    with pytest.raises(Conflict) as caught:
        store.write_now(edit_department, department_id=empty, changes={})
    assert caught.value.code == "archived"


def test_an_unknown_department_is_not_found(
    store: Store, town_hall: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound):
        store.write_now(edit_department, department_id="nowhere", changes={})
    monkeypatch.setattr(layout, "department", lambda *_: None)
    with pytest.raises(NotFound):
        store.write_now(edit_department, department_id=town_hall.department_id, changes={})

"""Setting up queues, pausing them, closing them for good."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.layout.queues import (
    archive_queue,
    create_queue,
    edit_queue,
    order_queues,
    pause_queue,
    resume_queue,
)
from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import park
from nowserving.domain.layout.branch import Queue
from nowserving.domain.tickets.rules import Admission, QueueRules, rules_to
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import Conflict, Invalid, NotFound, Stale
from nowserving.store import layout
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_key
from tests.builders import Builder, TownHall
from tests.told import latest, refused, verbs

ONE_AT_A_TIME = QueueRules(admission=Admission.AUTOMATIC, capacity=1)


def ticket(store: Store, key: str) -> Ticket:
    found = store.read_now(ticket_by_key, key)
    assert found is not None
    return found


def queue(store: Store, queue_id: str) -> Queue:
    found = store.read_now(layout.queue, queue_id)
    assert found is not None
    return found


def test_a_new_queue_stands_at_the_end_with_default_rules(store: Store, town_hall: TownHall) -> None:
    made = store.write_now(
        create_queue, branch_id=town_hall.branch_id, name="Parking", prefix="p", icon="car"
    )
    assert (made.name, made.prefix, made.icon, made.rules) == ("Parking", "P", "car", QueueRules())
    assert store.read_now(layout.queues, town_hall.branch_id)[-1] == made
    event = latest(store, town_hall.branch_id)
    assert (event.verb, event.queue_id) == ("queue.created", made.id)
    assert event.data["after"]["rules"] == rules_to(QueueRules())


def test_a_new_queue_can_have_rules_and_a_department(store: Store, town_hall: TownHall) -> None:
    made = store.write_now(
        create_queue,
        branch_id=town_hall.branch_id,
        name="Parking",
        prefix="P",
        department_id=town_hall.department_id,
        rules={"max_waiting": 10, "priorities": [{"code": "senior", "name": "65+", "head_start_s": 600}]},
    )
    assert made.department_id == town_hall.department_id
    assert made.rules.max_waiting == 10
    assert made.rules.head_start("senior") == 600


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": ""}, {"/name": "empty"}),
        ({"prefix": "1A"}, {"/prefix": "bad_prefix"}),
        ({"prefix": "A"}, {"/prefix": "taken"}),
        ({"icon": "<svg>"}, {"/icon": "bad_icon"}),
        ({"department_id": "nowhere"}, {"/department_id": "unknown_department"}),
        ({"department_id": "../x"}, {"/department_id": "not_an_id"}),
        (
            {"rules": {"capacity": -1, "blue": 1}},
            {"/rules/capacity": "out_of_range", "/rules/blue": "unknown_field"},
        ),
        ({"rules": {"admission": "automatic"}}, {"/rules/capacity": "required"}),
    ],
)
def test_a_bad_queue_is_refused(
    store: Store, town_hall: TownHall, given: dict[str, Any], expected: dict[str, str]
) -> None:
    fields: dict[str, Any] = {"branch_id": town_hall.branch_id, "name": "Parking", "prefix": "P", **given}
    with pytest.raises(Invalid) as caught:
        store.write_now(create_queue, **fields)
    assert refused(caught) == expected


def test_a_queue_can_not_join_a_department_of_another_branch(
    store: Store, build: Builder, town_hall: TownHall
) -> None:
    elsewhere = build.department("Books", "library")
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_queue, queue_id=town_hall.passports, changes={"department_id": elsewhere})
    assert refused(caught) == {"/department_id": "unknown_department"}


def test_an_edit_keeps_the_rules_it_leaves_out(store: Store, town_hall: TownHall) -> None:
    store.write_now(edit_queue, queue_id=town_hall.passports, changes={"rules": {"max_waiting": 5}})
    after = store.write_now(
        edit_queue,
        queue_id=town_hall.passports,
        changes={"name": "IDs", "prefix": "I", "rules": {"ask_name": True}},
        expected=2,
    )
    assert (after.name, after.prefix, after.edited) == ("IDs", "I", 3)
    assert (after.rules.max_waiting, after.rules.ask_name) == (5, True)
    assert latest(store, town_hall.branch_id).data["before"]["name"] == "Passports"


def test_an_edit_is_refused_like_a_new_queue(store: Store, town_hall: TownHall) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_queue, queue_id=town_hall.passports, changes={"rules": 7})
    assert refused(caught) == {"/rules": "not_an_object"}
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_queue, queue_id=town_hall.passports, changes={"prefix": "B"})
    assert refused(caught) == {"/prefix": "taken"}
    with pytest.raises(Stale):
        store.write_now(edit_queue, queue_id=town_hall.passports, changes={"name": "X"}, expected=9)


def test_an_edit_that_changes_nothing_is_no_event(store: Store, town_hall: TownHall) -> None:
    store.write_now(edit_queue, queue_id=town_hall.passports, changes={"name": "Passports", "rules": {}})
    assert verbs(store, town_hall.branch_id) == []


def test_raised_capacity_is_filled_at_once(store: Store, build: Builder) -> None:
    line = build.queue("Hall", build.branch("Fair"), rules=ONE_AT_A_TIME)
    keys = [store.write_now(join, queue_id=line).ticket.key for _ in range(3)]
    assert [ticket(store, key).state for key in keys] == [State.CALLED, State.WAITING, State.WAITING]
    after = store.write_now(edit_queue, queue_id=line, changes={"rules": {"capacity": 2}})
    assert [ticket(store, key).state for key in keys] == [State.CALLED, State.CALLED, State.WAITING]
    assert after.waiting == 1


def test_a_paused_queue_says_so_until_it_is_resumed(store: Store, town_hall: TownHall) -> None:
    assert store.write_now(pause_queue, queue_id=town_hall.passports).paused_at is not None
    with pytest.raises(Conflict) as caught:
        store.write_now(join, queue_id=town_hall.passports)
    assert caught.value.code == "queue_paused"
    assert store.write_now(resume_queue, queue_id=town_hall.passports).paused_at is None
    store.write_now(join, queue_id=town_hall.passports)
    assert verbs(store, town_hall.branch_id) == ["queue.paused", "queue.resumed", "ticket.joined"]


def test_pausing_or_resuming_twice_is_once(store: Store, town_hall: TownHall) -> None:
    for verb in (resume_queue, pause_queue, pause_queue, resume_queue, resume_queue):
        store.write_now(verb, queue_id=town_hall.passports)
    assert verbs(store, town_hall.branch_id) == ["queue.paused", "queue.resumed"]


def test_capacity_that_freed_in_a_pause_is_filled_when_it_ends(store: Store, build: Builder) -> None:
    line = build.queue("Hall", build.branch("Fair"), rules=ONE_AT_A_TIME)
    first, second = (store.write_now(join, queue_id=line).ticket.key for _ in range(2))
    store.write_now(pause_queue, queue_id=line)
    store.write_now(park, key=first)
    assert ticket(store, second).state is State.WAITING
    assert store.write_now(resume_queue, queue_id=line).waiting == 0
    assert ticket(store, second).state is State.CALLED


def test_queues_can_be_put_into_another_order(store: Store, town_hall: TownHall) -> None:
    order = [town_hall.passports, town_hall.licences]
    store.write_now(order_queues, branch_id=town_hall.branch_id, queue_ids=order)
    assert [one.id for one in store.read_now(layout.queues, town_hall.branch_id)] == order
    store.write_now(order_queues, branch_id=town_hall.branch_id, queue_ids=order)
    assert verbs(store, town_hall.branch_id) == ["queue.ordered"]


@pytest.mark.parametrize(
    "wrong", [["passports"], ["passports", "licences", "loans"], ["passports", "passports"]]
)
def test_an_order_names_every_queue_once(store: Store, town_hall: TownHall, wrong: list[str]) -> None:
    with pytest.raises(Invalid):
        store.write_now(order_queues, branch_id=town_hall.branch_id, queue_ids=wrong)
    assert verbs(store, town_hall.branch_id) == []


def test_an_empty_queue_is_archived_and_no_desk_serves_it(store: Store, town_hall: TownHall) -> None:
    store.write_now(pause_queue, queue_id=town_hall.passports)
    gone = store.write_now(archive_queue, queue_id=town_hall.passports)
    assert gone == queue(store, town_hall.passports)
    assert gone.archived_at is not None
    desk = store.read_now(layout.desk, town_hall.desk_1)
    assert desk is not None
    assert desk.queue_ids == (town_hall.licences,)
    assert latest(store, town_hall.branch_id).verb == "queue.archived"


def test_the_prefix_of_an_archived_queue_is_free_again(store: Store, town_hall: TownHall) -> None:
    store.write_now(archive_queue, queue_id=town_hall.passports)
    made = store.write_now(create_queue, branch_id=town_hall.branch_id, name="New", prefix="A")
    assert made.prefix == "A"


def test_a_queue_is_not_archived_over_the_heads_of_those_who_wait(store: Store, town_hall: TownHall) -> None:
    store.write_now(join, queue_id=town_hall.passports)
    with pytest.raises(Conflict) as caught:
        store.write_now(archive_queue, queue_id=town_hall.passports)
    assert (caught.value.code, caught.value.data) == ("people_waiting", {"waiting": 1})


def test_those_who_wait_in_an_archived_queue_can_be_cancelled(store: Store, town_hall: TownHall) -> None:
    keys = [store.write_now(join, queue_id=town_hall.passports).ticket.key for _ in range(2)]
    store.write_now(archive_queue, queue_id=town_hall.passports, waiting="cancel")
    assert {ticket(store, key).state for key in keys} == {State.CANCELLED}
    assert queue(store, town_hall.passports).waiting == 0


def test_those_who_wait_can_move_to_another_queue_and_keep_their_time(
    store: Store, town_hall: TownHall
) -> None:
    first = store.write_now(join, queue_id=town_hall.passports).ticket.key
    second = store.write_now(join, queue_id=town_hall.licences).ticket.key
    aside = store.write_now(join, queue_id=town_hall.passports).ticket.key
    store.write_now(park, key=aside)
    store.write_now(archive_queue, queue_id=town_hall.passports, waiting=town_hall.licences)
    moved = [ticket(store, key) for key in (first, second, aside)]
    assert {(one.queue_id, one.state) for one in moved} == {(town_hall.licences, State.WAITING)}
    assert [one.rank for one in moved] == sorted(one.rank for one in moved)
    assert [one.code for one in moved] == ["A-001", "B-001", "A-002"]
    assert queue(store, town_hall.licences).waiting == 3


def test_who_is_being_served_is_served_to_the_end(store: Store, town_hall: TownHall) -> None:
    key = store.write_now(join, queue_id=town_hall.passports).ticket.key
    store.write_now(call_next, desk_id=town_hall.desk_1, actor="staff:maria-lopez")
    store.write_now(archive_queue, queue_id=town_hall.passports)
    assert ticket(store, key).state is State.CALLED


@pytest.mark.parametrize("target", ["nowhere", "loans", "passports"])
def test_nobody_is_moved_to_a_queue_that_can_not_take_them(
    store: Store, town_hall: TownHall, target: str
) -> None:
    key = store.write_now(join, queue_id=town_hall.passports).ticket.key
    with pytest.raises(Invalid) as caught:
        store.write_now(archive_queue, queue_id=town_hall.passports, waiting=target)
    assert refused(caught) == {"/waiting": "unknown_queue"}
    assert ticket(store, key).state is State.WAITING


def test_an_archived_queue_can_not_be_changed(store: Store, town_hall: TownHall) -> None:
    store.write_now(archive_queue, queue_id=town_hall.passports)
    for verb in (pause_queue, resume_queue, archive_queue):
        with pytest.raises(Conflict) as caught:
            store.write_now(verb, queue_id=town_hall.passports)
        assert caught.value.code == "archived"


def test_an_unknown_queue_is_not_found(
    store: Store, town_hall: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound):
        store.write_now(edit_queue, queue_id="nowhere", changes={})
    monkeypatch.setattr(layout, "queue", lambda *_: None)
    with pytest.raises(NotFound):
        store.write_now(edit_queue, queue_id=town_hall.passports, changes={})

"""The first run, and the house's own name and colour. And the log of it all."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.layout.branches import edit_branch
from nowserving.actions.layout.organisation import edit_organisation, edition_of, first_run
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import leave
from nowserving.domain.event import ORGANISATION
from nowserving.domain.layout.first_run import first_run_from
from nowserving.domain.people.roles import Role
from nowserving.errors import Conflict, Invalid, Stale
from nowserving.store import layout, log
from nowserving.store.log import log_page
from nowserving.store.store import Store
from tests.builders import TownHall
from tests.told import latest, refused, verbs

ANSWERS: dict[str, Any] = {
    "organisation": {"name": "Town of Springfield"},
    "admin": {"name": "Olga", "login": "olga"},
    "branch": {
        "name": "Town Hall",
        "time_zone": "America/Chicago",
        "hours": {"weekly": {"mon": [["08:00", "16:00"]]}},
    },
    "queues": [{"name": "Passports", "prefix": "A"}, {"name": "Licences", "prefix": "B"}],
    "desks": 3,
    "desk_name": "Counter",
}


def test_a_first_run_makes_a_working_house(store: Store) -> None:
    admin, branch = store.write_now(first_run, answers=ANSWERS, password_hash="hash")
    assert (admin.login, admin.role) == ("olga", Role.ADMIN)
    assert store.read_now(layout.organisation).name == "Town of Springfield"
    found = store.read_now(layout.layout, branch.id)
    assert found is not None
    assert [queue.prefix for queue in found.queues] == ["A", "B"]
    assert [desk.name for desk in found.desks] == ["Counter 1", "Counter 2", "Counter 3"]
    assert {desk.queue_ids for desk in found.desks} == {tuple(queue.id for queue in found.queues)}
    assert verbs(store, ORGANISATION) == ["organisation.set_up", "staff.created", "branch.created"]


def test_a_first_run_happens_once(store: Store) -> None:
    store.write_now(first_run, answers=ANSWERS, password_hash="hash")
    with pytest.raises(Conflict) as caught:
        store.write_now(first_run, answers=ANSWERS, password_hash="hash")
    assert caught.value.code == "already_set_up"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"queues": []}, {"/queues": "empty"}),
        (
            {"queues": [{"name": "A", "prefix": "A"}, {"name": "B", "prefix": "a"}]},
            {"/queues/1/prefix": "taken"},
        ),
        (
            {"queues": [{"name": "", "prefix": "A"}, {}]},
            {"/queues/0/name": "empty", "/queues/1/name": "required", "/queues/1/prefix": "required"},
        ),
        ({"desks": "3"}, {"/desks": "not_whole"}),
        (
            {"admin": {"name": "Olga", "login": "o l", "role": "agent"}},
            {"/admin/login": "bad_login", "/admin/role": "unknown_field"},
        ),
        ({"branch": {"name": "Town Hall"}}, {"/branch/time_zone": "required", "/branch/hours": "required"}),
        ({"organisation": {"name": "\u3164"}}, {"/organisation/name": "empty"}),
    ],
)
def test_bad_answers_are_refused_and_nothing_is_made(
    store: Store, given: dict[str, Any], expected: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(first_run, answers={**ANSWERS, **given}, password_hash="hash")
    assert refused(caught) == expected
    assert store.read_now(layout.branches) == []


def test_answers_can_be_checked_before_a_password_is_hashed() -> None:
    with pytest.raises(Invalid):
        first_run_from({})
    assert first_run_from(ANSWERS).desks == 3


def test_the_house_has_a_name_a_colour_and_languages(store: Store) -> None:
    changes = {"name": "Shelbyville", "accent": "#0B5C63", "languages": ["es", "en"]}
    after = store.write_now(edit_organisation, changes=changes)
    assert (after.name, after.accent, after.languages) == ("Shelbyville", "#0b5c63", ("es", "en"))
    store.write_now(edit_organisation, changes=changes)
    assert verbs(store, ORGANISATION) == ["organisation.edited"]
    assert latest(store, ORGANISATION).data["before"]["name"] == "Springfield"
    assert store.write_now(edit_organisation, changes={"accent": ""}).accent == ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"accent": "#ffd400"}, {"/accent": "too_light"}),
        ({"accent": "red"}, {"/accent": "not_a_colour"}),
        ({"accent": None}, {"/accent": "not_a_colour"}),
        ({"languages": []}, {"/languages": "empty"}),
    ],
)
def test_a_colour_that_nobody_could_read_on_is_refused(
    store: Store, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_organisation, changes=changes)
    assert refused(caught) == expected


def test_who_edits_a_house_they_have_not_seen_is_told(store: Store) -> None:
    seen = edition_of(store.read_now(layout.organisation))
    store.write_now(edit_organisation, changes={"name": "A"}, expected=seen)
    with pytest.raises(Stale):
        store.write_now(edit_organisation, changes={"name": "B"}, expected=seen)


def test_the_log_is_read_in_pages_newest_first(store: Store, town_hall: TownHall) -> None:
    for number in range(5):
        store.write_now(edit_branch, branch_id=town_hall.branch_id, changes={"name": f"Hall {number}"})
    first = store.read_now(log_page, town_hall.branch_id, most=2)
    assert [event.version for event in first.events] == [5, 4]
    second = store.read_now(log_page, town_hall.branch_id, most=2, before=first.before)
    last = store.read_now(log_page, town_hall.branch_id, most=2, before=second.before)
    assert [event.version for event in (*second.events, *last.events)] == [3, 2, 1]
    assert last.before is None


def test_the_log_can_be_narrowed(store: Store, town_hall: TownHall) -> None:
    joined = store.write_now(join, queue_id=town_hall.passports, actor="device:door").ticket
    store.write_now(join, queue_id=town_hall.licences)
    store.write_now(leave, key=joined.key, actor="guest")
    narrowed: list[dict[str, Any]] = [
        {"ticket_id": joined.id},
        {"queue_id": town_hall.passports},
        {"actor": "device:door"},
        {"desk_id": town_hall.desk_1},
    ]
    found = [len(store.read_now(log_page, town_hall.branch_id, **one).events) for one in narrowed]
    assert found == [2, 2, 1, 0]


def test_a_narrowed_page_looks_through_a_bounded_part_of_the_history(
    store: Store, town_hall: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "WINDOW", 3)
    store.write_now(join, queue_id=town_hall.passports)
    for _ in range(4):
        store.write_now(join, queue_id=town_hall.licences)
    first = store.read_now(log_page, town_hall.branch_id, queue_id=town_hall.passports)
    assert (list(first.events), first.before) == ([], 3)
    second = store.read_now(log_page, town_hall.branch_id, queue_id=town_hall.passports, before=first.before)
    assert ([event.version for event in second.events], second.before) == ([1], None)

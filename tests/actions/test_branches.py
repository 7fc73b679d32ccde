"""Setting up branches, their hours, their screens and the days on which they are closed."""

from __future__ import annotations

import pytest

from nowserving.actions.layout.branches import (
    add_closure,
    archive_branch,
    create_branch,
    edit_branch,
    remove_closure,
)
from nowserving.actions.people.devices import approve_pairing, begin_pairing
from nowserving.actions.tickets.joining import join
from nowserving.domain.calendar.hours import hours_to
from nowserving.domain.event import ORGANISATION
from nowserving.errors import Conflict, Invalid, NotFound, Stale
from nowserving.store import layout, schema
from nowserving.store.engine.reader import Reader
from nowserving.store.log import log_page
from nowserving.store.people import devices
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.told import latest, refused, verbs

NINE_TO_FIVE = {"weekly": {"mon": [["09:00", "17:00"]]}, "day_starts_at": "03:00"}


def test_a_new_branch_has_its_name_zone_and_hours(store: Store) -> None:
    branch = store.write_now(
        create_branch, name=" Town  Hall ", time_zone="Europe/Madrid", hours=NINE_TO_FIVE, label="Office"
    )
    assert (branch.name, branch.label, branch.time_zone) == ("Town Hall", "Office", "Europe/Madrid")
    assert hours_to(branch.hours)["day_starts_at"] == "03:00"
    assert store.read_now(layout.branch, branch.id) == branch
    event = latest(store, ORGANISATION)
    assert (event.verb, event.data["branch_id"]) == ("branch.created", branch.id)
    assert event.data["after"]["time_zone"] == "Europe/Madrid"


def test_everything_wrong_with_a_new_branch_is_told_at_once(store: Store) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(
            create_branch,
            name="\u200b",
            time_zone="../../etc/passwd",
            hours={"weekly": {"mon": [["9", "10"]]}},
        )
    assert refused(caught) == {
        "/name": "empty",
        "/time_zone": "unknown_zone",
        "/hours/weekly/mon/0/0": "not_a_time",
    }


def test_an_edit_tells_before_and_after(store: Store, town_hall: TownHall) -> None:
    after = store.write_now(
        edit_branch, branch_id=town_hall.branch_id, changes={"name": "City Hall"}, expected=1
    )
    assert (after.name, after.edited) == ("City Hall", 2)
    event = latest(store, town_hall.branch_id)
    assert event.verb == "branch.edited"
    assert event.data["before"] == {"name": "Town Hall"}
    assert event.data["after"] == {"name": "City Hall"}


def test_an_edit_that_changes_nothing_is_no_event(store: Store, town_hall: TownHall) -> None:
    before = store.read_now(layout.branch, town_hall.branch_id)
    assert (
        store.write_now(edit_branch, branch_id=town_hall.branch_id, changes={"name": "Town Hall"}) == before
    )
    assert store.read_now(log_page, town_hall.branch_id).events == []


def test_screen_settings_left_out_stay_as_they_are(store: Store, town_hall: TownHall) -> None:
    changes = ({"screens": {"ticker": "Closed on Friday"}}, {"screens": {"voice_languages": ["es", "en"]}})
    for one in changes:
        store.write_now(edit_branch, branch_id=town_hall.branch_id, changes=one)
    branch = store.read_now(layout.branch, town_hall.branch_id)
    assert branch is not None
    assert branch.screens["ticker"] == "Closed on Friday"
    assert branch.screens["voice_languages"] == ["es", "en"]
    assert branch.screens["chime"] is True


@pytest.mark.parametrize(
    ("screens", "pointer", "code"),
    [
        ({"voice_languages": ["tlh"]}, "/screens/voice_languages/0", "not_a_choice"),
        ({"voice_languages": ["en", "en"]}, "/screens/voice_languages/1", "not_a_choice"),
        ({"paper_mm": 57}, "/screens/paper_mm", "not_a_choice"),
        ({"paper_mm": True}, "/screens/paper_mm", "not_a_choice"),
        ({"reset_after_s": 1}, "/screens/reset_after_s", "out_of_range"),
        ({"blink": True}, "/screens/blink", "unknown_field"),
        ("loud", "/screens", "not_an_object"),
    ],
)
def test_bad_screen_settings_are_refused(
    store: Store, town_hall: TownHall, screens: object, pointer: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_branch, branch_id=town_hall.branch_id, changes={"screens": screens})
    assert refused(caught) == {pointer: code}


def test_who_edits_what_they_have_not_seen_is_told(store: Store, town_hall: TownHall) -> None:
    store.write_now(edit_branch, branch_id=town_hall.branch_id, changes={"name": "A"}, expected=1)
    with pytest.raises(Stale):
        store.write_now(edit_branch, branch_id=town_hall.branch_id, changes={"name": "B"}, expected=1)


def test_a_branch_that_nobody_waits_in_can_be_archived(store: Store, town_hall: TownHall) -> None:
    begun = store.write_now(begin_pairing, kind="kiosk", lifetime_s=300)
    kiosk = store.write_now(approve_pairing, branch_id=town_hall.branch_id, code=begun.code, name="Door")
    gone = store.write_now(archive_branch, branch_id=town_hall.branch_id)
    assert gone.archived_at is not None
    assert town_hall.branch_id not in [one.id for one in store.read_now(layout.branches)]
    every = store.read_now(layout.branches, archived=True)
    assert town_hall.branch_id in [one.id for one in every]
    found = store.read_now(devices.device, kiosk.id)
    assert found is not None
    assert found.revoked_at is not None
    assert latest(store, town_hall.branch_id).verb == "branch.archived"


def test_a_branch_in_which_somebody_waits_is_not_archived(store: Store, town_hall: TownHall) -> None:
    store.write_now(join, queue_id=town_hall.passports)
    with pytest.raises(Conflict) as caught:
        store.write_now(archive_branch, branch_id=town_hall.branch_id)
    assert (caught.value.code, caught.value.data) == ("people_waiting", {"waiting": 1})


def test_an_archived_branch_can_not_be_changed(store: Store, town_hall: TownHall) -> None:
    store.write_now(archive_branch, branch_id=town_hall.branch_id)
    with pytest.raises(Conflict) as caught:
        store.write_now(edit_branch, branch_id=town_hall.branch_id, changes={"name": "B"})
    assert caught.value.code == "archived"


def test_an_unknown_branch_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.write_now(edit_branch, branch_id="nowhere", changes={})


def test_a_branch_that_vanished_under_the_lock_is_not_found(
    store: Store, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch_id = build.branch("Fair")
    monkeypatch.setattr(layout, "branch", lambda *_: None)
    with pytest.raises(NotFound):
        store.write_now(edit_branch, branch_id=branch_id, changes={})


def test_a_closure_is_added_and_taken_back(store: Store, town_hall: TownHall) -> None:
    closure = store.write_now(
        add_closure,
        branch_id=town_hall.branch_id,
        starts_on="2026-12-24",
        ends_on="2026-12-26",
        reason="Christmas",
    )
    assert store.read_now(layout.closures, town_hall.branch_id) == [closure]
    store.write_now(remove_closure, closure_id=closure.id)
    assert store.read_now(layout.closures, town_hall.branch_id) == []
    assert verbs(store, town_hall.branch_id) == ["closure.added", "closure.removed"]
    with pytest.raises(NotFound):
        store.write_now(remove_closure, closure_id=closure.id)


def test_a_closure_does_not_end_before_it_starts(store: Store, town_hall: TownHall) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(
            add_closure, branch_id=town_hall.branch_id, starts_on="2026-12-24", ends_on="2026-12-23"
        )
    assert refused(caught) == {"/ends_on": "ends_before_start"}


def test_the_list_of_branches_can_be_narrowed(store: Store, town_hall: TownHall) -> None:
    everything = [branch.name for branch in store.read_now(layout.branches)]
    assert everything == ["Library", "Town Hall"]
    mine = store.read_now(layout.branches, frozenset({town_hall.branch_id}))
    assert [branch.name for branch in mine] == ["Town Hall"]


def test_a_whole_branch_takes_a_fixed_number_of_statements(store: Store, build: Builder) -> None:
    def count(reader: Reader, branch_id: str) -> int:
        layout.layout(reader, branch_id)
        return reader.statements

    small, large = build.town_hall("Small"), build.town_hall("Large")
    for number in range(20):
        queue = build.queue(f"Queue {number}", large.branch_id, prefix=f"Q{number:02d}")
        build.desk(f"Room {number}", large.branch_id, serves=[queue])
    assert store.read_now(count, small.branch_id) == store.read_now(count, large.branch_id) == 7
    assert store.read_now(layout.layout, "nowhere") is None


def test_a_whole_branch_is_told_in_the_order_people_see(
    store: Store, build: Builder, town_hall: TownHall
) -> None:
    build.change(schema.queues, town_hall.passports, place=2)
    build.change(schema.queues, town_hall.licences, place=1)
    found = store.read_now(layout.layout, town_hall.branch_id)
    assert found is not None
    assert [queue.name for queue in found.queues] == ["Licences", "Passports"]
    assert found.desks[0].queue_ids == town_hall.queue_ids

"""Setting up services, rosters, special days and absences; what contradicts itself is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import create_engine

from nowserving.actions.layout.branches import edit_branch, remove_closure
from nowserving.actions.layout.desks import archive_desk
from nowserving.actions.reservations.changing import cancel_reservation
from nowserving.actions.reservations.rosters import (
    add_absence,
    remove_absence,
    remove_special_day,
    set_roster,
    set_special_day,
)
from nowserving.actions.reservations.services import (
    archive_service,
    create_service,
    edit_service,
    order_services,
)
from nowserving.actions.reservations.standing_by import stand_by
from nowserving.domain.reservations.reservation import ReservationState as S
from nowserving.errors import Conflict, Invalid, NotFound, Stale
from nowserving.store import schema
from nowserving.store.engine.statement import Statement
from nowserving.store.reservations import plans, reservations, rosters, services
from nowserving.store.reservations.slots import next_free
from tests.actions.surgery import DAY, HOUR, MINUTE, TUESDAY, Surgery

NEW: dict[str, Any] = {"name": "X-ray", "duration_s": 900}


def codes(refusal: Any) -> dict[str, str]:
    assert isinstance(refusal, Invalid)
    return {one.pointer: one.code for one in refusal.fields}


def test_a_service_is_kept_as_it_was_given(surgery: Surgery) -> None:
    made = surgery.do(
        create_service,
        branch_id=surgery.branch_id,
        queue_id=surgery.queue_id,
        **NEW,
        description="Bring your papers",
        price="12 EUR",
        hours={"weekly": {"mon": [["10:00", "11:00"]]}},
        questions=[{"code": "why", "label": "Why?"}],
        rules={"capacity": 3, "reminders_s": [3600]},
        desk_ids=[surgery.rooms[1]],
    )
    assert surgery.store.read_now(services.service, made.id) == made
    assert surgery.store.read_now(services.services, surgery.branch_id) == [surgery.service, made]
    event = surgery.events()[-1]
    assert (event.verb, event.data["after"]["rules"]["capacity"]) == ("service.created", 3)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"queue_id": "loans"}, {"/queue_id": "unknown_queue"}),
        ({"desk_ids": ["nowhere"]}, {"/desk_ids/0": "unknown_desk"}),
        ({"desk_ids": ["room-9"]}, {"/desk_ids/0": "serves_other_queues"}),
        ({"duration_s": 4 * 3600}, {"/duration_s": "longer_than_open"}),
        ({"rules": {"notice_s": 3 * 86400, "window_days": 2}}, {"/rules/notice_s": "beyond_window"}),
        ({"rules": {"max_size": 2}}, {"/rules/max_size": "beyond_capacity"}),
        ({"name": "", "duration_s": 1}, {"/name": "empty", "/duration_s": "out_of_range"}),
    ],
)
def test_what_contradicts_itself_is_refused(
    surgery: Surgery, given: dict[str, Any], wrong: dict[str, str]
) -> None:
    surgery.build.desk("Room 9", surgery.branch_id, serves=[])
    wanted: dict[str, Any] = {"branch_id": surgery.branch_id, "queue_id": surgery.queue_id, **NEW, **given}
    assert codes(surgery.refuses(create_service, **wanted)) == wrong
    if "queue_id" not in given:
        assert codes(surgery.refuses(edit_service, service_id=surgery.service.id, changes=given)) == wrong


def test_an_edit_wants_what_its_editor_saw(surgery: Surgery) -> None:
    surgery.edit(name="Check")
    with pytest.raises(Stale):
        surgery.do(edit_service, service_id=surgery.service.id, changes={"name": "X"}, expected=1)
    before = len(surgery.events())
    assert surgery.edit(name="Check").edited == 2
    assert len(surgery.events()) == before
    assert type(surgery.refuses(edit_service, service_id="nothing", changes={})) is NotFound


def test_what_was_promised_outlives_a_smaller_capacity(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[surgery.rooms[0]])
    surgery.rule(capacity=2)
    kept = [surgery.reserve(), surgery.reserve()]
    surgery.rule(capacity=1)
    assert surgery.free() == 0
    assert [surgery.now(one).state for one in kept] == [S.CONFIRMED, S.CONFIRMED]


def test_a_larger_capacity_is_offered_to_who_waits(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[surgery.rooms[0]])
    surgery.reserve()
    wanted: dict[str, Any] = {"from_at": TUESDAY, "to_at": TUESDAY + 30 * MINUTE}
    surgery.do(stand_by, service_id=surgery.service.id, **wanted)
    surgery.rule(capacity=2)
    assert surgery.verbs(2) == ["reservation.offered", "standby.offered"]


def test_desks_are_not_given_to_a_service_with_reservations_at_none(surgery: Surgery) -> None:
    surgery.edit(desk_ids=[])
    surgery.reserve()
    changes = {"desk_ids": [surgery.rooms[0]]}
    refusal = surgery.refuses(edit_service, service_id=surgery.service.id, changes=changes)
    assert codes(refusal) == {"/desk_ids": "reserved_without_desk"}
    surgery.clock.advance(3 * 86400)
    assert surgery.edit(**changes).desk_ids == (surgery.rooms[0],)


def test_a_service_is_taken_away(surgery: Surgery) -> None:
    one = surgery.reserve()
    held = surgery.hold(TUESDAY + HOUR)
    refusal = surgery.refuses(archive_service, service_id=surgery.service.id)
    assert (refusal.code, refusal.data["reservations"]) == ("reservations_open", 1)
    surgery.do(archive_service, service_id=surgery.service.id, reservations="cancel")
    assert [surgery.now(one).state for one in (one, held)] == [S.CANCELLED, S.CANCELLED]
    assert surgery.store.read_now(services.services, surgery.branch_id) == []
    assert surgery.store.read_now(plans.for_booking, surgery.service.id) is None
    again = surgery.refuses(edit_service, service_id=surgery.service.id, changes={})
    assert (type(again), again.code) == (Conflict, "archived")
    with pytest.raises(NotFound):
        surgery.store.read_now(next_free, surgery.service.id, 0, now=0)
    with pytest.raises(NotFound):
        surgery.slots()


def test_services_are_put_into_another_order(surgery: Surgery) -> None:
    other = surgery.do(create_service, branch_id=surgery.branch_id, queue_id=surgery.queue_id, **NEW)
    order = [other.id, surgery.service.id]
    for _ in range(2):
        surgery.do(order_services, branch_id=surgery.branch_id, service_ids=order)
    assert [one.id for one in surgery.store.read_now(services.services, surgery.branch_id)] == order
    assert surgery.verbs(2) == ["service.created", "service.ordered"]


def test_the_next_free_slot(surgery: Surgery) -> None:
    surgery.rule(window_days=3)
    found = surgery.store.read_now(next_free, surgery.service.id, TUESDAY, now=surgery.clock.now)
    assert found is not None
    assert found.start_at == TUESDAY
    for _ in range(2):
        surgery.reserve()
    found = surgery.store.read_now(next_free, surgery.service.id, TUESDAY, now=surgery.clock.now)
    assert found is not None
    assert found.start_at == TUESDAY + 30 * MINUTE
    far = TUESDAY + 30 * DAY
    assert surgery.store.read_now(next_free, surgery.service.id, far, now=surgery.clock.now) is None


def test_a_desk_has_hours_of_its_own(surgery: Surgery) -> None:
    one, two = surgery.rooms
    roster = surgery.do(
        set_roster,
        desk_id=one,
        changes={
            "hours": {"weekly": {"tue": [["10:00", "18:00"]]}},
            "public_name": "Dr Lopez",
            "owner_id": "maria-lopez",
        },
        expected=0,
    )
    assert surgery.store.read_now(rosters.roster, one) == roster
    assert surgery.store.read_now(rosters.rosters_of, surgery.branch_id) == [roster]
    assert [(slot.start_at - TUESDAY) // MINUTE for slot in surgery.slots(desk_id=one)] == [60, 90, 120, 150]
    assert len(surgery.slots(desk_id=two)) == 6
    with pytest.raises(Stale):
        surgery.do(set_roster, desk_id=one, changes={"hours": None}, expected=0)
    again = surgery.do(set_roster, desk_id=one, changes={"hours": None}, expected=1)
    assert (again.edited, again.hours, again.public_name) == (2, None, "Dr Lopez")
    assert surgery.do(set_roster, desk_id=one, changes={"hours": None}) == again
    refusal = surgery.refuses(set_roster, desk_id=one, changes={"owner_id": "nobody"})
    assert codes(refusal) == {"/owner_id": "unknown_staff"}


def test_one_date_has_hours_of_its_own(surgery: Surgery) -> None:
    day: dict[str, Any] = {"branch_id": surgery.branch_id, "on_date": "2026-11-24"}
    made = surgery.do(set_special_day, **day, intervals=[["08:00", "09:00"]])
    assert [(slot.start_at - TUESDAY) // MINUTE for slot in surgery.slots(TUESDAY - HOUR)][:2] == [-60, -30]
    surgery.do(set_special_day, **day)
    assert surgery.slots() == []
    own = surgery.do(
        set_special_day,
        **{**day, "on_date": "2026-11-25"},
        service_id=surgery.service.id,
        intervals=[["11:00", "13:00"]],
        reason="Market day",
    )
    starts = [
        (slot.start_at - TUESDAY - DAY) // MINUTE for slot in surgery.slots(TUESDAY + DAY, TUESDAY + 2 * DAY)
    ]
    assert starts == [120, 150]
    kept = surgery.store.read_now(rosters.special_days_of, surgery.branch_id)
    assert [one.on_date for one in kept] == ["2026-11-24", "2026-11-25"]
    assert made.id not in [one.id for one in kept]
    surgery.do(remove_special_day, special_day_id=own.id)
    assert len(surgery.slots(TUESDAY + DAY, TUESDAY + 2 * DAY)) == 6
    assert type(surgery.refuses(remove_special_day, special_day_id=own.id)) is NotFound


def test_a_day_for_walk_ins_only(surgery: Surgery) -> None:
    surgery.do(set_special_day, branch_id=surgery.branch_id, on_date="2026-11-24", walk_ins_only=True)
    assert surgery.slots() == []


def test_special_hours_contradict_a_closure(surgery: Surgery) -> None:
    row = {"branch_id": surgery.branch_id, "starts_on": "2026-11-24", "ends_on": "2026-11-24", "reason": ""}
    surgery.build.insert(schema.closures, id="c", **row)
    wanted: dict[str, Any] = {
        "branch_id": surgery.branch_id,
        "on_date": "2026-11-24",
        "intervals": [["09:00", "10:00"]],
    }
    assert codes(surgery.refuses(set_special_day, **wanted)) == {"/on_date": "closed_then"}
    assert surgery.slots() == []


def test_an_absence_takes_slots_and_a_replacement_takes_over(surgery: Surgery) -> None:
    one, two = surgery.rooms
    first = surgery.reserve(desk_id=one)
    blocked = surgery.reserve(TUESDAY + HOUR, desk_id=one)
    surgery.reserve(TUESDAY + HOUR, desk_id=two)
    made = surgery.do(add_absence, desk_id=one, from_at=TUESDAY, to_at=TUESDAY + 2 * HOUR, replacement_id=two)
    assert [surgery.now(who).desk_id for who in (first, blocked)] == [two, one]
    assert surgery.now(first).sequence == 1
    assert [(slot.start_at - TUESDAY) // MINUTE for slot in surgery.slots(desk_id=one)] == [120, 150]
    assert surgery.store.read_now(rosters.absences_of, surgery.branch_id) == [made]
    surgery.do(remove_absence, absence_id=made.id)
    assert len(surgery.slots(desk_id=one)) == 6
    assert type(surgery.refuses(remove_absence, absence_id=made.id)) is NotFound


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"to_at": TUESDAY}, {"/to_at": "before_start"}),
        ({"replacement_id": "room-1"}, {"/replacement_id": "unknown_desk"}),
        ({"replacement_id": "nowhere"}, {"/replacement_id": "unknown_desk"}),
    ],
)
def test_a_bad_absence_is_refused(surgery: Surgery, given: dict[str, Any], wrong: dict[str, str]) -> None:
    wanted: dict[str, Any] = {
        "desk_id": surgery.rooms[0],
        "from_at": TUESDAY,
        "to_at": TUESDAY + HOUR,
        **given,
    }
    assert codes(surgery.refuses(add_absence, **wanted)) == wrong


def test_looking_for_slots_takes_two_statements_however_much_there_is(surgery: Surgery) -> None:
    def count() -> int:
        def look(reader: Any) -> int:
            from nowserving.store.reservations.slots import slots_between

            slots_between(reader, surgery.service.id, TUESDAY, TUESDAY + 30 * DAY, now=surgery.clock.now)
            return int(reader.statements)

        return surgery.store.read_now(look)

    before = count()
    for place in range(6):
        surgery.reserve(TUESDAY + place * 30 * MINUTE)
    surgery.do(set_special_day, branch_id=surgery.branch_id, on_date="2026-11-25")
    assert (before, count()) == (2, 2)


def test_longer_hours_and_days_that_open_after_all_are_offered_to_who_waits(surgery: Surgery) -> None:
    afternoon: dict[str, Any] = {"from_at": TUESDAY + 3 * HOUR, "to_at": TUESDAY + 4 * HOUR}
    surgery.do(stand_by, service_id=surgery.service.id, **afternoon)
    longer = {"hours": {"weekly": {"tue": [["09:00", "13:00"]]}}}
    surgery.do(edit_branch, branch_id=surgery.branch_id, changes=longer)
    assert surgery.verbs(3) == ["branch.edited", "reservation.offered", "standby.offered"]
    row = {"branch_id": surgery.branch_id, "starts_on": "2026-12-01", "ends_on": "2026-12-01", "reason": ""}
    surgery.build.insert(schema.closures, id="c", **row)
    week = 7 * DAY
    wanted: dict[str, Any] = {"from_at": TUESDAY + week, "to_at": TUESDAY + week + HOUR}
    surgery.do(stand_by, service_id=surgery.service.id, **wanted)
    surgery.do(remove_closure, closure_id="c")
    assert surgery.verbs(3) == ["closure.removed", "reservation.offered", "standby.offered"]


def test_a_desk_with_reservations_is_not_taken_away(surgery: Surgery) -> None:
    one = surgery.reserve(desk_id=surgery.rooms[1])
    refusal = surgery.refuses(archive_desk, desk_id=surgery.rooms[1])
    assert (refusal.code, refusal.data["reservations"]) == ("reservations_open", 1)
    surgery.do(cancel_reservation, reservation_key=one.key)
    assert surgery.do(archive_desk, desk_id=surgery.rooms[1]).archived_at is not None
    assert [slot.free for slot in surgery.slots()] == [1] * 6


def test_what_is_not_there_can_not_be_set_up(surgery: Surgery) -> None:
    assert type(surgery.refuses(set_roster, desk_id="nothing", changes={})) is NotFound
    surgery.do(archive_desk, desk_id=surgery.rooms[1])
    assert type(surgery.refuses(set_roster, desk_id=surgery.rooms[1], changes={})) is NotFound
    other = surgery.build.branch("Elsewhere")
    wanted: dict[str, Any] = {"branch_id": other, "on_date": "2026-11-24", "service_id": surgery.service.id}
    assert type(surgery.refuses(set_special_day, **wanted)) is NotFound


def test_no_statement_reads_all_reservations(sqlite_url: str) -> None:
    """Every look is by an index: a house keeps years of reservations."""
    engine = create_engine(sqlite_url)
    scanning = []
    with engine.connect() as connection:
        for name, found in vars(reservations).items():
            for one in found.values() if isinstance(found, dict) else [found]:
                if isinstance(one, Statement) and not name.startswith("_INSERT"):
                    sql = re.sub(r":\w+", "1", one.text["sqlite"])
                    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").fetchall()
                    scanning += [name for row in plan if row[3].startswith("SCAN reservations")]
    engine.dispose()
    # The sweep's own: it reads the index of deadlines that have come.
    assert [name for name in scanning if name != "_OVERDUE_BRANCHES"] == []

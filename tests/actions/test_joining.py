"""Joining: numbers, places in the line, and the reasons to refuse a ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.domain.calendar.hours import ALWAYS_OPEN, Hours, Interval
from nowserving.domain.tickets.rules import Admission, PriorityClass, QueueRules
from nowserving.domain.tickets.ticket import State
from nowserving.errors import Invalid, NotFound
from nowserving.store import schema
from tests.actions.office import KIOSK, Office

# Monday to Friday from 9 to 14, by the clock on the wall.
MORNINGS = Hours(((Interval(9 * 60, 14 * 60),),) * 5 + ((), ()))
ELDERLY = PriorityClass("elderly", "Over seventy", 600)


def at(zone: str, text: str, fold: int = 0) -> int:
    """Return an instant in µs by what the clock on the wall of a zone shows."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return round(local.astimezone(UTC).timestamp()) * 1_000_000


def test_a_ticket_is_the_next_number_at_the_end_of_the_line(office: Office) -> None:
    office.joins(2)

    joined = office.do(join, KIOSK, queue_id=office.hall.passports)

    ticket = joined.ticket
    assert (ticket.code, ticket.number, ticket.state, joined.position) == ("A-003", 3, State.WAITING, 3)
    assert (ticket.branch_id, ticket.queue_id) == (office.hall.branch_id, office.hall.passports)
    assert (ticket.joined_at, ticket.since_at, ticket.rank) == (office.clock.now,) * 3
    assert ticket == office.now(ticket)
    assert office.line() == ["A-001", "A-002", "A-003"]
    assert office.stays(ticket) == [("waiting", None)]


def test_each_queue_counts_for_itself(office: Office) -> None:
    codes = [office.join(queue_id).code for queue_id in office.hall.queue_ids * 2]

    assert codes == ["A-001", "B-001", "A-002", "B-002"]


def test_a_ticket_tells_everything_but_the_name(office: Office) -> None:
    office.rule(ask_name=True, priorities=(ELDERLY,))
    ticket = office.join(name="Jürgen Müller", priority="elderly", language="es", party_size=2)

    event = office.events()[-1]

    assert (event.verb, event.actor, event.ticket_id, event.queue_id, event.desk_id) == (
        "ticket.joined",
        KIOSK,
        ticket.id,
        office.hall.passports,
        None,
    )
    assert {name: event.data[name] for name in ("key", "code", "number", "service_day")} == {
        "key": ticket.key,
        "code": "A-001",
        "number": 1,
        "service_day": "2026-11-23",
    }
    assert (event.data["priority"], event.data["language"], event.data["named"]) == ("elderly", "es", True)
    assert (event.data["after"]["state"], event.data["after"]["party_size"]) == ("waiting", 2)
    assert "Jürgen" not in str(event.data)


def test_keys_are_22_letters_and_never_the_same(office: Office) -> None:
    keys = {ticket.key for ticket in office.joins(20)}

    assert len(keys) == 20
    assert {len(key) for key in keys} == {22}


# Numbers and days


@pytest.mark.parametrize(
    ("zone", "day_starts_at", "last", "first", "days"),
    [
        ("Europe/Madrid", 0, "2026-11-23 23:59:59", "2026-11-24 00:00:00", ("2026-11-23", "2026-11-24")),
        ("Asia/Kolkata", 0, "2026-11-23 23:59:59", "2026-11-24 00:00:00", ("2026-11-23", "2026-11-24")),
        ("Pacific/Kiritimati", 0, "2026-11-24 23:59:59", "2026-11-25 00:00:00", ("2026-11-24", "2026-11-25")),
        ("America/Lima", 240, "2026-11-24 03:59:59", "2026-11-24 04:00:00", ("2026-11-23", "2026-11-24")),
        # Spring forward at midnight: the day begins at one o'clock.
        ("America/Santiago", 0, "2026-09-05 23:59:59", "2026-09-06 01:00:00", ("2026-09-05", "2026-09-06")),
        # Samoa went to the other side of the date line: there was no 30 December 2011.
        ("Pacific/Apia", 0, "2011-12-29 23:59:59", "2011-12-31 00:00:00", ("2011-12-29", "2011-12-31")),
    ],
)
def test_numbers_start_again_with_the_service_day_of_the_branch(
    office: Office, zone: str, day_starts_at: int, last: str, first: str, days: tuple[str, str]
) -> None:
    hours = Hours(ALWAYS_OPEN.weekly, day_starts_at)
    there = office.build.branch("There", time_zone=zone, hours=hours)
    queue_id = office.build.queue("Stamps", there, prefix="S")
    # The noise beside the town hall is of 2026, and every branch has its own time.
    office.clock.now = at(zone, last) - 2_000_000
    before = [office.join(queue_id), office.join(queue_id)]
    assert office.clock.now == at(zone, last)

    after = [office.join(queue_id), office.join(queue_id)]

    assert office.clock.now == at(zone, first) + 1_000_000
    assert [(one.number, one.service_day) for one in before] == [(1, days[0]), (2, days[0])]
    assert [(one.number, one.service_day) for one in after] == [(1, days[1]), (2, days[1])]


def test_the_hour_that_comes_twice_belongs_to_one_day(office: Office) -> None:
    """Havana turns back from 01:00 to 00:00: the second midnight is not a new day."""
    there = office.build.branch("There", time_zone="America/Havana")
    queue_id = office.build.queue("Stamps", there, prefix="S")
    numbers = []
    for fold in (0, 1):
        office.clock.now = at("America/Havana", "2026-11-01 00:30:00", fold)
        numbers.append(office.join(queue_id).number)

    assert numbers == [1, 2]


def test_a_clock_that_steps_back_over_midnight_gives_no_number_twice(office: Office) -> None:
    office.clock.now = at("Europe/Madrid", "2026-11-24 00:00:10")
    office.join()
    office.clock.advance(-3600)

    later = office.join()

    assert (later.number, later.service_day) == (2, "2026-11-24")
    assert office.line() == ["A-001", "A-002"]


def test_a_refused_join_burns_no_number(office: Office) -> None:
    office.rule(max_waiting=1)
    office.join()
    assert office.conflict(join, queue_id=office.hall.passports) == "queue_full"
    office.call_next()

    assert office.join().number == 2


# Doors


def open_office(office: Office, hours: Hours, **rules: Any) -> str:
    branch_id = office.build.branch("Annex", time_zone="Europe/Madrid", hours=hours)
    return office.build.queue("Stamps", branch_id, prefix="S", rules=QueueRules(**rules))


@pytest.mark.parametrize(
    ("time", "is_open"),
    [
        ("2026-11-23 08:59:59", False),
        ("2026-11-23 09:00:00", True),
        ("2026-11-23 13:59:59", True),
        ("2026-11-23 14:00:00", False),
        ("2026-11-28 10:00:00", False),
    ],
)
def test_tickets_are_given_while_the_doors_are_open(office: Office, time: str, is_open: bool) -> None:
    queue_id = open_office(office, MORNINGS)
    always = open_office(office, MORNINGS, ignore_hours=True)
    office.clock.now = at("Europe/Madrid", time) - 1_000_000

    if is_open:
        assert office.join(queue_id).code == "S-001"
    else:
        assert office.conflict(join, queue_id=queue_id) == "queue_closed"
    assert office.join(always).code == "S-001"


def test_a_closure_keeps_the_doors_shut(office: Office) -> None:
    queue_id = open_office(office, MORNINGS)
    day = {"starts_on": "2026-11-23", "ends_on": "2026-11-23"}
    office.build.insert(schema.closures, id="feast", branch_id="annex", **day)

    assert office.conflict(join, queue_id=queue_id) == "queue_closed"


@pytest.mark.parametrize("last_ticket", [30, "13:30"])
def test_after_the_last_ticket_nobody_joins(office: Office, last_ticket: int | str) -> None:
    queue_id = open_office(office, MORNINGS, last_ticket=last_ticket)
    office.clock.now = at("Europe/Madrid", "2026-11-23 13:29:58")
    office.join(queue_id)

    assert office.conflict(join, queue_id=queue_id) == "queue_closed"


def test_a_paused_queue_gives_no_tickets(office: Office) -> None:
    office.build.change(schema.queues, office.hall.passports, paused_at=office.clock.now)

    assert office.conflict(join, queue_id=office.hall.passports) == "queue_paused"
    assert office.join(office.hall.licences).code == "B-001"


def test_a_full_queue_gives_no_tickets(office: Office) -> None:
    office.rule(max_waiting=2)
    office.joins(2)

    assert office.conflict(join, queue_id=office.hall.passports) == "queue_full"
    office.call_next()
    assert office.join().code == "A-003"


def test_a_queue_for_reservations_takes_no_walk_ins(office: Office) -> None:
    office.rule(walk_ins=False)

    assert office.conflict(join, queue_id=office.hall.passports) == "no_walk_ins"


def test_who_is_elsewhere_joins_only_where_that_is_allowed(office: Office) -> None:
    assert office.conflict(join, queue_id=office.hall.passports, remote=True) == "no_remote_join"
    office.rule(remote_join=True)
    assert office.join(remote=True).code == "A-001"


@pytest.mark.parametrize("table", ["queues", "branches"])
def test_what_is_closed_for_good_is_not_there(office: Office, table: str) -> None:
    gone = {"queues": office.hall.passports, "branches": office.hall.branch_id}[table]
    office.build.change(schema.metadata.tables[table], gone, archived_at=office.clock.now)

    assert isinstance(office.refuses(join, queue_id=office.hall.passports), NotFound)


def test_a_queue_that_never_was_is_not_there(office: Office) -> None:
    assert isinstance(office.refuses(join, queue_id="nowhere"), NotFound)


# What the guest says


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("party_size", 0, "out_of_range"),
        ("party_size", 21, "out_of_range"),
        ("party_size", True, "not_whole"),
        ("party_size", 2.0, "not_whole"),
        ("priority", "royalty", "unknown_priority"),
        ("name", "Ana", "name_not_asked"),
        ("language", "tlh", "unknown_language"),
        ("language", None, "unknown_language"),
    ],
)
def test_a_wrong_field_is_named(office: Office, field: str, value: object, code: str) -> None:
    given: dict[str, Any] = {"queue_id": office.hall.passports, field: value}

    refusal = office.refuses(join, **given)

    assert isinstance(refusal, Invalid)
    assert [(one.pointer, one.code) for one in refusal.fields] == [(f"/{field}", code)]


def test_a_name_is_kept_where_it_is_asked_for_and_may_be_left_out(office: Office) -> None:
    office.rule(ask_name=True)

    assert office.join(name="  Ana\u202e  Núñez ").name == "Ana Núñez"
    assert office.join().name is None


def test_a_name_that_nobody_can_see_is_refused(office: Office) -> None:
    office.rule(ask_name=True)

    refusal = office.refuses(join, queue_id=office.hall.passports, name="\u200b")

    assert [one.pointer for one in refusal.fields] == ["/name"]


# A head start


def test_a_head_start_passes_those_who_came_within_it(office: Office) -> None:
    office.rule(priorities=(ELDERLY,))
    office.join()
    office.clock.advance(601)
    office.joins(2)

    joined = office.do(join, KIOSK, queue_id=office.hall.passports, priority="elderly")

    assert joined.position == 2
    assert joined.ticket.rank == office.clock.now - 600_000_000
    assert office.line() == ["A-001", "A-004", "A-002", "A-003"]


def test_who_has_waited_longer_than_the_head_start_stays_first(office: Office) -> None:
    office.rule(priorities=(ELDERLY,))
    office.join()
    office.clock.advance(600)
    office.joins(5)
    for _ in range(3):
        office.join(priority="elderly")

    assert office.line()[0] == "A-001"


def test_among_equals_with_a_head_start_the_first_stays_first(office: Office) -> None:
    office.rule(priorities=(ELDERLY,))
    for _ in range(3):
        office.store.write_now(join, queue_id=office.hall.passports, priority="elderly")

    assert office.line() == ["A-001", "A-002", "A-003"]


def test_a_head_start_of_nothing_is_a_walk_in(office: Office) -> None:
    office.rule(priorities=(PriorityClass("vip", "VIP", 0),))
    office.joins(2)

    joined = office.do(join, KIOSK, queue_id=office.hall.passports, priority="vip")

    assert (joined.position, joined.ticket.priority) == (3, "vip")


def test_a_head_start_on_a_rank_that_is_taken_comes_just_behind(office: Office) -> None:
    office.rule(priorities=(ELDERLY,))
    walk_in = office.join()
    office.clock.now = walk_in.rank + 599_000_000

    elder = office.join(priority="elderly")

    assert elder.rank == walk_in.rank + 1
    assert office.line() == ["A-001", "A-002"]


# A queue that calls by itself


def test_where_there_is_room_a_guest_is_called_at_once(office: Office) -> None:
    office.rule(admission=Admission.AUTOMATIC, capacity=1)

    first = office.do(join, KIOSK, queue_id=office.hall.passports)
    second = office.do(join, KIOSK, queue_id=office.hall.passports)

    assert (first.ticket.state, first.position) == (State.CALLED, None)
    assert first.ticket == office.now(first.ticket)
    assert (second.ticket.state, second.position) == (State.WAITING, 1)


def test_joining_may_let_in_somebody_ahead(office: Office) -> None:
    """Capacity was raised while nothing moved; the position is that after the next change found it."""
    office.rule(admission=Admission.AUTOMATIC, capacity=1)
    office.joins(2)
    office.rule(admission=Admission.AUTOMATIC, capacity=2)

    joined = office.do(join, KIOSK, queue_id=office.hall.passports)

    assert (joined.ticket.state, joined.position) == (State.WAITING, 1)
    assert office.line() == ["A-003"]


def test_two_branches_with_the_same_prefix_never_meet(office: Office) -> None:
    assert office.join().code == "A-001"
    assert office.join("loans").code == "A-003"
    assert [office.call_next("front-desk").ticket.code for _ in range(2)] == ["A-002", "A-003"]
    assert office.conflict(call_next, desk_id="front-desk") == "queue_empty"
    assert office.line() == ["A-001"]

"""Arriving: a promise becomes a ticket in the one line, with the rank of its slot."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.layout.branches import edit_branch
from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import confirm
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import cancel
from nowserving.domain.layout.location import Location, Whereabouts
from nowserving.domain.reservations.reservation import ReservationState as S
from nowserving.domain.tickets.ticket import State
from nowserving.errors import Conflict
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.messages.contacts import contact_of
from nowserving.store.tickets.tickets import ticket_by_key
from tests.actions.surgery import DAY, HOUR, MINUTE, TUESDAY, Surgery

SLOT = TUESDAY - DAY + HOUR


def at(surgery: Surgery, instant: int) -> None:
    surgery.clock.now = instant - 1_000_000


def test_a_promise_becomes_a_ticket(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT, name="Ana", email="ana@example.org", phone="+34600123456", note="left knee")
    at(surgery, SLOT - 5 * MINUTE)
    joined = surgery.do(arrive, reservation_key=one.key)
    after = surgery.now(one)
    assert (after.state, after.ticket_id, after.deadline_at) == (S.ARRIVED, joined.ticket.id, None)
    ticket = joined.ticket
    assert (ticket.state, ticket.name, ticket.note, ticket.code) == (
        State.WAITING,
        "Ana",
        "left knee",
        "C-001",
    )
    assert (ticket.queue_id, ticket.rank, joined.position, ticket.reach) == (surgery.queue_id, SLOT, 1, 1)
    contact = surgery.store.read_now(contact_of, ticket.id)
    assert contact is not None
    assert (contact.email, contact.phone) == ("ana@example.org", "+34600123456")
    assert surgery.verbs(2) == ["ticket.joined", "reservation.arrived"]


def test_who_is_here_already_gets_the_same_ticket(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT)
    first = surgery.do(arrive, reservation_key=one.key)
    again = surgery.do(arrive, reservation_key=one.key)
    assert (again.again, again.ticket.id) == (True, first.ticket.id)
    assert surgery.do(arrive, reservation_key=one.key, by_staff=True).ticket.id == first.ticket.id


@pytest.mark.parametrize(
    ("lead_s", "comes", "rank"),
    [(0, -30 * MINUTE, SLOT), (600, -MINUTE, SLOT - 10 * MINUTE), (600, 15 * MINUTE, SLOT - 10 * MINUTE)],
)
def test_early_and_on_time_count_by_the_slot(surgery: Surgery, lead_s: int, comes: int, rank: int) -> None:
    surgery.rule(lead_s=lead_s)
    one = surgery.reserve(SLOT)
    at(surgery, SLOT + comes)
    assert surgery.do(arrive, reservation_key=one.key).ticket.rank == rank


def test_who_is_late_comes_now(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT)
    at(surgery, SLOT + 16 * MINUTE)
    assert surgery.do(arrive, reservation_key=one.key).ticket.rank == surgery.clock.now


def test_walk_ins_and_promises_stand_in_one_line(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT)
    at(surgery, SLOT - 10 * MINUTE)
    before = surgery.do(join, queue_id=surgery.queue_id)
    surgery.clock.now = SLOT - 5 * MINUTE
    arrived = surgery.do(arrive, reservation_key=one.key)
    surgery.clock.now = SLOT + MINUTE
    after = surgery.do(join, queue_id=surgery.queue_id)
    late = surgery.reserve(SLOT, by_staff=True)
    promised = surgery.do(arrive, reservation_key=late.key)
    assert (before.position, arrived.position, after.position, promised.position) == (1, 2, 3, 3)


def test_nobody_checks_in_hours_too_early_but_with_staff(surgery: Surgery) -> None:
    one = surgery.reserve(TUESDAY)
    refusal = surgery.refuses(arrive, reservation_key=one.key)
    assert (refusal.code, refusal.data["from_at"]) == ("too_early", TUESDAY - 2 * HOUR)
    assert surgery.do(arrive, reservation_key=one.key, by_staff=True).ticket.rank == TUESDAY


def test_who_was_given_up_is_let_in_by_staff(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT)
    at(surgery, SLOT + 61 * MINUTE)
    refusal = surgery.refuses(arrive, reservation_key=one.key)
    assert (type(refusal), refusal.data["state"]) == (Conflict, "no_show")
    assert surgery.sweep() == 1
    assert surgery.refuses(arrive, reservation_key=one.key).data["state"] == "no_show"
    assert surgery.do(arrive, reservation_key=one.key, by_staff=True).ticket.rank == surgery.clock.now
    assert (surgery.now(one).state, surgery.now(one).ended_at) == (S.ARRIVED, None)


def test_a_request_is_let_in_by_staff_alone(surgery: Surgery) -> None:
    surgery.rule(approval=True)
    one = surgery.reserve(SLOT)
    assert surgery.refuses(arrive, reservation_key=one.key).data["state"] == "pending"
    surgery.do(arrive, reservation_key=one.key, by_staff=True)
    assert surgery.now(one).state is S.ARRIVED
    two = surgery.reserve(SLOT)
    surgery.do(confirm, reservation_key=two.key)
    assert surgery.do(arrive, reservation_key=two.key).position == 2


def test_a_ticket_that_was_cancelled_by_mistake_is_given_again(surgery: Surgery) -> None:
    one = surgery.reserve(SLOT)
    first = surgery.do(arrive, reservation_key=one.key)
    surgery.do(cancel, key=first.ticket.key)
    assert surgery.do(arrive, reservation_key=one.key).ticket.state is State.CANCELLED
    second = surgery.do(arrive, reservation_key=one.key, by_staff=True)
    assert second.ticket.id != first.ticket.id
    assert surgery.now(one).ticket_id == second.ticket.id


def test_a_promise_is_kept_whatever_the_queue_says_of_walk_ins(surgery: Surgery) -> None:
    from nowserving.actions.layout.queues import edit_queue, pause_queue

    one = surgery.reserve(SLOT)
    rules: dict[str, Any] = {"walk_ins": False, "max_waiting": 1, "max_party": 1}
    surgery.do(edit_queue, queue_id=surgery.queue_id, changes={"rules": rules})
    surgery.do(pause_queue, queue_id=surgery.queue_id)
    ticket = surgery.do(arrive, reservation_key=one.key).ticket
    assert surgery.store.read_now(ticket_by_key, ticket.key) == ticket


HERE = Location(latitude=41.3825, longitude=2.1769)
MADRID = Whereabouts(Location(latitude=40.4168, longitude=-3.7038), 10)


@pytest.fixture
def near(surgery: Surgery) -> Surgery:
    """The surgery, where phones check in within two hundred metres."""
    surgery.rule(near_m=200)
    surgery.do(edit_branch, branch_id=surgery.branch_id, changes={"location": HERE})
    return surgery


def test_where_the_service_wants_it_a_phone_checks_in_near_the_branch(near: Surgery) -> None:
    one = near.reserve(SLOT)
    far = near.refuses(arrive, reservation_key=one.key, phone=MADRID)
    assert (far.code, far.data) == ("not_near", {"distance_km": 506})
    assert near.refuses(arrive, reservation_key=one.key).code == "where_unknown"
    assert near.do(arrive, reservation_key=one.key, phone=Whereabouts(HERE, 30)).position == 1


@pytest.mark.parametrize("more", [{"by_staff": True}, {"on_the_spot": True}])
def test_the_kiosk_and_the_staff_need_no_phone(near: Surgery, more: dict[str, Any]) -> None:
    assert near.do(arrive, reservation_key=near.reserve(SLOT).key, **more).position == 1


def test_a_branch_that_nobody_has_put_on_the_map_sends_phones_to_the_kiosk(near: Surgery) -> None:
    near.do(edit_branch, branch_id=near.branch_id, changes={"location": None})
    one = near.reserve(SLOT)
    assert near.refuses(arrive, reservation_key=one.key, phone=Whereabouts(HERE, 0)).code == "where_unknown"


def test_who_is_too_early_hears_that_first_wherever_they_are(near: Surgery) -> None:
    one = near.reserve(TUESDAY)
    assert near.refuses(arrive, reservation_key=one.key, phone=MADRID).code == "too_early"


def test_where_a_phone_was_is_written_nowhere(near: Surgery) -> None:
    one = near.reserve(SLOT)
    canary = Whereabouts(Location(latitude=41.38276543, longitude=2.1769), 17.25)
    near.do(arrive, reservation_key=one.key, phone=canary)
    told = [str(event) for event in near.events()]
    rows = near.store.read_now(every_row)
    assert not [text for text in (*told, *rows) if "41.3827" in text or "17.25" in text]
    assert [text for text in rows if "41.3825" in text], "the branch's own place is there"


def every_row(reader: Reader) -> list[str]:
    tables = schema.metadata.sorted_tables
    return [str(tuple(row)) for table in tables for row in reader.execute(select(table))]

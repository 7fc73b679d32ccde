"""Who booked seats is erased at their word and by time; what was sold stays sold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nowserving.actions.guests.erasing import erase_booking, erase_guest, erase_seat_standby
from nowserving.actions.guests.forgetting import forget_bookings
from nowserving.actions.seats.standing_by import stand_by_for_seats
from nowserving.actions.seats.transferring import transfer_seats
from nowserving.domain.retention import BOOKINGS_KEPT_US
from nowserving.domain.seats.sale import SeatStandbyState
from nowserving.store import schema
from nowserving.store.seats.bookings import booking_by_key
from tests.actions.theatre import DAY, SECOND, STARTS, Theatre

SECRETS = ("Ana", "ana@example.org", "Bo Bold", "bo@example.org", "Cy", "cy@example.org")


def everything(theatre: Theatre) -> str:
    tables = (schema.bookings, schema.stubs, schema.seat_standbys, schema.contacts, schema.tickets)
    return str([theatre.store.read_now(_rows, table) for table in (*tables, schema.events)])


def _rows(reader: Any, table: Any) -> list[Any]:
    return list(reader.execute(select(table)))


def forget(theatre: Theatre) -> int:
    return theatre.store.write_now(forget_bookings, branch_id=theatre.branch_id)


def test_who_booked_and_who_waited_is_forgotten_a_day_after_the_evening(theatre: Theatre) -> None:
    theatre.seats_of_one_row(2)
    booked = theatre.book("A-1", "A-2")
    friend = {"name": "Bo Bold", "email": "bo@example.org"}
    theatre.do(transfer_seats, booking_key=booked.key, guids=["A-1"], **friend)
    waits = {"name": "Cy", "email": "cy@example.org"}
    theatre.do(stand_by_for_seats, performance_id="tuesday", size=1, **waits)
    theatre.clock.now = STARTS + DAY + BOOKINGS_KEPT_US
    assert forget(theatre) == 0
    assert all(secret in everything(theatre) for secret in SECRETS)
    theatre.clock.now += SECOND
    assert forget(theatre) == 3
    assert forget(theatre) == 0
    assert not any(secret in everything(theatre) for secret in SECRETS)
    assert theatre.taken() == {"A-1", "A-2"}
    theatre.audit()


def test_who_booked_is_erased_everywhere_at_their_word(theatre: Theatre) -> None:
    booked = theatre.book("A-1")
    after = theatre.do(erase_booking, booking_key=booked.key)
    assert (after.name, after.email, after.phone, after.state) == (None, None, None, booked.state)
    assert theatre.verbs(1) == ["booking.erased"]
    assert not any(secret in everything(theatre) for secret in SECRETS[:2])
    # The code still lets somebody in.
    (stub,) = theatre.stubs(booked)
    theatre.lets_in(stub)
    assert theatre.stubs(booked)[0].came_at is not None


def test_a_friend_who_got_seats_erases_themselves_alone(theatre: Theatre) -> None:
    booked = theatre.book("A-1", "A-2")
    said = {"name": "Bo Bold", "email": "bo@example.org"}
    friend = theatre.do(transfer_seats, booking_key=booked.key, guids=["A-1"], **said)
    theatre.do(erase_booking, booking_key=friend.key)
    kept = everything(theatre)
    assert ("Bo Bold" in kept, "bo@example.org" in kept, "ana@example.org" in kept) == (False, False, True)


def test_whoever_erases_their_place_in_the_line_erases_what_came_of_it(theatre: Theatre) -> None:
    booked = theatre.book("A-1")
    ticket = next(row for row in theatre.store.read_now(_rows, schema.tickets) if row.id == booked.ticket_id)
    theatre.do(erase_guest, key=ticket.key)
    after = theatre.store.read_now(booking_by_key, booked.key)
    assert after is not None
    assert (after.name, after.email) == (None, None)


def test_whoever_erases_their_place_in_the_waiting_list_gives_it_up(theatre: Theatre) -> None:
    theatre.seats_of_one_row(1)
    theatre.book("A-1")
    waits = {"name": "Cy", "email": "cy@example.org"}
    made = theatre.do(stand_by_for_seats, performance_id="tuesday", size=1, **waits)
    after = theatre.do(erase_seat_standby, seat_standby_key=made.key)
    assert (after.state, after.name, after.email) == (SeatStandbyState.LEFT, None, None)
    assert "cy@example.org" not in everything(theatre)

"""Booking seats: one transaction, once, in time; given back by rule, handed on to a friend."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.seats.booking import book_seats, cancel_booking
from nowserving.actions.seats.holding import hold_seats, release_hold
from nowserving.actions.seats.transferring import transfer_seats
from nowserving.domain.seats.sale import Booking, BookingState, StubState, amount_of
from nowserving.domain.tickets.ticket import State
from nowserving.errors import Conflict, Gone, Invalid, NotFound
from nowserving.store.seats.bookings import booking_by_key
from nowserving.store.seats.seating import sale_of
from tests.actions.theatre import SECOND, STARTS, Theatre

ANA = {"name": "Ana Ruiz", "email": "ana@example.org"}


def now_of(theatre: Theatre, booking: Booking) -> Booking:
    found = theatre.store.read_now(booking_by_key, booking.key)
    assert found is not None
    return found


def test_a_booking_sells_seats_makes_stubs_tells_the_guest_and_ends_the_pass(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1", "A-2"])

    made = theatre.do(book_seats, hold_key=held.key, claims=claims, phone="+34600123456", **ANA)

    assert (made.state, made.name, made.email, made.phone) == (
        BookingState.CONFIRMED,
        "Ana Ruiz",
        "ana@example.org",
        "+34600123456",
    )
    assert (len(made.key), len(made.code)) == (22, 6)
    stubs = theatre.stubs(made)
    assert [(stub.guid, stub.seat, stub.version) for stub in stubs] == [
        ("A-1", "Stalls, A, 1", 1),
        ("A-2", "Stalls, A, 2", 1),
    ]
    assert len({stub.serial for stub in stubs}) == 2
    assert theatre.taken() == {"A-1", "A-2"}
    assert theatre.ticket(claims["key"]).state is State.DONE
    assert theatre.messages() == [("seats_booked", "waiting")]
    assert "booking.made" in theatre.verbs(3)


def test_events_of_bookings_say_nothing_personal(theatre: Theatre) -> None:
    booked = theatre.book("A-1", name="Zelda Quux", email="zelda@example.org")
    theatre.do(transfer_seats, booking_key=booked.key, name="Quentin Zork", email="zork@example.org")
    said = str([event.data for event in theatre.events()])
    assert not [word for word in ("Zelda", "zelda", "Zork", "zork") if word in said]


def test_a_sold_seat_stays_sold_whatever_the_clock_says(theatre: Theatre) -> None:
    theatre.book("A-1")
    theatre.clock.advance(3600)
    theatre.sweep()
    assert theatre.taken() == {"A-1"}


def test_a_late_confirmation_changes_nothing_whether_a_sweep_was_there_or_not(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    theatre.clock.now = held.expires_at - SECOND
    refusal = theatre.refuses(book_seats, hold_key=held.key, claims=claims, **ANA)
    assert (type(refusal), refusal.code) == (Gone, "hold_lapsed")
    theatre.sweep()
    assert theatre.refuses(book_seats, hold_key=held.key, claims=claims, **ANA).code == "hold_lapsed"


def test_the_last_microsecond_of_a_hold_is_in_time(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    theatre.clock.now = held.expires_at - SECOND - 1
    assert theatre.do(book_seats, hold_key=held.key, claims=claims, **ANA).state is BookingState.CONFIRMED


def test_seats_that_others_took_when_a_hold_had_run_out_are_not_sold_to_its_owner(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    theatre.clock.now = held.expires_at
    other = theatre.book("A-1", email="other@example.org")
    assert theatre.refuses(book_seats, hold_key=held.key, claims=claims, **ANA).code == "hold_lapsed"
    assert [stub.guid for stub in theatre.stubs(other)] == ["A-1"]


def test_what_is_booked_is_neither_booked_again_nor_released(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    theatre.do(book_seats, hold_key=held.key, claims=claims, **ANA)
    for verb, more in ((book_seats, ANA), (release_hold, {})):
        assert theatre.refuses(verb, hold_key=held.key, claims=claims, **more).code == "already_booked"


def test_a_pass_is_over_with_the_booking(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    theatre.do(book_seats, hold_key=held.key, claims=claims, **ANA)
    assert isinstance(
        theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, guids=["A-2"]), Gone
    )


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"name": "", "email": None}, ["/name", "/email"]),
        ({"name": "Ana", "email": "no address"}, ["/email"]),
        ({"name": "Ana", "phone": "12"}, ["/phone"]),
        ({"name": 7, "email": "ana@example.org"}, ["/name"]),
        ({"name": "Ana", "email": "ana@example.org", "language": 7}, ["/language"]),
    ],
)
def test_a_form_that_is_wrong_is_refused_at_every_field(
    theatre: Theatre, said: dict[str, Any], wrong: list[str]
) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["A-1"])
    refusal = theatre.refuses(book_seats, hold_key=held.key, claims=claims, **said)
    assert isinstance(refusal, Invalid)
    assert [field.pointer for field in refusal.fields] == wrong


def test_one_person_has_no_more_seats_by_coming_twice(theatre: Theatre) -> None:
    theatre.book("A-1", "A-2", "A-3")
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=["B-1", "B-2"])
    refusal = theatre.refuses(book_seats, hold_key=held.key, claims=claims, **ANA)
    assert (refusal.code, refusal.data["most"]) == ("per_person", 4)
    other = {"name": "Bo", "email": "bo@example.org"}
    assert theatre.do(book_seats, hold_key=held.key, claims=claims, **other).name == "Bo"


def test_a_booking_that_is_given_back_frees_its_seats_and_its_stubs_let_nobody_in(theatre: Theatre) -> None:
    booked = theatre.book("A-1", "A-2")
    gone = theatre.do(cancel_booking, booking_key=booked.key)
    assert (gone.state, gone.cancelled_by, gone.sequence) == (BookingState.CANCELLED, "guest", 1)
    assert theatre.taken() == set()
    assert {stub.state for stub in theatre.stubs(booked)} == {StubState.VOID}
    assert theatre.do(cancel_booking, booking_key=booked.key) == gone
    assert theatre.messages()[-1] == ("seats_cancelled", "waiting")
    theatre.book("A-1")


def test_guests_give_back_until_the_cut_off_and_staff_until_somebody_has_come(theatre: Theatre) -> None:
    booked = theatre.book("A-1")
    theatre.clock.now = STARTS - 3600 * SECOND
    assert theatre.refuses(cancel_booking, booking_key=booked.key).code == "too_late"
    assert theatre.do(cancel_booking, booking_key=booked.key, by_staff=True).cancelled_by == "staff"


def test_a_show_that_takes_nothing_back_says_so(theatre: Theatre) -> None:
    booked = theatre.book("A-1")
    theatre.rule(cancel_until_s=None)
    assert theatre.refuses(cancel_booking, booking_key=booked.key).code == "too_late"


def test_who_has_come_in_can_neither_give_back_nor_hand_on(theatre: Theatre) -> None:
    booked = theatre.book("A-1")
    theatre.lets_in(theatre.stubs(booked)[0])
    friend = {"name": "Bo", "email": "bo@example.org"}
    for verb, more in ((cancel_booking, {}), (transfer_seats, friend)):
        assert theatre.refuses(verb, booking_key=booked.key, **more).code == "already_in"


def test_a_friend_gets_a_booking_of_their_own_and_the_old_code_is_void(theatre: Theatre) -> None:
    booked = theatre.book("A-1", "A-2")
    friend = theatre.do(
        transfer_seats, booking_key=booked.key, name="Bo", email="bo@example.org", guids=["A-2"]
    )
    assert [(stub.guid, stub.version, stub.holder) for stub in theatre.stubs(friend)] == [("A-2", 2, "Bo")]
    assert [stub.guid for stub in theatre.stubs(booked)] == ["A-1"]
    assert now_of(theatre, booked).state is BookingState.CONFIRMED
    theatre.do(cancel_booking, booking_key=friend.key)
    assert theatre.taken() == {"A-1"}


def test_who_hands_everything_on_has_no_booking_any_more(theatre: Theatre) -> None:
    booked = theatre.book("A-1", "A-2")
    friend = theatre.do(transfer_seats, booking_key=booked.key, name="Bo", phone="+34600123456")
    before = now_of(theatre, booked)
    assert (before.state, before.cancelled_by) == (BookingState.CANCELLED, "transfer")
    assert len(theatre.stubs(friend)) == 2
    assert theatre.taken() == {"A-1", "A-2"}
    refusal = theatre.refuses(transfer_seats, booking_key=booked.key, name="Cy", email="cy@example.org")
    assert (type(refusal), refusal.code) == (Conflict, "cancelled")


@pytest.mark.parametrize(
    ("guids", "pointer"),
    [
        ([], "/guids"),
        (["B-1"], "/guids/0"),
        (["A-1", "A-1"], "/guids/1"),
        ([7], "/guids/0"),
        ("A-1", "/guids"),
    ],
)
def test_only_seats_of_the_booking_are_handed_on(theatre: Theatre, guids: Any, pointer: str) -> None:
    booked = theatre.book("A-1", "A-2")
    friend = {"name": "Bo", "email": "bo@example.org"}
    refusal = theatre.refuses(transfer_seats, booking_key=booked.key, guids=guids, **friend)
    assert isinstance(refusal, Invalid)
    assert refusal.fields[0].pointer == pointer


def test_a_key_of_nobody_opens_nothing(theatre: Theatre) -> None:
    assert isinstance(theatre.refuses(cancel_booking, booking_key="no-such-key"), NotFound)


def test_what_seats_cost_is_known_where_every_price_is_an_amount(theatre: Theatre) -> None:
    sale = theatre.store.read_now(sale_of, "tuesday")
    assert sale is not None
    assert amount_of(sale, ["Seats", "Seats"]) == (2400, "EUR")
    assert amount_of(sale, ["Seats", "Box"]) == (None, None)
    assert amount_of(sale, []) == (None, None)

"""Money stands in the booking until it is where it belongs: taken, given back, or handed on with seats."""

from __future__ import annotations

from typing import Any

from nowserving.actions.seats.booking import book_seats, cancel_booking
from nowserving.actions.seats.paying import call_off_bookings, settle_payment, try_payment_later
from nowserving.actions.seats.transferring import transfer_seats
from nowserving.domain.seats.payment import next_try_at, parted, to_give_back
from nowserving.domain.seats.sale import Booking, BookingState
from nowserving.errors import NotFound
from nowserving.store import schema
from nowserving.store.seats.bookings import booking_by_key, bookings_to_pay, branches_in_vain
from tests.actions.theatre import DAY, SECOND, Theatre

BO = {"name": "Bo", "email": "bo@example.org"}
PROMISED: dict[str, Any] = {
    "by": "recording",
    "reference": "hold-1",
    "amount_minor": 2400,
    "currency": "EUR",
    "prices": {"Seats": 1200},
    "state": "authorised",
}


def paid(theatre: Theatre, *guids: str) -> Booking:
    claims = theatre.comes_in()
    held = theatre.hold(claims, guids=list(guids))
    return theatre.do(
        book_seats, hold_key=held.key, claims=claims, name="Ana", email="ana@example.org", payment=PROMISED
    )


def now_of(theatre: Theatre, booking: Booking) -> Booking:
    found = theatre.store.read_now(booking_by_key, booking.key)
    assert found is not None
    return found


def due(theatre: Theatre) -> list[str]:
    found = theatre.store.read_now(bookings_to_pay, theatre.clock.now, 10)
    return [f"{one.payment['state']} {one.payment['amount_minor']}" for one in found]


def test_what_is_promised_is_due_until_it_is_taken(theatre: Theatre) -> None:
    booked = paid(theatre, "A-1", "A-2")
    assert due(theatre) == ["authorised 2400"]
    after = theatre.do(settle_payment, booking_key=booked.key, due="authorised")
    assert after.payment == {**PROMISED, "state": "captured"}
    assert due(theatre) == []
    assert theatre.verbs(1) == ["booking.paid"]


def test_who_pays_at_the_door_owes_no_provider_anything(theatre: Theatre) -> None:
    booked = theatre.book("A-1")
    assert due(theatre) == []
    theatre.do(cancel_booking, booking_key=booked.key)
    assert (due(theatre), now_of(theatre, booked).payment["state"]) == ([], "open")


def test_a_provider_that_does_not_answer_is_asked_again_after_longer_and_longer(theatre: Theatre) -> None:
    booked = paid(theatre, "A-1")
    for pause_s in (5, 10, 20):
        later = theatre.do(try_payment_later, booking_key=booked.key, due="authorised")
        assert later.pay_at == theatre.clock.now + pause_s * SECOND
        assert due(theatre) == []
        theatre.clock.advance(pause_s)
        assert due(theatre) == ["authorised 2400"]
    assert next_try_at(0, 30) == 3600 * SECOND


def test_what_was_refused_for_good_is_noted_and_the_seats_stay_sold(theatre: Theatre) -> None:
    booked = paid(theatre, "A-1")
    after = theatre.do(settle_payment, booking_key=booked.key, due="authorised", refused=True)
    assert (after.payment["state"], after.state, due(theatre)) == ("failed", BookingState.CONFIRMED, [])
    assert to_give_back(after.payment) is after.payment


def test_a_booking_that_is_given_back_gets_its_money_back_once(theatre: Theatre) -> None:
    booked = paid(theatre, "A-1", "A-2")
    theatre.do(settle_payment, booking_key=booked.key, due="authorised")
    theatre.do(cancel_booking, booking_key=booked.key)
    assert due(theatre) == ["giving_back 2400"]
    theatre.do(settle_payment, booking_key=booked.key, due="giving_back")
    theatre.do(cancel_booking, booking_key=booked.key)
    assert (due(theatre), now_of(theatre, booked).payment["state"]) == ([], "given_back")


def test_a_booking_that_is_given_back_while_the_money_is_taken_still_gets_it_back(theatre: Theatre) -> None:
    booked = paid(theatre, "A-1")
    theatre.do(cancel_booking, booking_key=booked.key)
    # The answer to what was asked before comes now: what is due by now stays due.
    for verb in (settle_payment, try_payment_later):
        theatre.do(verb, booking_key=booked.key, due="authorised")
        assert due(theatre) == ["giving_back 2400"]


def test_money_goes_with_the_seats_that_are_handed_on(theatre: Theatre) -> None:
    booked = paid(theatre, "A-1", "A-2")
    theatre.do(settle_payment, booking_key=booked.key, due="authorised")
    friend = theatre.do(transfer_seats, booking_key=booked.key, guids=["A-1"], **BO)
    assert (friend.payment["amount_minor"], now_of(theatre, booked).payment["amount_minor"]) == (1200, 1200)
    theatre.do(cancel_booking, booking_key=booked.key)
    theatre.do(cancel_booking, booking_key=friend.key)
    assert due(theatre) == ["giving_back 1200"] * 2
    theatre.audit()


def test_who_hands_on_everything_hands_on_what_is_still_due(theatre: Theatre) -> None:
    booked = paid(theatre, "A-1", "A-2")
    theatre.do(transfer_seats, booking_key=booked.key, **BO)
    assert due(theatre) == ["authorised 2400"]
    at_door = {"by": "at_door", "state": "open"}
    assert parted(at_door, ["Seats"]) == (at_door, at_door)


def test_the_bookings_of_a_show_that_is_cancelled_end_with_it_and_everybody_is_told(theatre: Theatre) -> None:
    money, at_door = paid(theatre, "A-1"), theatre.book("A-2", email="cy@example.org")
    given_back = theatre.book("A-3", email="di@example.org")
    theatre.do(cancel_booking, booking_key=given_back.key)
    assert theatre.do(call_off_bookings, branch_id=theatre.branch_id) == 0
    assert theatre.store.read_now(branches_in_vain) == []

    theatre.build.change(schema.shows, "show", state="cancelled")

    assert theatre.store.read_now(branches_in_vain) == [theatre.branch_id]
    assert theatre.do(call_off_bookings, actor="rule", branch_id=theatre.branch_id) == 2
    assert theatre.do(call_off_bookings, branch_id=theatre.branch_id) == 0
    ended = [now_of(theatre, one) for one in (money, at_door, given_back)]
    assert [(one.state, one.cancelled_by) for one in ended] == [
        (BookingState.CANCELLED, "rule"),
        (BookingState.CANCELLED, "rule"),
        (BookingState.CANCELLED, "guest"),
    ]
    assert due(theatre) == ["giving_back 2400"]
    assert [kind for kind, _ in theatre.messages()].count("seats_cancelled") == 3
    assert theatre.taken() == set()
    theatre.audit()


def test_a_key_of_nobody_settles_nothing(theatre: Theatre) -> None:
    for verb in (settle_payment, try_payment_later):
        assert isinstance(theatre.refuses(verb, booking_key="no-such-key", due="authorised"), NotFound)


def test_what_was_paid_is_parted_by_the_prices_of_that_day(theatre: Theatre) -> None:
    booked = paid(theatre, "A-1", "A-2")
    dearer = '{"Seats": {"amount_minor": 9900, "currency": "EUR"}}'
    theatre.build.change(schema.performances, "tuesday", prices=dearer)
    theatre.clock.advance(DAY / SECOND / 24)
    friend = theatre.do(transfer_seats, booking_key=booked.key, guids=["A-2"], **BO)
    assert friend.payment["amount_minor"] == 1200

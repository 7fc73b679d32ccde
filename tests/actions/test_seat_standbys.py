"""The waiting list of a sold-out house: freed seats are offered in order, expire, are declined, pass on."""

from __future__ import annotations

import pytest

from nowserving.actions.seats.booking import cancel_booking, take_seat_offer
from nowserving.actions.seats.offering import MOST_OFFERS, OFFER_S
from nowserving.actions.seats.standing_by import (
    decline_seat_offer,
    end_vain_standbys,
    leave_seat_standby,
    stand_by_for_seats,
)
from nowserving.domain.seats.sale import Booking, SeatStandby
from nowserving.domain.seats.sale import SeatStandbyState as S
from nowserving.errors import AppError, Invalid, NotFound
from nowserving.store import schema
from nowserving.store.seats.holds import offer_of
from nowserving.store.seats.seat_standbys import (
    ahead_in_list,
    branches_waiting_in_vain,
    seat_standby_by_key,
)
from tests.actions.theatre import SECOND, STARTS, Theatre


@pytest.fixture
def sold(theatre: Theatre) -> list[Booking]:
    """Sell the whole house, row by row in halves."""
    return [
        theatre.book(*(f"{row}-{n}" for n in half), email=f"{row}{half[0]}@example.org")
        for row in "ABC"
        for half in ((1, 2, 3), (4, 5, 6))
    ]


def stand_by(theatre: Theatre, name: str, size: int = 2) -> SeatStandby:
    more = {"name": name, "email": f"{name}@example.org"}
    return theatre.do(stand_by_for_seats, performance_id="tuesday", size=size, **more)


def now_of(theatre: Theatre, standby: SeatStandby) -> SeatStandby:
    found = theatre.store.read_now(seat_standby_by_key, standby.key)
    assert found is not None
    return found


def state(theatre: Theatre, *standbys: SeatStandby) -> list[S]:
    return [now_of(theatre, one).state for one in standbys]


@pytest.mark.usefixtures("sold")
def test_who_waits_knows_how_many_are_before(theatre: Theatre) -> None:
    first, second = stand_by(theatre, "ana"), stand_by(theatre, "bo")
    assert [theatre.store.read_now(ahead_in_list, one) for one in (first, second)] == [0, 1]
    assert theatre.messages()[-1] == ("seats_standby", "waiting")


def test_nobody_waits_for_what_can_be_had(theatre: Theatre) -> None:
    said = {"performance_id": "tuesday", "name": "Ana", "email": "ana@example.org"}
    assert theatre.refuses(stand_by_for_seats, size=2, **said).code == "room_left"


@pytest.mark.usefixtures("sold")
def test_a_wish_that_makes_no_sense_is_refused_at_its_field(theatre: Theatre) -> None:
    said = {"performance_id": "tuesday", "name": "Ana", "email": "ana@example.org"}
    for more, pointer in (({"size": 5}, "/size"), ({"size": 1, "category": "Box"}, "/category")):
        refusal = theatre.refuses(stand_by_for_seats, **said, **more)
        assert isinstance(refusal, Invalid)
        assert refusal.fields[0].pointer == pointer
    theatre.clock.now = STARTS
    assert theatre.refuses(stand_by_for_seats, size=1, **said).code == "sale_over"


def test_seats_that_are_given_back_are_kept_for_the_first_who_waits(
    theatre: Theatre, sold: list[Booking]
) -> None:
    first, second = stand_by(theatre, "ana"), stand_by(theatre, "bo")
    theatre.do(cancel_booking, booking_key=sold[0].key)

    assert state(theatre, first, second) == [S.OFFERED, S.WAITING]
    assert len(theatre.taken()) == 17
    booked = theatre.do(take_seat_offer, seat_standby_key=first.key)
    assert (booked.name, booked.email) == ("ana", "ana@example.org")
    assert len(theatre.stubs(booked)) == 2
    assert state(theatre, first) == [S.BOOKED]
    assert ("seats_offered", "waiting") in theatre.messages()


def test_everybody_for_whom_there_is_room_is_offered_at_once(theatre: Theatre, sold: list[Booking]) -> None:
    large, first, second = stand_by(theatre, "ana", 4), stand_by(theatre, "bo", 1), stand_by(theatre, "cy")
    theatre.do(cancel_booking, booking_key=sold[0].key)
    assert state(theatre, large, first, second) == [S.WAITING, S.OFFERED, S.OFFERED]


def test_an_offer_that_runs_out_passes_on_and_whoever_had_it_waits_behind(
    theatre: Theatre, sold: list[Booking]
) -> None:
    first, second = stand_by(theatre, "ana", 3), stand_by(theatre, "bo", 3)
    theatre.do(cancel_booking, booking_key=sold[0].key)
    theatre.clock.advance(OFFER_S)

    assert theatre.refuses(take_seat_offer, seat_standby_key=first.key).code == "hold_lapsed"
    assert theatre.sweep() == 1

    assert state(theatre, first, second) == [S.WAITING, S.OFFERED]
    theatre.do(cancel_booking, booking_key=sold[1].key)
    assert state(theatre, first) == [S.OFFERED]


def test_an_offer_that_is_declined_passes_on_at_once_and_is_not_made_again(
    theatre: Theatre, sold: list[Booking]
) -> None:
    first, second = stand_by(theatre, "ana", 3), stand_by(theatre, "bo", 3)
    theatre.do(cancel_booking, booking_key=sold[0].key)
    theatre.do(decline_seat_offer, seat_standby_key=first.key)
    assert state(theatre, first, second) == [S.WAITING, S.OFFERED]
    theatre.do(decline_seat_offer, seat_standby_key=second.key)
    assert state(theatre, first, second) == [S.OFFERED, S.WAITING]


def test_who_lets_every_offer_go_waits_no_more(theatre: Theatre, sold: list[Booking]) -> None:
    only = stand_by(theatre, "ana", 1)
    for booking in sold[:MOST_OFFERS]:
        theatre.do(cancel_booking, booking_key=booking.key)
        if now_of(theatre, only).state is S.OFFERED:
            theatre.do(decline_seat_offer, seat_standby_key=only.key)
    assert state(theatre, only) == [S.OVER]
    assert "seat_standby.over" in theatre.verbs(4)


def test_who_leaves_gives_up_what_was_kept_for_the_next(theatre: Theatre, sold: list[Booking]) -> None:
    first, second = stand_by(theatre, "ana", 3), stand_by(theatre, "bo", 3)
    theatre.do(cancel_booking, booking_key=sold[0].key)
    gone = theatre.do(leave_seat_standby, seat_standby_key=first.key)
    assert gone.state is S.LEFT
    assert state(theatre, second) == [S.OFFERED]
    assert theatre.do(leave_seat_standby, seat_standby_key=first.key) == gone
    theatre.do(leave_seat_standby, seat_standby_key=second.key)


@pytest.mark.usefixtures("sold")
def test_nothing_is_taken_or_declined_that_was_not_offered(theatre: Theatre) -> None:
    first = stand_by(theatre, "ana")
    refusals: list[AppError] = []
    for verb in (take_seat_offer, decline_seat_offer):
        refusals.append(theatre.refuses(verb, seat_standby_key=first.key))
        assert isinstance(theatre.refuses(verb, seat_standby_key="no-such-key"), NotFound)
    assert {one.code for one in refusals} == {"no_offer"}
    assert theatre.store.read_now(offer_of, first.id) is None


def test_a_show_that_is_closed_offers_nothing(theatre: Theatre, sold: list[Booking]) -> None:
    first = stand_by(theatre, "ana")
    theatre.build.change(schema.shows, "show", state="closed")
    theatre.do(cancel_booking, booking_key=sold[0].key, by_staff=True)
    assert state(theatre, first) == [S.WAITING]


def test_an_offer_never_lasts_beyond_the_beginning(theatre: Theatre, sold: list[Booking]) -> None:
    first = stand_by(theatre, "ana")
    theatre.clock.now = STARTS - 600 * SECOND
    theatre.do(cancel_booking, booking_key=sold[0].key, by_staff=True)
    offer = theatre.store.read_now(offer_of, first.id)
    assert offer is not None
    assert offer.expires_at == STARTS


def test_nobody_waits_for_an_evening_that_is_cancelled_or_has_begun(
    theatre: Theatre, sold: list[Booking]
) -> None:
    assert sold
    first = stand_by(theatre, "Bo")
    asked = {"branch_id": theatre.branch_id}
    assert theatre.store.read_now(branches_waiting_in_vain, theatre.clock.now) == []
    assert theatre.do(end_vain_standbys, **asked) == 0
    theatre.build.change(schema.shows, "show", state="cancelled")
    assert theatre.store.read_now(branches_waiting_in_vain, theatre.clock.now) == [theatre.branch_id]
    assert (theatre.do(end_vain_standbys, **asked), state(theatre, first)) == (1, [S.OVER])
    theatre.build.change(schema.shows, "show", state="open")
    second = stand_by(theatre, "Cy")
    theatre.clock.now = STARTS
    assert (theatre.do(end_vain_standbys, **asked), state(theatre, second)) == (1, [S.OVER])


def test_an_offer_of_a_show_that_was_called_off_is_not_taken(theatre: Theatre, sold: list[Booking]) -> None:
    waits = stand_by(theatre, "Bo")
    theatre.do(cancel_booking, booking_key=sold[0].key)
    theatre.build.change(schema.shows, "show", state="cancelled")
    refusal = theatre.refuses(take_seat_offer, seat_standby_key=waits.key)
    assert refusal.code == "sale_over"

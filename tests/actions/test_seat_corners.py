"""Corners of seats: keys of other houses, what may never happen, and the letters about seats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.messages.claiming import Claim, claim_messages
from nowserving.actions.seats.booking import book_seats, cancel_booking, find_booking, offered_to
from nowserving.actions.seats.freeing import release_of
from nowserving.actions.seats.holding import find_hold, hold_seats
from nowserving.actions.seats.mapping import create_seat_map, selling, set_seat_map
from nowserving.actions.seats.standing_by import find_seat_standby, leave_seat_standby, stand_by_for_seats
from nowserving.actions.seats.transferring import transfer_seats
from nowserving.background.promise_words import PromiseWords
from nowserving.background.wording import Wording
from nowserving.domain.messages.channels import Channel
from nowserving.domain.seats.plan import read_plan
from nowserving.domain.seats.sale import Booking, SeatStandbyState
from nowserving.errors import Gone, NotFound
from nowserving.outside.stub_keys import qr_png, stub_key
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages import contacts
from nowserving.store.seats import seating
from tests.actions.theatre import Theatre
from tests.domain.seats.plans import house

_IDS, _OF_BOOKING = schema.messages.c.id, schema.messages.c.booking_id
ROOM = {"email": 9, "sms": 9, "staff": 9}


@action(scope="branch_id")
def ask(tx: Tx, *, branch_id: str, find: Callable[[Tx, Any], Any], of: Any) -> Any:
    """Ask for something inside the lock of a branch."""
    assert branch_id
    return find(tx, of)


@pytest.mark.parametrize("find", [find_booking, find_hold, find_seat_standby, offered_to, selling])
def test_what_stands_in_another_branch_is_not_there(theatre: Theatre, find: Any) -> None:
    library = theatre.build.branch("Library")
    with pytest.raises(NotFound):
        theatre.do(ask, branch_id=library, find=find, of="tuesday")


def test_a_map_of_another_branch_is_no_map_of_this_house(theatre: Theatre) -> None:
    library = theatre.build.branch("Library")
    made = theatre.do(create_seat_map, branch_id=library, name="Hall", plan=read_plan(house(1, 2)))
    with pytest.raises(NotFound):
        theatre.do(set_seat_map, performance_id="tuesday", seat_map_id=made.id)


def test_a_seat_that_is_not_to_be_had_after_all_spoils_the_whole_hold(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = theatre.comes_in()
    monkeypatch.setattr(seating, "take", lambda *_: 0)
    with pytest.raises(RuntimeError):
        theatre.do(hold_seats, performance_id="tuesday", claims=claims, many=1)
    assert theatre.taken() == set()


def test_a_hold_that_has_lost_its_seats_is_not_booked(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = theatre.comes_in()
    held = theatre.hold(claims, many=1)
    monkeypatch.setattr(seating, "sell", lambda *_: [])
    with pytest.raises(Gone):
        theatre.do(book_seats, hold_key=held.key, claims=claims, name="Ana", email="ana@example.org")


def test_whoever_is_inside_without_an_end_has_no_pass(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    ticket = theatre.ticket(claims["key"])
    theatre.build.change(schema.tickets, ticket.id, deadline_at=None)
    refusal = theatre.refuses(hold_seats, performance_id="tuesday", claims=claims, many=1)
    assert refusal.code == "pass_lapsed"
    theatre.build.change(schema.tickets, ticket.id, deadline_at=ticket.deadline_at)


def test_what_was_held_under_a_pass_that_ends_is_released(theatre: Theatre) -> None:
    claims = theatre.comes_in()
    theatre.hold(claims, many=2)
    ticket = theatre.ticket(claims["key"])
    assert theatre.do(ask, branch_id=theatre.branch_id, find=release_of, of=ticket.id) == 2
    assert theatre.taken() == set()


def test_who_waits_without_an_offer_leaves_and_that_is_all(theatre: Theatre) -> None:
    theatre.seats_of_one_row(1)
    theatre.book("A-1")
    said = {"name": "Bo", "email": "bo@example.org"}
    one = theatre.do(stand_by_for_seats, performance_id="tuesday", size=1, **said)
    left = theatre.do(leave_seat_standby, seat_standby_key=one.key)
    assert left.state is SeatStandbyState.LEFT


def claims(theatre: Theatre, room: dict[str, int] | None = None) -> list[Claim]:
    """Claim all that is due to be told."""
    given: dict[str, Any] = {"room": room or ROOM, "lease_s": 60}
    found, _ = theatre.do(claim_messages, branch_id=theatre.branch_id, **given)
    return list(found)


def change(theatre: Theatre, booking: Booking, **values: Any) -> None:
    theatre.build.change(schema.bookings, booking.id, **values)


def test_a_letter_about_a_booking_has_every_seat_that_lets_somebody_in(theatre: Theatre) -> None:
    booking = theatre.book("A-1", "A-2")
    (letter,) = claims(theatre)
    assert (letter.channel, letter.to, letter.code) == (Channel.EMAIL, "ana@example.org", booking.code)
    assert letter.promise is not None
    assert letter.promise.service == "The Tempest"
    assert [seat for seat, _ in letter.promise.stubs] == [stub.seat for stub in theatre.stubs(booking)]
    assert claims(theatre) == []


def test_a_booking_that_was_given_back_is_told_as_that_alone(theatre: Theatre) -> None:
    booking = theatre.book("A-1")
    theatre.do(cancel_booking, booking_key=booking.key, by_staff=True)
    (letter,) = claims(theatre)
    assert letter.message.kind.value == "seats_cancelled"
    assert letter.promise is not None
    assert (letter.promise.ended, letter.promise.stubs) == (True, ())
    assert ("seats_booked", "skipped") in theatre.messages()


def test_nobody_is_told_who_left_no_address_or_whose_booking_is_gone(theatre: Theatre) -> None:
    change(theatre, theatre.book("A-1"), email=None, phone=None)
    assert claims(theatre) == []
    booking = theatre.book("A-2")
    assert [one.code for one in claims(theatre)] == [booking.code]
    change(theatre, booking, email=None, phone=None)
    theatre.do(cancel_booking, booking_key=booking.key, by_staff=True)
    assert [kind for kind, _ in theatre.messages()].count("seats_cancelled") == 0


def test_what_a_letter_was_about_may_be_gone(theatre: Theatre) -> None:
    theatre.seats_of_one_row(1)
    theatre.book("A-1")
    said = {"name": "Bo", "email": "bo@example.org"}
    theatre.do(stand_by_for_seats, performance_id="tuesday", size=1, **said)
    rows = theatre.store.read_now(
        lambda reader: [(row[0], row[1]) for row in map(tuple, reader.execute(select(_IDS, _OF_BOOKING)))]
    )
    for key, booking_id in rows:
        gone = {"booking_id": 999} if booking_id is not None else {"seat_standby_id": 999}
        theatre.build.change(schema.messages, key, **gone)
    assert claims(theatre) == []
    assert {state for _, state in theatre.messages()} == {"skipped"}


def test_who_has_said_stop_is_not_written_to(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    theatre.book("A-1")
    monkeypatch.setattr(contacts, "was_stopped", lambda *_: True)
    assert claims(theatre) == []
    assert theatre.messages() == [("seats_booked", "skipped")]


def test_without_room_on_the_road_a_letter_waits(theatre: Theatre) -> None:
    theatre.book("A-1")
    assert claims(theatre, {"email": 0, "sms": 9, "staff": 9}) == []
    assert theatre.messages() == [("seats_booked", "waiting")]


def test_the_waiting_list_is_told_of_itself_and_of_an_offer_that_stands(theatre: Theatre) -> None:
    theatre.seats_of_one_row(1)
    booking = theatre.book("A-1")
    said = {"name": "Bo", "email": "bo@example.org"}
    theatre.do(stand_by_for_seats, performance_id="tuesday", size=1, **said)
    kinds = [one.message.kind.value for one in claims(theatre)]
    assert kinds == ["seats_booked", "seats_standby"]
    theatre.do(cancel_booking, booking_key=booking.key, by_staff=True)
    told = {one.message.kind.value: one for one in claims(theatre)}
    offered = told["seats_offered"].promise
    assert offered is not None
    assert offered.until_at is not None


def test_letters_lead_to_the_booking_and_to_the_place_in_the_list(theatre: Theatre) -> None:
    theatre.seats_of_one_row(1)
    booking = theatre.book("A-1")
    said = {"name": "Bo", "email": "bo@example.org"}
    waits = theatre.do(stand_by_for_seats, performance_id="tuesday", size=1, **said)
    base = "https://show.example.org"
    words = Wording(lambda _language, text: text, base, promises=PromiseWords())
    first, second = (words.letter(claim) for claim in claims(theatre))
    assert f"{base}/booked/{booking.key}" in first.text
    assert first.method == "REQUEST"
    assert f"{base}/seat-standby/{waits.key}" in second.text


def test_a_letter_has_the_code_of_every_seat_and_the_name_beside_it(theatre: Theatre) -> None:
    key = stub_key(b"a secret of the house, long enough")
    promises = PromiseWords(
        code_of=lambda stub: key.code_of(stub.performance_id, stub.serial, stub.version), draw=str.encode
    )
    words = Wording(lambda _language, text: text, "https://show.example.org", promises=promises)
    booking = theatre.book("A-1", "A-2")
    (letter,) = (words.letter(claim) for claim in claims(theatre))
    assert [one.of for one in letter.pictures] == ["Stalls, A, 1", "Stalls, A, 2"]
    assert letter.text.split("\n")[1:3] == ["Stalls, A, 1", "Stalls, A, 2"]
    read = [key.read(one.png.decode()) for one in letter.pictures]
    assert [one.serial for one in read if one] == [stub.serial for stub in theatre.stubs(booking)]
    assert qr_png("code").startswith(b"\x89PNG")


def test_a_text_message_names_no_seats_and_has_no_pictures(theatre: Theatre) -> None:
    change(theatre, theatre.book("A-1"), email=None, phone="+34600123456")
    words = Wording(lambda _language, text: text, "https://show.example.org", promises=PromiseWords())
    (letter,) = (words.letter(claim) for claim in claims(theatre))
    assert letter.channel == Channel.SMS
    assert (letter.pictures, "Stalls" in letter.text) == ((), False)


def test_who_hands_seats_on_is_told_so_and_the_evening_leaves_the_calendar_with_the_last(
    theatre: Theatre,
) -> None:
    booking = theatre.book("A-1", "A-2")
    claims(theatre)
    words = Wording(lambda _language, text: text, "https://show.example.org", promises=PromiseWords())

    def told() -> dict[str, str]:
        made = [(claim.message.kind.value, words.letter(claim)) for claim in claims(theatre)]
        return {f"{kind} {letter.to}": letter.method for kind, letter in made}

    theatre.do(transfer_seats, booking_key=booking.key, guids=["A-1"], name="Bo", email="bo@example.org")
    assert told() == {"seats_booked bo@example.org": "REQUEST", "seats_handed_on ana@example.org": ""}
    theatre.do(transfer_seats, booking_key=booking.key, name="Cy", email="cy@example.org")
    assert told() == {"seats_booked cy@example.org": "REQUEST", "seats_handed_on ana@example.org": "CANCEL"}


def test_who_left_no_address_hands_seats_on_all_the_same(theatre: Theatre) -> None:
    booking = theatre.book("A-1")
    change(theatre, booking, email=None, phone=None)
    claims(theatre)
    theatre.do(transfer_seats, booking_key=booking.key, name="Bo", email="bo@example.org")
    assert [claim.message.kind.value for claim in claims(theatre)] == ["seats_booked"]

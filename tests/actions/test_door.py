"""The door lets each stub in once, and says in words why not."""

from __future__ import annotations

import pytest

from nowserving.actions.seats.admitting import Looked, Scan, look_at_stubs
from nowserving.actions.seats.booking import cancel_booking
from nowserving.actions.seats.transferring import transfer_seats
from nowserving.domain.seats.sale import Stub
from nowserving.domain.seats.stub import DoorAnswer, StubText
from tests.actions.theatre import SECOND, Theatre


def text_of(stub: Stub) -> StubText:
    return StubText(stub.performance_id, stub.serial, stub.version)


def look(theatre: Theatre, *scans: Scan, performance_id: str = "tuesday") -> list[Looked]:
    return theatre.do(look_at_stubs, "device:door", performance_id=performance_id, scans=scans)


@pytest.fixture
def stub(theatre: Theatre) -> Stub:
    return theatre.stubs(theatre.book("A-1"))[0]


def test_a_stub_lets_one_in_and_the_second_hears_since_when(theatre: Theatre, stub: Stub) -> None:
    (first,) = look(theatre, Scan(text_of(stub)))
    (second,) = look(theatre, Scan(text_of(stub)))
    assert (first.answer, second.answer) == (DoorAnswer.YES, DoorAnswer.ALREADY_IN)
    assert first.stub is not None
    assert (first.stub.seat, first.stub.came_by) == ("Stalls, A, 1", "device:door")
    assert second.stub is not None
    assert second.stub.came_at == first.stub.came_at
    assert theatre.verbs(1) == ["stub.came"]


def test_what_was_handed_on_or_given_back_is_void(theatre: Theatre, stub: Stub) -> None:
    other = theatre.book("B-1", email="b@example.org")
    theirs = theatre.stubs(other)[0]
    friend = theatre.do(transfer_seats, booking_key=other.key, name="Bo", email="bo@example.org")
    assert look(theatre, Scan(text_of(theirs)))[0].answer is DoorAnswer.VOID
    new = theatre.stubs(friend)[0]
    theatre.do(cancel_booking, booking_key=friend.key)
    assert look(theatre, Scan(text_of(new)))[0].answer is DoorAnswer.VOID
    assert look(theatre, Scan(text_of(stub)))[0].answer is DoorAnswer.YES


def test_another_performance_another_serial_and_no_signature_of_ours(theatre: Theatre, stub: Stub) -> None:
    answers = look(
        theatre,
        Scan(StubText("wednesday", stub.serial, 1)),
        Scan(StubText("tuesday", "no-such-serial", 1)),
        Scan(None),
    )
    assert [one.answer for one in answers] == [
        DoorAnswer.WRONG_PERFORMANCE,
        DoorAnswer.UNKNOWN,
        DoorAnswer.UNKNOWN,
    ]
    assert look(theatre, Scan(text_of(stub)))[0].answer is DoorAnswer.YES


def test_a_stub_of_another_performance_is_not_let_in_under_this_ones_name(
    theatre: Theatre, stub: Stub
) -> None:
    wednesday = theatre.another_evening()
    answers = look(theatre, Scan(StubText(wednesday, stub.serial, 1)), performance_id=wednesday)
    assert [one.answer for one in answers] == [DoorAnswer.UNKNOWN]


def test_what_was_scanned_without_a_network_is_merged_once_per_stub(theatre: Theatre, stub: Stub) -> None:
    at = theatre.clock.now - 60 * SECOND
    answers = look(theatre, Scan(text_of(stub), at), Scan(text_of(stub), at - SECOND))
    assert [one.answer for one in answers] == [DoorAnswer.YES, DoorAnswer.ALREADY_IN]
    assert answers[0].stub is not None
    assert answers[0].stub.came_at == at
    again = look(theatre, Scan(text_of(stub), at))
    assert again[0].answer is DoorAnswer.ALREADY_IN


def test_a_door_whose_clock_runs_ahead_is_not_believed(theatre: Theatre, stub: Stub) -> None:
    (looked,) = look(theatre, Scan(text_of(stub), theatre.clock.now + 3600 * SECOND))
    assert looked.stub is not None
    assert looked.stub.came_at is not None
    assert looked.stub.came_at <= theatre.clock.now

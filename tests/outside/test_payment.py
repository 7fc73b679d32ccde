"""Nobody pays for seats they did not get, and nobody gets seats whose payment was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from nowserving.errors import Busy, Conflict, Gone
from nowserving.outside import payment
from nowserving.outside.payment import Charge, PayAtDoor, Payments, RecordingPayment, book_paid

pytestmark = pytest.mark.anyio
CHARGE = Charge(reference="hold-1", amount_minor=2400, currency="EUR", prices={"Seats": 1200})


async def booked(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return said


async def too_late(_said: Mapping[str, Any]) -> None:
    raise Gone("hold_lapsed", "The time to book these seats has run out. Please choose again.")


async def nobody_knows(_said: Mapping[str, Any]) -> None:
    raise Busy("database_away", "The database can't be reached.")


async def not_sold() -> bool:
    return False


async def sold_already() -> bool:
    return True


async def test_money_is_promised_before_the_booking_and_taken_by_it_only() -> None:
    payments = RecordingPayment()
    said = await book_paid(payments, CHARGE, booked, not_sold)
    assert payments.charges == {"hold-1": "authorised"}
    assert said == {
        "by": "recording",
        "reference": "hold-1",
        "amount_minor": 2400,
        "currency": "EUR",
        "prices": {"Seats": 1200},
        "state": "authorised",
    }


async def test_a_booking_that_is_refused_gives_the_promise_back() -> None:
    payments = RecordingPayment()
    with pytest.raises(Gone):
        await book_paid(payments, CHARGE, too_late, not_sold)
    assert payments.charges == {"hold-1": "void"}
    # Pressed again in time it is promised again.
    await book_paid(payments, CHARGE, booked, not_sold)
    assert payments.charges == {"hold-1": "authorised"}


async def test_the_second_of_two_presses_gives_nothing_back_of_what_the_first_has_bought() -> None:
    payments = RecordingPayment()
    await book_paid(payments, CHARGE, booked, not_sold)
    with pytest.raises(Gone):
        await book_paid(payments, CHARGE, too_late, sold_already)
    assert payments.charges == {"hold-1": "authorised"}


async def test_while_nobody_knows_whether_it_is_booked_the_promise_stays() -> None:
    payments = RecordingPayment()
    with pytest.raises(Busy):
        await book_paid(payments, CHARGE, nobody_knows, not_sold)
    assert payments.charges == {"hold-1": "authorised"}


async def test_a_payment_that_is_refused_books_nothing() -> None:
    asked: list[object] = []

    async def book(said: Mapping[str, Any]) -> None:
        asked.append(said)

    for payments, charge in (
        (RecordingPayment(refuses=True), CHARGE),
        (RecordingPayment(), Charge(reference="hold-2", amount_minor=None, currency=None)),
    ):
        with pytest.raises(Conflict):
            await book_paid(payments, charge, book, not_sold)
    assert asked == []


async def test_a_provider_that_can_not_be_reached_books_nothing_and_says_so() -> None:
    asked: list[object] = []

    async def book(said: Mapping[str, Any]) -> None:
        asked.append(said)

    with pytest.raises(Busy) as refusal:
        await book_paid(RecordingPayment(down=True), CHARGE, book, not_sold)
    assert (refusal.value.code, refusal.value.retry_after_s, asked) == ("payment_away", 5, [])


async def test_a_provider_that_never_answers_is_given_up_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Silent(RecordingPayment):
        async def authorise(self, charge: Charge) -> str:
            await asyncio.Event().wait()
            return charge.reference

    monkeypatch.setattr(payment, "PATIENCE_S", 0.0)
    with pytest.raises(Busy) as refusal:
        await book_paid(Silent(), CHARGE, booked, not_sold)
    assert refusal.value.code == "payment_away"


async def test_a_promise_that_can_not_be_given_back_hides_no_refusal() -> None:
    payments = RecordingPayment()

    async def falls_away(_said: Mapping[str, Any]) -> None:
        payments.down = True
        await too_late(_said)

    with pytest.raises(Gone):
        await book_paid(payments, CHARGE, falls_away, not_sold)
    assert payments.charges == {"hold-1": "authorised"}


async def test_what_is_asked_twice_happens_once() -> None:
    payments = RecordingPayment()
    assert await payments.authorise(CHARGE) == await payments.authorise(CHARGE)
    await payments.capture("hold-1")
    await payments.capture("hold-1")
    assert payments.charges == {"hold-1": "captured"}
    assert await payments.authorise(CHARGE) == "hold-1"
    for _ in range(2):
        await payments.give_back("hold-1", 1200, "booking-1")
    assert (payments.charges, payments.given_back) == ({"hold-1": "captured"}, {"booking-1": 1200})
    await payments.void("hold-1")
    await payments.capture("hold-1")
    assert payments.charges == {"hold-1": "void"}


async def test_who_pays_at_the_door_pays_nothing_now() -> None:
    at_door: Payments = PayAtDoor()
    said = await book_paid(at_door, CHARGE, booked, not_sold)
    assert (said["by"], said["state"], said["reference"]) == ("at_door", "open", "")
    with pytest.raises(Gone):
        await book_paid(at_door, CHARGE, too_late, not_sold)
    await at_door.capture("")
    await at_door.void("")
    await at_door.give_back("", 0, "")

"""Nobody pays for seats they did not get, and nobody gets seats whose payment was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nowserving.errors import Conflict, Gone
from nowserving.outside.payment import Charge, PayAtDoor, Payments, RecordingPayment, book_paid

pytestmark = pytest.mark.anyio
CHARGE = Charge(reference="hold-1", amount_minor=2400, currency="EUR")


async def booked(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return said


async def too_late(_said: Mapping[str, Any]) -> None:
    raise Gone("hold_lapsed", "The time to book these seats has run out. Please choose again.")


async def test_money_is_promised_before_and_taken_after_the_booking() -> None:
    payments = RecordingPayment()

    async def book(said: Mapping[str, Any]) -> Mapping[str, Any]:
        assert payments.charges == {"hold-1": "authorised"}
        return said

    said = await book_paid(payments, CHARGE, book)

    assert payments.charges == {"hold-1": "captured"}
    assert said == {
        "by": "recording",
        "reference": "hold-1",
        "amount_minor": 2400,
        "currency": "EUR",
        "state": "authorised",
    }


async def test_a_booking_that_is_refused_gives_the_promise_back() -> None:
    payments = RecordingPayment()
    with pytest.raises(Gone):
        await book_paid(payments, CHARGE, too_late)
    assert payments.charges == {"hold-1": "void"}


async def test_a_payment_that_is_refused_books_nothing() -> None:
    asked: list[object] = []

    async def book(said: Mapping[str, Any]) -> None:
        asked.append(said)

    for payments, charge in (
        (RecordingPayment(refuses=True), CHARGE),
        (RecordingPayment(), Charge(reference="hold-2", amount_minor=None, currency=None)),
    ):
        with pytest.raises(Conflict):
            await book_paid(payments, charge, book)
    assert asked == []


async def test_what_is_asked_twice_happens_once() -> None:
    payments = RecordingPayment()
    assert await payments.authorise(CHARGE) == await payments.authorise(CHARGE)
    await payments.capture("hold-1")
    await payments.capture("hold-1")
    assert payments.charges == {"hold-1": "captured"}
    await payments.void("hold-1")
    await payments.capture("hold-1")
    assert payments.charges == {"hold-1": "void"}


async def test_who_pays_at_the_door_pays_nothing_now() -> None:
    at_door: Payments = PayAtDoor()
    said = await book_paid(at_door, CHARGE, booked)
    assert (said["by"], said["state"], said["reference"]) == ("at_door", "open", "")
    with pytest.raises(Gone):
        await book_paid(at_door, CHARGE, too_late)

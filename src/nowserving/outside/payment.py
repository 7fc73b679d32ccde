"""Paying for seats: a protocol, paying at the door, and one that is shaped like a provider and only notes.

Money is promised before the seats are sold and taken after: `authorise`, then the booking's transaction; what
is to be taken or given back from then on stands in the booking itself, and `background/payments.py` does it
until it is done. So nobody pays for seats they did not get, no provider's slowness touches a transaction, and
a server that dies between two steps forgets nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from nowserving.errors import N_, AppError, Busy, Conflict

T = TypeVar("T")
log = logging.getLogger(__name__)

PATIENCE_S = 15.0
"""How long a provider may take to answer."""
_COME_BACK_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What somebody is to pay. `reference` is the hold's key: a provider that is asked twice charges once.

    `prices` is what one seat of each category costs, in minor units.
    """

    reference: str
    amount_minor: int | None
    currency: str | None
    prices: Mapping[str, int] = field(default_factory=dict)


class Payments(Protocol):
    """One way to pay. Whatever a provider raises but AppError means: it could not be reached."""

    name: str

    async def authorise(self, charge: Charge) -> str:
        """Have the money promised; returns the provider's reference. Raises Conflict `payment_refused`."""
        ...

    async def capture(self, reference: str) -> None:
        """Take what was promised. Twice is once."""
        ...

    async def void(self, reference: str) -> None:
        """Give a promise back of which nothing was taken. Twice is once."""
        ...

    async def give_back(self, reference: str, amount_minor: int, of: str) -> None:
        """Give so much back of what was promised or taken. Twice for the same booking (`of`) is once."""
        ...


class PayAtDoor:
    """Nothing is paid now."""

    name = "at_door"

    async def authorise(self, charge: Charge) -> str:
        """Promise nothing."""
        del charge
        return ""

    async def capture(self, reference: str) -> None:
        """Take nothing: the door does."""

    async def void(self, reference: str) -> None:
        """Give nothing back."""

    async def give_back(self, reference: str, amount_minor: int, of: str) -> None:
        """Give nothing back."""


@dataclass(slots=True)
class RecordingPayment:
    """Behaves as a provider does, and only notes what it was asked for."""

    name: str = "recording"
    refuses: bool = False
    down: bool = False
    charges: dict[str, str] = field(default_factory=dict)
    """What has become of each charge, by its reference."""
    given_back: dict[str, int] = field(default_factory=dict)
    """What was given back for each booking, in minor units."""

    async def authorise(self, charge: Charge) -> str:
        """Note a promise. The same charge again is the same promise."""
        self._answer()
        if self.refuses or charge.amount_minor is None:
            raise Conflict("payment_refused", N_("The payment was refused. Nothing is booked."))
        if self.charges.get(charge.reference) != "captured":
            self.charges[charge.reference] = "authorised"
        return charge.reference

    async def capture(self, reference: str) -> None:
        """Note that it is paid."""
        self._answer()
        if self.charges[reference] == "authorised":
            self.charges[reference] = "captured"

    async def void(self, reference: str) -> None:
        """Note that the promise is given back."""
        self._answer()
        self.charges[reference] = "void"

    async def give_back(self, reference: str, amount_minor: int, of: str) -> None:
        """Note how much is given back for a booking."""
        await self.capture(reference)
        self.given_back[of] = amount_minor

    def _answer(self) -> None:
        if self.down:
            raise ConnectionError


async def book_paid(
    payments: Payments,
    charge: Charge,
    book: Callable[[Mapping[str, Any]], Awaitable[T]],
    sold: Callable[[], Awaitable[bool]],
) -> T:
    """Book with the money promised; returns what `book` returned. The money is taken later.

    `book` is given what a booking keeps of its payment. Where it refuses, the promise is given back, unless
    the seats are `sold` by it: whoever presses twice has one promise, and the first press may have booked.
    Where nobody knows whether it has happened (Busy) it stays too, for whoever presses again.
    Raises what `book` raises, Conflict `payment_refused`, Busy `payment_away`.
    """
    reference = await _promised(payments, charge)
    said = {
        "by": payments.name,
        "reference": reference,
        "amount_minor": charge.amount_minor,
        "currency": charge.currency,
        "prices": dict(charge.prices),
        "state": "authorised" if reference else "open",
    }
    try:
        return await book(said)
    except AppError as refusal:
        if reference and not isinstance(refusal, Busy) and not await sold():
            await _void(payments, reference)
        raise


async def _promised(payments: Payments, charge: Charge) -> str:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await payments.authorise(charge)
    except AppError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a provider's library raises: it is away.
        # Only the kind of fault: a provider's words may hold what a guest has typed.
        log.warning("the payment service %s did not answer: %s", payments.name, type(error).__name__)
        raise payment_away() from None


async def _void(payments: Payments, reference: str) -> None:
    """Give a promise back; one that can't be given back now runs out by itself: nothing is taken of it."""
    with suppress(AppError):
        try:
            async with asyncio.timeout(PATIENCE_S):
                await payments.void(reference)
        except AppError:
            raise
        except Exception as error:  # noqa: BLE001 - the refusal that led here is what matters.
            log.warning("a promise stays at %s until it runs out: %s", payments.name, type(error).__name__)


def payment_away() -> Busy:
    """Return the refusal while a payment service does not answer, ready to raise."""
    message = N_(
        "The payment service does not answer. Nothing is booked and nothing is paid. Your seats are still "
        "kept: please try again in a moment."
    )
    return Busy("payment_away", message, retry_after_s=_COME_BACK_S)

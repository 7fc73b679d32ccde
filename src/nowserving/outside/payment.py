"""Paying for seats: a protocol, paying at the door, and one that is shaped like a provider and only notes.

Money is promised before the seats are sold and taken after: `authorise`, then the booking's transaction,
then `capture`; or `void`, when the booking was refused. So nobody pays for seats they did not get, and no
provider's slowness touches a transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from nowserving.errors import N_, Conflict

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What somebody is to pay. `reference` is the hold's key: a provider that is asked twice charges once."""

    reference: str
    amount_minor: int | None
    currency: str | None


class Payments(Protocol):
    """One way to pay."""

    name: str

    async def authorise(self, charge: Charge) -> str:
        """Have the money promised; returns the provider's reference. Raises Conflict `payment_refused`."""
        ...

    async def capture(self, reference: str) -> None:
        """Take what was promised. Twice is once."""
        ...

    async def void(self, reference: str) -> None:
        """Give a promise back, or what was taken. Twice is once."""
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


@dataclass(slots=True)
class RecordingPayment:
    """Behaves as a provider does, and only notes what it was asked for."""

    name: str = "recording"
    refuses: bool = False
    charges: dict[str, str] = field(default_factory=dict)
    """What has become of each charge, by its reference."""

    async def authorise(self, charge: Charge) -> str:
        """Note a promise. The same charge again is the same promise."""
        if self.refuses or charge.amount_minor is None:
            raise Conflict("payment_refused", N_("The payment was refused. Nothing is booked."))
        self.charges.setdefault(charge.reference, "authorised")
        return charge.reference

    async def capture(self, reference: str) -> None:
        """Note that it is paid."""
        if self.charges[reference] == "authorised":
            self.charges[reference] = "captured"

    async def void(self, reference: str) -> None:
        """Note that it is given back."""
        self.charges[reference] = "void"


async def book_paid(
    payments: Payments, charge: Charge, book: Callable[[Mapping[str, Any]], Awaitable[T]]
) -> T:
    """Book with the money promised, and take it once the booking stands; returns what `book` returned.

    `book` is given what a booking keeps of its payment. Whatever it raises, the promise is given back.
    """
    reference = await payments.authorise(charge)
    said = {
        "by": payments.name,
        "reference": reference,
        "amount_minor": charge.amount_minor,
        "currency": charge.currency,
        "state": "authorised" if reference else "open",
    }
    try:
        made = await book(said)
    except BaseException:
        await payments.void(reference)
        raise
    await payments.capture(reference)
    return made

"""What a booking keeps of its payment, and what becomes of that when seats are given back or handed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nowserving.domain.instants import SECOND_US

OPEN = "open"
AUTHORISED = "authorised"
CAPTURED = "captured"
GIVING_BACK = "giving_back"
GIVEN_BACK = "given_back"
FAILED = "failed"

DUE = {AUTHORISED: CAPTURED, GIVING_BACK: GIVEN_BACK}
"""What still has to be done about money, and what it is when it is done."""

PAID_AT_DOOR: Mapping[str, Any] = {"by": "at_door", "state": OPEN, "reference": ""}
_FIRST_PAUSE_S = 5
_LONGEST_PAUSE_S = 3600


def is_due(payment: Mapping[str, Any]) -> bool:
    """Tell whether a provider still has to be asked to take or to give back money."""
    return payment["state"] in DUE


def to_give_back(payment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the payment of a booking that is given up: what was promised or taken is to go back."""
    return {**payment, "state": GIVING_BACK} if payment["state"] in (AUTHORISED, CAPTURED) else payment


def parted(
    payment: Mapping[str, Any], categories: Iterable[str]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what is left of a payment and what goes with the seats (their categories) that are handed on.

    By the prices that were paid, whatever the prices have become since.
    """
    if payment.get("amount_minor") is None:
        return payment, payment
    handed = sum(payment.get("prices", {}).get(one, 0) for one in categories)
    rest = {**payment, "amount_minor": payment["amount_minor"] - handed}
    return rest, {**payment, "amount_minor": handed}


def next_try_at(now: int, tries: int) -> int:
    """Return the instant (µs) at which a provider that did not answer so often is asked again."""
    return now + int(min(_FIRST_PAUSE_S * 2**tries, _LONGEST_PAUSE_S)) * SECOND_US

"""Invented guests of the theatre: a name, and a number that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nowserving.demo.clinic.guests import NUMBERS, patient

if TYPE_CHECKING:
    from random import Random


def guest(random: Random, nth: int) -> dict[str, Any]:
    """Return who books as the fields of a booking. No two in a row have the same number."""
    return {"name": patient(random)["name"], "phone": f"{NUMBERS}{nth % 100:02d}"}

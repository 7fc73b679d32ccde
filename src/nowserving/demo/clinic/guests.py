"""Invented patients: a name, a birth date, and a number that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

_FIRST = (
    "Aisha", "Ben",
    "Clara", "Daniel", "Elif", "Finn", "Grace", "Hugo", "Ines", "Jonas", "Kavya", "Leo", "Maya",
    "Nadia", "Omar", "Paula", "Quentin", "Rosa", "Samir", "Tara", "Umar", "Vera", "Wim",
    "Yara", "Zoe",
)  # fmt: skip
_LAST = (
    "Adler", "Bakker",
    "Cohen", "Diallo", "Evans", "Ferreira", "Garcia", "Hansen", "Ivanova", "Joshi", "Kaya",
    "Laurent", "Mbeki", "Nguyen", "Okonkwo", "Park", "Quinn", "Rahman", "Svensson", "Tanaka",
    "Usman", "Varga",
)  # fmt: skip


# A range of numbers that is kept for films.
NUMBERS = "+4420794600"


def patient(random: Random) -> dict[str, Any]:
    """Return who books: name, phone and birth date."""
    return {
        "name": f"{random.choice(_FIRST)} {random.choice(_LAST)}",
        "phone": f"{NUMBERS}{random.randrange(100):02d}",
        "birth_date": f"{random.randrange(1938, 2021)}-0{random.randrange(1, 10)}-{random.randrange(10, 29)}",
    }

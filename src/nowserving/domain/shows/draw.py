"""The draw: those who come before an on-sale opens stand in random order, and anybody can check it.

The seed is made with the performance and kept secret; its SHA-256 is shown from the first day, so that it
can't be chosen later. At the opening every place is drawn by the SHA-256 of "seed|place id", the smallest
first, and the seed is revealed. Nobody can work out a lot before that, and nobody can choose one: a new
place is a new lot, unknown like the old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from nowserving.domain.tickets.rank import SPACING

SEED_BYTES = 32


def seed_hash(seed: str) -> str:
    """Return what is shown of a seed before it is revealed: its SHA-256, in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def place_id(key: str) -> str:
    """Return the anonymous name of a place: it follows from the key, and the key not from it."""
    return hashlib.sha256(f"place|{key}".encode()).hexdigest()[:32]


def lot(seed: str, place: str) -> str:
    """Return the lot of a place: 64 hexadecimal digits; the smallest is called first."""
    return hashlib.sha256(f"{seed}|{place}".encode()).hexdigest()


def drawn(seed: str, places: Iterable[str]) -> list[str]:
    """Return anonymous places in the order of their lots."""
    return sorted(places, key=lambda place: lot(seed, place))


def drawn_ranks(first: int, many: int) -> Sequence[int]:
    """Return so many ranks in order, all before `first`, the smallest that anybody has."""
    return range(first - many * SPACING, first, SPACING)

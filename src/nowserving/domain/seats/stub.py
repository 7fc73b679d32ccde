"""The proof of one booked seat: what its QR code says, and what the door answers to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_MARK = "NS1"
_PART = "[A-Za-z0-9_-]{1,64}"
_CODE = re.compile(rf"{_MARK}\.({_PART})\.({_PART})\.({_PART})\.([0-9]{{1,9}})\.([A-Za-z0-9_-]{{86}})")
MOST_LETTERS = 400
"""No code of ours is longer."""


class DoorAnswer(StrEnum):
    """What the door says to a code."""

    YES = "yes"
    ALREADY_IN = "already_in"
    WRONG_PERFORMANCE = "wrong_performance"
    VOID = "void"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StubText:
    """What a code says: which performance, which stub, and how often it has been handed on."""

    performance_id: str
    serial: str
    version: int

    def signed_part(self, key_id: str) -> str:
        """Return what is signed (by the key of this id), and what a code is without its signature."""
        return f"{_MARK}.{key_id}.{self.performance_id}.{self.serial}.{self.version}"


@dataclass(frozen=True, slots=True)
class SignedText:
    """A code taken apart. Whether it is ours, only its signature says."""

    key_id: str
    text: StubText
    signature: str

    @property
    def signed_part(self) -> str:
        """What the signature is of."""
        return self.text.signed_part(self.key_id)


def taken_apart(code: str) -> SignedText | None:
    """Return the parts of a code, or None for what was never one."""
    found = _CODE.fullmatch(code) if len(code) <= MOST_LETTERS else None
    if found is None:
        return None
    key_id, performance_id, serial, version, signature = found.groups()
    return SignedText(key_id, StubText(performance_id, serial, int(version)), signature)


def answer_at_door(
    text: StubText, performance_id: str, *, version: int | None, valid: bool, came: bool
) -> DoorAnswer:
    """Return what the door of a performance says to a code that is ours.

    `version` is the stub's own as it stands (None: there is no such stub), `valid` whether its seat is still
    booked, `came` whether somebody has come in by it. Who is already in and void at once is void.
    """
    if text.performance_id != performance_id:
        return DoorAnswer.WRONG_PERFORMANCE
    if version is None:
        return DoorAnswer.UNKNOWN
    if not valid or text.version != version:
        return DoorAnswer.VOID
    return DoorAnswer.ALREADY_IN if came else DoorAnswer.YES

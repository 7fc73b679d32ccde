"""How a try to send ended, when the next one is due, and which channel comes next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from nowserving.domain.instants import SECOND_US

MOST_TRIES = 8
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0
_LONGEST_WAIT_S = 3600


class End(StrEnum):
    """How a try ended: delivered, worth another try, refused for good, or the address is no more."""

    SENT = "sent"
    AGAIN = "again"
    NEVER = "never"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sender says of one try. `reason` is a word of ours, never the words of a provider."""

    end: End
    reason: str = ""
    retry_after_s: int | None = None


SENT = Outcome(End.SENT)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a letter (PNG), and what it is of, for whoever sees none."""

    of: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message with its words and its address, ready for a sender. `stop` is the opt-out link, or ""."""

    id: str
    channel: str
    to: object
    subject: str
    text: str
    link: str = ""
    stop: str = ""
    language: str = "en"
    urgent: bool = False
    calendar: str = ""
    """A calendar file for an e-mail, and what a calendar shall do with it: REQUEST or CANCEL."""
    method: str = ""
    pictures: tuple[Picture, ...] = ()
    """What an e-mail shows below its words."""


def next_try_at(now: int, attempts: int, chance: Random, retry_after_s: int | None = None) -> int:
    """Return the instant (µs) of the next try after so many: the pause doubles, and chance spreads it.

    A provider that names a pause is given that at least, an hour at most.
    """
    pause_s = min(FIRST_PAUSE_S * (1 << (attempts - 1)), LONGEST_PAUSE_S) * chance.uniform(0.5, 1.5)
    if retry_after_s is not None:
        pause_s = max(pause_s, min(retry_after_s, _LONGEST_WAIT_S))
    return now + round(pause_s * SECOND_US)


def channel_after(order: Sequence[str], usable: Collection[str], present: str) -> str | None:
    """Return the first usable channel of an order behind the present one ("" is before all), or None."""
    behind = order.index(present) + 1 if present in order else 0
    return next((channel for channel in order[behind:] if channel in usable), None)

"""A visit and its consultations: why a guest has come, what was done, and who may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from nowserving.domain.text import clean_text
from nowserving.errors import N_, Forbidden, Invalid, invalid_field

MOST_REASON, MOST_NOTE, MOST_WHY = 300, 20_000, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Somebody who looks at a person: with what right, why, and from where.

    `ordinary` says that reading this is the reader's daily work. Without it a reason must be given.
    """

    ordinary: bool = True
    why: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a ticket is about, opened."""

    ticket_id: int
    record_id: str | None = None
    name: str = ""
    reason: str = ""
    back_to_desk_id: str | None = None
    back_to_queue_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """A serving stay with a clinician's note, opened. `to_at` is None while it lasts."""

    id: str
    ticket_id: int
    record_id: str | None
    branch_id: str
    queue_id: str
    desk_id: str | None
    agent_id: str | None
    from_at: int
    to_at: int | None
    outcome: str
    note: str
    edited: int


class Why(StrEnum):
    """Why somebody's place in line is changed. Words for everybody's eyes: they stand in the log."""

    URGENT = "urgent"
    NEEDS_HELP = "needs_help"
    CAME_EARLIER = "came_earlier"
    ASKED_BY_CLINICIAN = "asked_by_clinician"
    CORRECTION = "correction"


def clean_reason(value: object, pointer: str = "/reason") -> str:
    """Return why a guest has come, in its stored form; "" for nothing."""
    return clean_text(value, pointer, MOST_REASON, required=False)


def clean_note(value: object, pointer: str = "/note") -> str:
    """Return a note with its lines kept, each of them in its stored form."""
    if not isinstance(value, str):
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    if len(value) > MOST_NOTE:
        message = N_("This may have %(most)s characters at most.")
        raise invalid_field(pointer, "too_long", message, most=MOST_NOTE)
    lines = [clean_text(line, pointer, MOST_NOTE, required=False) for line in value.splitlines()]
    return "\n".join(lines).strip()


def check_outcome(outcome: str, known: Sequence[str], pointer: str = "/outcome") -> str:
    """Return an outcome that the queue knows, or "" for none; raise Invalid for any other."""
    if outcome and outcome not in known:
        raise invalid_field(pointer, "unknown_outcome", N_("This queue has no such outcome."))
    return outcome


def checked_reading(reading: Reading) -> Reading:
    """Return a reading that may go on; raise Forbidden `why_needed` where a reason must be given first."""
    try:
        why = clean_text(reading.why, "/why", MOST_WHY, required=not reading.ordinary)
    except Invalid:
        message = N_("This is not your daily work. Say why you look, and you may: it stands in the reads.")
        raise Forbidden("why_needed", message) from None
    return Reading(ordinary=reading.ordinary, why=why, address=reading.address)

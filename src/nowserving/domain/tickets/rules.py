"""A queue's rules: one dataclass, and the strict way in and out of its JSON.

A counter, a clinic, a restaurant and an on-sale are settings of these rules, never code paths.
A field that is left out has its default; None means "no such limit".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from nowserving.domain.messages.channels import GUEST_CHANNELS, Channel
from nowserving.domain.text import clean_code, clean_text, typed
from nowserving.domain.values import (
    Reader,
    choice,
    flag,
    listed,
    one_of,
    optional,
    read_fields,
    time_of_day,
    whole,
    whole_between,
)
from nowserving.errors import N_, invalid_field

_DAY_S = 24 * 60 * 60
_MOST_UNITS = 1_000_000
_MOST_PARTY = 1_000
_MOST_CLASSES = 20


class Admission(StrEnum):
    """Who calls: a person at a desk, or the engine as soon as capacity is free."""

    BY_AGENT = "by_agent"
    AUTOMATIC = "automatic"


class Counts(StrEnum):
    """What one ticket takes of the capacity: as many units as its party has people, or one."""

    COVERS = "covers"
    PEOPLE = "people"


class Fit(StrEnum):
    """Whether a smaller party behind may fill a gap that is too small for the party in front."""

    STRICT = "strict"
    FILL = "fill"


class AskContact(StrEnum):
    """Whether a guest who joins is asked how to be told, and need not answer."""

    NONE = "none"
    OPTIONAL = "optional"


class Overstay(StrEnum):
    """What becomes of a party whose service limit is over."""

    SHOW = "show"
    """It stays, and staff see it."""
    REMIND = "remind"
    """It stays, staff see it, and the guest's own page says so; no message is sent."""
    FREE = "free"
    """The visit ends by itself, and its room is free."""


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """A class of guests with a head start: its rank is that much earlier than its arrival."""

    code: str
    name: str
    head_start_s: int


@dataclass(frozen=True, slots=True)
class PartyLimit:
    """The service limit of parties of this size or larger, until the next larger size listed."""

    size: int
    limit_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRules:
    """Everything that makes one queue behave unlike another."""

    admission: Admission = Admission.BY_AGENT
    capacity: int | None = None
    counts: Counts = Counts.PEOPLE
    check_in_window_s: int | None = None
    service_limit_s: int | None = None
    service_limit_by_party: tuple[PartyLimit, ...] = ()
    overstay: Overstay = Overstay.FREE
    rejoin_grace_s: int | None = None
    """How long a guest who missed a call may come back, to a place between; None: join again."""
    fit: Fit = Fit.STRICT
    fit_passes: int = 2
    admit_per_minute: int | None = None
    """How many are called by rule in any sixty seconds at most; None: as many as there is room for."""
    absence_limit_s: int | None = None
    """How long a place joined from afar may be unheard of before it is set aside; None: for ever."""
    absence_grace_s: int | None = None
    """How long a place that was set aside so can come back with its rank; None: for ever."""
    priorities: tuple[PriorityClass, ...] = ()
    last_ticket: int | str | None = None
    """Minutes before closing, or a time of day "HH:MM"; after it nobody joins."""
    max_waiting: int | None = None
    walk_ins: bool = True
    remote_join: bool = False
    one_per_device: bool = True
    """Whether a device that joins from elsewhere has one open place in this queue at a time."""
    ask_name: bool = False
    ask_party: bool = False
    max_party: int = 20
    max_recalls: int | None = None
    expected_service_s: int | None = None
    """What an estimate is made of until service times have been measured."""
    announce_nearly_at: int = 3
    """The position at which a guest is told to come near; 0 never tells."""
    announce_nearly_minutes: int | None = None
    """The minutes of estimated wait at which a guest is told to come near, whatever the position."""
    ask_contact: AskContact = AskContact.NONE
    channels: tuple[Channel, ...] = GUEST_CHANNELS
    """The roads a message takes, first choice first; the next one is taken when one fails."""
    alert_first: bool = False
    """Whether staff are alerted when somebody joins an empty line."""
    public_name: str = ""
    """What screens in public say instead of the queue's name, where the name itself would tell a secret."""
    clinical: bool = False
    """Whether its visits are consultations: with reasons, notes and outcomes, for clinicians only."""
    outcomes: tuple[str, ...] = ()
    """What a visit may end with, as this queue calls it: "recovered", "referred"."""
    ignore_hours: bool = False
    gate_closed: bool = False
    """Whether nobody is called by rule for now: a lobby before its opening, or one that stands still."""
    undrawn: bool = False
    """Whether lots are still to say who stands where, so that nobody is told a place: an early lobby."""
    needs_pass: bool = False
    """Whether who comes to a call has a pass, which ends with the visit: the lobby of a performance."""

    def units(self, party_size: int) -> int:
        """Return how many units of capacity a party takes."""
        return party_size if self.counts is Counts.COVERS else 1

    def fits(self, party_size: int) -> bool:
        """Tell whether a party can be called by rule at all: not if it is larger than the whole capacity.

        A capacity of nothing says that nobody is called for now, and judges nobody's size.
        """
        if self.admission is not Admission.AUTOMATIC or not self.capacity:
            return True
        return self.units(party_size) <= self.capacity

    @property
    def largest_party(self) -> int:
        """Return the largest party that guests may join with: as set, and one that fits."""
        if self.counts is Counts.COVERS and not self.fits(self.max_party):
            return self.capacity or self.max_party
        return self.max_party

    def service_limit(self, party_size: int) -> int | None:
        """Return how long a party may stay, in seconds, or None if there is no limit."""
        limit = self.service_limit_s
        for step in self.service_limit_by_party:
            if step.size <= party_size:
                limit = step.limit_s
        return limit

    def head_start(self, priority: str, pointer: str = "/priority") -> int:
        """Return the head start in seconds of a priority class; "" is the class of everybody."""
        if not priority:
            return 0
        for known in self.priorities:
            if known.code == priority:
                return known.head_start_s
        raise invalid_field(pointer, "unknown_priority", N_("This queue has no such priority."))


def _party_limit(value: object, pointer: str) -> PartyLimit:
    pair = listed(value, pointer, 2)
    if len(pair) != 2:
        message = N_("This must be a pair: a party's size and its limit in seconds.")
        raise invalid_field(pointer, "not_a_pair", message)
    size = whole(pair[0], f"{pointer}/0", 1, _MOST_PARTY)
    return PartyLimit(size, whole(pair[1], f"{pointer}/1", 1, _DAY_S))


def _party_limits(value: object, pointer: str) -> tuple[PartyLimit, ...]:
    found = [
        _party_limit(pair, f"{pointer}/{place}")
        for place, pair in enumerate(listed(value, pointer, _MOST_CLASSES))
    ]
    sizes = [step.size for step in found]
    if sizes != sorted(set(sizes)):
        message = N_("Sizes must rise from one pair to the next.")
        raise invalid_field(pointer, "not_rising", message)
    return tuple(found)


_PRIORITY_READERS: Mapping[str, Reader] = {
    "code": clean_code,
    "name": typed(60),
    "head_start_s": whole_between(0, _DAY_S),
}


def _priorities(value: object, pointer: str) -> tuple[PriorityClass, ...]:
    required = frozenset(_PRIORITY_READERS)
    found = [
        PriorityClass(**read_fields(one, f"{pointer}/{place}", _PRIORITY_READERS, required=required))
        for place, one in enumerate(listed(value, pointer, _MOST_CLASSES))
    ]
    if len({one.code for one in found}) < len(found):
        raise invalid_field(pointer, "twice", N_("Each code may be there once."))
    return tuple(found)


def _outcomes(value: object, pointer: str) -> tuple[str, ...]:
    found = [
        clean_text(one, f"{pointer}/{place}", 60)
        for place, one in enumerate(listed(value, pointer, _MOST_CLASSES))
    ]
    if len(set(found)) < len(found):
        raise invalid_field(pointer, "twice", N_("Each of them may be there once."))
    return tuple(found)


def _last_ticket(value: object, pointer: str) -> int | str:
    if isinstance(value, str):
        time_of_day(value, pointer)
        return value
    return whole(value, pointer, 0, 24 * 60)


def _channels(value: object, pointer: str) -> tuple[Channel, ...]:
    found = [
        choice(one, f"{pointer}/{place}", Channel)
        for place, one in enumerate(listed(value, pointer, len(GUEST_CHANNELS)))
    ]
    if len(set(found)) < len(found) or not set(found) <= set(GUEST_CHANNELS):
        message = N_("Name push, email and sms, each once, in the order in which they are tried.")
        raise invalid_field(pointer, "bad_channels", message)
    return tuple(found)


_READERS: Mapping[str, Reader] = {
    "admission": one_of(Admission),
    "capacity": optional(whole_between(0, _MOST_UNITS)),
    "counts": one_of(Counts),
    "check_in_window_s": optional(whole_between(1, _DAY_S)),
    "service_limit_s": optional(whole_between(1, _DAY_S)),
    "service_limit_by_party": _party_limits,
    "overstay": one_of(Overstay),
    "rejoin_grace_s": optional(whole_between(1, _DAY_S)),
    "fit": one_of(Fit),
    "fit_passes": whole_between(0, 100),
    "admit_per_minute": optional(whole_between(1, _MOST_UNITS)),
    "absence_limit_s": optional(whole_between(10, _DAY_S)),
    "absence_grace_s": optional(whole_between(10, _DAY_S)),
    "priorities": _priorities,
    "last_ticket": optional(_last_ticket),
    "max_waiting": optional(whole_between(0, _MOST_UNITS)),
    "walk_ins": flag,
    "remote_join": flag,
    "one_per_device": flag,
    "ask_name": flag,
    "ask_party": flag,
    "max_party": whole_between(1, _MOST_PARTY),
    "max_recalls": optional(whole_between(0, 100)),
    "expected_service_s": optional(whole_between(1, _DAY_S)),
    "announce_nearly_at": whole_between(0, 1_000),
    "announce_nearly_minutes": optional(whole_between(1, 600)),
    "ask_contact": one_of(AskContact),
    "channels": _channels,
    "alert_first": flag,
    "public_name": typed(60, required=False),
    "clinical": flag,
    "outcomes": _outcomes,
    "ignore_hours": flag,
    "gate_closed": flag,
    "undrawn": flag,
    "needs_pass": flag,
}


def rules_from(given: object, pointer: str = "/rules") -> QueueRules:
    """Return the rules that an object spells; raise Invalid naming every field that is wrong."""
    rules = QueueRules(**read_fields(given, pointer, _READERS))
    if rules.admission is Admission.AUTOMATIC and rules.capacity is None:
        message = N_("A queue that calls by itself needs a capacity.")
        raise invalid_field(f"{pointer}/capacity", "required", message)
    return rules


def rules_to(rules: QueueRules) -> dict[str, object]:
    """Return the rules as JSON values; `rules_from` reads them back unchanged."""
    plain: dict[str, Any] = {field.name: getattr(rules, field.name) for field in fields(rules)}
    plain["service_limit_by_party"] = [[step.size, step.limit_s] for step in rules.service_limit_by_party]
    plain["priorities"] = [
        {"code": one.code, "name": one.name, "head_start_s": one.head_start_s} for one in rules.priorities
    ]
    plain["outcomes"] = list(rules.outcomes)
    plain["channels"] = [one.value for one in rules.channels]
    for name in ("admission", "counts", "fit", "overstay", "ask_contact"):
        plain[name] = plain[name].value
    return plain

"""The rules of a show: how many are let to its seats, for how long, and what may be done with them after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from nowserving.domain.text import typed
from nowserving.domain.tickets.rules import Admission, AskContact, Counts, Fit, Overstay, QueueRules
from nowserving.domain.values import Reader, flag, optional, read_fields, whole_between
from nowserving.errors import N_, invalid_field

HOUR_S = 60 * 60
AT_DOOR = "at_door"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRules:
    """Everything that makes one on-sale unlike another. Durations are seconds."""

    choosing: int = 50
    """How many choose seats at once: the capacity of each lobby."""
    admit_per_minute: int | None = None
    """How many are called in any sixty seconds at most; None: as many as there is room for."""
    come_in_s: int = 300
    """How long somebody who is called may take to come in."""
    choose_s: int = 600
    """How long a pass lasts."""
    extend_s: int = 300
    """By how much a pass can be extended, once; 0: not at all."""
    warn_s: int = 120
    """How long before its end a pass warns."""
    absence_limit_s: int = 180
    """How long a place may be unheard of before it is set aside."""
    absence_grace_s: int = 600
    """How long a place that was set aside can come back."""
    per_person: int = 6
    one_per_contact: bool = False
    no_single_seat: bool = False
    """Whether a choice may leave a single seat between others."""
    cancel_until_s: int | None = None
    """Until how long before the start a booking can be cancelled; None: never by the guest."""
    payment: str = AT_DOOR
    """The way to pay: at the door, or the name of a provider."""
    guarded_url: str | None = None
    """A website that is not ours, which this lobby guards: where a pass leads instead of our seats."""


def _guarded(value: object, pointer: str) -> str:
    address: str = typed(500)(value, pointer)
    host = address.removeprefix("https://").partition("/")[0]
    plain = address.isascii() and address.isprintable() and not set(address) & set(" \"'<>\\`{}|^")
    if not address.startswith("https://") or not plain or "@" in host or "." not in host:
        message = N_("This must be an address that begins with https:// and names a public host.")
        raise invalid_field(pointer, "bad_address", message)
    if "#" in address:
        message = N_("This address may have no part behind #: a pass could not be told to it.")
        raise invalid_field(pointer, "has_fragment", message)
    return address


_READERS: Mapping[str, Reader] = {
    "choosing": whole_between(1, 100_000),
    "admit_per_minute": optional(whole_between(1, 100_000)),
    "come_in_s": whole_between(10, HOUR_S),
    "choose_s": whole_between(60, 2 * HOUR_S),
    "extend_s": whole_between(0, HOUR_S),
    "warn_s": whole_between(0, HOUR_S),
    "absence_limit_s": whole_between(120, HOUR_S),
    "absence_grace_s": whole_between(60, 24 * HOUR_S),
    "per_person": whole_between(1, 1_000),
    "one_per_contact": flag,
    "no_single_seat": flag,
    "cancel_until_s": optional(whole_between(0, 90 * 24 * HOUR_S)),
    "payment": typed(40),
    "guarded_url": optional(_guarded),
}
# What concerns those who wait, and so is written into the rules of their queue.
_OF_LOBBY = ("admit_per_minute", "absence_limit_s", "absence_grace_s")


def rules_from(given: object, pointer: str = "/rules") -> ShowRules:
    """Return the rules that an object spells; raises Invalid naming every field that is wrong."""
    rules = ShowRules(**read_fields(given, pointer, _READERS))
    if rules.warn_s >= rules.choose_s:
        message = N_("A pass can't warn before it begins.")
        raise invalid_field(f"{pointer}/warn_s", "longer_than_pass", message)
    return rules


def show_rules_to(rules: ShowRules) -> dict[str, Any]:
    """Return the rules as JSON values; `rules_from` reads them back unchanged."""
    return {one.name: getattr(rules, one.name) for one in fields(rules)}


def lobby_rules(rules: ShowRules, *, gate_closed: bool, undrawn: bool = False) -> QueueRules:
    """Return the rules of the queue that is a lobby: settings of the engine, no path of its own.

    With its gate closed nobody is called, and whoever comes is given a place; `undrawn` says that lots are
    still to say which.
    """
    return QueueRules(
        admission=Admission.AUTOMATIC,
        capacity=rules.choosing,
        counts=Counts.PEOPLE,
        check_in_window_s=rules.come_in_s,
        service_limit_s=rules.choose_s,
        overstay=Overstay.FREE,
        fit=Fit.STRICT,
        one_per_device=True,
        ask_contact=AskContact.OPTIONAL,
        expected_service_s=rules.choose_s // 2,
        ignore_hours=True,
        needs_pass=True,
        gate_closed=gate_closed,
        undrawn=undrawn,
        **{name: getattr(rules, name) for name in _OF_LOBBY},
    )

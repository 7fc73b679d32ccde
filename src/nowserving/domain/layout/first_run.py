"""What the first run asks for: one page of answers that make a working house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nowserving.domain.layout.fields import BRANCH, DESK, ORGANISATION, QUEUE, STAFF
from nowserving.domain.values import Reader, listed, read_fields, whole_between
from nowserving.errors import N_, invalid_field

MOST_QUEUES = 50
MOST_DESKS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRun:
    """The answers, read: fields of the organisation, the admin, the branch, its queues; how many desks."""

    organisation: Mapping[str, Any]
    admin: Mapping[str, Any]
    branch: Mapping[str, Any]
    queues: tuple[Mapping[str, Any], ...]
    desks: int
    desk_name: str
    """What a desk is called before its number: "Desk", "Counter", "Room"."""


def _part(readers: Mapping[str, Reader], *required: str) -> Reader:
    return lambda value, pointer: read_fields(value, pointer, readers, required=frozenset(required))


_QUEUE = _part({name: QUEUE[name] for name in ("name", "prefix", "icon", "rules")}, "name", "prefix")


def _queues(value: object, pointer: str) -> tuple[Mapping[str, Any], ...]:
    given = listed(value, pointer, MOST_QUEUES)
    if not given:
        raise invalid_field(pointer, "empty", N_("Name one queue at least."))
    read = read_fields(
        {str(place): one for place, one in enumerate(given)},
        pointer,
        {str(place): _QUEUE for place in range(len(given))},
    )
    queues = tuple(read.values())
    prefixes = [queue["prefix"] for queue in queues]
    for place, prefix in enumerate(prefixes):
        if prefix in prefixes[:place]:
            message = N_("Another queue of this branch has this prefix.")
            raise invalid_field(f"{pointer}/{place}/prefix", "taken", message)
    return queues


_READERS: Mapping[str, Reader] = {
    "organisation": _part({name: ORGANISATION[name] for name in ("name", "languages")}, "name"),
    "admin": _part({name: STAFF[name] for name in ("name", "login")}, "name", "login"),
    "branch": _part(
        {name: BRANCH[name] for name in ("name", "time_zone", "hours")}, "name", "time_zone", "hours"
    ),
    "queues": _queues,
    "desks": whole_between(0, MOST_DESKS),
    "desk_name": DESK["name"],
}


def first_run_from(given: object) -> FirstRun:
    """Return the answers as they are acceptable; raise Invalid naming every field that is not."""
    return FirstRun(**read_fields(given, "", _READERS, required=frozenset(_READERS)))

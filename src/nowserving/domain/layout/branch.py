"""What an admin sets up: the organisation, its branches, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from nowserving.domain.calendar.hours import Closure, Hours
from nowserving.domain.instants import HOUR_US
from nowserving.domain.layout.location import Location
from nowserving.domain.tickets.rules import QueueRules

__all__ = ["Branch", "Closure", "Department", "Desk", "DeskState", "Organisation", "Queue"]

# How long what staff told a line stands on its guests' pages.
TOLD_FOR_US = HOUR_US


class DeskState(StrEnum):
    """Whether anybody works at a desk."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The house itself; there is one."""

    id: str
    name: str
    accent: str
    languages: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A place with doors, a time zone and opening hours."""

    id: str
    name: str
    label: str
    time_zone: str
    hours: Hours
    screens: Mapping[str, object]
    version: int
    edited: int
    archived_at: int | None
    location: Location | None = None
    """Where it is on the globe; None where nobody has said. Only how near a guest is needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A named group of queues and desks at a branch."""

    id: str
    branch_id: str
    name: str
    place: int
    edited: int
    archived_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """An ordered set of waiting tickets with its own rules; `waiting` is how many there are.

    `late_s` is what staff have added to every estimate, because the queue is running late.
    """

    id: str
    branch_id: str
    department_id: str | None
    name: str
    prefix: str
    icon: str
    place: int
    rules: QueueRules
    paused_at: int | None
    waiting: int
    late_s: int
    edited: int
    archived_at: int | None
    told: str = ""
    """What staff have told everybody in this line, at `told_at`; shown for an hour."""
    told_at: int | None = None

    @property
    def is_lobby(self) -> bool:
        """Whether it is the line of a show: joined on the show's page, and served at no desk."""
        return self.rules.needs_pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A staffed point; `queue_ids` are the queues it serves, in serving order."""

    id: str
    branch_id: str
    department_id: str | None
    name: str
    place: int
    state: DeskState
    agent_id: str | None
    since_at: int
    edited: int
    archived_at: int | None
    queue_ids: tuple[str, ...]

"""When a desk gives services, whose it is, and the days and hours on which things are otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from nowserving.domain.calendar.hours import Hours, Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A desk's hours and owner. A desk without a roster gives its services whenever its branch is open."""

    desk_id: str
    branch_id: str
    owner_id: str | None = None
    public_name: str = ""
    """What guests read when they choose a person; empty: the desk's name."""
    hours: Hours | None = None
    edited: int = 0
    """0 for a desk that nobody has set anything for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """One date with hours of its own, of a branch or of one service.

    Without intervals it is closed, or, where walk-ins only are welcome, open as usual.
    """

    id: str
    branch_id: str
    service_id: str | None
    on_date: str
    intervals: tuple[Interval, ...]
    walk_ins_only: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """When a desk's owner is away, from one instant until another, in µs."""

    id: str
    branch_id: str
    desk_id: str
    from_at: int
    to_at: int
    reason: str
    replacement_id: str | None

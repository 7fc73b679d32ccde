"""The mark of an action: which scope it locks.

`@action(scope="queue_id")` says that the branch to lock is found by the keyword argument
`queue_id`; `scope=None` locks the organisation. Nothing an action refers to ever changes its
branch, so the branch can be looked up before the lock is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, ParamSpec, TypeVar, cast

ScopeBy = Literal[
    "branch_id",
    "queue_id",
    "desk_id",
    "department_id",
    "device_id",
    "closure_id",
    "service_id",
    "special_day_id",
    "absence_id",
    "key",
    "reservation_key",
    "standby_key",
    "record_id",
    "consultation_id",
    "performance_id",
    "show_id",
    "seat_map_id",
    "hold_key",
    "booking_key",
    "seat_standby_key",
]

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
Verb = Callable[..., Any]


def action(*, scope: ScopeBy | None) -> Callable[[Callable[P, R_co]], Callable[P, R_co]]:
    """Mark a verb with the keyword argument that names what it locks (None: the organisation)."""

    def mark(verb: Callable[P, R_co]) -> Callable[P, R_co]:
        cast(Any, verb).scope_by = scope
        return verb

    return mark


def scope_by(verb: Verb) -> ScopeBy | None:
    """Return the argument name given to `action`; a verb without the mark is a programming error."""
    found: ScopeBy | None = verb.scope_by  # type: ignore[attr-defined]
    return found

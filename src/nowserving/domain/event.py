"""An event: one change, told in the past tense, in the order of its scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The scope of what belongs to no branch: staff, API keys, the organisation itself.
ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one scope (a branch, or the organisation); `at` is µs since the epoch, UTC.

    `version` is gap-free within the scope, so a reader knows at once when it missed one.
    """

    scope_id: str
    version: int
    at: int
    verb: str
    actor: str
    ticket_id: int | None
    queue_id: str | None
    desk_id: str | None
    data: Mapping[str, Any]

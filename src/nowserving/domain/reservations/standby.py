"""The waiting list of full slots: first come, first offered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nowserving.errors import N_, Conflict

MOST_OFFERS = 3
"""How many offers somebody may let run out or decline before the place in the list is given up."""


class StandbyState(StrEnum):
    """Where a place in the waiting list is in its life."""

    WAITING = "waiting"
    OFFERED = "offered"
    """A freed place is kept for it, until the offer's deadline."""
    BOOKED = "booked"
    LEFT = "left"
    OVER = "over"
    """Its times have passed, or it has had as many offers as there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standby:
    """A place in the waiting list: any slot that starts from one instant on and before another would do."""

    id: int
    key: str
    branch_id: str
    service_id: str
    desk_id: str | None
    from_at: int
    to_at: int
    size: int
    state: StandbyState
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    language: str = ""
    account_id: str | None = None
    offers: int = 0
    created_at: int = 0
    ended_at: int | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will be offered to it any more."""
        return self.state in (StandbyState.BOOKED, StandbyState.LEFT, StandbyState.OVER)


def not_offered() -> Conflict:
    """Return the refusal for a place in the list to which nothing is offered now."""
    return Conflict("no_offer", N_("Nothing is offered to you at the moment."))


def standby_over(state: StandbyState) -> Conflict:
    """Return the refusal for a place in the list that has ended, ready to raise."""
    return Conflict("standby_over", N_("This place in the waiting list has ended."), state=state.value)

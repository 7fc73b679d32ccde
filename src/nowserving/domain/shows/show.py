"""A show and its life. The table is data: docs/shows.md shows it to people, and a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from nowserving.domain.shows.rules import ShowRules
from nowserving.errors import N_, Conflict


class ShowState(StrEnum):
    """Where a show is in its life."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    ON_GOING = "on_going"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


class ShowVerb(StrEnum):
    """What moves a show."""

    ANNOUNCE = "announce"
    OPEN = "open"
    BEGIN = "begin"
    CLOSE = "close"
    CANCEL = "cancel"
    POSTPONE = "postpone"


class Effect(StrEnum):
    """What a change does to the lobby of every performance."""

    GATHER = "gather"
    """It takes early places, and calls nobody."""
    START = "start"
    """Early places are drawn, and people are called."""
    KEEP = "keep"
    """It goes on as it was."""
    END = "end"
    """Everybody is told, passes and holds end, and nobody can come."""


SHOW_TRANSITIONS: Mapping[tuple[ShowState, ShowVerb], tuple[ShowState, Effect]] = MappingProxyType(
    {
        (ShowState.DRAFT, ShowVerb.ANNOUNCE): (ShowState.UPCOMING, Effect.GATHER),
        (ShowState.POSTPONED, ShowVerb.ANNOUNCE): (ShowState.UPCOMING, Effect.GATHER),
        (ShowState.UPCOMING, ShowVerb.OPEN): (ShowState.OPEN, Effect.START),
        (ShowState.CLOSED, ShowVerb.OPEN): (ShowState.OPEN, Effect.START),
        (ShowState.OPEN, ShowVerb.BEGIN): (ShowState.ON_GOING, Effect.KEEP),
        (ShowState.OPEN, ShowVerb.CLOSE): (ShowState.CLOSED, Effect.END),
        (ShowState.ON_GOING, ShowVerb.CLOSE): (ShowState.CLOSED, Effect.END),
        (ShowState.UPCOMING, ShowVerb.POSTPONE): (ShowState.POSTPONED, Effect.END),
        (ShowState.OPEN, ShowVerb.POSTPONE): (ShowState.POSTPONED, Effect.END),
        (ShowState.ON_GOING, ShowVerb.POSTPONE): (ShowState.POSTPONED, Effect.END),
        (ShowState.CLOSED, ShowVerb.POSTPONE): (ShowState.POSTPONED, Effect.END),
        (ShowState.DRAFT, ShowVerb.CANCEL): (ShowState.CANCELLED, Effect.END),
        (ShowState.UPCOMING, ShowVerb.CANCEL): (ShowState.CANCELLED, Effect.END),
        (ShowState.OPEN, ShowVerb.CANCEL): (ShowState.CANCELLED, Effect.END),
        (ShowState.ON_GOING, ShowVerb.CANCEL): (ShowState.CANCELLED, Effect.END),
        (ShowState.CLOSED, ShowVerb.CANCEL): (ShowState.CANCELLED, Effect.END),
        (ShowState.POSTPONED, ShowVerb.CANCEL): (ShowState.CANCELLED, Effect.END),
    }
)

SELLING = frozenset({ShowState.OPEN, ShowState.ON_GOING})
"""In these states people are called from the lobby."""
GATHERING = SELLING | {ShowState.UPCOMING}
"""In these states people are given places in it."""

_REFUSALS: Mapping[ShowState, str] = {
    ShowState.DRAFT: N_("That is not possible now: the show has not been announced."),
    ShowState.UPCOMING: N_("That is not possible now: the sale has not opened yet."),
    ShowState.OPEN: N_("That is not possible now: the sale is open."),
    ShowState.ON_GOING: N_("That is not possible now: the show is being played."),
    ShowState.CLOSED: N_("That is not possible now: the sale is closed."),
    ShowState.CANCELLED: N_("That is not possible any more: the show was cancelled."),
    ShowState.POSTPONED: N_("That is not possible now: the show was postponed."),
}


def wrong_show_state(state: ShowState) -> Conflict:
    """Return the refusal that names the state a show is really in, ready to raise."""
    return Conflict("wrong_show_state", _REFUSALS[state], state=state.value)


def next_show_state(state: ShowState, verb: ShowVerb) -> tuple[ShowState, Effect]:
    """Return where a verb leads and what it does to lobbies; raises Conflict `wrong_show_state`."""
    try:
        return SHOW_TRANSITIONS[state, verb]
    except KeyError:
        raise wrong_show_state(state) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """What is played. Instants are µs UTC."""

    id: str
    branch_id: str
    name: str
    description: str
    state: ShowState
    opens_at: int | None
    closes_at: int | None
    rules: ShowRules
    edited: int
    created_at: int
    archived_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """One date of a show, with its lobby. Instants are µs UTC.

    `prices` are by category: the words that a guest reads, and the amount in minor units where there is one.
    """

    id: str
    branch_id: str
    show_id: str
    queue_id: str
    starts_at: int
    doors_at: int | None
    prices: Mapping[str, Mapping[str, Any]]
    seed: str
    seed_hash: str
    drawn_at: int | None
    opened_at: int | None
    paused_at: int | None
    ended_at: int | None
    edited: int
    created_at: int
    archived_at: int | None

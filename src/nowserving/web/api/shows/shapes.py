"""Shows, their performances and their lobbies as JSON. There is nothing personal in any of it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from nowserving.actions.shows.drawing import PublishedDraw
from nowserving.actions.shows.selling import LobbyChange, ShowChange, gate_of
from nowserving.domain.shows.oversight import LobbyNumbers, PerformanceNumbers, SectionNumbers
from nowserving.domain.shows.rules import show_rules_to
from nowserving.domain.shows.show import Performance, Show
from nowserving.domain.tickets.estimate import Range
from nowserving.web.api.tickets.ticket_models import Estimate, Named, Told
from nowserving.web.wire.resource import Shape
from nowserving.web.wire.ticket_json import instant

ShowStates = Literal["draft", "upcoming", "open", "on_going", "closed", "cancelled", "postponed"]
Gate = Literal["closed", "early", "open", "paused", "ended"]


class ShowShape(Shape):
    """A show: what is played, and by which rules its seats are sold."""

    id: str
    branch_id: str
    name: str
    description: str
    state: ShowStates
    opens_at: str | None
    closes_at: str | None
    rules: dict[str, Any]
    edited: int
    created_at: str
    archived_at: str | None


class PerformanceShape(Shape):
    """One date of a show. Its lobby is the queue `queue_id`; `gate` says how that stands."""

    id: str
    branch_id: str
    show_id: str
    queue_id: str
    starts_at: str
    doors_at: str | None
    prices: dict[str, Any]
    gate: Gate
    seed_hash: str
    drawn_at: str | None
    opened_at: str | None
    paused_at: str | None
    ended_at: str | None
    edited: int
    created_at: str
    archived_at: str | None


class LobbyChangeShape(Shape):
    """What a change of a show did to one performance, in numbers of places and seats."""

    performance_id: str
    starts_at: str
    effect: Literal["gather", "start", "keep", "end"]
    drawn: int
    called: int
    told: int
    freed: int


class ShowChangeShape(Shape):
    """A show as it is now, and what the change did to each of its performances."""

    show: ShowShape
    performances: list[LobbyChangeShape]


class LobbyRowShape(Shape):
    """The lobby of one date; `estimated_wait` is that of somebody who joins now, null while it is unknown."""

    performance_id: str
    queue_id: str
    starts_at: str
    gate: Gate
    waiting: int
    called: int
    choosing: int
    average_service_s: int
    estimated_wait: Estimate | None


class SectionShape(Shape):
    """The seats of one section by what became of them; `name` is "" where the plan gives none."""

    name: str
    seats: int
    sold: int
    held: int
    blocked: int
    free: int


class LiveNumbersShape(Shape):
    """Everything an organiser watches, all of one instant `at`. `house` is null without a seat map."""

    performance_id: str
    show_id: str
    at: str
    state: ShowStates
    gate: Gate
    starts_at: str
    waiting: int
    called: int
    choosing: int
    absent: int
    visits: int
    admitted_per_minute: int
    choosing_limit: int
    admit_per_minute: int | None
    average_service_s: int
    average_coming_s: int
    estimated_wait: Estimate | None
    house: SectionShape | None
    sections: list[SectionShape]
    expected_end_at: str | None
    poll_after_s: int


class LobbyLinks(Shape):
    """Where a lobby leads on to."""

    self_: str = Field(alias="self")
    places: str
    draw: str
    page: str
    stream: str


class PublicLobbyShape(Shape):
    """A lobby as everybody may know it. `seed_hash` is that of the draw, `drawn_at` when it was."""

    performance_id: str
    queue_id: str
    show: Named
    state: ShowStates
    gate: Gate
    takes_places: bool
    starts_at: str
    doors_at: str | None
    opens_at: str | None
    closes_at: str | None
    seed_hash: str
    drawn_at: str | None
    waiting: int
    estimated_wait: Estimate | None
    message: Told | None
    poll_after_s: int
    links: LobbyLinks


class DrawShape(Shape):
    """The draw of the early places: anonymous, in their order, to be drawn again by anybody."""

    performance_id: str
    seed_hash: str
    seed: str | None
    drawn_at: str | None
    places: list[str] | None


class RateShape(Shape):
    """How many choose at once, and how many are called in any minute at most (null: as there is room)."""

    choosing: int
    admit_per_minute: int | None


def show_json(show: Show) -> dict[str, Any]:
    """Return a show as JSON."""
    return {
        "id": show.id,
        "branch_id": show.branch_id,
        "name": show.name,
        "description": show.description,
        "state": show.state.value,
        "opens_at": instant(show.opens_at),
        "closes_at": instant(show.closes_at),
        "rules": show_rules_to(show.rules),
        "edited": show.edited,
        "created_at": instant(show.created_at),
        "archived_at": instant(show.archived_at),
    }


def performance_json(show: Show, one: Performance) -> dict[str, Any]:
    """Return a performance as JSON. Its seed is in the draw, once that is published."""
    times = ("starts_at", "doors_at", "drawn_at", "opened_at", "paused_at", "ended_at")
    return {
        "id": one.id,
        "branch_id": one.branch_id,
        "show_id": one.show_id,
        "queue_id": one.queue_id,
        **{name: instant(getattr(one, name)) for name in times},
        "prices": {category: dict(price) for category, price in one.prices.items()},
        "gate": gate_of(show, one),
        "seed_hash": one.seed_hash,
        "edited": one.edited,
        "created_at": instant(one.created_at),
        "archived_at": instant(one.archived_at),
    }


def change_json(change: ShowChange) -> dict[str, Any]:
    """Return what a change of a show did as JSON."""
    return {"show": show_json(change.show), "performances": [_lobby_change(one) for one in change.lobbies]}


def _lobby_change(one: LobbyChange) -> dict[str, Any]:
    return {
        "performance_id": one.performance_id,
        "starts_at": instant(one.starts_at),
        "effect": one.effect.value,
        "drawn": one.drawn,
        "called": one.admitted,
        "told": one.told,
        "freed": one.released,
    }


def row_json(numbers: PerformanceNumbers, wait: Range | None) -> dict[str, Any]:
    """Return the lobby of one date as JSON."""
    lobby = numbers.lobby
    return {
        "performance_id": numbers.performance.id,
        "queue_id": numbers.performance.queue_id,
        "starts_at": instant(numbers.performance.starts_at),
        "gate": numbers.gate,
        "waiting": lobby.waiting,
        "called": lobby.called,
        "choosing": lobby.choosing,
        "average_service_s": round(lobby.service_s),
        "estimated_wait": wait_json(wait),
    }


def numbers_json(numbers: PerformanceNumbers, wait: Range | None, at: int, again_s: int) -> dict[str, Any]:
    """Return what an organiser watches as JSON."""
    show, performance = numbers.show, numbers.performance
    return {
        "performance_id": performance.id,
        "show_id": show.id,
        "at": instant(at),
        "state": show.state.value,
        "gate": numbers.gate,
        "starts_at": instant(performance.starts_at),
        **_line(numbers.lobby),
        "choosing_limit": numbers.limit,
        "admit_per_minute": numbers.admit_per_minute,
        "estimated_wait": wait_json(wait),
        "house": section_json(numbers.house) if numbers.house else None,
        "sections": [section_json(one) for one in numbers.sections],
        "expected_end_at": instant(numbers.expected_end_at),
        "poll_after_s": again_s,
    }


def _line(lobby: LobbyNumbers) -> dict[str, Any]:
    counted = ("waiting", "called", "choosing", "absent", "visits", "admitted_per_minute")
    return {
        **{name: getattr(lobby, name) for name in counted},
        "average_service_s": round(lobby.service_s),
        "average_coming_s": round(lobby.coming_s),
    }


def section_json(one: SectionNumbers) -> dict[str, Any]:
    """Return the numbers of a section as JSON."""
    return {name: getattr(one, name) for name in SectionShape.model_fields}


def draw_json(draw: PublishedDraw) -> dict[str, Any]:
    """Return a draw as JSON."""
    return {
        "performance_id": draw.performance_id,
        "seed_hash": draw.seed_hash,
        "seed": draw.seed,
        "drawn_at": instant(draw.drawn_at),
        "places": draw.places,
    }


def wait_json(wait: Range | None) -> dict[str, int] | None:
    """Return a wait as JSON, or None where it is unknown."""
    return None if wait is None else {"low_s": wait.low_s, "high_s": wait.high_s}

"""The life of a show, and what each change does to the lobby of every performance, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nowserving.actions.layout.telling import tell_line
from nowserving.actions.messages.telling import tell_who_is_near
from nowserving.actions.seats.freeing import release_of
from nowserving.actions.shows.organising import gate_is_closed, live_show, new_lobby, set_lobby
from nowserving.actions.tickets.admitting import admit_free
from nowserving.actions.tickets.moving import move
from nowserving.domain.shows.draw import drawn, drawn_ranks, place_id, seed_hash
from nowserving.domain.shows.rules import lobby_rules
from nowserving.domain.shows.show import (
    SELLING,
    Effect,
    Performance,
    Show,
    ShowState,
    ShowVerb,
    next_show_state,
)
from nowserving.domain.tickets.ticket import State, Ticket, Verb
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.shows import lobbies
from nowserving.store.shows import shows as rows
from nowserving.store.tickets.places import known_queue

EVENT_OF_SHOW = {
    ShowVerb.ANNOUNCE: "show.announced",
    ShowVerb.OPEN: "show.opened",
    ShowVerb.BEGIN: "show.began",
    ShowVerb.CLOSE: "show.closed",
    ShowVerb.CANCEL: "show.cancelled",
    ShowVerb.POSTPONE: "show.postponed",
}
_WHY = {ShowVerb.CLOSE: "closed", ShowVerb.CANCEL: "cancelled", ShowVerb.POSTPONE: "postponed"}


@dataclass(frozen=True, slots=True)
class LobbyChange:
    """What a change of a show did to one performance: whom it was told to, and how many seats were freed."""

    performance_id: str
    starts_at: int
    effect: Effect
    told: int = 0
    released: int = 0
    drawn: int = 0
    admitted: int = 0


class _Said(NamedTuple):
    """Why a lobby ends, in a word for the log, and what its line is told, in the organiser's."""

    why: str
    message: str


@dataclass(frozen=True, slots=True)
class ShowChange:
    """A show as it is now, and what its change did to each of its lobbies."""

    show: Show
    lobbies: tuple[LobbyChange, ...]


@action(scope="show_id")
def change_show(tx: Tx, *, show_id: str, to: ShowVerb, message: str = "") -> ShowChange:
    """Move a show by a verb of its table, and let every lobby follow.

    `message` is what everybody in line is told, where the change ends their lobbies. Raises NotFound,
    Conflict `wrong_show_state`, Invalid.
    """
    return _change(tx, live_show(tx, show_id), to, message, actor=None)


@action(scope="branch_id")
def change_due_shows(tx: Tx, *, branch_id: str) -> int:
    """Open and close the shows of a branch whose hour has come; returns how many.

    Under the lock it looks again: what somebody did by hand a moment before is done.
    """
    due = rows.shows_due(tx, tx.now, branch_id)
    for show in due:
        _change(tx, show, ShowVerb.CLOSE if show.state in SELLING else ShowVerb.OPEN, "", actor="rule")
    return len(due)


def _change(tx: Tx, before: Show, verb: ShowVerb, message: str, actor: str | None) -> ShowChange:
    state, effect = next_show_state(before.state, verb)
    after = rows.update_show(tx, before, {"state": state, **_deadlines_left(tx, before, state)})
    tx.emit(EVENT_OF_SHOW[verb], actor=actor, show_id=after.id, name=after.name, state=state.value)
    performances = rows.performances(tx, after.id)
    said = _Said(_WHY.get(verb, ""), message)
    return ShowChange(after, tuple(_follow(tx, after, one, effect, said) for one in performances))


def _deadlines_left(tx: Tx, show: Show, state: ShowState) -> dict[str, None]:
    """Return the planned instants that are over: nothing opens or closes by itself twice."""
    past: dict[str, None] = {}
    if show.opens_at is not None and state is not ShowState.UPCOMING:
        past["opens_at"] = None
    if (
        show.closes_at is not None
        and (state not in SELLING or show.closes_at <= tx.now)
        and state is not ShowState.UPCOMING
    ):
        past["closes_at"] = None
    return past


def _follow(tx: Tx, show: Show, performance: Performance, effect: Effect, said: _Said) -> LobbyChange:
    if effect is Effect.GATHER:
        _gather(tx, show, performance)
    elif effect is Effect.START:
        return _start(tx, show, performance)
    elif effect is Effect.END:
        return _end(tx, show, performance, said)
    return LobbyChange(performance.id, performance.starts_at, effect)


def _gather(tx: Tx, show: Show, performance: Performance) -> Performance:
    """Let people take early places; a lobby that was ended is a new one, with numbers from the beginning."""
    if performance.ended_at is None:
        set_lobby(tx, performance, lobby_rules(show.rules, gate_closed=True, undrawn=True), paused_at=None)
        return performance
    queue_id = new_lobby(tx, show, gate_closed=True, takes_places=True)
    changes: dict[str, object] = {
        "queue_id": queue_id,
        "ended_at": None,
        "opened_at": None,
        "paused_at": None,
    }
    if performance.drawn_at is not None and show.state is ShowState.UPCOMING:
        # Its seed was revealed: whoever comes early again is drawn by one that nobody has seen.
        seed = tx.new_secret()
        changes |= {"seed": seed, "seed_hash": seed_hash(seed), "drawn_at": None}
    return rows.update_performance(tx, performance, changes)


def _start(tx: Tx, show: Show, performance: Performance) -> LobbyChange:
    """Draw those who came early, open the gate, and call whom there is room for."""
    if performance.ended_at is not None:
        performance = _gather(tx, show, performance)
    many = 0
    changes = {"opened_at": tx.now, "paused_at": None}
    if performance.drawn_at is None:
        many = draw_places(tx, performance)
        changes["drawn_at"] = tx.now
    after = rows.update_performance(tx, performance, changes)
    set_lobby(tx, after, lobby_rules(show.rules, gate_closed=False), paused_at=None)
    tx.emit(
        "lobby.opened",
        queue_id=after.queue_id,
        show_id=show.id,
        performance_id=after.id,
        name=show.name,
        drawn=many,
        seed_hash=after.seed_hash,
    )
    called = admit_free(tx, known_queue(tx, after.queue_id))
    tell_who_is_near(tx, after.queue_id)
    return LobbyChange(after.id, after.starts_at, Effect.START, drawn=many, admitted=len(called))


def draw_places(tx: Tx, performance: Performance) -> int:
    """Give every early place of a lobby the rank that its lot says; returns how many there were."""
    waiting = {place_id(ticket.key): ticket for ticket in lobbies.waiting(tx, performance.queue_id)}
    if not waiting:
        return 0
    first = min(ticket.rank for ticket in waiting.values())
    order = drawn(performance.seed, waiting)
    for place, rank in zip(order, drawn_ranks(first, len(order)), strict=True):
        move(tx, waiting[place], Verb.DRAW, actor="rule", rank=rank)
    return len(order)


def _end(tx: Tx, show: Show, performance: Performance, said: _Said) -> LobbyChange:
    """Tell everybody in line, end passes and holds, and let nobody come: nothing is left behind."""
    if performance.ended_at is not None:
        return LobbyChange(performance.id, performance.starts_at, Effect.END)
    set_lobby(tx, performance, lobby_rules(show.rules, gate_closed=True), paused_at=tx.now)
    if said.message:
        tell_line(tx, queue_id=performance.queue_id, text=said.message)
    inside = lobbies.open_places(tx, performance.queue_id)
    released = sum(_send_away(tx, ticket, said.why) for ticket in inside)
    rows.update_performance(tx, performance, {"ended_at": tx.now, "paused_at": None})
    tx.emit(
        "lobby.ended",
        queue_id=performance.queue_id,
        show_id=show.id,
        performance_id=performance.id,
        name=show.name,
        told=len(inside),
        released=released,
        why=said.why,
    )
    return LobbyChange(performance.id, performance.starts_at, Effect.END, told=len(inside), released=released)


def _send_away(tx: Tx, ticket: Ticket, why: str) -> int:
    """End a place, and what was held under its pass; returns how many seats were freed."""
    if ticket.state is State.SERVING:
        released = release_of(tx, ticket.id)
        move(tx, ticket, Verb.FINISH, actor="rule", why="closed")
        return released
    move(tx, ticket, Verb.CANCEL, actor="rule", why=why)
    return 0


def gate_of(show: Show, performance: Performance) -> str:
    """Return how the lobby of a performance stands, in one word: closed, early, open, paused or ended."""
    if performance.ended_at is not None:
        return "ended"
    if show.state is ShowState.UPCOMING:
        return "early"
    if show.state not in SELLING:
        return "closed"
    return "paused" if gate_is_closed(show, performance) else "open"

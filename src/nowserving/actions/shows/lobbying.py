"""The lobby of a performance: taking a place in it, letting it stand still, and how fast people are let in.

A lobby is an ordinary queue, and a place in it is a ticket: joining, leaving and being called are the verbs
of tickets. Here is only what a lobby has besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nowserving.actions.layout.telling import tell_line
from nowserving.actions.messages.contacts import checked_contact
from nowserving.actions.shows.organising import live_performance, live_show, set_lobby
from nowserving.actions.tickets.admitting import admit_free
from nowserving.actions.tickets.joining import Joined, join
from nowserving.actions.tickets.moving import find, move
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.branch import Queue
from nowserving.domain.shows.rules import ShowRules, rules_from, show_rules_to
from nowserving.domain.shows.show import GATHERING, SELLING, Performance, Show, wrong_show_state
from nowserving.domain.tickets.estimate import Pace
from nowserving.domain.tickets.ticket import State, Ticket, Verb
from nowserving.errors import N_, Conflict, invalid_field
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.shows import lobbies
from nowserving.store.shows import shows as rows
from nowserving.store.tickets import tickets as ticket_rows
from nowserving.store.tickets.places import known_queue

_BATCH = 500


@action(scope="performance_id")
def take_place(
    tx: Tx,
    *,
    performance_id: str,
    joined_from: str,
    contact: Mapping[str, Any] | None = None,
    language: str = "",
    pace: Pace | None = None,
) -> Joined:
    """Give somebody a place in the lobby of a performance, from the device whose secret has this hash.

    A device that has an open place gets it back. Before the opening the place is an early one, and the lot
    will say where it stands. Raises NotFound, Conflict `wrong_show_state`, `one_per_contact`, and what
    joining refuses.
    """
    performance = live_performance(tx, performance_id)
    show = live_show(tx, performance.show_id)
    if show.state not in GATHERING or performance.ended_at is not None:
        raise wrong_show_state(show.state)
    if show.rules.one_per_contact:
        _check_contact(tx, performance, joined_from, contact, language)
    return join(
        tx,
        queue_id=performance.queue_id,
        remote=True,
        through_show=True,
        joined_from=joined_from,
        contact=contact,
        language=language,
        # Before the draw nobody knows how long anybody will wait.
        pace=pace if show.state in SELLING else None,
    )


@action(scope="performance_id")
def pause_lobby(tx: Tx, *, performance_id: str) -> Performance:
    """Call nobody for a while. Everybody keeps their place, people still come, and passes go on."""
    performance, show = _selling(tx, performance_id)
    if performance.paused_at is not None:
        return performance
    after = rows.update_performance(tx, performance, {"paused_at": tx.now})
    _shut(tx, after, closed=True)
    _emit(tx, "lobby.paused", after, show)
    return after


@action(scope="performance_id")
def resume_lobby(tx: Tx, *, performance_id: str) -> Performance:
    """Call people again, as many as there is room for by now."""
    performance, show = _selling(tx, performance_id)
    if performance.paused_at is None:
        return performance
    after = rows.update_performance(tx, performance, {"paused_at": None})
    _shut(tx, after, closed=False)
    _emit(tx, "lobby.resumed", after, show)
    admit_free(tx, known_queue(tx, after.queue_id))
    return after


@action(scope="performance_id")
def set_rate(tx: Tx, *, performance_id: str, choosing: int, admit_per_minute: int | None) -> Performance:
    """Say how many choose seats of this performance at once, and how many are called in any minute at most.

    More are called at once where there is room now; who is inside stays inside where there is less. Raises
    Invalid.
    """
    performance = live_performance(tx, performance_id)
    show = live_show(tx, performance.show_id)
    wanted = {"choosing": choosing, "admit_per_minute": admit_per_minute}
    rules: ShowRules = rules_from({**show_rules_to(show.rules), **wanted}, "")
    queue = known_queue(tx, performance.queue_id)
    before = {"choosing": queue.rules.capacity, "admit_per_minute": queue.rules.admit_per_minute}
    if before == wanted:
        return performance
    changed = replace(queue.rules, capacity=rules.choosing, admit_per_minute=rules.admit_per_minute)
    set_lobby(tx, performance, changed)
    _emit(tx, "lobby.rated", performance, show, before=before, after=wanted)
    admit_free(tx, known_queue(tx, performance.queue_id))
    return performance


@action(scope="performance_id")
def tell_lobby(tx: Tx, *, performance_id: str, text: str) -> Queue:
    """Tell everybody in a lobby something; no words take back what was told last. Raises Invalid.

    Returns the lobby, with what was told and when.
    """
    performance = live_performance(tx, performance_id)
    return tell_line(tx, queue_id=performance.queue_id, text=text)


@action(scope="queue_id")
def note_presence(tx: Tx, *, queue_id: str, seen: Mapping[int, int]) -> int:
    """Put down when places were last heard of: {ticket id: µs}; returns how many came back by that.

    A place that was set aside comes back with the rank that it had, for nobody is worse off than if it had
    never been away; once its grace is over it is gone.
    """
    lobbies.put_down(tx, {ticket_id: (queue_id, at) for ticket_id, at in seen.items()})
    back = 0
    for ticket in lobbies.absent_among(tx, queue_id, seen):
        if ticket.deadline_at is None or ticket.deadline_at > tx.now:
            rank = ticket_rows.free_rank(tx, queue_id, ticket.rank)
            move(tx, ticket, Verb.REQUEUE, actor="guest", rank=rank, why="returned")
            back += 1
    if back:
        admit_free(tx, known_queue(tx, queue_id))
    return back


@action(scope="key")
def come_back(tx: Tx, *, key: str) -> Ticket:
    """Bring a place back that was set aside as absent: its guest is looking at it now."""
    ticket = find(tx, key)
    if ticket.state is State.PARKED and ticket.deadline_at is not None:
        note_presence(tx, queue_id=ticket.queue_id, seen={ticket.id: tx.now})
    return find(tx, key)


@action(scope="queue_id")
def set_absent_aside(tx: Tx, *, queue_id: str, heard_since: int) -> int:
    """Set places aside of which nothing was heard for longer than the queue's limit; returns how many.

    `heard_since` is since when anybody could be heard (µs): while the server was away, nobody was absent.
    Lines never stall by it: whoever is set aside is called by nobody.
    """
    queue = known_queue(tx, queue_id)
    limit_s = queue.rules.absence_limit_s
    if limit_s is None or queue.paused or queue.rules.gate_closed:
        return 0
    before = tx.now - limit_s * SECOND_US
    if before <= heard_since:
        return 0
    absent = lobbies.unheard_of(tx, queue_id, before, _BATCH)
    for ticket in absent:
        grace_s = queue.rules.absence_grace_s
        until = None if grace_s is None else tx.now + grace_s * SECOND_US
        move(tx, ticket, Verb.PARK, actor="rule", why="absent", deadline_at=until)
    return len(absent)


def _selling(tx: Tx, performance_id: str) -> tuple[Performance, Show]:
    performance = live_performance(tx, performance_id)
    show = live_show(tx, performance.show_id)
    if show.state not in SELLING or performance.ended_at is not None:
        raise wrong_show_state(show.state)
    return performance, show


def _shut(tx: Tx, performance: Performance, *, closed: bool) -> None:
    queue = known_queue(tx, performance.queue_id)
    set_lobby(tx, performance, replace(queue.rules, gate_closed=closed))


def _check_contact(
    tx: Tx, performance: Performance, joined_from: str, contact: Mapping[str, Any] | None, language: str
) -> None:
    """Refuse a second place for an address or a number that has one already, from another device."""
    read = checked_contact(tx, known_queue(tx, performance.queue_id), contact, language)
    if read is None or not (read.email or read.phone):
        message = N_("Leave an e-mail address or a phone number: one place for each.")
        raise invalid_field("/contact", "required", message)
    others = lobbies.places_with(tx, performance.queue_id, read.email, read.phone)
    if any(ticket.joined_from != joined_from for ticket in others):
        message = N_("Somebody with this address or number has a place in this line already.")
        raise Conflict("one_per_contact", message)


def _emit(tx: Tx, verb: str, performance: Performance, show: Show, **more: Any) -> None:
    tx.emit(
        verb,
        queue_id=performance.queue_id,
        show_id=show.id,
        performance_id=performance.id,
        name=show.name,
        **more,
    )

"""Shows and their performances as an organiser sets them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.editing import (
    archived,
    check_fresh,
    live_queue,
    read_changes,
    told,
    with_rest,
)
from nowserving.actions.layout.queues import new_queue
from nowserving.actions.tickets.admitting import admit_after
from nowserving.domain.shows import fields
from nowserving.domain.shows.draw import seed_hash
from nowserving.domain.shows.rules import ShowRules, lobby_rules, show_rules_to
from nowserving.domain.shows.show import GATHERING, SELLING, Performance, Show, ShowState
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import edit_value
from nowserving.store.shows import shows as rows

_MOST_PERFORMANCES = 500
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@action(scope="branch_id")
def create_show(tx: Tx, *, branch_id: str, name: str, **given: Any) -> Show:
    """Add a show as a draft: nobody sees it before it is announced.

    `given` are description, opens_at, closes_at (µs) and rules; what is left out has its default. Raises
    Invalid.
    """
    live_branch(tx, branch_id)
    read = read_fields({"name": name, **given}, "", fields.SHOW)
    defaults = {"description": "", "opens_at": None, "closes_at": None, "rules": ShowRules()}
    show = Show(
        **{**defaults, **read},
        id=tx.new_id(),
        branch_id=branch_id,
        state=ShowState.DRAFT,
        edited=1,
        created_at=tx.now,
        archived_at=None,
    )
    _check_show(show)
    rows.insert_show(tx, show)
    tx.emit("show.created", show_id=show.id, after=_shown(show, fields.SHOW))
    return show


@action(scope="show_id")
def edit_show(tx: Tx, *, show_id: str, changes: Mapping[str, object], expected: int | None = None) -> Show:
    """Change a show. Rules that are left out stay as they are, and hold in its lobbies at once.

    Raises Stale, Conflict, Invalid.
    """
    before = live_show(tx, show_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, with_rest(changes, "rules", show_rules_to(before.rules)), fields.SHOW)
    if not wanted:
        return before
    _check_show(replace(before, **wanted))
    after = rows.update_show(tx, before, wanted)
    edit: dict[str, Any] = {"before": _shown(before, wanted), "after": _shown(after, wanted)}
    tx.emit("show.edited", show_id=show_id, name=before.name, **edit)
    if "rules" in wanted:
        for performance in rows.performances(tx, show_id):
            gate_closed = gate_is_closed(after, performance)
            undrawn = performance.drawn_at is None
            set_lobby(tx, performance, lobby_rules(after.rules, gate_closed=gate_closed, undrawn=undrawn))
            admit_after(tx, performance.queue_id)
    return after


@action(scope="show_id")
def archive_show(tx: Tx, *, show_id: str) -> Show:
    """Take a show away for good, with its performances. Its history stays.

    Raises Conflict `show_going_on` while people can take places in its lobbies: close or cancel it first.
    """
    before = live_show(tx, show_id)
    if before.state in GATHERING:
        raise Conflict(
            "show_going_on", N_("People can take places in line for this show. Close or cancel it first.")
        )
    for performance in rows.performances(tx, show_id):
        _archive(tx, performance)
    after = rows.update_show(tx, before, {"archived_at": tx.now})
    tx.emit("show.archived", show_id=show_id, name=before.name)
    return after


@action(scope="show_id")
def create_performance(tx: Tx, *, show_id: str, starts_at: int, **given: Any) -> Performance:
    """Add a date to a show, with a lobby of its own and the secret seed of its draw.

    `given` are doors_at (µs) and prices. Raises Invalid, and Conflict for a show that is over.
    """
    show = live_show(tx, show_id)
    if len(rows.performances(tx, show_id)) >= _MOST_PERFORMANCES:
        message = N_("A show may have %(most)s performances at most.")
        raise Conflict("too_many_performances", message, most=_MOST_PERFORMANCES)
    read = read_fields({"starts_at": starts_at, **given}, "", fields.PERFORMANCE)
    seed = tx.new_secret()
    wanted = {"doors_at": None, "prices": {}, **read}
    _check_times(wanted["starts_at"], wanted["doors_at"])
    performance = Performance(
        **wanted,
        id=tx.new_id(),
        branch_id=show.branch_id,
        show_id=show_id,
        queue_id=new_lobby(
            tx, show, gate_closed=show.state not in SELLING, takes_places=show.state in GATHERING
        ),
        seed=seed,
        seed_hash=seed_hash(seed),
        drawn_at=tx.now if show.state in SELLING else None,
        opened_at=tx.now if show.state in SELLING else None,
        paused_at=None,
        ended_at=None,
        edited=1,
        created_at=tx.now,
        archived_at=None,
    )
    rows.insert_performance(tx, performance)
    tx.emit(
        "performance.created",
        queue_id=performance.queue_id,
        show_id=show_id,
        performance_id=performance.id,
        name=show.name,
        after=_shown(performance, fields.PERFORMANCE),
    )
    return performance


@action(scope="performance_id")
def edit_performance(
    tx: Tx, *, performance_id: str, changes: Mapping[str, object], expected: int | None = None
) -> Performance:
    """Change the date, the doors or the prices of a performance. Raises Stale, Conflict, Invalid."""
    before = live_performance(tx, performance_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, changes, fields.PERFORMANCE)
    if not wanted:
        return before
    after = replace(before, **wanted)
    _check_times(after.starts_at, after.doors_at)
    after = rows.update_performance(tx, before, wanted)
    edit: dict[str, Any] = {"before": _shown(before, wanted), "after": _shown(after, wanted)}
    tx.emit(
        "performance.edited",
        queue_id=before.queue_id,
        show_id=before.show_id,
        performance_id=performance_id,
        name=_name(tx, before),
        **edit,
    )
    return after


@action(scope="performance_id")
def archive_performance(tx: Tx, *, performance_id: str) -> Performance:
    """Take a date away for good. Raises Conflict `show_going_on` while people can come to it."""
    before = live_performance(tx, performance_id)
    if live_show(tx, before.show_id).state in GATHERING:
        raise Conflict(
            "show_going_on", N_("People can take places in line for this show. Close or cancel it first.")
        )
    return _archive(tx, before)


def live_show(tx: Tx, show_id: str) -> Show:
    """Return a show that may be changed; raises NotFound, or Conflict `archived`."""
    found = tx.kept(rows.show, show_id)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    if found.archived_at is not None:
        raise archived()
    return found


def live_performance(tx: Tx, performance_id: str) -> Performance:
    """Return a performance that may be changed; raises NotFound, or Conflict `archived`."""
    found = tx.kept(rows.performance, performance_id)
    if found is None or found.branch_id != tx.scope_id:
        raise not_found()
    if found.archived_at is not None:
        raise archived()
    return found


def gate_is_closed(show: Show, performance: Performance) -> bool:
    """Tell whether nobody is called from a lobby for now."""
    return show.state not in SELLING or performance.paused_at is not None


def new_lobby(tx: Tx, show: Show, *, gate_closed: bool, takes_places: bool) -> str:
    """Make the queue that is a performance's lobby, with a free prefix; return its id."""
    queues = layout.queues(tx, show.branch_id, archived=True)
    taken = {queue.prefix for queue in queues if queue.archived_at is None}
    read = {
        "name": show.name[:100],
        "prefix": _free_prefix(tx, taken),
        "rules": lobby_rules(show.rules, gate_closed=gate_closed, undrawn=gate_closed),
    }
    queue = new_queue(tx, show.branch_id, len(queues), read)
    if not takes_places:
        edit_value(tx, schema.queues, queue, {"paused_at": tx.now})
    tx.emit("queue.created", queue_id=queue.id, after={"name": queue.name, "prefix": queue.prefix})
    return queue.id


def set_lobby(tx: Tx, performance: Performance, rules: Any, **changes: Any) -> None:
    """Write the rules of a lobby, and what else of its queue changes; nobody is called by that alone.

    What the rate had put down belongs to the rules as they were: it is reckoned anew.
    """
    queue = live_queue(tx, performance.queue_id)
    edit_value(tx, schema.queues, queue, {"rules": rules, **changes}, admit_at=None)
    tx.emit("queue.edited", queue_id=queue.id, name=queue.name, **told(queue, {"rules": rules}))


def _free_prefix(tx: Tx, taken: set[str]) -> str:
    """Return a prefix of two letters that is free, by chance: shows come and go, and queues stay."""
    free = [one + two for one in _LETTERS for two in _LETTERS if one + two not in taken]
    if not free:
        message = N_("This branch has no prefix left for another lobby. Archive shows that are over.")
        raise Conflict("no_prefix_left", message)
    return tx.random.choice(free)


def _archive(tx: Tx, performance: Performance) -> Performance:
    after = rows.update_performance(tx, performance, {"archived_at": tx.now})
    queue = layout.queue(tx, performance.queue_id)
    if queue is not None and queue.archived_at is None:
        edit_value(tx, schema.queues, queue, {"archived_at": tx.now, "paused_at": None})
        tx.emit("queue.archived", queue_id=queue.id, name=queue.name, before={})
    tx.emit(
        "performance.archived",
        queue_id=performance.queue_id,
        show_id=performance.show_id,
        performance_id=performance.id,
        name=_name(tx, performance),
    )
    return after


def _check_show(show: Show) -> None:
    if show.opens_at is not None and show.closes_at is not None and show.closes_at <= show.opens_at:
        raise invalid_field("/closes_at", "before_opening", N_("The sale can't close before it opens."))


def _check_times(starts_at: int, doors_at: int | None) -> None:
    if doors_at is not None and doors_at > starts_at:
        raise invalid_field("/doors_at", "after_start", N_("The doors can't open after the beginning."))


def _name(tx: Tx, performance: Performance) -> str:
    found = rows.show(tx, performance.show_id)
    return found.name if found else ""


def _shown(value: Show | Performance, names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: rows.show_plain(getattr(value, name)) for name in names}

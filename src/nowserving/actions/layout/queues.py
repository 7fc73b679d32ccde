"""Queues: setting them up, pausing them, closing them for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.departments import check_department
from nowserving.actions.layout.editing import check_fresh, live_queue, read_changes, reorder, told, with_rest
from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.moving import move
from nowserving.domain.layout.branch import Queue
from nowserving.domain.layout.fields import QUEUE
from nowserving.domain.tickets.agreement import check_agreement
from nowserving.domain.tickets.rules import QueueRules, rules_to
from nowserving.domain.tickets.ticket import State, Ticket, Verb
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Conflict, invalid_field
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.services import services
from nowserving.store.rows import delete_where, edit_value, insert_value, plain
from nowserving.store.tickets import tickets as ticket_rows
from nowserving.store.tickets.open_tickets import without_desk

CANCEL = "cancel"


_DEFAULTS: Mapping[str, Any] = {}


@action(scope="branch_id")
def create_queue(
    tx: Tx,
    *,
    branch_id: str,
    name: str,
    prefix: str,
    department_id: str | None = None,
    icon: str = "",
    rules: Mapping[str, Any] = _DEFAULTS,
) -> Queue:
    """Add a queue at the end of the branch's list; rules that are left out have their defaults.

    Raises Invalid, also for a prefix that another queue of the branch has, and for rules that contradict
    each other.
    """
    live_branch(tx, branch_id)
    given = {
        "name": name,
        "prefix": prefix,
        "department_id": department_id,
        "icon": icon,
        "rules": rules,
    }
    read = read_fields(given, "", QUEUE)
    check_agreement(read["rules"], rules)
    _check_no_lobby(read["rules"])
    check_department(tx, branch_id, read["department_id"])
    _check_prefix(tx, branch_id, read["prefix"])
    queue = new_queue(tx, branch_id, len(layout.queues(tx, branch_id, archived=True)), read)
    tx.emit("queue.created", queue_id=queue.id, after=_shown(queue))
    return queue


def new_queue(tx: Tx, branch_id: str, place: int, read: Mapping[str, Any]) -> Queue:
    """Insert a queue from fields that have been read, and return it."""
    queue = Queue(
        **{"department_id": None, "icon": "", "rules": QueueRules(), **read},
        id=tx.new_id(),
        branch_id=branch_id,
        place=place,
        paused_at=None,
        waiting=0,
        late_s=0,
        edited=1,
        archived_at=None,
    )
    insert_value(tx, schema.queues, queue)
    return queue


@action(scope="queue_id")
def edit_queue(tx: Tx, *, queue_id: str, changes: Mapping[str, object], expected: int | None = None) -> Queue:
    """Change a queue. Rules that are left out stay as they are. Raises Stale, Conflict, Invalid.

    A capacity that was raised is filled at once. A new prefix is for new tickets; codes never change.
    """
    before = _own_queue(tx, queue_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, with_rest(changes, "rules", rules_to(before.rules)), QUEUE)
    if "department_id" in wanted:
        check_department(tx, before.branch_id, wanted["department_id"])
    if "prefix" in wanted:
        _check_prefix(tx, before.branch_id, wanted["prefix"])
    if "rules" in wanted:
        check_agreement(wanted["rules"], _named(changes["rules"]), before.rules)
        _check_no_lobby(wanted["rules"])
    if not wanted:
        return before
    edit_value(tx, schema.queues, before, wanted)
    tx.emit("queue.edited", queue_id=queue_id, name=before.name, **told(before, wanted))
    admit_after(tx, queue_id)
    return live_queue(tx, queue_id)


def _named(rules: object) -> Collection[str]:
    return rules.keys() if isinstance(rules, Mapping) else ()


@action(scope="queue_id")
def pause_queue(tx: Tx, *, queue_id: str) -> Queue:
    """Let nobody join for a while; those who wait are called as before."""
    before = _own_queue(tx, queue_id)
    if before.paused_at is not None:
        return before
    tx.emit("queue.paused", queue_id=queue_id, name=before.name)
    return edit_value(tx, schema.queues, before, {"paused_at": tx.now})


@action(scope="queue_id")
def resume_queue(tx: Tx, *, queue_id: str) -> Queue:
    """End a pause. What waited for capacity meanwhile is called at once."""
    before = _own_queue(tx, queue_id)
    if before.paused_at is None:
        return before
    edit_value(tx, schema.queues, before, {"paused_at": None})
    tx.emit("queue.resumed", queue_id=queue_id, name=before.name)
    admit_after(tx, queue_id)
    return live_queue(tx, queue_id)


@action(scope="branch_id")
def order_queues(tx: Tx, *, branch_id: str, queue_ids: Sequence[str]) -> None:
    """Put the queues of a branch into this order; all of them must be named."""
    if reorder(tx, schema.queues, layout.queues(tx, branch_id), queue_ids, "/queue_ids"):
        tx.emit("queue.ordered", order=list(queue_ids))


@action(scope="queue_id")
def archive_queue(tx: Tx, *, queue_id: str, waiting: str | None = None) -> Queue:
    """Close a queue for good. Its history stays; its desks don't serve it any more.

    `waiting` says what becomes of those who wait or are set aside: "cancel", or the id of a queue of
    the branch, in which they keep their time of arrival. Without it, raises Conflict `people_waiting`. Raises
    Conflict `services_here` while services lead here: their guests would have no line to come to.
    """
    before = _own_queue(tx, queue_id)
    leading = [one.name for one in services(tx, before.branch_id) if one.queue_id == queue_id]
    if leading:
        message = N_("Services lead to this queue: %(services)s. Give them another queue, or take them away.")
        raise Conflict("services_here", message, services=", ".join(leading))
    left = without_desk(tx, before.branch_id, queue_id)
    if left and waiting is None:
        message = N_("People wait in this queue. Say whether to cancel their tickets or to move them.")
        raise Conflict("people_waiting", message, waiting=len(left))
    _clear(tx, before, left, waiting)
    after = edit_value(tx, schema.queues, before, {"archived_at": tx.now, "paused_at": None})
    delete_where(tx, schema.desk_queues, schema.desk_queues.c.queue_id == queue_id)
    tx.emit("queue.archived", queue_id=queue_id, name=before.name, before=_shown(before))
    return replace(after, waiting=0)


def _clear(tx: Tx, queue: Queue, left: Sequence[Ticket], waiting: str | None) -> None:
    if waiting is not None and waiting != CANCEL:
        target = layout.queue(tx, waiting)
        if (
            target is None
            or target.archived_at
            or target.branch_id != queue.branch_id
            or target == queue
            or target.is_lobby
        ):
            message = N_("This branch has no such other queue.")
            raise invalid_field("/waiting", "unknown_queue", message)
        for ticket in left:
            _move_over(tx, ticket, waiting)
        admit_after(tx, waiting)
        return
    for ticket in left:
        move(tx, ticket, Verb.CANCEL)


def _move_over(tx: Tx, ticket: Ticket, queue_id: str) -> None:
    if ticket.state is State.PARKED:
        rank = ticket_rows.free_rank(tx, ticket.queue_id, ticket.rank)
        ticket = move(tx, ticket, Verb.REQUEUE, rank=rank)
    rank = ticket_rows.free_rank(tx, queue_id, ticket.rank)
    move(tx, ticket, Verb.TRANSFER, queue_id=queue_id, rank=rank)


def _own_queue(tx: Tx, queue_id: str) -> Queue:
    """Return a queue that is set up by itself; raises Conflict `lobby_of_show` for a show's."""
    found = live_queue(tx, queue_id)
    if found.is_lobby:
        raise Conflict("lobby_of_show", N_("This is the line of a show, and is set up with the show."))
    return found


def _check_no_lobby(rules: QueueRules) -> None:
    for name in ("needs_pass", "gate_closed", "undrawn"):
        if getattr(rules, name):
            message = N_("Only the line of a show has this, and the show sets it.")
            raise invalid_field(f"/rules/{name}", "of_lobbies", message)


def _check_prefix(tx: Tx, branch_id: str, prefix: str) -> None:
    if any(queue.prefix == prefix for queue in layout.queues(tx, branch_id)):
        message = N_("Another queue of this branch has this prefix.")
        raise invalid_field("/prefix", "taken", message)


def _shown(queue: Queue) -> dict[str, Any]:
    return {name: plain(getattr(queue, name)) for name in QUEUE}

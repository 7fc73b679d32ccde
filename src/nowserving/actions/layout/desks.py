"""Desks as an admin sets them up. Who works there, and when, is actions/tickets/desk_duty.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.departments import check_department
from nowserving.actions.layout.editing import archived, check_fresh, read_changes, reorder, told
from nowserving.actions.reservations.services import reservations_open
from nowserving.domain.layout.branch import Desk, DeskState
from nowserving.domain.layout.fields import DESK
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.reservations import open_of_desk
from nowserving.store.rows import delete_where, edit_value, insert_rows, insert_value, plain
from nowserving.store.tickets.tickets import open_at_desk


@action(scope="branch_id")
def create_desk(
    tx: Tx,
    *,
    branch_id: str,
    name: str,
    queue_ids: Sequence[str] = (),
    department_id: str | None = None,
) -> Desk:
    """Add a desk, closed, that serves these queues in this order."""
    live_branch(tx, branch_id)
    given = {"name": name, "queue_ids": queue_ids, "department_id": department_id}
    read = read_fields(given, "", DESK)
    check_department(tx, branch_id, read["department_id"])
    _check_queues(tx, branch_id, read["queue_ids"])
    desk = new_desk(tx, branch_id, len(layout.desks(tx, branch_id, archived=True)), read)
    tx.emit("desk.created", desk_id=desk.id, after=_shown(desk))
    return desk


def new_desk(tx: Tx, branch_id: str, place: int, read: Mapping[str, Any]) -> Desk:
    """Insert a desk and what it serves from fields that have been read, and return it."""
    desk = Desk(
        **{"department_id": None, "queue_ids": (), **read},
        id=tx.new_id(),
        branch_id=branch_id,
        place=place,
        state=DeskState.CLOSED,
        agent_id=None,
        since_at=tx.now,
        edited=1,
        archived_at=None,
    )
    insert_value(tx, schema.desks, desk)
    _serve(tx, desk.id, desk.queue_ids)
    return desk


@action(scope="desk_id")
def edit_desk(tx: Tx, *, desk_id: str, changes: Mapping[str, object], expected: int | None = None) -> Desk:
    """Change a desk's name, department, or the queues it serves and their order.

    Whoever is being served there stays so. Raises Stale, Conflict `archived`, Invalid.
    """
    before = _live(tx, desk_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, changes, DESK)
    if "department_id" in wanted:
        check_department(tx, before.branch_id, wanted["department_id"])
    if "queue_ids" in wanted:
        _check_queues(tx, before.branch_id, wanted["queue_ids"])
    if not wanted:
        return before
    after = edit_value(tx, schema.desks, before, wanted)
    if "queue_ids" in wanted:
        delete_where(tx, schema.desk_queues, schema.desk_queues.c.desk_id == desk_id)
        _serve(tx, desk_id, after.queue_ids)
    tx.emit("desk.edited", desk_id=desk_id, name=before.name, **told(before, wanted))
    return after


@action(scope="desk_id")
def archive_desk(tx: Tx, *, desk_id: str) -> Desk:
    """Take a desk away for good.

    Raises Conflict `desk_busy` while a ticket is open at it, `reservations_open` while anybody has been
    promised a time there.
    """
    before = _live(tx, desk_id)
    ticket = open_at_desk(tx, desk_id)
    if ticket is not None:
        message = N_("%(ticket)s is still open at this desk.")
        raise Conflict("desk_busy", message, ticket=ticket.code, state=ticket.state.value)
    promised = open_of_desk(tx, desk_id, tx.now)
    if promised:
        raise reservations_open(len(promised))
    gone = {"archived_at": tx.now, "state": DeskState.CLOSED, "agent_id": None}
    after = edit_value(tx, schema.desks, before, gone)
    delete_where(tx, schema.desk_queues, schema.desk_queues.c.desk_id == desk_id)
    tx.emit("desk.archived", desk_id=desk_id, name=before.name, before=_shown(before))
    return after


@action(scope="branch_id")
def order_desks(tx: Tx, *, branch_id: str, desk_ids: Sequence[str]) -> None:
    """Put the desks of a branch into this order; all of them must be named."""
    if reorder(tx, schema.desks, layout.desks(tx, branch_id), desk_ids, "/desk_ids"):
        tx.emit("desk.ordered", order=list(desk_ids))


def _check_queues(tx: Tx, branch_id: str, queue_ids: Sequence[str]) -> None:
    known = {queue.id for queue in layout.counters(tx, branch_id)}
    for place, queue_id in enumerate(queue_ids):
        if queue_id not in known:
            message = N_("This branch has no such queue.")
            raise invalid_field(f"/queue_ids/{place}", "unknown_queue", message)


def _serve(tx: Tx, desk_id: str, queue_ids: Sequence[str]) -> None:
    rows = [
        {"desk_id": desk_id, "queue_id": queue_id, "place": place} for place, queue_id in enumerate(queue_ids)
    ]
    insert_rows(tx, schema.desk_queues, rows)


def _live(tx: Tx, desk_id: str) -> Desk:
    found = layout.desk(tx, desk_id)
    if found is None:
        raise not_found()
    if found.archived_at is not None:
        raise archived()
    return found


def _shown(desk: Desk) -> dict[str, Any]:
    return {name: plain(getattr(desk, name)) for name in DESK}

"""Departments: named groups of queues and desks at a branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.editing import archived, check_fresh, read_changes, reorder, told
from nowserving.domain.layout.branch import Department
from nowserving.domain.layout.fields import DEPARTMENT
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import edit_value, insert_value


@action(scope="branch_id")
def create_department(tx: Tx, *, branch_id: str, name: str) -> Department:
    """Add a department at the end of the branch's list."""
    live_branch(tx, branch_id)
    read = read_fields({"name": name}, "", DEPARTMENT)
    department = Department(
        **read,
        id=tx.new_id(),
        branch_id=branch_id,
        place=len(layout.departments(tx, branch_id, archived=True)),
        edited=1,
        archived_at=None,
    )
    insert_value(tx, schema.departments, department)
    tx.emit("department.created", department_id=department.id, after=read)
    return department


@action(scope="department_id")
def edit_department(
    tx: Tx, *, department_id: str, changes: Mapping[str, object], expected: int | None = None
) -> Department:
    """Rename a department. Raises Stale, Conflict `archived`, Invalid."""
    before = _live(tx, department_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, changes, DEPARTMENT)
    if not wanted:
        return before
    after = edit_value(tx, schema.departments, before, wanted)
    tx.emit("department.edited", department_id=department_id, name=before.name, **told(before, wanted))
    return after


@action(scope="department_id")
def archive_department(tx: Tx, *, department_id: str) -> Department:
    """Take a department away. Raises Conflict `not_empty` while queues or desks belong to it."""
    before = _live(tx, department_id)
    members = [queue.department_id for queue in layout.queues(tx, before.branch_id)]
    members += [desk.department_id for desk in layout.desks(tx, before.branch_id)]
    if department_id in members:
        message = N_("Queues or desks still belong to this department. Move them first.")
        raise Conflict("not_empty", message)
    after = edit_value(tx, schema.departments, before, {"archived_at": tx.now})
    tx.emit("department.archived", department_id=department_id, name=before.name)
    return after


@action(scope="branch_id")
def order_departments(tx: Tx, *, branch_id: str, department_ids: Sequence[str]) -> None:
    """Put the departments of a branch into this order; all of them must be named."""
    found = layout.departments(tx, branch_id)
    if reorder(tx, schema.departments, found, department_ids, "/department_ids"):
        tx.emit("department.ordered", order=list(department_ids))


def check_department(tx: Tx, branch_id: str, department_id: str | None) -> None:
    """Refuse a department that is not a live one of this branch. None is fine."""
    if department_id is None:
        return
    found = layout.department(tx, department_id)
    if found is None or found.branch_id != branch_id or found.archived_at is not None:
        message = N_("This branch has no such department.")
        raise invalid_field("/department_id", "unknown_department", message)


def _live(tx: Tx, department_id: str) -> Department:
    found = layout.department(tx, department_id)
    if found is None:
        raise not_found()
    if found.archived_at is not None:
        raise archived()
    return found

"""Branches and the days on which they are closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nowserving.actions.layout.editing import archived, check_fresh, read_changes, told, with_rest
from nowserving.actions.reservations.offering import offer_in_branch
from nowserving.domain.layout.branch import Branch, Closure
from nowserving.domain.layout.fields import BRANCH, CLOSURE
from nowserving.domain.layout.screens import SCREENS
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import delete_where, edit_value, insert_value, plain, update_where
from nowserving.store.tickets.open_tickets import open_in_branch

_REQUIRED = frozenset({"name", "time_zone", "hours"})


@action(scope=None)
def create_branch(
    tx: Tx,
    *,
    name: str,
    time_zone: str,
    hours: Mapping[str, Any],
    label: str = "",
    location: Mapping[str, float] | None = None,
) -> Branch:
    """Add a branch. `hours` is {"weekly": {"mon": [["09:00", "17:00"]], …}, "day_starts_at": "00:00"}.

    `location` is {"latitude": …, "longitude": …} in degrees, or None. Raises Invalid.
    """
    given = {"name": name, "time_zone": time_zone, "hours": hours, "label": label, "location": location}
    branch = new_branch(tx, read_fields(given, "", BRANCH, required=_REQUIRED))
    tx.emit("branch.created", branch_id=branch.id, after=_shown(branch))
    return branch


def new_branch(tx: Tx, read: Mapping[str, Any]) -> Branch:
    """Insert a branch from fields that have been read, and return it."""
    branch = Branch(
        **{"label": "", "screens": dict(SCREENS), **read},
        id=tx.new_id(),
        version=0,
        edited=1,
        archived_at=None,
    )
    insert_value(tx, schema.branches, branch, created_at=tx.now)
    return branch


@action(scope="branch_id")
def edit_branch(
    tx: Tx, *, branch_id: str, changes: Mapping[str, object], expected: int | None = None
) -> Branch:
    """Change name, label, time zone, hours, screens or location (those left out stay as they are).

    Raises Stale, Conflict `archived`, Invalid.
    """
    before = live_branch(tx, branch_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, with_rest(changes, "screens", before.screens), BRANCH)
    if not wanted:
        return before
    after = edit_value(tx, schema.branches, before, wanted)
    tx.emit("branch.edited", branch_id=branch_id, **told(before, wanted))
    if "hours" in wanted:
        offer_in_branch(tx, branch_id)
    return after


@action(scope="branch_id")
def archive_branch(tx: Tx, *, branch_id: str) -> Branch:
    """Close a branch for good. Its history stays; its devices are revoked.

    Raises Conflict `people_waiting` while any ticket is open there.
    """
    before = live_branch(tx, branch_id)
    waiting = open_in_branch(tx, branch_id)
    if waiting:
        message = N_("There are open tickets here. Serve or cancel them first.")
        raise Conflict("people_waiting", message, waiting=waiting)
    after = edit_value(tx, schema.branches, before, {"archived_at": tx.now})
    devices = schema.devices
    update_where(
        tx, devices, (devices.c.branch_id == branch_id) & devices.c.revoked_at.is_(None), revoked_at=tx.now
    )
    tx.emit("branch.archived", branch_id=branch_id, before=_shown(before))
    return after


@action(scope="branch_id")
def add_closure(tx: Tx, *, branch_id: str, starts_on: str, ends_on: str, reason: str = "") -> Closure:
    """Close a branch on some days, both ends included, whatever its weekly hours say."""
    live_branch(tx, branch_id)
    read = read_fields({"starts_on": starts_on, "ends_on": ends_on, "reason": reason}, "", CLOSURE)
    if read["ends_on"] < read["starts_on"]:
        raise invalid_field("/ends_on", "ends_before_start", N_("The last day is before the first."))
    closure = Closure(id=tx.new_id(), branch_id=branch_id, **read)
    insert_value(tx, schema.closures, closure)
    tx.emit("closure.added", closure_id=closure.id, after=read)
    return closure


@action(scope="branch_id")
def import_closures(tx: Tx, *, branch_id: str, days: Sequence[tuple[str, str, str]]) -> list[Closure]:
    """Close a branch on days (first, last, reason) that are not closed yet: all or, refused, none."""
    known, made = layout.closures(tx, branch_id), list[Closure]()
    for first, last, reason in days:
        if not any(one.covers(first) and one.covers(last) for one in [*known, *made]):
            made.append(add_closure(tx, branch_id=branch_id, starts_on=first, ends_on=last, reason=reason))
    return made


@action(scope="closure_id")
def remove_closure(tx: Tx, *, closure_id: str) -> Closure:
    """Take a closure back. Raises NotFound when somebody else has done so."""
    closure = layout.closure(tx, closure_id)
    if closure is None:
        raise not_found()
    delete_where(tx, schema.closures, schema.closures.c.id == closure_id)
    shown = {"starts_on": closure.starts_on, "ends_on": closure.ends_on, "reason": closure.reason}
    tx.emit("closure.removed", closure_id=closure_id, before=shown)
    offer_in_branch(tx, closure.branch_id)
    return closure


def live_branch(tx: Tx, branch_id: str) -> Branch:
    """Return a branch that can be changed. Raises NotFound, or Conflict `archived`."""
    found = layout.branch(tx, branch_id)
    if found is None:
        raise not_found()
    if found.archived_at is not None:
        raise archived()
    return found


def _shown(branch: Branch) -> dict[str, Any]:
    return {name: plain(getattr(branch, name)) for name in BRANCH}

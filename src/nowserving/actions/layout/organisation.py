"""The house itself: its first run, its name, its colour, its languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from nowserving.actions.layout.branches import new_branch
from nowserving.actions.layout.desks import new_desk
from nowserving.actions.layout.editing import check_fresh, read_changes, told
from nowserving.actions.layout.queues import new_queue
from nowserving.actions.people.staff import new_staff
from nowserving.domain.event import ORGANISATION
from nowserving.domain.layout.branch import Branch, Desk, Organisation, Queue
from nowserving.domain.layout.fields import ORGANISATION as FIELDS
from nowserving.domain.layout.first_run import FirstRun, first_run_from
from nowserving.domain.people.roles import Role
from nowserving.domain.people.staff import StaffMember
from nowserving.errors import N_, Conflict
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.people import staff as people
from nowserving.store.rows import plain, stored, update_where


@action(scope=None)
def first_run(tx: Tx, *, answers: Mapping[str, Any], password_hash: str) -> tuple[StaffMember, Branch]:
    """Set up a whole house in one step: its name, the first admin, one branch, its queues and desks.

    Every desk serves every queue, in the order given. The web layer has checked the one-time secret
    and made `password_hash`. Raises Invalid, and Conflict `already_set_up` once there is an account.
    """
    if people.anybody(tx):
        raise Conflict("already_set_up", N_("This house is set up already. Please sign in."))
    plan = first_run_from(answers)
    _write_organisation(tx, plan.organisation)
    admin = new_staff(tx, {**plan.admin, "role": Role.ADMIN}, password_hash)
    branch = new_branch(tx, plan.branch)
    queues = [new_queue(tx, branch.id, place, read) for place, read in enumerate(plan.queues)]
    desks = _new_desks(tx, branch, queues, plan)
    tx.emit("organisation.set_up", after={name: plain(value) for name, value in plan.organisation.items()})
    tx.emit("staff.created", staff_id=admin.id, name=admin.name, role=admin.role.value)
    tx.emit(
        "branch.created",
        branch_id=branch.id,
        after={"name": branch.name},
        queues=[queue.id for queue in queues],
        desks=[desk.id for desk in desks],
    )
    return admin, branch


@action(scope=None)
def edit_organisation(tx: Tx, *, changes: Mapping[str, object], expected: int | None = None) -> Organisation:
    """Change name, accent colour or languages. `expected` is the `edition_of` what the caller has seen.

    Raises Stale, and Invalid, also for a colour on which white words can't be read.
    """
    before = layout.organisation(tx)
    check_fresh(edition_of(before), expected)
    wanted = read_changes(before, changes, FIELDS)
    if not wanted:
        return before
    _write_organisation(tx, wanted)
    tx.emit("organisation.edited", **told(before, wanted))
    return layout.organisation(tx)


def edition_of(organisation: Organisation) -> int:
    """Return a number that is another one after every edit of the organisation."""
    seen = (organisation.name, organisation.accent, organisation.languages)
    return crc32(repr(seen).encode())


def _write_organisation(tx: Tx, wanted: Mapping[str, Any]) -> None:
    values = {name: stored(value) for name, value in wanted.items()}
    update_where(tx, schema.organisations, schema.organisations.c.id == ORGANISATION, **values)


def _new_desks(tx: Tx, branch: Branch, queues: list[Queue], plan: FirstRun) -> list[Desk]:
    queue_ids = tuple(queue.id for queue in queues)
    return [
        new_desk(tx, branch.id, place, {"name": f"{plan.desk_name} {place + 1}", "queue_ids": queue_ids})
        for place in range(plan.desks)
    ]

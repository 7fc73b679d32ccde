"""People and their accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nowserving.actions.layout.editing import check_fresh, read_changes, told
from nowserving.actions.people.sign_ins import end_all, renew
from nowserving.domain.layout.fields import ACCOUNT, STAFF
from nowserving.domain.people.roles import Role
from nowserving.domain.people.staff import StaffMember
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.people import staff as people
from nowserving.store.rows import delete_where, edit_value, insert_rows, insert_value


@action(scope=None)
def create_staff(
    tx: Tx,
    *,
    name: str,
    login: str,
    role: str,
    password_hash: str,
    branch_ids: Sequence[str] = (),
    clinical: bool = False,
) -> StaffMember:
    """Add somebody with an account. An admin sees every branch, an agent those listed.

    `clinical` lets the person read what clinicians write; no role brings that along.
    """
    read = check_new_staff(name=name, login=login, role=role, branch_ids=branch_ids, clinical=clinical)
    _check_login(tx, read["login"])
    _check_branches(tx, read["branch_ids"])
    member = new_staff(tx, read, password_hash)
    tx.emit("staff.created", staff_id=member.id, name=member.name, role=member.role.value)
    return member


def check_new_staff(**given: object) -> dict[str, Any]:
    """Return the fields of a new account as they are stored; raises Invalid before anything is done."""
    return read_fields(given, "", STAFF)


def new_staff(tx: Tx, read: Mapping[str, Any], password_hash: str) -> StaffMember:
    """Insert somebody from fields that have been read, and return them."""
    member = StaffMember(
        id=tx.new_id(),
        name=read["name"],
        login=read["login"],
        role=read["role"],
        branch_ids=_places(read["role"], read.get("branch_ids", ())),
        credential_version=1,
        keyboard=True,
        edited=1,
        created_at=tx.now,
        disabled_at=None,
        clinical=read.get("clinical", False),
    )
    insert_value(tx, schema.staff, member, password_hash=password_hash)
    _insert_places(tx, member)
    return member


@action(scope=None)
def edit_staff(
    tx: Tx, *, staff_id: str, changes: Mapping[str, object], expected: int | None = None
) -> StaffMember:
    """Change name, login, role or branches. A new role ends every sign-in of the person.

    Raises NotFound, Stale, Invalid, and Conflict `last_admin` when nobody would be left to manage.
    """
    before = _found(tx, staff_id)
    check_fresh(before.edited, expected)
    wanted = _read_staff(tx, before, changes)
    if not wanted:
        return before
    if "role" in wanted:
        if before.role is Role.ADMIN:
            _keep_an_admin(tx, before)
        wanted["credential_version"] = before.credential_version + 1
        end_all(tx, staff_id)
    after: StaffMember = edit_value(tx, schema.staff, before, wanted)
    if "branch_ids" in wanted:
        delete_where(tx, schema.staff_branches, schema.staff_branches.c.staff_id == staff_id)
        _insert_places(tx, after)
    wanted.pop("credential_version", None)
    tx.emit("staff.edited", staff_id=staff_id, name=before.name, **told(before, wanted))
    return after


@action(scope=None)
def edit_account(tx: Tx, *, staff_id: str, changes: Mapping[str, object]) -> StaffMember:
    """Change what a person decides about themself: name, and whether keyboard shortcuts are on."""
    before = _found(tx, staff_id)
    wanted = read_changes(before, changes, ACCOUNT)
    if not wanted:
        return before
    after: StaffMember = edit_value(tx, schema.staff, before, wanted)
    tx.emit("staff.edited", staff_id=staff_id, name=before.name, **told(before, wanted))
    return after


@action(scope=None)
def set_password(
    tx: Tx, *, staff_id: str, password_hash: str, keep: str | None = None
) -> tuple[StaffMember, str | None]:
    """Give a person a new password; every browser and program they signed in with is signed out.

    `keep` is the hash of the sign-in that asks; it goes on under a new secret, which is returned.
    """
    before = _found(tx, staff_id)
    version = before.credential_version + 1
    secret = renew(tx, keep, staff_id, version) if keep else None
    end_all(tx, staff_id, but_version=version)
    changes = {"credential_version": version}
    after: StaffMember = edit_value(tx, schema.staff, before, changes, password_hash=password_hash)
    tx.emit("staff.password_set", staff_id=staff_id, name=before.name)
    return after, secret


@action(scope=None)
def disable_staff(tx: Tx, *, staff_id: str) -> StaffMember:
    """Take a person's access away at once. Their history stays. Raises Conflict `last_admin`."""
    before = _found(tx, staff_id)
    if before.disabled_at is not None:
        return before
    _keep_an_admin(tx, before)
    end_all(tx, staff_id)
    changes = {"disabled_at": tx.now, "credential_version": before.credential_version + 1}
    after: StaffMember = edit_value(tx, schema.staff, before, changes)
    tx.emit("staff.disabled", staff_id=staff_id, name=before.name)
    return after


@action(scope=None)
def enable_staff(tx: Tx, *, staff_id: str) -> StaffMember:
    """Give a disabled person their access back."""
    before = _found(tx, staff_id)
    if before.disabled_at is None:
        return before
    after: StaffMember = edit_value(tx, schema.staff, before, {"disabled_at": None})
    tx.emit("staff.enabled", staff_id=staff_id, name=before.name)
    return after


def _read_staff(tx: Tx, before: StaffMember, changes: Mapping[str, object]) -> dict[str, Any]:
    read = read_fields(changes, "", STAFF)
    role = read.get("role", before.role)
    if "branch_ids" in read:
        _check_branches(tx, read["branch_ids"])
    read["branch_ids"] = _places(role, read.get("branch_ids", before.branch_ids))
    wanted = {name: value for name, value in read.items() if getattr(before, name) != value}
    if "login" in wanted:
        _check_login(tx, wanted["login"])
    return wanted


def _keep_an_admin(tx: Tx, leaving: StaffMember) -> None:
    if leaving.role is Role.ADMIN and leaving.disabled_at is None and people.admins(tx) == 1:
        message = N_("This is the last admin. Make somebody else an admin first.")
        raise Conflict("last_admin", message)


def _check_login(tx: Tx, login: str) -> None:
    if people.account_by_login(tx, login) is not None:
        raise invalid_field("/login", "taken", N_("Somebody else signs in with this."))


def _check_branches(tx: Tx, branch_ids: Sequence[str]) -> None:
    known = {branch.id for branch in layout.branches(tx)}
    for place, branch_id in enumerate(branch_ids):
        if branch_id not in known:
            message = N_("There is no such branch.")
            raise invalid_field(f"/branch_ids/{place}", "unknown_branch", message)


def _places(role: Role, branch_ids: Sequence[str] | frozenset[str]) -> frozenset[str]:
    return frozenset() if role is Role.ADMIN else frozenset(branch_ids)


def _insert_places(tx: Tx, member: StaffMember) -> None:
    rows = [{"staff_id": member.id, "branch_id": one} for one in sorted(member.branch_ids)]
    insert_rows(tx, schema.staff_branches, rows)


def _found(tx: Tx, staff_id: str) -> StaffMember:
    found = people.staff_member(tx, staff_id)
    if found is None:
        raise not_found()
    return found

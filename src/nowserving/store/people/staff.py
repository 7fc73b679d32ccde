"""Reading people and what they sign in with."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, true

from nowserving.domain.people.roles import Role
from nowserving.domain.people.staff import StaffMember
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx

Source = Reader | Tx


class Account(NamedTuple):
    """Somebody with the hash of their password: for checking it, and for nothing else."""

    member: StaffMember
    password_hash: str


def staff(source: Source, *, disabled: bool = False) -> list[StaffMember]:
    """Return everybody with an account, by name; disabled ones only when asked for."""
    which = true() if disabled else schema.staff.c.disabled_at.is_(None)
    return [account.member for account in _accounts(source, which)]


def staff_member(source: Source, staff_id: str) -> StaffMember | None:
    """Return one person, disabled or not, or None."""
    found = _accounts(source, schema.staff.c.id == staff_id)
    return found[0].member if found else None


def account_by_login(source: Source, login: str) -> Account | None:
    """Return who signs in with this login, disabled or not, or None."""
    found = _accounts(source, schema.staff.c.login == login)
    return found[0] if found else None


def account(source: Source, staff_id: str) -> Account | None:
    """Return one person with the hash of their password, or None."""
    found = _accounts(source, schema.staff.c.id == staff_id)
    return found[0] if found else None


def admins(source: Source) -> int:
    """Return how many admins can sign in."""
    table = schema.staff
    query = select(func.count()).where(table.c.role == Role.ADMIN.value, table.c.disabled_at.is_(None))
    return int(source.execute(query).scalar_one())


def anybody(source: Source) -> bool:
    """Tell whether there is any account at all; if not, the first run is still to come."""
    return source.execute(select(schema.staff.c.id).limit(1)).first() is not None


def names(source: Source) -> dict[str, str]:
    """Return everybody's name by id, for the log."""
    return {row.id: row.name for row in source.execute(select(schema.staff.c.id, schema.staff.c.name))}


def _accounts(source: Source, which: ColumnElement[bool]) -> list[Account]:
    table, places = schema.staff, schema.staff_branches
    found = source.execute(select(table).where(which).order_by(table.c.name, table.c.id)).all()
    query = select(places).join(table, table.c.id == places.c.staff_id).where(which)
    branch_ids: defaultdict[str, set[str]] = defaultdict(set)
    for row in source.execute(query):
        branch_ids[row.staff_id].add(row.branch_id)
    return [Account(_member(row, branch_ids[row.id]), row.password_hash) for row in found]


def _member(row: Any, branch_ids: set[str]) -> StaffMember:
    return StaffMember(
        id=row.id,
        name=row.name,
        login=row.login,
        role=Role(row.role),
        branch_ids=frozenset(branch_ids),
        credential_version=row.credential_version,
        keyboard=bool(row.keyboard),
        edited=row.edited,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        clinical=bool(row.clinical),
    )

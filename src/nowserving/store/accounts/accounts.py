"""Guests' accounts. Secrets are known by their hash only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, select

from nowserving.domain.people.account import GuestAccount, Purpose
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx

Source = Reader | Tx

_OF_ACCOUNT = (schema.account_proofs, schema.account_sign_ins)
_FIELDS = tuple(field.name for field in fields(GuestAccount))


class Locked(NamedTuple):
    """An account with the hash of its password: for checking it, and for nothing else."""

    account: GuestAccount
    password_hash: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What was sent to an address, as it is kept."""

    account_id: str
    purpose: Purpose
    expires_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class AccountSignIn:
    """A browser or program in which a guest is signed in."""

    account_id: str
    credential_version: int
    expires_at: int


def account(source: Source, account_id: str) -> GuestAccount | None:
    """Return an account or None."""
    found = _found(source, schema.accounts.c.id == account_id)
    return found.account if found else None


def locked_account(source: Source, account_id: str) -> Locked | None:
    """Return an account with its password's hash, or None."""
    return _found(source, schema.accounts.c.id == account_id)


def account_by_email(source: Source, email: str) -> Locked | None:
    """Return the account of an address, with its password's hash, or None."""
    return _found(source, schema.accounts.c.email == email)


def proof(source: Source, token_hash: str) -> Proof | None:
    """Return a proof by the hash of what was sent, or None."""
    table = schema.account_proofs
    columns = (table.c.account_id, table.c.purpose, table.c.expires_at, table.c.used_at)
    row = source.execute(select(*columns).where(table.c.token_hash == token_hash)).first()
    if row is None:
        return None
    return Proof(row.account_id, Purpose(row.purpose), row.expires_at, row.used_at)


def account_sign_in(source: Source, token_hash: str) -> AccountSignIn | None:
    """Return the sign-in of a cookie or token, or None."""
    table = schema.account_sign_ins
    columns = (table.c.account_id, table.c.credential_version, table.c.expires_at)
    row = source.execute(select(*columns).where(table.c.token_hash == token_hash)).first()
    return AccountSignIn(row.account_id, row.credential_version, row.expires_at) if row else None


def account_signed_in(source: Source, token_hash: str, now: int) -> GuestAccount | None:
    """Return whose sign-in this is, if it is good at an instant (µs): not over, no new password since."""
    found = account_sign_in(source, token_hash)
    whose = account(source, found.account_id) if found and found.expires_at > now else None
    fits = whose is not None and found is not None and whose.credential_version == found.credential_version
    return whose if fits else None


def delete_lapsed(tx: Tx) -> None:
    """Delete the proofs and sign-ins whose time is over."""
    for table in _OF_ACCOUNT:
        tx.execute(delete(table).where(table.c.expires_at <= tx.now))


def delete_unproved(tx: Tx, until: int) -> None:
    """Delete the accounts that were made by an instant (µs) and never proved, with all that is theirs."""
    table = schema.accounts
    nobodys = select(table.c.id).where(table.c.verified_at.is_(None), table.c.created_at <= until)
    for owned in _OF_ACCOUNT:
        tx.execute(delete(owned).where(owned.c.account_id.in_(nobodys)))
    tx.execute(delete(table).where(table.c.id.in_(nobodys)))


def _found(source: Source, which: ColumnElement[bool]) -> Locked | None:
    table = schema.accounts
    columns: list[Any] = [*(table.c[name] for name in _FIELDS), table.c.password_hash]
    row = source.execute(select(*columns).where(which)).first()
    if row is None:
        return None
    values: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    return Locked(GuestAccount(**values), row.password_hash)

"""Sign-ins of browsers, refresh tokens of programs. Secrets are known by their hash only."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import delete, select

from nowserving.domain.people.credentials import SignIn
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx

Source = Reader | Tx


class RefreshToken(NamedTuple):
    """One refresh token of a family; a family is one sign-in of a program."""

    token_hash: str
    family: str
    staff_id: str
    credential_version: int
    expires_at: int
    used_at: int | None


def sign_in(source: Source, token_hash: str) -> SignIn | None:
    """Return the sign-in of a cookie, or None."""
    table = schema.sign_ins
    row = source.execute(select(table).where(table.c.token_hash == token_hash)).first()
    return _sign_in(row) if row else None


def sign_ins_of(source: Source, staff_id: str, now: int) -> list[SignIn]:
    """Return where a person is signed in just now, latest use first."""
    table = schema.sign_ins
    query = (
        select(table)
        .join(schema.staff, schema.staff.c.id == table.c.staff_id)
        .where(
            table.c.staff_id == staff_id,
            table.c.expires_at > now,
            table.c.credential_version == schema.staff.c.credential_version,
        )
        .order_by(table.c.seen_at.desc())
    )
    return [_sign_in(row) for row in source.execute(query)]


def refresh_token(source: Source, token_hash: str) -> RefreshToken | None:
    """Return a refresh token, or None."""
    table = schema.refresh_tokens
    columns = (table.c[name] for name in RefreshToken._fields)
    row = source.execute(select(*columns).where(table.c.token_hash == token_hash)).first()
    return RefreshToken._make(row) if row else None


def delete_lapsed(tx: Tx) -> None:
    """Delete the sign-ins, refresh tokens and pairings whose time is over."""
    for table in (schema.sign_ins, schema.refresh_tokens, schema.pairings):
        tx.execute(delete(table).where(table.c.expires_at < tx.now))


def _sign_in(row: Any) -> SignIn:
    return SignIn(
        token_hash=row.token_hash,
        staff_id=row.staff_id,
        credential_version=row.credential_version,
        browser=row.browser,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )


def family_open(source: Source, family: str) -> bool:
    """Tell whether a program's sign-in still stands: its access tokens are good only while it does."""
    table = schema.refresh_tokens
    return source.execute(select(table.c.family).where(table.c.family == family).limit(1)).first() is not None

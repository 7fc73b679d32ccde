"""Reading the keys of programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nowserving.domain.people.credentials import ApiKey
from nowserving.domain.people.roles import Role
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx

Source = Reader | Tx


def api_keys(source: Source, *, revoked: bool = False) -> list[ApiKey]:
    """Return the keys, newest first; revoked ones only when asked for."""
    table = schema.api_keys
    query = select(table).order_by(table.c.created_at.desc(), table.c.id)
    if not revoked:
        query = query.where(table.c.revoked_at.is_(None))
    return [_api_key(row) for row in source.execute(query)]


def api_key(source: Source, key_id: str) -> ApiKey | None:
    """Return a key, revoked or not, or None."""
    row = source.execute(select(schema.api_keys).where(schema.api_keys.c.id == key_id)).first()
    return _api_key(row) if row else None


def api_key_by_hash(source: Source, key_hash: str) -> ApiKey | None:
    """Return the key that was shown, revoked or not, or None."""
    row = source.execute(select(schema.api_keys).where(schema.api_keys.c.key_hash == key_hash)).first()
    return _api_key(row) if row else None


def _api_key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        hint=row.hint,
        role=Role(row.role),
        branch_id=row.branch_id,
        unlimited=bool(row.unlimited),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )

"""Keys of programs."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from nowserving.domain.layout.fields import API_KEY
from nowserving.domain.people.credentials import KEY_MARK, ApiKey, secret_hash
from nowserving.domain.values import read_fields
from nowserving.errors import N_, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.people import api_keys as kept
from nowserving.store.rows import insert_value, update_where


class NewKey(NamedTuple):
    """A key and its secret, which nobody can read again."""

    key: ApiKey
    secret: str


@action(scope=None)
def create_api_key(
    tx: Tx, *, name: str, role: str, branch_id: str | None = None, unlimited: bool = False
) -> NewKey:
    """Make a key with a role, for one branch or for all. `unlimited` frees it of the rate limits."""
    given = {"name": name, "role": role, "branch_id": branch_id, "unlimited": unlimited}
    read = read_fields(given, "", API_KEY)
    if read["branch_id"] is not None and layout.branch(tx, read["branch_id"]) is None:
        raise invalid_field("/branch_id", "unknown_branch", N_("There is no such branch."))
    secret = KEY_MARK + tx.new_secret()
    key = ApiKey(id=tx.new_id(), hint=secret[-4:], created_at=tx.now, revoked_at=None, **read)
    insert_value(tx, schema.api_keys, key, key_hash=secret_hash(secret))
    tx.emit("api_key.created", key_id=key.id, name=key.name, role=key.role.value, branch_id=key.branch_id)
    return NewKey(key, secret)


@action(scope=None)
def revoke_api_key(tx: Tx, *, key_id: str) -> ApiKey:
    """End a key for good. Raises NotFound; a key that is revoked already stays so."""
    key = kept.api_key(tx, key_id)
    if key is None:
        raise not_found()
    if key.revoked_at is not None:
        return key
    table = schema.api_keys
    update_where(tx, table, table.c.id == key_id, revoked_at=tx.now)
    tx.emit("api_key.revoked", key_id=key_id, name=key.name)
    return replace(key, revoked_at=tx.now)

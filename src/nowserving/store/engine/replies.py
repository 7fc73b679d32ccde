"""Stored answers for Idempotency-Keys: the same request again gets the same bytes again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from nowserving.errors import N_, Invalid
from nowserving.store.engine.job import Once, Reply
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import replies

_FIND = Statement(
    select(replies.c.body_hash, replies.c.status, replies.c.body).where(
        replies.c.caller == bindparam("caller"),
        replies.c.route == bindparam("route"),
        replies.c.key == bindparam("key"),
    )
)
_KEEP = Statement(insert(replies))


def find(tx: Tx, once: Once) -> Reply | None:
    """Return the stored answer, or None; the same key for another body raises Invalid."""
    rows = tx.run(_FIND, caller=once.caller, route=once.route, key=once.key)
    if not rows:
        return None
    body_hash, status_code, body = rows[0]
    if body_hash != once.body_hash:
        raise Invalid("idempotency_key_reused", N_("This Idempotency-Key was used for a different request."))
    return Reply(status_code, body, repeated=True)


def keep(tx: Tx, once: Once, value: Any) -> Reply:
    """Store the answer in the transaction of its effect and return it."""
    status_code, body = once.render(value)
    tx.run(
        _KEEP,
        caller=once.caller,
        route=once.route,
        key=once.key,
        body_hash=once.body_hash,
        status=status_code,
        body=body,
        created_at=tx.now,
    )
    return Reply(status_code, body)


def forget_before(tx: Tx, instant_us: int) -> int:
    """Delete answers older than `instant_us`; returns how many."""
    return tx.execute(delete(replies).where(replies.c.created_at < instant_us)).rowcount

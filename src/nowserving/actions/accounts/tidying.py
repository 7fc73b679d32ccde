"""What nobody needs any more of accounts: proofs and sign-ins that are over, addresses that nobody proved."""

from __future__ import annotations

from sqlalchemy import select

from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import delete_where

UNPROVED_KEPT_US = 7 * 86_400 * 1_000_000
"""How long an account is kept whose address nobody has proved: whose it is, nobody knows."""
_ACCOUNTS, _PROOFS, _SIGN_INS = schema.accounts, schema.account_proofs, schema.account_sign_ins


@action(scope=None)
def tidy_accounts(tx: Tx) -> None:
    """Delete accounts that were never proved, and proofs and sign-ins that are over. It is no event."""
    nobodys = select(_ACCOUNTS.c.id).where(
        _ACCOUNTS.c.verified_at.is_(None), _ACCOUNTS.c.created_at <= tx.now - UNPROVED_KEPT_US
    )
    for table in (_PROOFS, _SIGN_INS):
        delete_where(tx, table, (table.c.expires_at <= tx.now) | table.c.account_id.in_(nobodys))
    delete_where(tx, _ACCOUNTS, _ACCOUNTS.c.id.in_(nobodys))

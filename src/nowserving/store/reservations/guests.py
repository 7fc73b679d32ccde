"""What is known of a guest who books."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import accounts

_ACCOUNT = Statement(
    select(accounts.c.id).where(
        accounts.c.id == bindparam("account_id"),
        accounts.c.email == bindparam("email"),
        accounts.c.verified_at.is_not(None),
    )
)


def is_proved(tx: Tx, account_id: str | None, email: str | None) -> bool:
    """Tell whether this address is the proved one of the account that books."""
    if account_id is None or email is None:
        return False
    return bool(tx.run(_ACCOUNT, account_id=account_id, email=email))

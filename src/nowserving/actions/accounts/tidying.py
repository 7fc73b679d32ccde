"""What nobody needs any more of accounts: proofs and sign-ins that are over, addresses that nobody proved."""

from __future__ import annotations

from nowserving.domain.retention import UNPROVED_KEPT_US
from nowserving.store.accounts.accounts import delete_lapsed, delete_unproved
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx


@action(scope=None)
def tidy_accounts(tx: Tx) -> None:
    """Delete accounts that were never proved, and proofs and sign-ins that are over. It is no event."""
    delete_lapsed(tx)
    delete_unproved(tx, tx.now - UNPROVED_KEPT_US)

"""What nobody needs any more of accounts: proofs and sign-ins that are over, addresses that nobody proved."""

from __future__ import annotations

from nowserving.domain.instants import DAY_US
from nowserving.store.accounts.accounts import delete_lapsed, delete_unproved
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx

UNPROVED_KEPT_US = 7 * DAY_US
"""How long an account is kept whose address nobody has proved: whose it is, nobody knows."""


@action(scope=None)
def tidy_accounts(tx: Tx) -> None:
    """Delete accounts that were never proved, and proofs and sign-ins that are over. It is no event."""
    delete_lapsed(tx)
    delete_unproved(tx, tx.now - UNPROVED_KEPT_US)

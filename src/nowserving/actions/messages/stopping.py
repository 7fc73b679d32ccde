"""The stop word of a text message: whoever owns the number says it, and no ticket need be named."""

from __future__ import annotations

from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.stopping import stop_phone


@action(scope="branch_id")
def stop_number(tx: Tx, *, branch_id: str, phone: str) -> int:
    """Tell a number (E.164) nothing more in any visit of a branch; returns how many visits stopped.

    A second time finds nothing to stop. The number stands in no event.
    """
    return stop_phone(tx, branch_id, phone)

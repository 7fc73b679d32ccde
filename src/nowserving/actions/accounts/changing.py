"""What a guest changes about the own account, and how it is deleted."""

from __future__ import annotations

from collections.abc import Mapping

from nowserving.actions.accounts.signing_in import end_account_sign_ins
from nowserving.domain.messages.contact import phone_from
from nowserving.domain.people.account import GuestAccount
from nowserving.domain.text import typed
from nowserving.domain.values import Reader, optional, read_fields
from nowserving.errors import not_found
from nowserving.store import schema
from nowserving.store.accounts import accounts as kept
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import delete_where, edit_value, update_where

_ACCOUNTS, _PROOFS, _SIGN_INS = schema.accounts, schema.account_proofs, schema.account_sign_ins

READERS: Mapping[str, Reader] = {
    "name": typed(120, required=False),
    "phone": optional(phone_from),
}


@action(scope=None)
def edit_account(tx: Tx, *, account_id: str, changes: Mapping[str, object]) -> GuestAccount:
    """Change name and phone; what is left out stays. Raises Invalid naming every field that is wrong."""
    before = _account(tx, account_id)
    after = edit_value(tx, _ACCOUNTS, before, read_fields(changes, "", READERS))
    tx.emit("account.edited", actor=f"account:{account_id}", account_id=account_id)
    return after


@action(scope=None)
def change_account_password(
    tx: Tx, *, account_id: str, credential_version: int, password_hash: str, keep: str = ""
) -> GuestAccount:
    """Replace the password, whose old one was checked before; all other browsers are signed out.

    Raises NotFound for an account that is gone, or whose password has changed since it was checked.
    """
    before = _account(tx, account_id)
    if before.credential_version != credential_version:
        raise not_found()
    version = credential_version + 1
    update_where(
        tx,
        _ACCOUNTS,
        _ACCOUNTS.c.id == account_id,
        password_hash=password_hash,
        credential_version=version,
    )
    end_account_sign_ins(tx, account_id, but=keep)
    update_where(tx, _SIGN_INS, _SIGN_INS.c.account_id == account_id, credential_version=version)
    tx.emit("account.password_changed", actor=f"account:{account_id}", account_id=account_id)
    return before


@action(scope=None)
def delete_account(tx: Tx, *, account_id: str) -> None:
    """Delete an account and everything in it.

    Reservations stay, for somebody waits for them: each has its own link, and the account they name is
    nobody any more.
    """
    _account(tx, account_id)
    end_account_sign_ins(tx, account_id)
    delete_where(tx, _PROOFS, _PROOFS.c.account_id == account_id)
    delete_where(tx, _ACCOUNTS, _ACCOUNTS.c.id == account_id)
    tx.emit("account.deleted", actor="guest", account_id=account_id)


def _account(tx: Tx, account_id: str) -> GuestAccount:
    found = kept.account(tx, account_id)
    if found is None:
        raise not_found()
    return found

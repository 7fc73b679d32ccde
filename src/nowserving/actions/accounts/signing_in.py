"""Guests who sign in and out. The password itself was checked before, outside the transaction.

None of this is an event: it changes nobody's screen, and a log of when a guest looks is nobody's business.
"""

from __future__ import annotations

from typing import NamedTuple

from nowserving.domain.instants import SECOND_US
from nowserving.domain.people.account import GuestAccount
from nowserving.domain.people.credentials import secret_hash
from nowserving.errors import N_, Unauthorized
from nowserving.store import schema
from nowserving.store.accounts import accounts as kept
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import delete_where, insert_rows

_SIGN_INS = schema.account_sign_ins


class GuestSignedIn(NamedTuple):
    """Who has signed in, and the secret of this browser: known to it alone from here on."""

    account: GuestAccount
    secret: str
    expires_at: int


@action(scope=None)
def sign_guest_in(
    tx: Tx, *, account_id: str, credential_version: int, browser: str = "", lifetime_s: int
) -> GuestSignedIn:
    """Sign a guest in; raises Unauthorized if the password has changed since it was checked."""
    account = kept.account(tx, account_id)
    if account is None or account.credential_version != credential_version:
        raise Unauthorized("wrong_credentials", N_("This e-mail address and password don't go together."))
    secret = tx.new_secret()
    expires_at = tx.now + lifetime_s * SECOND_US
    row = {
        "token_hash": secret_hash(secret),
        "account_id": account_id,
        "credential_version": credential_version,
        "browser": browser[:200],
        "created_at": tx.now,
        "seen_at": tx.now,
        "expires_at": expires_at,
    }
    insert_rows(tx, _SIGN_INS, [row])
    delete_where(tx, _SIGN_INS, (_SIGN_INS.c.account_id == account_id) & (_SIGN_INS.c.expires_at <= tx.now))
    return GuestSignedIn(account, secret, expires_at)


@action(scope=None)
def sign_guest_out(tx: Tx, *, token_hash: str) -> None:
    """End one sign-in for good. One that has ended already stays so."""
    delete_where(tx, _SIGN_INS, _SIGN_INS.c.token_hash == token_hash)


def end_account_sign_ins(tx: Tx, account_id: str, but: str = "") -> int:
    """End the sign-ins of an account, less the one with hash `but`; returns how many there were."""
    which = (_SIGN_INS.c.account_id == account_id) & (_SIGN_INS.c.token_hash != but)
    return delete_where(tx, _SIGN_INS, which)

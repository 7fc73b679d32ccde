"""Registering, and what is proved by e-mail: that the address is the guest's, or that a password may go.

What is sent is good once and for a while. Only its hash is kept, and a newer one makes the older ones
worthless. Nobody learns from an answer whether an address has an account: that is told to the address.
"""

from __future__ import annotations

from typing import NamedTuple

from nowserving.actions.accounts.signing_in import end_account_sign_ins
from nowserving.domain.instants import SECOND_US
from nowserving.domain.people.account import PROOF_S, GuestAccount, Purpose
from nowserving.domain.people.credentials import secret_hash
from nowserving.errors import N_, Gone
from nowserving.store import schema
from nowserving.store.accounts import accounts as kept
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import delete_where, insert_rows, insert_value, update_where

NO_PASSWORD = ""
"""In place of a password's hash: no password has it."""
_ACCOUNTS, _PROOFS = schema.accounts, schema.account_proofs


class Sent(NamedTuple):
    """What shall be sent to an address. `secret` is None where it has an account, and nothing to prove."""

    account: GuestAccount
    secret: str | None


@action(scope=None)
def register(tx: Tx, *, email: str, name: str = "", phone: str | None = None, language: str = "") -> Sent:
    """Make an account that waits for its address to be proved. Until then it has no password.

    Else a stranger who registers somebody's address with a password of their own would be let in by the
    press of the one who reads the mail.

    An address that was never proved is nobody's yet: whoever registers it again starts it afresh. One that
    has an account keeps it as it is, and the answer has no secret.
    """
    found = kept.account_by_email(tx, email)
    if found is not None and found.account.verified_at is not None:
        return Sent(found.account, None)
    if found is not None:
        _forget(tx, found.account.id)
    made = GuestAccount(
        id=tx.new_id(),
        email=email,
        name=name,
        phone=phone,
        language=language,
        credential_version=1,
        verified_at=None,
        created_at=tx.now,
        edited=1,
    )
    insert_value(tx, _ACCOUNTS, made, password_hash=NO_PASSWORD)
    tx.emit("account.registered", actor="guest", account_id=made.id)
    return Sent(made, _new_proof(tx, made.id, Purpose.VERIFY))


@action(scope=None)
def verify_account(tx: Tx, *, secret: str, password_hash: str) -> GuestAccount:
    """Take an address as proved, and set the password that whoever reads its mail has chosen.

    Raises Gone for what was used, is too old or was never sent.
    """
    account = _used(tx, secret, Purpose.VERIFY)
    proved = {"verified_at": tx.now, "password_hash": password_hash}
    update_where(tx, _ACCOUNTS, _ACCOUNTS.c.id == account.id, **proved)
    tx.emit("account.verified", actor="guest", account_id=account.id)
    return account


@action(scope=None)
def ask_for_reset(tx: Tx, *, email: str) -> Sent | None:
    """Make the proof by which a forgotten password may be replaced; None for an unknown address."""
    found = kept.account_by_email(tx, email)
    if found is None:
        return None
    return Sent(found.account, _new_proof(tx, found.account.id, Purpose.RESET))


@action(scope=None)
def reset_password(tx: Tx, *, secret: str, password_hash: str) -> GuestAccount:
    """Replace a forgotten password; every browser and program is signed out. Raises Gone as verifying does.

    Whoever has the proof reads the mail of this address, so the address is proved as well.
    """
    account = _used(tx, secret, Purpose.RESET)
    update_where(
        tx,
        _ACCOUNTS,
        _ACCOUNTS.c.id == account.id,
        password_hash=password_hash,
        credential_version=account.credential_version + 1,
        verified_at=account.verified_at or tx.now,
    )
    end_account_sign_ins(tx, account.id)
    tx.emit("account.password_reset", actor="guest", account_id=account.id)
    return account


def _new_proof(tx: Tx, account_id: str, purpose: Purpose) -> str:
    delete_where(tx, _PROOFS, (_PROOFS.c.account_id == account_id) & (_PROOFS.c.purpose == purpose.value))
    secret = tx.new_secret()
    row = {
        "token_hash": secret_hash(secret),
        "account_id": account_id,
        "purpose": purpose.value,
        "created_at": tx.now,
        "expires_at": tx.now + PROOF_S[purpose] * SECOND_US,
    }
    insert_rows(tx, _PROOFS, [row])
    return secret


def _used(tx: Tx, secret: str, purpose: Purpose) -> GuestAccount:
    """Use a proof up and return whose it is."""
    digest = secret_hash(secret)
    found = kept.proof(tx, digest)
    good = found and found.purpose is purpose and found.used_at is None and found.expires_at > tx.now
    account = kept.account(tx, found.account_id) if found and good else None
    if account is None:
        raise Gone("lapsed", N_("This link was used already or is too old. Ask for a new one."))
    update_where(tx, _PROOFS, _PROOFS.c.token_hash == digest, used_at=tx.now)
    return account


def _forget(tx: Tx, account_id: str) -> None:
    end_account_sign_ins(tx, account_id)
    delete_where(tx, _PROOFS, _PROOFS.c.account_id == account_id)
    delete_where(tx, _ACCOUNTS, _ACCOUNTS.c.id == account_id)

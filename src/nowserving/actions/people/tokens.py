"""Refresh tokens of programs that sign in as a person. A token used twice was stolen: its family ends."""

from __future__ import annotations

from typing import NamedTuple

from nowserving.actions.people.sign_ins import current_member
from nowserving.domain.instants import SECOND_US
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.people.staff import StaffMember
from nowserving.errors import Unauthorized
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.people import sign_ins as kept
from nowserving.store.rows import delete_where, insert_rows, update_where

_TOKENS = schema.refresh_tokens


class Issued(NamedTuple):
    """A new refresh token: whose, of which family, and the token, known to its holder alone."""

    member: StaffMember
    family: str
    secret: str
    expires_at: int


@action(scope=None)
def open_family(tx: Tx, *, staff_id: str, credential_version: int, lifetime_s: int) -> Issued:
    """Sign a program in as a person, whose password was checked at `credential_version`."""
    member = current_member(tx, staff_id, credential_version)
    issued = _issue(tx, member, tx.new_id(), tx.now + lifetime_s * SECOND_US)
    tx.emit("staff.signed_in", actor=f"staff:{staff_id}", staff_id=staff_id, name=member.name, program=True)
    return issued


@action(scope=None)
def refresh(tx: Tx, *, token_hash: str) -> Issued | None:
    """Exchange a refresh token for the next of its family; None if it is not good any more.

    A token that was exchanged before is in two hands: the whole family ends. (That is why a refusal
    is a value here: raising would take the ending back.)
    """
    token = kept.refresh_token(tx, token_hash)
    if token is None or token.expires_at <= tx.now:
        return None
    if token.used_at is not None:
        _end(tx, token.family)
        tx.emit("staff.token_reused", actor="guest", staff_id=token.staff_id)
        return None
    try:
        member = current_member(tx, token.staff_id, token.credential_version)
    except Unauthorized:
        return None
    update_where(tx, _TOKENS, _TOKENS.c.token_hash == token_hash, used_at=tx.now)
    return _issue(tx, member, token.family, token.expires_at)


@action(scope=None)
def end_family(tx: Tx, *, token_hash: str) -> None:
    """Sign a program out: its refresh tokens and its access tokens are dead at once."""
    token = kept.refresh_token(tx, token_hash)
    if token is not None:
        _end(tx, token.family)
        tx.emit("staff.signed_out", staff_id=token.staff_id, program=True)


def _issue(tx: Tx, member: StaffMember, family: str, expires_at: int) -> Issued:
    secret = tx.new_secret()
    row = {
        "token_hash": secret_hash(secret),
        "family": family,
        "staff_id": member.id,
        "credential_version": member.credential_version,
        "created_at": tx.now,
        "expires_at": expires_at,
        "used_at": None,
    }
    insert_rows(tx, _TOKENS, [row])
    return Issued(member, family, secret, expires_at)


def _end(tx: Tx, family: str) -> None:
    delete_where(tx, _TOKENS, _TOKENS.c.family == family)

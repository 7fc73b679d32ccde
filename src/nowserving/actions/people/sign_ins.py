"""Browsers that sign in and out. The password itself was checked before, outside the transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from nowserving.domain.instants import SECOND_US
from nowserving.domain.people.credentials import SignIn, secret_hash
from nowserving.domain.people.staff import StaffMember
from nowserving.errors import N_, Unauthorized
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.people import sign_ins as kept
from nowserving.store.people import staff as people
from nowserving.store.rows import delete_where, insert_value, update_where


class SignedIn(NamedTuple):
    """Who has signed in, and the secret for their cookie: known to them alone from here on."""

    member: StaffMember
    secret: str
    expires_at: int


@action(scope=None)
def sign_in(
    tx: Tx, *, staff_id: str, credential_version: int, browser: str = "", lifetime_s: int
) -> SignedIn:
    """Sign a browser in, under a secret that it has never had before.

    `credential_version` is the one whose password was checked: if password, role or access have
    changed since, raises Unauthorized.
    """
    member = current_member(tx, staff_id, credential_version)
    secret = tx.new_secret()
    expires_at = tx.now + lifetime_s * SECOND_US
    made = SignIn(
        token_hash=secret_hash(secret),
        staff_id=staff_id,
        credential_version=credential_version,
        browser=browser[:200],
        created_at=tx.now,
        seen_at=tx.now,
        expires_at=expires_at,
    )
    insert_value(tx, schema.sign_ins, made)
    tx.emit("staff.signed_in", actor=f"staff:{staff_id}", staff_id=staff_id, name=member.name)
    return SignedIn(member, secret, expires_at)


@action(scope=None)
def refuse_sign_in(tx: Tx, *, staff_id: str) -> None:
    """Put a wrong password for a known account on record. What was typed is not kept."""
    tx.emit("staff.sign_in_refused", actor="guest", staff_id=staff_id)


@action(scope=None)
def sign_out(tx: Tx, *, token_hash: str) -> None:
    """End one sign-in for good. One that is ended already stays so."""
    found = kept.sign_in(tx, token_hash)
    if found is not None:
        delete_where(tx, schema.sign_ins, schema.sign_ins.c.token_hash == token_hash)
        tx.emit("staff.signed_out", staff_id=found.staff_id)


@action(scope=None)
def end_sign_ins(tx: Tx, *, staff_id: str, keep: str | None = None) -> int:
    """End a person's sign-ins, of browsers and programs, but the one with hash `keep`; returns how many."""
    ended = end_all(tx, staff_id, but=keep)
    if ended:
        tx.emit("staff.sign_ins_ended", staff_id=staff_id, ended=ended)
    return ended


@action(scope=None)
def touch_sign_in(tx: Tx, *, token_hash: str) -> None:
    """Remember that a sign-in is in use. Not an event: it changes nobody's screen."""
    update_where(tx, schema.sign_ins, schema.sign_ins.c.token_hash == token_hash, seen_at=tx.now)


def current_member(tx: Tx, staff_id: str, credential_version: int) -> StaffMember:
    """Return somebody whose access is still what it was when it was checked; raises Unauthorized."""
    member = people.staff_member(tx, staff_id)
    if member is None or member.disabled_at is not None or member.credential_version != credential_version:
        raise Unauthorized("wrong_credentials", N_("This sign-in name and password don't go together."))
    return member


def renew(tx: Tx, token_hash: str, staff_id: str, credential_version: int) -> str | None:
    """Replace a person's sign-in by one with a new secret; None if it is not theirs or has ended."""
    found = kept.sign_in(tx, token_hash)
    if found is None or found.staff_id != staff_id:
        return None
    delete_where(tx, schema.sign_ins, schema.sign_ins.c.token_hash == token_hash)
    secret = tx.new_secret()
    made = replace(found, token_hash=secret_hash(secret), credential_version=credential_version)
    insert_value(tx, schema.sign_ins, made)
    return secret


def end_all(tx: Tx, staff_id: str, *, but: str | None = None, but_version: int | None = None) -> int:
    """Delete a person's sign-ins and refresh tokens, less the one named; returns how many sign-ins."""
    table, tokens = schema.sign_ins, schema.refresh_tokens
    which = table.c.staff_id == staff_id
    if but is not None:
        which &= table.c.token_hash != but
    if but_version is not None:
        which &= table.c.credential_version != but_version
    return delete_where(tx, table, which) + delete_where(tx, tokens, tokens.c.staff_id == staff_id)

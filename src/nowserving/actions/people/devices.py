"""Kiosks and displays: pairing by a code on their screen, their settings, what they report, their end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.editing import check_fresh, read_changes, told, with_rest
from nowserving.actions.messages.telling import alert_fault
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.fields import DEVICE, PAIRING
from nowserving.domain.layout.screens import DEVICE as DEVICE_SETTINGS
from nowserving.domain.people.credentials import (
    CODE_ALPHABET,
    CODE_LENGTH,
    DEVICE_MARK,
    Device,
    Pairing,
    clean_code,
    secret_hash,
)
from nowserving.domain.text import clean_text
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Busy, Gone, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.people import devices as kept
from nowserving.store.rows import delete_where, edit_value, insert_value, update_where

_MOST_PAIRINGS = 500
_DEVICES, _PAIRINGS = schema.devices, schema.pairings


class Begun(NamedTuple):
    """A pairing that waits for an admin: the code to show, and the secret to ask about it with."""

    code: str
    claim: str
    expires_at: int


class Claimed(NamedTuple):
    """A paired device and its credential, which is handed out once."""

    device: Device
    secret: str


@action(scope=None)
def begin_pairing(tx: Tx, *, kind: str, lifetime_s: int) -> Begun:
    """Give a device that belongs to nobody yet a code to show. Old codes are swept away on the way."""
    read = read_fields({"kind": kind}, "", PAIRING)
    delete_where(tx, _PAIRINGS, _PAIRINGS.c.expires_at <= tx.now - lifetime_s * SECOND_US)
    if kept.pairings_open(tx) >= _MOST_PAIRINGS:
        message = N_("Too many devices wait for their code to be typed. Please try again in some minutes.")
        raise Busy("too_many_pairings", message, retry_after_s=60)
    code = "".join(tx.random.choices(CODE_ALPHABET, k=CODE_LENGTH))
    claim = tx.new_secret()
    pairing = Pairing(
        code_hash=secret_hash(code),
        claim_hash=secret_hash(claim),
        created_at=tx.now,
        expires_at=tx.now + lifetime_s * SECOND_US,
        device_id=None,
        **read,
    )
    insert_value(tx, _PAIRINGS, pairing)
    return Begun(code, claim, pairing.expires_at)


@action(scope="branch_id")
def approve_pairing(tx: Tx, *, branch_id: str, code: str, name: str) -> Device:
    """Make the device that shows `code` one of this branch. Raises Invalid for a code that is not shown.

    The same answer whether the code never was, was typed before or has lapsed: a guess learns nothing.
    """
    live_branch(tx, branch_id)
    read = read_fields({"name": name}, "", DEVICE)
    pairing = kept.pairing_by_code(tx, secret_hash(clean_code(code)))
    if pairing is None or pairing.device_id is not None or pairing.expires_at <= tx.now:
        message = N_(
            "No device shows this code now. Look at its screen: the code changes after some minutes."
        )
        raise invalid_field("/code", "unknown_code", message)
    device = Device(
        id=tx.new_id(),
        branch_id=branch_id,
        kind=pairing.kind,
        settings=dict(DEVICE_SETTINGS),
        edited=1,
        paired_at=tx.now,
        seen_at=tx.now,
        fault="",
        revoked_at=None,
        **read,
    )
    # No secret hashes to this, so nobody can be this device before it has claimed its credential.
    insert_value(tx, _DEVICES, device, token_hash=f"unclaimed:{device.id}")
    update_where(tx, _PAIRINGS, _PAIRINGS.c.code_hash == pairing.code_hash, device_id=device.id)
    tx.emit("device.paired", device_id=device.id, name=device.name, kind=device.kind.value)
    return device


@action(scope="device_id")
def claim_device(tx: Tx, *, device_id: str, claim: str) -> Claimed:
    """Hand a device its credential, once. Raises NotFound when it was handed out, Gone when too late."""
    pairing = kept.pairing_by_claim(tx, secret_hash(claim))
    device = kept.device(tx, device_id)
    if pairing is None or device is None or pairing.device_id != device_id:
        raise not_found()
    if pairing.expires_at + (pairing.expires_at - pairing.created_at) <= tx.now or device.revoked_at:
        raise Gone("pairing_lapsed", N_("This pairing has lapsed. Begin again with a new code."))
    secret = DEVICE_MARK + tx.new_secret()
    delete_where(tx, _PAIRINGS, _PAIRINGS.c.claim_hash == pairing.claim_hash)
    update_where(tx, _DEVICES, _DEVICES.c.id == device_id, token_hash=secret_hash(secret), seen_at=tx.now)
    tx.emit("device.claimed", actor=f"device:{device_id}", device_id=device_id, name=device.name)
    return Claimed(replace(device, seen_at=tx.now), secret)


@action(scope="device_id")
def edit_device(
    tx: Tx, *, device_id: str, changes: Mapping[str, object], expected: int | None = None
) -> Device:
    """Rename a device or change its settings (those left out stay). Raises Stale, Gone, Invalid."""
    before = _live(tx, device_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, with_rest(changes, "settings", before.settings), DEVICE)
    if "settings" in wanted:
        _check_queues(tx, before.branch_id, wanted["settings"]["queue_ids"])
    if not wanted:
        return before
    after: Device = edit_value(tx, _DEVICES, before, wanted)
    tx.emit("device.edited", device_id=device_id, name=before.name, **told(before, wanted))
    return after


@action(scope="device_id")
def revoke_device(tx: Tx, *, device_id: str) -> Device:
    """Shut a device out at once and for good. One that is revoked already stays so."""
    before = kept.device(tx, device_id)
    if before is None:
        raise not_found()
    if before.revoked_at is not None:
        return before
    after: Device = edit_value(tx, _DEVICES, before, {"revoked_at": tx.now})
    tx.emit("device.revoked", device_id=device_id, name=before.name)
    return after


@action(scope="device_id")
def report_device(tx: Tx, *, device_id: str, fault: str = "") -> Device:
    """Note that a device lives, and what it lacks ("" nothing). Only a change of that is an event."""
    before = _live(tx, device_id)
    said = clean_text(fault, "/fault", 200, required=False)
    update_where(tx, _DEVICES, _DEVICES.c.id == device_id, seen_at=tx.now, fault=said)
    if said != before.fault:
        verb = "device.faulted" if said else "device.recovered"
        tx.emit(verb, device_id=device_id, name=before.name, fault=said or before.fault)
        if said:
            alert_fault(tx)
    return replace(before, seen_at=tx.now, fault=said)


def _live(tx: Tx, device_id: str) -> Device:
    found = kept.device(tx, device_id)
    if found is None:
        raise not_found()
    if found.revoked_at is not None:
        raise Gone("device_revoked", N_("This device was revoked."))
    return found


def _check_queues(tx: Tx, branch_id: str, queue_ids: list[str]) -> None:
    known = {queue.id for queue in layout.counters(tx, branch_id)}
    for place, queue_id in enumerate(queue_ids):
        if queue_id not in known:
            message = N_("This branch has no such queue.")
            raise invalid_field(f"/settings/queue_ids/{place}", "unknown_queue", message)

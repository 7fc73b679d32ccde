"""Reading devices and pairings."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, func, select

from nowserving.domain.people.credentials import Device, DeviceKind, Pairing
from nowserving.store import schema
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx

Source = Reader | Tx


def devices(source: Source, branch_id: str, *, revoked: bool = False) -> list[Device]:
    """Return the devices of a branch by name; revoked ones only when asked for."""
    table = schema.devices
    query = select(table).where(table.c.branch_id == branch_id).order_by(table.c.name, table.c.id)
    if not revoked:
        query = query.where(table.c.revoked_at.is_(None))
    return [_device(row) for row in source.execute(query)]


def device(source: Source, device_id: str) -> Device | None:
    """Return a device, revoked or not, or None."""
    return _device_where(source, schema.devices.c.id == device_id)


def device_by_token(source: Source, token_hash: str) -> Device | None:
    """Return the device that holds this credential, revoked or not, or None."""
    return _device_where(source, schema.devices.c.token_hash == token_hash)


def pairing_by_code(source: Source, code_hash: str) -> Pairing | None:
    """Return the pairing whose code was typed, or None."""
    return _pairing_where(source, schema.pairings.c.code_hash == code_hash)


def pairing_by_claim(source: Source, claim_hash: str) -> Pairing | None:
    """Return the pairing that a device asks about, or None."""
    return _pairing_where(source, schema.pairings.c.claim_hash == claim_hash)


def _device_where(source: Source, which: ColumnElement[bool]) -> Device | None:
    row = source.execute(select(schema.devices).where(which)).first()
    return _device(row) if row else None


def _pairing_where(source: Source, which: ColumnElement[bool]) -> Pairing | None:
    row: Any = source.execute(select(schema.pairings).where(which)).first()
    if row is None:
        return None
    return Pairing(
        code_hash=row.code_hash,
        claim_hash=row.claim_hash,
        kind=DeviceKind(row.kind),
        created_at=row.created_at,
        expires_at=row.expires_at,
        device_id=row.device_id,
    )


def _device(row: Any) -> Device:
    return Device(
        id=row.id,
        branch_id=row.branch_id,
        kind=DeviceKind(row.kind),
        name=row.name,
        settings=json.loads(row.settings),
        edited=row.edited,
        paired_at=row.paired_at,
        seen_at=row.seen_at,
        fault=row.fault,
        revoked_at=row.revoked_at,
    )


def pairings_open(source: Source) -> int:
    """Return how many pairings there are, lapsed ones that nobody has swept included."""
    return int(source.execute(select(func.count()).select_from(schema.pairings)).scalar_one())

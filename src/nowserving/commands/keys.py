"""Turning the clinic's keys: a new one for what is written from now on, and for all there is."""

from __future__ import annotations

import sys

from nowserving.actions.clinic.erasing import reseal
from nowserving.clinic_keys import add_key, read_ring
from nowserving.outside.cabinet import KeyedCabinet
from nowserving.settings import BadSettings, Settings
from nowserving.store.layout import branches
from nowserving.store.store import Store


def run_rotate(settings: Settings, *, reseal_only: bool = False) -> None:
    """Add a key to the ring and seal everything with it, a few rows in a transaction; say how many.

    Stopped half-way nothing is lost: both keys are in the ring, and `--reseal-only` goes on.
    """
    store = Store(settings.database)
    store.open()
    try:
        cabinet = KeyedCabinet(_ring(settings)) if reseal_only else add_key(settings)
        done = sum(_reseal(store, cabinet, one.id) for one in store.read_now(branches, archived=True))
    except BadSettings as error:
        print("\n".join(error.lines), file=sys.stderr)
        sys.exit(2)
    finally:
        store.close()
    print(f"Sealed {done} rows with the key {cabinet.newest}. Keep the ring apart from the backups.")


def _reseal(store: Store, cabinet: object, branch_id: str) -> int:
    done = 0
    while batch := store.write_now(reseal, branch_id=branch_id, cabinet=cabinet):
        done += batch
    return done


def _ring(settings: Settings) -> tuple[bytes, ...]:
    ring = read_ring(settings)
    if not ring:
        raise BadSettings(["There is no key to seal with."])
    return ring

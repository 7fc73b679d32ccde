"""Commands about the database: migrate, check, backup, restore."""

from __future__ import annotations

import sys
from pathlib import Path

from nowserving.settings import Settings
from nowserving.store.care.backup import back_up, restore
from nowserving.store.care.checks import run_checks
from nowserving.store.care.migrate import migrate
from nowserving.store.database import parse_url
from nowserving.store.store import Store, wall_clock


def run_migrate(settings: Settings) -> None:
    """Run what is pending and say so."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    done = migrate(settings.database)
    print(f"Migrated: {', '.join(done)}." if done else "The database is up to date.")


def run_check(settings: Settings) -> None:
    """Print each invariant with what was checked and what is wrong; exit 1 if anything is."""
    store = Store(parse_url(settings.database))
    store.open_for_reading()
    try:
        results = store.read_now(run_checks, wall_clock())
    finally:
        store.close()
    for one in results:
        print(f"{'ok  ' if not one.violations else 'BAD '} {one.name}: {one.checked} checked")
        for violation in one.violations[:20]:
            print(f"       {violation}")
    bad = sum(len(one.violations) for one in results)
    print(f"{bad} violations of {sum(one.checked for one in results)}")
    if bad:
        sys.exit(1)


def run_backup(settings: Settings, destination: Path) -> None:
    """Write a backup and say where."""
    print(f"Backup written: {back_up(settings.database, destination, wall_clock())}")


def run_restore(settings: Settings, source: Path) -> None:
    """Restore a backup and say where the old database went."""
    aside = restore(settings.database, source, wall_clock())
    print(f"Restored. The old database is kept at {aside}." if aside else "Restored.")

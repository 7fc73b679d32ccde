"""`nowserving create-admin`."""

from __future__ import annotations

import getpass
import sys

from nowserving.actions.people.staff import create_staff
from nowserving.commands.serving import prepare
from nowserving.settings import Settings
from nowserving.store.store import Store
from nowserving.web.gate.passwords import hash_now, new_password


def run_create_admin(settings: Settings, login: str, name: str) -> None:
    """Add an administrator. On SQLite the server must be stopped: one file takes one process."""
    prepare(settings)
    password = new_password(_password(), login, name)
    store = Store(settings.database)
    store.open()
    try:
        member = store.write_now(
            create_staff, name=name, login=login, role="admin", password_hash=hash_now(password)
        )
    finally:
        store.close()
    print(f"{member.login} may sign in now.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("Password: ")

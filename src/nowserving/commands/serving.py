"""`nowserving serve`: migrate, open, listen."""

from __future__ import annotations

import asyncio
import os
import sys

from nowserving.app import make_house
from nowserving.commands.workers import is_worker, parent_watch, run_workers
from nowserving.logs import set_up_logs
from nowserving.post_room import make_senders
from nowserving.secret_key import secret_key
from nowserving.serve import check_port, free_port, serve
from nowserving.settings import BadSettings, Settings, unknown_variables
from nowserving.store.care.migrate import migrate
from nowserving.store.people.staff import anybody
from nowserving.store.store import Store
from nowserving.web.forms.set_up import set_up_path


def run_server(settings: Settings) -> None:
    """Serve until told to stop; an empty house prints its one-time set-up address first."""
    if settings.port == 0:
        settings = settings.model_copy(update={"port": free_port(settings.host)})
    if is_worker():
        set_up_logs(settings)
        asyncio.run(serve(make_house(settings), parent_watch()))
        return
    check_port(settings)
    prepare(settings)
    _show_the_way_in(settings)
    if settings.workers > 1:
        run_workers(settings)
    else:
        asyncio.run(serve(make_house(settings)))


def _show_the_way_in(settings: Settings) -> None:
    """Print where the server is, and while nobody has an account, the one-time address to set it up."""
    store = Store(settings.database)
    store.open_for_reading()
    try:
        somebody = store.read_now(anybody)
    finally:
        store.close()
    print(f"Now Serving: {address(settings)}", flush=True)
    if not somebody:
        print(f"Set it up at {address(settings)}{set_up_path(settings)}", flush=True)


def prepare(settings: Settings) -> None:
    """Make the data folder, set up logging, bring the database up to date, warn of slips.

    A key that protects nothing is refused here, before anybody relies on it.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    set_up_logs(settings)
    for sentence in unknown_variables(os.environ):
        print(sentence, file=sys.stderr)
    try:
        secret_key(settings)
        make_senders(settings)
    except BadSettings as error:
        print("\n".join(error.lines), file=sys.stderr)
        sys.exit(2)
    migrate(settings.database)


def address(settings: Settings) -> str:
    """Return the address that people open: the public one if it is set."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 a name, no binding
    return settings.base_url or f"http://{host}:{settings.port}"

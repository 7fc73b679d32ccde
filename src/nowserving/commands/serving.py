"""`nowserving serve`: migrate, open, listen."""

from __future__ import annotations

import asyncio
import os
import sys

from nowserving.app import make_house
from nowserving.logs import set_up_logs
from nowserving.secret_key import secret_key
from nowserving.serve import serve
from nowserving.settings import BadSettings, Settings, unknown_variables
from nowserving.store.migrate import migrate


def run_server(settings: Settings) -> None:
    """Serve until told to stop; an empty house prints its one-time set-up address first."""
    prepare(settings)
    house = make_house(settings)
    asyncio.run(serve(house))


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
    except BadSettings as error:
        print("\n".join(error.lines), file=sys.stderr)
        sys.exit(2)
    migrate(settings.database)


def address(settings: Settings) -> str:
    """Return the address that people open: the public one if it is set."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 a name, no binding
    return settings.base_url or f"http://{host}:{settings.port}"

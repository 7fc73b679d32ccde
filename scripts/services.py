"""What the tests need besides Python: PostgreSQL, Redis and Chromium, found, installed or started.

    python scripts/services.py run -- .venv/bin/pytest tests/store

starts the servers, names them in the environment, runs the command and stops them again:

    NOWSERVING_TEST_POSTGRES_URL   a PostgreSQL that may be filled with databases
    NOWSERVING_TEST_POSTGRES_BIN   its programs, for tests that start a cluster to kill it
    NOWSERVING_TEST_REDIS_URL      a Redis that may be emptied
    NOWSERVING_TEST_CHROMIUM       the browser's program; its headless shell where there is one
    NOWSERVING_TEST_WHOLE_CHROMIUM the whole browser, for what its shell can't do

One that is set already is taken as it is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

import machine
import postgres

PREFIX = "NOWSERVING_TEST_"
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_SHELL = ("chromium-headless-shell", "chrome-headless-shell")


@dataclass
class Services:
    """What was got: settings for the tests' environment, and what could not be had, and why."""

    settings: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """Return the environment in which a test finds the services."""
        return {**os.environ, **self.settings}


@contextmanager
def running(*, browser: bool = True, durable: bool = False) -> Iterator[Services]:
    """Start what can be had; stop it at the end, whatever happened in between."""
    services = Services()
    with ExitStack() as stack:
        _offer_postgres(services, stack, durable=durable)
        _offer_redis(services, stack)
        if browser:
            _offer_chromium(services)
        yield services


def _offer_postgres(services: Services, stack: ExitStack, *, durable: bool) -> None:
    binaries = _get(postgres.find_binaries, package="postgresql")
    if binaries:
        services.settings[PREFIX + "POSTGRES_BIN"] = str(binaries)
    if PREFIX + "POSTGRES_URL" in os.environ:
        return
    if not binaries:
        services.missing.append(
            "everything on PostgreSQL: no server of version 14 or newer (package postgresql)"
        )
        return
    cluster = stack.enter_context(postgres.Cluster(binaries, durable=durable))
    services.settings[PREFIX + "POSTGRES_URL"] = cluster.url


def _offer_redis(services: Services, stack: ExitStack) -> None:
    if PREFIX + "REDIS_URL" in os.environ:
        return
    program = _get(lambda: machine.find("redis-server", "valkey-server"), package="redis-server")
    if not program:
        services.missing.append("everything on Redis: no redis-server (package redis-server)")
        return
    port = machine.free_port()
    folder = machine.scratch("nowserving-redis-")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(
        [program, *options],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=partial(machine.ends_with_us, signal.SIGTERM),
    )
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    stack.callback(server.wait)
    stack.callback(server.terminate)
    _wait_for(port, server)
    services.settings[PREFIX + "REDIS_URL"] = f"redis://127.0.0.1:{port}/0"


def _offer_chromium(services: Services) -> None:
    if PREFIX + "CHROMIUM" in os.environ:
        return
    whole = _get(lambda: machine.find(*_CHROMIUM), package="chromium")
    # The same engine without windows: it paints what the tests ask for at half the cost.
    shell = _get(lambda: machine.find(*_SHELL), package="chromium-headless-shell")
    if whole:
        services.settings[PREFIX + "WHOLE_CHROMIUM"] = str(whole)
    if shell or whole:
        services.settings[PREFIX + "CHROMIUM"] = str(shell or whole)
    if not whole:
        services.missing.append("journeys in a whole browser: no Chromium (package chromium)")


def _get(look: Callable[[], Path | None], *, package: str) -> Path | None:
    """Look, and if there is nothing, install the Debian package and look again."""
    found = look()
    if found is None and machine.install(package):
        found = look()
    return found


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when something accepts connections on `port`; raise when `server` ended instead."""
    patience = time.monotonic() + 20
    while time.monotonic() < patience and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{server.args!r} did not start")


def stop_gently(_signal: int, _frame: FrameType | None) -> None:
    """Turn SIGTERM into an ordinary exit, so that what we started is stopped."""
    sys.exit(143)


def main() -> None:
    """Run a command with the services around it."""
    parser = argparse.ArgumentParser(description="Run a command with PostgreSQL, Redis and Chromium at hand.")
    parser.add_argument("verb", choices=["run"])
    parser.add_argument("--durable", action="store_true", help="PostgreSQL flushes to disk, as in production")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    arguments = parser.parse_args()
    command = [part for part in arguments.command[:1] if part != "--"] + arguments.command[1:]
    if not command:
        parser.error("say which command, after --")
    signal.signal(signal.SIGTERM, stop_gently)
    with running(durable=arguments.durable) as services:
        for absence in services.missing:
            print(f"services: NOT HERE: {absence}", file=sys.stderr)
        try:
            code = subprocess.run(command, check=False, env=services.environment()).returncode
        except KeyboardInterrupt:
            code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()

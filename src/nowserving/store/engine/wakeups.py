"""Wake-ups between processes on one PostgreSQL: LISTEN hears (scope, version), nothing else.

A hint says that there is something to read; what it is, the event table says. The listener may
die, lose its connection or miss everything: it comes back by itself and sweeps first.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from os import dup
from random import SystemRandom
from socket import SHUT_RDWR, socket

import psycopg
from sqlalchemy import URL

from nowserving.store.engine.tx import CHANNEL

log = logging.getLogger(__name__)

_POLL_S = 1.0
_LONGEST_PAUSE_S = 5.0

Hint = Callable[[str, int], None]


class WakeUps:
    """A thread that listens. `hint` and `swept` are called in the event loop."""

    def __init__(self, url: URL, hint: Hint, connected: Callable[[], None]) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._hint = hint
        self._connected = connected
        self._stopping = threading.Event()
        self._listening: psycopg.Connection[tuple[object, ...]] | None = None
        self._thread = threading.Thread(target=self._listen_for_ever, name="wakeups", daemon=True)

    def start(self) -> None:
        """Begin to listen; call from the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """End the thread, at once if it listens now."""
        self._stopping.set()
        listening = self._listening
        if listening is not None:
            with suppress(psycopg.Error, OSError), socket(fileno=dup(listening.fileno())) as line:
                line.shutdown(SHUT_RDWR)
        self._thread.join(timeout=_POLL_S * 3)

    def _listen_for_ever(self) -> None:
        pause_s = 0.1
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    pause_s = 0.1
                    self._call(self._connected)
                    self._listening = connection
                    self._listen(connection)
            except psycopg.Error as error:
                if self._stopping.is_set():
                    return
                log.warning("wake-ups are interrupted: %s", error)
                self._stopping.wait(pause_s * SystemRandom().uniform(0.5, 1.5))
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            finally:
                self._listening = None

    def _listen(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self._stopping.is_set():
            for notice in connection.notifies(timeout=_POLL_S):
                self._hear(notice.payload)

    def _hear(self, payload: str) -> None:
        try:
            scope_id, version = json.loads(payload)
            hint = partial(self._hint, str(scope_id), int(version))
        except (ValueError, TypeError):  # Anybody in the database can notify; that must not end the thread.
            log.warning("a wake-up that says nothing: %.100r", payload)
            return
        self._call(hint)

    def _call(self, what: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)

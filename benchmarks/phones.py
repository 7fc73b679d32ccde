"""Thousands of phones that hold a stream open, and how long until the last of them hears something."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable

# One address may hold some thousand streams; phones come from many.
_BY_ADDRESS = 250
_PATIENCE_S = 60.0
_AT_ONCE = 100
_HEAD = b"\r\n\r\n"


class Phones:
    """Open connections, each of which asked for a stream."""

    def __init__(self, port: int, requests: list[bytes]) -> None:
        """Open one stream for each request and wait until each has begun to speak."""
        self._epoll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self.port = port
        self._heard_at: dict[int, float] = {}
        self._began = 0.0
        self.took_s: list[float] = []
        """After how many seconds each phone heard what was clicked last, the quickest first."""
        for first in range(0, len(requests), _AT_ONCE):
            some = enumerate(requests[first : first + _AT_ONCE], first)
            self._hear(_HEAD, {self._open(number, request) for number, request in some})
        self.drain()

    def __len__(self) -> int:
        return len(self._sockets)

    def until_all_hear(self, words: bytes, click: Callable[[], object]) -> float:
        """Click, and return the seconds until every phone has heard bytes that hold these words."""
        self.drain()
        began = time.perf_counter()
        click()
        self._hear(words, set(self._sockets))
        self.took_s = [at - began for at in self._heard_at.values()]
        self._began = began
        return time.perf_counter() - began

    def first_took_s(self, count: int) -> float:
        """Return after how many seconds so many of those that were opened first had heard the last click."""
        first = list(self._sockets)[:count]
        return max(self._heard_at[number] for number in first) - self._began

    def drain(self) -> None:
        """Read whatever has come until it is quiet."""
        while ready := self._epoll.poll(0.3):
            for number, _ in ready:
                self._sockets[number].recv(1 << 16)

    def close(self) -> None:
        """Hang up."""
        for one in self._sockets.values():
            one.close()
        self._epoll.close()

    def _open(self, number: int, request: bytes) -> int:
        line = socket.socket()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.bind((f"127.0.1.{1 + number // _BY_ADDRESS}", 0))
        line.connect(("127.0.0.1", self.port))
        line.sendall(request)
        line.setblocking(False)
        self._sockets[line.fileno()] = line
        self._epoll.register(line, select.EPOLLIN)
        return line.fileno()

    def _hear(self, words: bytes, silent: set[int]) -> None:
        self._heard_at = {}
        until = time.monotonic() + _PATIENCE_S
        while silent:
            if time.monotonic() > until:
                raise RuntimeError(f"{len(silent)} of {len(self)} phones heard nothing")
            for number, _ in self._epoll.poll(1):
                data = self._sockets[number].recv(1 << 16)
                if not data:
                    raise RuntimeError("a stream ended")
                if words in data and number in silent:
                    silent.discard(number)
                    self._heard_at[number] = time.perf_counter()

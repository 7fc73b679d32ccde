"""Streams that a test opens and nobody forgets to close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from tests.servers import Listener, RunningServer


class Listen(Protocol):
    """Opens a stream that is closed with the test."""

    def __call__(
        self, server: RunningServer, topics: list[str], key: str = "", **headers: str
    ) -> Listener: ...


@pytest.fixture
def listen() -> Iterator[Listen]:
    opened: list[Listener] = []

    def make(server: RunningServer, topics: list[str], key: str = "", **headers: str) -> Listener:
        opened.append(Listener(server, topics, key, **headers))
        return opened[-1]

    yield make
    for listener in opened:
        listener.close()

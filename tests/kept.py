"""Connections to PostgreSQL that outlive a test: a new one reads the whole catalogue before it answers.

A test has its own Store and closes it; what it gets here are engines whose connections go back to a pool
and wait there for the next test, which asks the same database the same statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from sqlalchemy import URL, Engine
from sqlalchemy.pool import QueuePool

from nowserving.store import database, store
from tests import builders


@cache
def _kept(make: Callable[[URL], Engine], url: URL) -> Engine:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "NullPool", QueuePool)
        engine = make(url)
    # The test before may have ended the process behind a connection.
    engine.pool._pre_ping = True
    # Whoever closes a store disposes of its engine; this one is for the next test as well.
    engine.dispose = lambda close=True: None  # type: ignore[method-assign]
    return engine


def _keeping(make: Callable[[URL], Engine]) -> Callable[[URL], Engine]:
    return lambda url: _kept(make, url) if url.get_backend_name() == "postgresql" else make(url)


@contextmanager
def connections() -> Iterator[None]:
    """Let whatever is opened in this block use connections that are kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "writer_engine", _keeping(database.writer_engine))
        patch.setattr(store, "reader_engine", _keeping(database.reader_engine))
        patch.setattr(builders, "writer_engine", _keeping(database.writer_engine))
        yield

"""What SQLAlchemy has compiled, shared by every engine of a process.

Each test opens a database of its own, and each engine would compile the same statements again: that was
half of what the tests of the verbs cost. A server has two engines for all its life and needs none of this.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache


class Compiled:
    """Remembers compiled statements by the name of their dialect; an engine would ask for its own dialect."""

    def __init__(self) -> None:
        self._known: LRUCache[Any, Any] = LRUCache(10_000)

    def get(self, key: tuple[Any, ...]) -> Any:
        """Return the compiled statement of a key, or None."""
        return self._known.get((key[0].name, *key[1:]))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        """Remember a compiled statement."""
        self._known[key[0].name, *key[1:]] = compiled


def share() -> None:
    """Let every engine of this process use what another has compiled."""
    compiled = Compiled()
    # An engine that is made wants to set a cache of its own.
    shared = property(lambda _: compiled, lambda _engine, _own: None)
    Engine._compiled_cache = shared  # type: ignore[assignment]

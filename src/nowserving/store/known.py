"""What a transaction has read and may still rely on, because nobody has written where it was read.

Its branches are locked, so nobody else writes there; and whatever the transaction writes itself goes
through one door, which says into which table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

# Read or written by a statement of which the tables are not known.
ANY = "*"


class Known:
    """Values by key, each with the tables that it was read from."""

    __slots__ = ("_by_table", "_reading", "_values")

    def __init__(self) -> None:
        self._values: dict[Hashable, tuple[Any, set[str]]] = {}
        self._by_table: defaultdict[str, set[Hashable]] = defaultdict(set)
        # The tables read so far by whoever is finding out something now.
        self._reading: set[str] | None = None

    def find(self, key: Hashable, read: Callable[[], Any]) -> Any:
        """Return what is known by this key; else what `read` finds, kept until a table it read is written."""
        if key not in self._values:
            outer, self._reading = self._reading, set()
            try:
                value = read()
                self._keep(key, value, self._reading)
            finally:
                self._reading = outer
        value, tables = self._values[key]
        self.see(tables)
        return value

    def see(self, tables: Iterable[str]) -> None:
        """Note that these tables are being read."""
        if self._reading is not None:
            self._reading.update(tables)

    def forget(self, table: str) -> None:
        """Forget what was read from a table that is being written; all of it where no table is known."""
        if table == ANY:
            self._values.clear()
            self._by_table.clear()
            return
        for one in (table, ANY):
            for key in self._by_table.pop(one, ()):
                self._values.pop(key, None)

    def _keep(self, key: Hashable, value: object, tables: set[str]) -> None:
        self._values[key] = value, tables
        for table in tables:
            self._by_table[table].add(key)

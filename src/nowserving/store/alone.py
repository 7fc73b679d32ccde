"""A store that nobody else uses, as when the demo is built: its actions share a commit until somebody reads.

Two thousand actions with a commit each would be most of the demo's start. They are the same actions in the
same transactions as a server's; only the group is as long as the morning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from nowserving.store.database import writer_engine
from nowserving.store.engine.job import Once
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.scopes import branch_of
from nowserving.store.engine.tx import Group, Scope, Tx
from nowserving.store.kernel_random import KernelRandom
from nowserving.store.store import Store, scope_query

P = ParamSpec("P")
T = TypeVar("T")


# For looking something up before it is known which branch is locked.
_NOWHERE = Scope("", 0, 0, 0)


class Alone(Store):
    """Runs each action at once in the caller's thread. One that fails after it wrote ends the building."""

    _group: Group | None = None

    def _start(self) -> None:
        self._engine = writer_engine(self.url)
        self._connection = self._engine.connect()
        self._chance = KernelRandom()

    def close(self) -> None:
        """Commit, and close the database."""
        self._commit()
        self._connection.close()
        self._engine.dispose()
        super().close()

    def write_now(
        self, verb: Callable[..., T], *, actor: str = "rule", once: Once | None = None, **arguments: Any
    ) -> T:
        """Run an action and return its value; it is on disk when somebody reads, or at the end."""
        if once is not None:
            raise TypeError("nobody asks twice here")
        if self._group is None:
            self._connection.begin()
            self._group = Group(self._connection, self._connection.dialect.name)
        group = self._group
        scope_id = self._scope_id(Tx(group, _NOWHERE, 0, self._chance, actor), verb, arguments)
        if scope_id not in group.scopes:
            group.lock({scope_id})
        tx = Tx(group, group.scopes[scope_id], self.clock(), self._chance, actor)
        try:
            value = verb(tx, **arguments)
        except Exception as error:
            if tx.wrote:
                self._group = None
                self._connection.rollback()
                raise RuntimeError("an action failed after it had written") from error
            raise
        tx.keep()
        return value

    def read_now(self, query: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Commit what was written so far, and read."""
        self._commit()
        return super().read_now(query, *args, **kwargs)

    def _scope_id(self, tx: Tx, verb: Callable[..., Any], arguments: dict[str, Any]) -> str:
        known = self._cached_scope(verb, arguments)
        if known is not None:
            return known
        # In the transaction: it may have been made a moment ago, and is not committed.
        return self._found_scope(verb, branch_of(tx, *scope_query(verb, arguments)), arguments)

    def _commit(self) -> None:
        group, self._group = self._group, None
        if group is not None:
            group.finish()
            self._connection.commit()

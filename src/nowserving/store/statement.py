"""Prepared statements: Core expressions compiled once per dialect and run on the driver's cursor.

Executing three statements of a join through SQLAlchemy costs about six times the processor time of
the driver itself, so what is hot is built here once at import; everything else uses Core as usual.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import postgresql, sqlite

_SQLITE = sqlite.dialect(paramstyle="named")
_POSTGRESQL = postgresql.dialect(paramstyle="pyformat")


class Statement:
    """One Core statement with named bind parameters, as text for each of the two drivers."""

    __slots__ = ("constants", "text")

    def __init__(self, clause: ClauseElement) -> None:
        for_sqlite = clause.compile(dialect=_SQLITE)
        for_postgresql = clause.compile(dialect=_POSTGRESQL)
        self.text = {"sqlite": str(for_sqlite), "postgresql": str(for_postgresql)}
        # Literals inside the clause (state = 'waiting') become parameters of their own.
        self.constants: dict[str, Any] = {
            name: value for name, value in for_sqlite.params.items() if value is not None
        }

    def filled(self, params: dict[str, Any]) -> dict[str, Any]:
        """Return `params` with the constants of the clause added."""
        return {**self.constants, **params} if self.constants else params

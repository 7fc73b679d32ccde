"""Prepared statements: Core expressions compiled once per dialect and run on the driver's cursor.

Executing three statements of a join through SQLAlchemy costs about six times the processor time of
the driver itself, so what is hot is built here once at import; everything else uses Core as usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import postgresql, sqlite

_DIALECTS: Mapping[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


class Statement:
    """One Core statement with named bind parameters, as text for each of the two drivers."""

    __slots__ = ("_constants", "text")

    def __init__(self, clause: ClauseElement | Mapping[str, ClauseElement]) -> None:
        """Take one clause for both dialects, or one for each where their inserts differ."""
        self.text: dict[str, str] = {}
        self._constants: dict[str, dict[str, Any]] = {}
        for name, dialect in _DIALECTS.items():
            chosen = clause[name] if isinstance(clause, Mapping) else clause
            compiled = chosen.compile(dialect=dialect)
            self.text[name] = str(compiled)
            # Literals inside the clause (a LIMIT) become parameters of their own.
            self._constants[name] = {
                key: value for key, value in compiled.params.items() if value is not None
            }

    def filled(self, dialect: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return `params` with the constants of the clause added."""
        constants = self._constants[dialect]
        return {**constants, **params} if constants else params

"""Prepared statements: Core expressions compiled once per dialect and run on the driver's cursor.

Executing three statements of a join through SQLAlchemy costs about six times the processor time of
the driver itself, so what is hot is built here once at import; everything else uses Core as usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ClauseElement, Compiled
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECTS: Mapping[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


class Statement:
    """One Core statement with named bind parameters, as text for each of the two drivers."""

    __slots__ = ("_constants", "text", "writes")

    def __init__(self, clause: ClauseElement | Mapping[str, ClauseElement]) -> None:
        """Take one clause for both dialects, or one for each where their inserts differ."""
        self.text: dict[str, str] = {}
        self._constants: dict[str, dict[str, Any]] = {}
        self.writes = False
        for name, dialect in _DIALECTS.items():
            chosen = clause[name] if isinstance(clause, Mapping) else clause
            compiled = chosen.compile(dialect=dialect)
            self.text[name] = str(compiled)
            if "POSTCOMPILE" in self.text[name]:
                raise TypeError("an IN list of a prepared statement is made of literal_column()")
            self.writes = self.writes or not getattr(chosen, "is_select", False)
            # Literals inside the clause (a LIMIT) become parameters of their own.
            self._constants[name] = _constants(compiled)

    def filled(self, dialect: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return `params` with the constants of the clause added."""
        constants = self._constants[dialect]
        return {**constants, **params} if constants else params


def _constants(compiled: Compiled) -> dict[str, Any]:
    """Return the parameters that have their value already; None may be one (`values(desk_id=None)`)."""
    binds = cast(SQLCompiler, compiled).binds
    open_names = {name for name, bind in binds.items() if bind.required}
    return {name: value for name, value in compiled.params.items() if name not in open_names}

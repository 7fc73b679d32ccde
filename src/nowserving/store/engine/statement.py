"""Prepared statements: Core expressions compiled once per dialect and run on the driver's cursor.

Executing three statements of a join through SQLAlchemy costs about six times the processor time of
the driver itself, so what is hot is built here once at import; everything else uses Core as usual.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import JSON, ClauseElement, Compiled, Table, Text, bindparam, column, func, insert, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECTS: Mapping[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


class Statement:
    """One Core statement with named bind parameters, as text for each of the two drivers.

    It is compiled when it is first used: a process speaks to one database, and uses half of what there is.
    """

    __slots__ = ("_constants", "text", "writes")

    def __init__(self, clause: ClauseElement | Mapping[str, ClauseElement]) -> None:
        """Take one clause for both dialects, or one for each where their inserts differ."""
        clauses = clause if isinstance(clause, Mapping) else dict.fromkeys(_DIALECTS, clause)
        self._constants: dict[str, dict[str, Any]] = {}
        self.text: dict[str, str] = _Texts(clauses, self._constants)
        self.writes = any(not getattr(one, "is_select", False) for one in clauses.values())

    def filled(self, dialect: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return `params` with the constants of the clause added, for the text of this dialect."""
        constants = self._constants[dialect]
        return {**constants, **params} if constants else params


class _Texts(dict[str, str]):
    """The text of a clause by dialect, made when somebody asks for it, and its constants with it."""

    def __init__(self, clauses: Mapping[str, ClauseElement], constants: dict[str, dict[str, Any]]) -> None:
        super().__init__()
        self._clauses = clauses
        self._constants = constants

    def __missing__(self, name: str) -> str:
        compiled = self._clauses[name].compile(dialect=_DIALECTS[name])
        text = str(compiled)
        if "POSTCOMPILE" in text:
            raise TypeError("an IN list of a prepared statement is made of literal_column()")
        # Literals inside the clause (a LIMIT) become parameters of their own. Before the text is seen:
        # two threads may ask at once.
        self._constants[name] = _constants(compiled)
        self[name] = text
        return text


def _constants(compiled: Compiled) -> dict[str, Any]:
    """Return the parameters that have their value already; None may be one (`values(desk_id=None)`)."""
    binds = cast(SQLCompiler, compiled).binds
    open_names = {name for name, bind in binds.items() if bind.required}
    return {name: value for name, value in compiled.params.items() if name not in open_names}


class Rows:
    """An INSERT of many rows at once; each is a tuple with a value for each of `columns`, in this order."""

    __slots__ = ("_names", "_text")

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        """Take the columns that are written, in the table's order; the others get what the table gives."""
        self._names = tuple(columns)
        one = insert(table).values({name: bindparam(name) for name in columns})
        by_place = one.compile(dialect=sqlite.dialect(paramstyle="qmark"))
        if tuple(by_place.positiontup or ()) != self._names:
            raise TypeError("the columns of prepared rows stand in the order of their table")
        # One message for all rows. Row by row the driver takes six times the time, and the server three.
        given = func.json_to_recordset(sql_cast(bindparam("rows", type_=Text), JSON)).table_valued(
            *(column(name, table.c[name].type) for name in columns), name="given"
        )
        given = given.render_derived(with_types=True)
        many = insert(table).from_select(
            list(columns), select(*(given.c[name] for name in columns)), include_defaults=False
        )
        self._text = {
            "sqlite": str(by_place),
            "postgresql": str(many.compile(dialect=_DIALECTS["postgresql"])),
        }

    def insert(self, cursor: Any, dialect: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, in this order."""
        if dialect == "sqlite":
            cursor.executemany(self._text[dialect], rows)
        else:
            named = [dict(zip(self._names, row, strict=True)) for row in rows]
            cursor.execute(self._text[dialect], {"rows": _json(named).decode()})


_json = msgspec.json.Encoder().encode

"""Prepared statements: Core expressions compiled once per dialect and run on the driver's cursor.

Executing three statements of a join through SQLAlchemy costs about six times the processor time of
the driver itself, so what is hot is built here once at import; everything else uses Core as usual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import (
    JSON,
    ClauseElement,
    Column,
    ColumnElement,
    Compiled,
    Table,
    Text,
    and_,
    bindparam,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.sql.visitors import iterate

from nowserving.store.known import ANY

_DIALECTS: Mapping[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


class Statement:
    """One Core statement with named bind parameters, as text for each of the two drivers.

    It is compiled when it is first used: a process speaks to one database, and uses half of what there is.
    """

    __slots__ = ("_constants", "_reads", "into", "text", "writes")

    def __init__(self, clause: ClauseElement | Mapping[str, ClauseElement]) -> None:
        """Take one clause for both dialects, or one for each where their inserts differ."""
        clauses = clause if isinstance(clause, Mapping) else dict.fromkeys(_DIALECTS, clause)
        self._constants: dict[str, dict[str, Any]] = {}
        self.text = _Texts(clauses, self._constants)
        self.into = next(map(written_by, clauses.values()))
        """The table that it writes, or None for one that only reads."""
        self.writes = self.into is not None
        self._reads: frozenset[str] | None = None

    def reads(self, dialect: str) -> frozenset[str]:
        """Return the names of the tables that it looks at."""
        if self._reads is None:
            parts = iterate(self.text.clauses[dialect])
            self._reads = frozenset(one.name for one in parts if isinstance(one, Table))
        return self._reads

    def filled(self, dialect: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return `params` with the constants of the clause added, for the text of this dialect."""
        constants = self._constants[dialect]
        return {**constants, **params} if constants else params


class _Texts(dict[str, str]):
    """The text of a clause by dialect, made when somebody asks for it, and its constants with it."""

    def __init__(self, clauses: Mapping[str, ClauseElement], constants: dict[str, dict[str, Any]]) -> None:
        super().__init__()
        self.clauses = clauses
        self._constants = constants

    def __missing__(self, name: str) -> str:
        compiled = self.clauses[name].compile(dialect=_DIALECTS[name])
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


def written_by(statement: object) -> str | None:
    """Return the name of the table that a statement writes; None for one that only reads."""
    if getattr(statement, "is_select", False):
        return None
    table = getattr(statement, "table", None)
    return table.name if isinstance(table, Table) else ANY


def one_of(
    key: Column[str], select_where: Callable[[ColumnElement[bool]], ClauseElement]
) -> dict[str, ClauseElement]:
    """Return a SELECT for each dialect whose `key` is one of those that `listed` makes a parameter of."""
    ids = bindparam("ids", type_=Text)
    each = select(column("value", Text)).select_from(func.json_each(ids))
    array = func.array(select(func.json_array_elements_text(sql_cast(ids, JSON))).scalar_subquery())
    return {"sqlite": select_where(key.in_(each)), "postgresql": select_where(key == func.any(array))}


def listed(ids: Sequence[str]) -> dict[str, str]:
    """Return the parameter of a statement of `one_of`."""
    return {"ids": _json(ids).decode()}


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
        given = _given(table, {name: name for name in columns})
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
            cursor.execute(self._text[dialect], {"rows": _document(self._names, rows)})


class Changes:
    """An UPDATE of many rows at once, of none of them twice.

    Each is a tuple: what the columns `where` must have for a row to be changed, then its new `columns`.
    """

    __slots__ = ("_names", "_text")

    def __init__(self, table: Table, where: Sequence[str], columns: Sequence[str]) -> None:
        found, new = {name: f"its_{name}" for name in where}, {name: f"new_{name}" for name in columns}
        self._names = (*found.values(), *new.values())
        given = _given(table, {alias: name for names in (found, new) for name, alias in names.items()})
        self._text = {}
        for name, values in (
            ("sqlite", {alias: bindparam(alias) for alias in self._names}),
            ("postgresql", given.c),
        ):
            same = (table.c[column_] == values[alias] for column_, alias in found.items())
            change = (
                update(table).where(and_(*same)).values({one: values[alias] for one, alias in new.items()})
            )
            self._text[name] = str(change.compile(dialect=_DIALECTS[name]))

    def change(self, cursor: Any, dialect: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Change rows and return how many were as they must be."""
        if dialect == "sqlite":
            cursor.executemany(
                self._text[dialect], [dict(zip(self._names, row, strict=True)) for row in rows]
            )
        else:
            cursor.execute(self._text[dialect], {"rows": _document(self._names, rows)})
        return int(cursor.rowcount)


def _given(table: Table, names: Mapping[str, str]) -> TableValuedAlias:
    """Return rows that come as one JSON document; `names` says of which column of `table` each one is."""
    rows = func.json_to_recordset(sql_cast(bindparam("rows", type_=Text), JSON))
    columns = (column(alias, table.c[name].type) for alias, name in names.items())
    return rows.table_valued(*columns, name="given").render_derived(with_types=True)


def _document(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    return _json([dict(zip(names, row, strict=True)) for row in rows]).decode()


_json = msgspec.json.Encoder().encode

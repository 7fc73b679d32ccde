"""What every table is made with: names for constraints, a row's number, an index over some rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData, text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite gives a rowid alias only to INTEGER PRIMARY KEY, PostgreSQL needs BIGINT.
RowId = BigInteger().with_variant(Integer, "sqlite")


def where(condition: str) -> dict[str, Any]:
    """Return the arguments of an index that holds only some rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}

"""Everything that a database knows about its tables, as a set of lines that can be compared."""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

from nowserving.store.database import parse_url, writer_engine

_SQLITE = """
SELECT sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND tbl_name <> 'alembic_version'
"""
_POSTGRESQL = """
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' null=' || is_nullable
       || ' default ' || coalesce(column_default, 'none')
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
UNION ALL
SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


def catalogue(url: str) -> set[str]:
    """Return one line for each table, column, constraint and index, in the database's own words."""
    engine = writer_engine(parse_url(url))
    try:
        with engine.connect() as connection:
            return _lines(connection)
    finally:
        engine.dispose()


def _lines(connection: Connection) -> set[str]:
    if connection.dialect.name == "postgresql":
        return set(connection.execute(text(_POSTGRESQL)).scalars())
    statements = connection.execute(text(_SQLITE)).scalars()
    # Inside a CREATE TABLE the order of the lines means nothing; a column that came later has no line.
    return {
        f"{found.split('(')[0]}: {line}"
        for found in statements
        for line in re.split(r",\s*\n|, (?=[a-z_]+ (?:BIGINT|INTEGER|TEXT)\b)", _plain(found))
    }


def _plain(statement: str) -> str:
    return "\n".join(line.strip() for line in statement.replace("\t", "").rstrip(")").splitlines())

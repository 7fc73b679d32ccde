"""Alembic's way in. The connection, its lock and its transaction come from store/care/migrate.py."""

from __future__ import annotations

from alembic import context

from nowserving.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    on_version_apply=context.config.attributes["on_version_apply"],
    target_metadata=metadata,
    # Both databases roll DDL back: a migration that is killed has never begun.
    transactional_ddl=True,
)
context.run_migrations()

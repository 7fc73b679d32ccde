"""What a test's processes have imported when they start."""

import alembic.command
import psycopg
import sqlalchemy.dialects.postgresql.psycopg

import nowserving.actions.calling
import nowserving.actions.joining
import nowserving.store.migrate
import nowserving.store.store

__all__ = ["alembic", "nowserving", "psycopg", "sqlalchemy"]

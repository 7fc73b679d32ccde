"""What a test's processes have imported when they start."""

import alembic.command
import psycopg
import sqlalchemy.dialects.postgresql.psycopg

import nowserving.actions.tickets.calling
import nowserving.actions.tickets.joining
import nowserving.store.care.migrate
import nowserving.store.store

__all__ = ["alembic", "nowserving", "psycopg", "sqlalchemy"]

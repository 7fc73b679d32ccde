"""What a test's processes have imported when they start."""

import alembic.command
import psycopg
import sqlalchemy.dialects.postgresql.psycopg

import nowserving.actions.tickets.calling
import nowserving.actions.tickets.joining
import nowserving.cli
import nowserving.commands.demo
import nowserving.commands.serving
import nowserving.store.care.migrate
import nowserving.store.store
from nowserving.app import _routes

__all__ = ["alembic", "nowserving", "psycopg", "sqlalchemy"]

# A second's work that every server would do again.
_routes()

"""The wall clock, for what is dated when it leaves the house."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)

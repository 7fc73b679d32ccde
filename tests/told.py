"""What an action told: the fields it refused, and the events it left behind."""

from __future__ import annotations

import pytest

from nowserving.domain.event import Event
from nowserving.errors import AppError
from nowserving.store.log import log_page
from nowserving.store.store import Store


def refused(caught: pytest.ExceptionInfo[AppError]) -> dict[str, str]:
    """Return the code of each refused field, by its pointer."""
    return {field.pointer: field.code for field in caught.value.fields}


def latest(store: Store, scope_id: str) -> Event:
    """Return the newest event of a branch or of the organisation."""
    return store.read_now(log_page, scope_id).events[0]


def verbs(store: Store, scope_id: str) -> list[str]:
    """Return the verbs of all events of a scope, oldest first."""
    return [event.verb for event in reversed(store.read_now(log_page, scope_id, most=1000).events)]

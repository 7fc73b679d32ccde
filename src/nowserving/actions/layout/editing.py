"""What all edits share: nobody overwrites what they have not seen, and the log says before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nowserving.domain.layout.branch import Queue
from nowserving.domain.layout.screens import ids_of
from nowserving.domain.values import Reader, read_fields
from nowserving.errors import N_, Conflict, Stale, invalid_field, not_found
from nowserving.store import layout
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import Table, plain, update_where


def check_fresh(edited: int, expected: int | None) -> None:
    """Raise Stale unless the caller has seen this version of the row (None: they don't say)."""
    if expected is not None and expected != edited:
        message = N_("Somebody else has changed this meanwhile. Look at it again, then save.")
        raise Stale("stale", message, edited=edited)


def read_changes(before: Any, changes: Mapping[str, object], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return those of the wanted fields that are acceptable and not so already; raise Invalid."""
    read = read_fields(changes, "", readers)
    return {name: value for name, value in read.items() if getattr(before, name) != value}


def with_rest(changes: Mapping[str, object], name: str, rest: Mapping[str, object]) -> Mapping[str, object]:
    """Return the changes with the part called `name` made whole by what it leaves out."""
    given = changes.get(name)
    return {**changes, name: {**rest, **given}} if isinstance(given, Mapping) else changes


def told(before: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event says of an edit: the changed fields, before and after."""
    return {
        "before": {name: plain(getattr(before, name)) for name in changes},
        "after": {name: plain(value) for name, value in changes.items()},
    }


def archived() -> Conflict:
    """Return the refusal to change what is archived, ready to raise."""
    return Conflict("archived", N_("This is archived and can't be changed."))


def live_queue(tx: Tx, queue_id: str) -> Queue:
    """Return a queue that may be changed; raises NotFound, or Conflict `archived` for one put away."""
    found = layout.queue(tx, queue_id)
    if found is None:
        raise not_found()
    if found.archived_at is not None:
        raise archived()
    return found


def reorder(tx: Tx, table: Table, found: Sequence[Any], ids: Sequence[str], pointer: str) -> bool:
    """Write the places of rows so that they stand in the order of `ids`; False if they did already.

    Refuses a list that leaves one out or names a stranger: it was made before somebody else's change.
    """
    now = [one.id for one in found]
    wanted = list(ids_of(ids, pointer))
    if sorted(now) != sorted(wanted):
        message = N_("This list must name each of them once. Somebody may have changed them meanwhile.")
        raise invalid_field(pointer, "not_all", message)
    if now == wanted:
        return False
    for place, one in enumerate(wanted):
        update_where(tx, table, table.c.id == one, place=place)
    return True

"""Telling everybody in a line something: "The kitchen is behind, thank you for waiting"."""

from __future__ import annotations

from dataclasses import replace

from nowserving.actions.layout.editing import live_queue
from nowserving.actions.messages.telling import tell_everybody
from nowserving.domain.layout.branch import Queue
from nowserving.domain.text import clean_text
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.rows import update_where

MOST_LETTERS = 300


@action(scope="queue_id")
def tell_line(tx: Tx, *, queue_id: str, text: str) -> Queue:
    """Tell everybody who waits in a queue something; no words take back what was told last.

    The words are public to that line: they stand on every guest's page for an hour. Raises Invalid
    for a text that is too long, Conflict `archived` for a queue that is closed for good.
    """
    # Whoever types in a large field makes lines; a phone makes its own.
    words = clean_text(" ".join(text.splitlines()), "/text", MOST_LETTERS, required=False)
    before = live_queue(tx, queue_id)
    told_at = tx.now if words else None
    update_where(tx, schema.queues, schema.queues.c.id == queue_id, told=words, told_at=told_at)
    tx.emit("queue.told", queue_id=queue_id, name=before.name, text=words)
    if words:
        tell_everybody(tx, queue_id)
    return replace(before, told=words, told_at=told_at)


def take_back_pause(tx: Tx, desk_id: str) -> None:
    """Take back what the pause of a desk told its lines: "back in 10 min" is over once somebody is back.

    What a pause tells is told at the very instant at which it begins; what was told since stays.
    """
    for queue_id in layout.told_by_pause(tx, desk_id):
        tell_line(tx, queue_id=queue_id, text="")

"""Telling everybody in a line something: "The kitchen is behind, thank you for waiting"."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from nowserving.actions.layout.editing import live_queue
from nowserving.actions.messages.telling import tell_everybody
from nowserving.domain.layout.branch import Queue
from nowserving.domain.text import clean_text
from nowserving.store import schema
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
    desks, serves, queues = schema.desks, schema.desk_queues, schema.queues
    told = (
        select(queues.c.id)
        .join(serves, serves.c.queue_id == queues.c.id)
        .join(desks, desks.c.id == serves.c.desk_id)
        .where(desks.c.id == desk_id, queues.c.told_at == desks.c.since_at, queues.c.archived_at.is_(None))
    )
    for queue_id in list(tx.execute(told).scalars()):
        tell_line(tx, queue_id=queue_id, text="")

"""A doctor who is back in ten minutes: the desk rests, and whoever waits is told."""

from __future__ import annotations

from nowserving.actions.layout.telling import tell_line
from nowserving.actions.tickets.desk_duty import pause_desk
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets.places import DeskPlace, known_queue


@action(scope="desk_id")
def pause_and_tell(tx: Tx, *, desk_id: str, text: str) -> DeskPlace:
    """Pause a desk and tell the lines of its clinical queues why, in one act. Raises as both do."""
    paused = pause_desk(tx, desk_id=desk_id)
    for queue_id in paused.queue_ids:
        if known_queue(tx, queue_id).rules.clinical:
            tell_line(tx, queue_id=queue_id, text=text)
    return paused

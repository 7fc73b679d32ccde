"""A pass ends with the stay it was for: the one mover says so, nobody else."""

from __future__ import annotations

from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.engine.tx import Tx
from nowserving.store.shows import passes
from nowserving.store.tickets.places import known_queue

_BY = frozenset({"booked", "left", "closed"})


def follow_pass(tx: Tx, before: Ticket, after: Ticket, event: str, why: str | None) -> None:
    """End the pass of a ticket that is served no more, in a queue whose visits need one.

    `why` is the word that went on record with the move, where one of a pass is among them.
    """
    if before.state is not State.SERVING or after.state is State.SERVING:
        return
    if known_queue(tx, before.queue_id).rules.needs_pass:
        by = "lapsed" if event == "ticket.expired" else "left"
        passes.end_of_ticket(tx, before.id, why if why in _BY else by)

"""A consultation begins and ends with its serving stay: the one mover says so, nobody else."""

from __future__ import annotations

from nowserving.domain.tickets.ticket import FINAL, State, Ticket
from nowserving.store.clinic import visits as rows
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets.places import known_queue


def follow_service(tx: Tx, before: Ticket, after: Ticket, *, undone: bool) -> None:
    """Follow a ticket that begins to be served, or ends, in a clinical queue.

    What undo takes back is as if it had not been: a start leaves no consultation behind unless
    something was written in it, and one that was ended goes on.
    """
    if before.state is State.SERVING and known_queue(tx, before.queue_id).rules.clinical:
        _end(tx, before, undone=undone)
    if undone and State.SERVING not in (before.state, after.state):
        _drop_instant(tx, before)
    if after.state is State.SERVING and known_queue(tx, after.queue_id).rules.clinical:
        _begin(tx, after, undone=undone)


def _end(tx: Tx, ticket: Ticket, *, undone: bool) -> None:
    going_on = rows.open_consultation(tx, ticket.id)
    if going_on is None:  # The queue became clinical while this one was being served.
        return
    if undone and going_on.note is None and not going_on.outcome:
        rows.delete_consultation(tx, going_on.id)
    else:
        rows.change_consultation(tx, going_on.id, to_at=tx.now)


def _drop_instant(tx: Tx, ticket: Ticket) -> None:
    """A call that "next" has ended was started for an instant: when that is undone, nothing was."""
    last = rows.latest_consultation(tx, ticket.id) if ticket.state in FINAL else None
    if last is not None and last.from_at == last.to_at and last.note is None and not last.outcome:
        rows.delete_consultation(tx, last.id)


def _begin(tx: Tx, ticket: Ticket, *, undone: bool) -> None:
    last = rows.latest_consultation(tx, ticket.id) if undone else None
    if last is not None and last.desk_id == ticket.desk_id:
        rows.change_consultation(tx, last.id, to_at=None)
        return
    visit = rows.visit_of(tx, ticket.id)
    row: dict[str, object] = {
        "id": tx.new_id(),
        "ticket_id": ticket.id,
        "record_id": visit.record_id if visit else None,
        "branch_id": ticket.branch_id,
        "queue_id": ticket.queue_id,
        "desk_id": ticket.desk_id,
        "agent_id": ticket.agent_id,
        "from_at": tx.now,
    }
    rows.add_consultation(tx, row)

"""The pass of a lobby as seats ask for it: its truth is the row, its claims were read and checked before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nowserving.actions.tickets.admitting import admit_after
from nowserving.actions.tickets.calling import end_visit
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import N_, Forbidden, Gone
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import passes
from nowserving.store.tickets.tickets import ticket_by_id


def pass_in(tx: Tx, performance_id: str, claims: Mapping[str, Any]) -> Ticket:
    """Return the ticket that is let in by a pass; raises Forbidden `no_pass`, Gone `pass_lapsed`."""
    found = passes.pass_row(tx, str(claims.get("jti", "")))
    device = claims.get("dev")
    if found is None or found.performance_id != performance_id or found.device_hash != device:
        raise Forbidden("no_pass", N_("You have no pass to these seats."))
    ticket = ticket_by_id(tx, found.ticket_id)
    over = found.ended_at is not None or found.expires_at <= tx.now
    if over or ticket is None or ticket.state is not State.SERVING:
        raise Gone("pass_lapsed", N_("The time of your pass has run out."))
    return ticket


def extend_pass(_tx: Tx, ticket: Ticket) -> Ticket:
    """A pass that can't be extended lasts as long as it did."""
    return ticket


def end_pass(tx: Tx, ticket: Ticket, by: str) -> None:
    """End the pass of a ticket, and its stay with it; whoever waits is let in."""
    passes.end_passes_of(tx, ticket.id, by)
    done = end_visit(tx, ticket)
    admit_after(tx, done.queue_id)

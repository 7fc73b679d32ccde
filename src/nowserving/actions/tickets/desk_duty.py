"""Who works where: opening, pausing and closing a desk."""

from __future__ import annotations

from dataclasses import replace

from nowserving.actions.layout.telling import take_back_pause
from nowserving.domain.layout.branch import DeskState
from nowserving.domain.tickets.ticket import Ticket
from nowserving.errors import N_, Conflict, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import DeskPlace, desk_place, set_desk


@action(scope="desk_id")
def open_desk(tx: Tx, *, desk_id: str) -> DeskPlace:
    """Begin or resume work at a desk; it is the caller's desk now."""
    return at_work(tx, found_desk(tx, desk_id), take_over=True)


@action(scope="desk_id")
def pause_desk(tx: Tx, *, desk_id: str) -> DeskPlace:
    """Stop calling for a while. Raises Conflict `desk_busy` while a ticket is open at the desk."""
    return _rest(tx, desk_id, DeskState.PAUSED, "desk.paused")


@action(scope="desk_id")
def close_desk(tx: Tx, *, desk_id: str) -> DeskPlace:
    """End work at a desk. Raises Conflict `desk_busy` while a ticket is open at it."""
    return _rest(tx, desk_id, DeskState.CLOSED, "desk.closed")


def at_work(tx: Tx, desk: DeskPlace, *, take_over: bool = False) -> DeskPlace:
    """Return the desk, opened if it was not: who calls the next ticket is at work.

    An open desk keeps its agent unless `take_over`.
    """
    if desk.state is DeskState.OPEN and (not take_over or desk.agent_id == tx.actor):
        return desk
    if desk.state is DeskState.PAUSED:
        take_back_pause(tx, desk.id)
    set_desk(tx, desk.id, DeskState.OPEN, tx.actor)
    tx.emit("desk.opened", desk_id=desk.id, agent_id=tx.actor, was=desk.state.value)
    return replace(desk, state=DeskState.OPEN, agent_id=tx.actor)


def _rest(tx: Tx, desk_id: str, state: DeskState, event: str) -> DeskPlace:
    desk = found_desk(tx, desk_id)
    if desk.state is state:
        return desk
    ticket = rows.open_at_desk(tx, desk_id)
    if ticket is not None:
        raise desk_busy(ticket)
    agent_id = None if state is DeskState.CLOSED else desk.agent_id or tx.actor
    set_desk(tx, desk_id, state, agent_id)
    tx.emit(event, desk_id=desk_id, agent_id=agent_id, was=desk.state.value)
    return replace(desk, state=state, agent_id=agent_id)


def found_desk(tx: Tx, desk_id: str) -> DeskPlace:
    """Return a desk that is not archived; raises NotFound."""
    desk = desk_place(tx, desk_id)
    if desk is None:
        raise not_found()
    return desk


def desk_busy(ticket: Ticket) -> Conflict:
    """Return the refusal that names the ticket which is open at the desk."""
    message = N_("%(ticket)s is still open at this desk.")
    return Conflict("desk_busy", message, ticket=ticket.code, state=ticket.state.value)

"""Tickets in every state, and acts for the tests of undo to take back."""

from __future__ import annotations

from nowserving.actions.tickets.serving import cancel, finish, leave, no_show, park, start
from nowserving.actions.tickets.undoing import undo
from nowserving.domain.tickets.ticket import State, Ticket
from tests.actions.office import Office


def taken_back(office: Office, desk_id: str | None = None) -> list[str]:
    """Undo at a desk, the first unless told otherwise; return the codes of what came back."""
    return [ticket.code for ticket in office.do(undo, desk_id=desk_id or office.hall.desk_1)]


def nothing_to_undo(office: Office, desk_id: str | None = None) -> bool:
    return office.conflict(undo, desk_id=desk_id or office.hall.desk_1) == "nothing_to_undo"


def serving(office: Office) -> Ticket:
    """Return a ticket that is being served at the first desk, with two waiting behind it."""
    first, *_ = office.joins(3)
    office.call_next()
    return office.do(start, key=first.key)


def ticket_in(office: Office, state: State) -> Ticket:
    """Return a ticket that has come to a state, with one more waiting behind it."""
    ticket, _ = office.joins(2)
    if state in {State.CALLED, State.SERVING, State.NO_SHOW, State.DONE}:
        office.call_next()
    ways = {
        State.SERVING: start,
        State.PARKED: park,
        State.DONE: finish,
        State.NO_SHOW: no_show,
        State.LEFT: leave,
        State.CANCELLED: cancel,
    }
    if state in ways:
        office.do(ways[state], key=ticket.key)
    found = office.now(ticket)
    assert found.state is state
    return found

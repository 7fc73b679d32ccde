"""What the one mover leaves in the outbox, in the transaction of the move itself.

A message is there if and only if its change is: both are committed together or not at all. Nothing is
written for a guest who left no contact, and nothing is looked up but the ticket at hand and, when a
line moves, the first in it who can be told and don't know yet that they are near.
"""

from __future__ import annotations

from nowserving.domain.messages.kinds import Kind, may_have
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages import outbox
from nowserving.store.messages.contacts import set_reach
from nowserving.store.messages.line import write_to_line
from nowserving.store.tickets.places import QueuePlace, known_queue
from nowserving.store.tickets.tickets import BEFORE_ALL, ranks_from

KIND_OF = {
    "ticket.joined": Kind.JOINED,
    "ticket.called": Kind.TURN,
    "ticket.lapsed": Kind.MISSED,
    "ticket.no_show": Kind.MISSED,
}
KNOWS_IT_IS_NEAR = 2


def tell_of(tx: Tx, event: str, before: Ticket | None, after: Ticket) -> None:
    """Write what this event means for whoever has left a contact: the ticket's guest, and those behind."""
    kind = KIND_OF.get(event)
    if kind is not None and after.reach:
        tell(tx, kind, after.queue_id, after.id, tx.version)
    # Whoever draws lots tells those in front when all have been drawn.
    drawn = event == "ticket.drawn"
    if before is not None and before.state is State.WAITING and not drawn and _left_its_place(before, after):
        tell_who_is_near(tx, before.queue_id)


def tell(tx: Tx, kind: Kind, queue_id: str, ticket_id: int, occasion: int) -> None:
    """Write one message, unless the visit has had as many as it may."""
    if kind is Kind.JOINED or may_have(kind, outbox.had_by(tx, ticket_id)):
        outbox.write_message(tx, kind, queue_id=queue_id, ticket_id=ticket_id, occasion=occasion)


def tell_who_is_near(tx: Tx, queue_id: str) -> None:
    """Tell those whom the line has brought to the position at which its queue calls people near."""
    first = outbox.first_to_tell(tx, queue_id, 1)
    if first and not known_queue(tx, queue_id).rules.gate_closed:
        _tell_first(tx, queue_id, known_queue(tx, queue_id).rules.announce_nearly_at, first[0][1])


@action(scope="queue_id")
def tell_first_places(tx: Tx, *, queue_id: str, places: int) -> None:
    """Tell those in the first places of a line that it is nearly their turn: their estimate says so."""
    first = outbox.first_to_tell(tx, queue_id, 1)
    if first:
        _tell_first(tx, queue_id, places, first[0][1])


def _tell_first(tx: Tx, queue_id: str, places: int, first_rank: int) -> None:
    near = ranks_from(tx, queue_id, BEFORE_ALL, places) if places else []
    if not near or first_rank > near[-1]:
        return
    for ticket_id, rank in outbox.first_to_tell(tx, queue_id, places):
        if rank <= near[-1]:
            tell_near(tx, queue_id, ticket_id)


def tell_near(tx: Tx, queue_id: str, ticket_id: int) -> None:
    """Tell one guest that it is nearly their turn, and remember that they know."""
    set_reach(tx, ticket_id, KNOWS_IT_IS_NEAR)
    tell(tx, Kind.NEARLY, queue_id, ticket_id, 0)


def tell_everybody(tx: Tx, queue_id: str) -> None:
    """Tell everybody who waits in a queue what staff have just said; the event of it must be there."""
    write_to_line(tx, queue_id, tx.version)


def alert_first(tx: Tx, queue: QueuePlace, waiting: int) -> None:
    """Tell the staff, where they want it, that somebody has joined a line in which so many waited: nobody."""
    if queue.rules.alert_first and waiting == 0:
        outbox.write_message(tx, Kind.FIRST_IN_LINE, queue_id=queue.id, ticket_id=None, occasion=tx.version)


def alert_fault(tx: Tx) -> None:
    """Tell the staff that a device reports a fault; the event of it must be there."""
    outbox.write_message(tx, Kind.DEVICE_FAULT, queue_id=None, ticket_id=None, occasion=tx.version)


def _left_its_place(before: Ticket, after: Ticket) -> bool:
    was = (before.state, before.queue_id, before.rank)
    return was != (after.state, after.queue_id, after.rank)

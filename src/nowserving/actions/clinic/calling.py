"""Calling the next patient, once, from a page that somebody has had before them for a while."""

from __future__ import annotations

from nowserving.actions.clinic.consulting import write_note
from nowserving.actions.tickets.calling import Called, call_next
from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.domain.tickets.ticket import State
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.tickets.tickets import open_at_desk


@action(scope="desk_id")
def call_after(
    tx: Tx, *, desk_id: str, seen: str, cabinet: Cabinet, note: str = "", outcome: str = ""
) -> Called | None:
    """Call whoever is next to a desk at which `seen` was shown: a ticket's key, or "" for nobody.

    Where somebody else is there by now, nothing happens, and None says so: a second press, another window
    and a page that is sent again after "back" call nobody. What was written so far is kept with the visit
    that ends so. Raises as `call_next` and `write_note` do, Conflict `not_started` above all, and then
    nothing has changed.
    """
    there = open_at_desk(tx, desk_id)
    if (there.key if there else "") != seen:
        return None
    if there is not None and there.state is State.SERVING and (note or outcome):
        write_note(tx, key=there.key, cabinet=cabinet, note=note, outcome=outcome)
    return call_next(tx, desk_id=desk_id)

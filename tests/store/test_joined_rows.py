"""What a join writes at once for a whole group is all that a ticket is made of."""

from __future__ import annotations

from dataclasses import fields

from nowserving.domain.tickets.ticket import Ticket
from nowserving.store.tickets.books import JOINED
from nowserving.store.tickets.moves import SELDOM


def test_a_join_writes_every_column_of_a_ticket_but_those_that_few_ever_have() -> None:
    assert set(JOINED) == {field.name for field in fields(Ticket)} - set(SELDOM)
    assert len(JOINED) == len(set(JOINED))

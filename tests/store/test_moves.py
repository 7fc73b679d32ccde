"""Moves that are written later: in one order or another, no two rows ever need the same spot at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.store.tickets.moves import MOVED, Moves

_ID, _EXPECTED, _STATE, _DESK = 0, 1, 2 + MOVED.index("state"), 2 + MOVED.index("desk_id")


def ticket(id: int, state: State, desk_id: str | None = None, rank: int = 0) -> Ticket:
    """Return a ticket of one queue; by default its rank is its id."""
    return Ticket(
        id=id,
        key=f"key-{id}",
        branch_id="hall",
        queue_id="a",
        number_queue_id="a",
        service_day="2026-11-23",
        number=id,
        code=f"A-{id}",
        state=state,
        rank=rank or id,
        party_size=1,
        priority="",
        name=None,
        language="",
        desk_id=desk_id,
        agent_id=None,
        joined_at=0,
        since_at=0,
        called_at=None,
        calls=0,
        passed=0,
        deadline_at=None,
        ended_at=None,
    )


def test_what_a_ticket_was_in_between_is_never_written() -> None:
    moves = Moves()
    called = ticket(1, State.CALLED, "desk-1")
    served = replace(called, state=State.SERVING)
    moves.add(called, served)
    moves.add(served, replace(served, state=State.DONE, desk_id=None))

    going, coming = moves.take()

    assert [(row[_ID], row[_EXPECTED], row[_STATE]) for row in going] == [(1, "called", "done")]
    assert coming == []
    assert not moves, "and nothing is written twice"


def test_who_leaves_a_desk_is_written_before_who_comes_to_it() -> None:
    moves = Moves()
    there, next_one = ticket(1, State.SERVING, "desk-1"), ticket(2, State.WAITING)
    comes = replace(next_one, state=State.CALLED, desk_id="desk-1")
    moves.add(there, replace(there, state=State.DONE, desk_id=None))
    assert not moves.is_in_the_way(comes)
    moves.add(next_one, comes)

    going, coming = moves.take()

    assert [row[_ID] for row in going] == [1]
    assert [(row[_ID], row[_DESK]) for row in coming] == [(2, "desk-1")]


@pytest.mark.parametrize(
    ("holder", "moved", "comes"),
    [
        (
            ticket(1, State.CALLED, "desk-1"),
            ticket(1, State.CALLED, "desk-2"),
            ticket(2, State.CALLED, "desk-1"),
        ),
        (ticket(1, State.WAITING), ticket(1, State.WAITING, rank=7), ticket(2, State.WAITING, rank=1)),
        (ticket(1, State.WAITING), ticket(1, State.CALLED, "desk-1"), ticket(2, State.WAITING, rank=1)),
    ],
    ids=[
        "a desk that somebody left for another",
        "a rank that somebody left for another",
        "a called one's rank",
    ],
)
def test_a_spot_that_somebody_left_for_another_must_be_written_first(
    holder: Ticket, moved: Ticket, comes: Ticket
) -> None:
    moves = Moves()
    moves.add(holder, moved)

    assert moves.is_in_the_way(comes)
    moves.take()
    assert not moves.is_in_the_way(comes)


def test_nobody_is_in_the_way_of_oneself() -> None:
    moves = Moves()
    called = ticket(1, State.CALLED, "desk-1")
    moves.add(called, replace(called, desk_id="desk-2"))

    assert not moves.is_in_the_way(replace(called, calls=2))

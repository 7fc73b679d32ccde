"""Forged histories: each way in which a line can be wrong is seen, and a line that is right is let pass."""

from __future__ import annotations

import pytest

from tests.races.rush.history import NEVER, Act, History
from tests.races.rush.ledger import Ledger, Row, Told, other_bytes
from tests.races.rush.patterns import all_patterns


def act(op: str, ticket: str, start: int, end: int, **more: object) -> Act:
    """Forge an act in queue "q" that was answered."""
    made = Act("somebody", op, start, asked=start, end=end, outcome="ok", queue="q", ticket=ticket)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def joins(*tickets: str) -> list[Act]:
    """Forge joins one after another, at 10, 20, 30 …, each told its number as its place."""
    return [
        act("join", ticket, 10 * n, 10 * n + 5, number=n, position=n) for n, ticket in enumerate(tickets, 1)
    ]


def empty(start: int, end: int) -> Act:
    """Forge a desk's answer that nobody waits."""
    return act("call", "", start, end, outcome="refused", code="queue_empty")


RIGHT = [
    # Two calls at once may come in either order.
    [*joins("a", "b"), act("call", "b", 100, 110), act("call", "a", 105, 120)],
    # Two joins at once may come in either order.
    [
        act("join", "b", 10, 30, number=1),
        act("join", "a", 12, 28, number=2),
        act("call", "a", 50, 51),
        act("call", "b", 60, 61),
    ],
    # Who leaves makes room, and whoever was called may leave too.
    [*joins("a", "b"), act("leave", "a", 40, 45), act("call", "b", 50, 55), act("leave", "b", 70, 75)],
    # Nobody waits before the join has ended, or after the call has begun.
    [*joins("a"), empty(5, 12), act("call", "a", 50, 60), empty(55, 58)],
    # One is gone before the other has come: in between the line is empty.
    [act("join", "a", 1, 2), act("call", "a", 5, 6), empty(3, 20), act("join", "b", 9, 10)],
    # A place between two calls.
    [*joins("a", "b"), act("call", "a", 50, 60), act("place", "b", 55, 57, number=2, position=2)],
    [*joins("a", "b"), act("call", "a", 50, 60), act("place", "b", 55, 57, number=2, position=1)],
    # A call that nobody heard of may have happened at any time after it was asked for.
    [*joins("a", "b"), act("call", "a", 50, NEVER), act("place", "b", 90, 91, number=2, position=2)],
]
WRONG = [
    ("had not joined", [act("call", "ghost", 5, 6)]),
    ("had not joined", [*joins("a"), act("call", "a", 1, 2)]),
    ("called twice", [*joins("a"), act("call", "a", 50, 51, desk="1"), act("call", "a", 60, 61, desk="2")]),
    ("called before a", [*joins("a", "b"), act("call", "b", 50, 51), act("call", "a", 60, 61)]),
    ("called before a", [*joins("a", "b"), act("call", "b", 50, 51)]),
    ("called before a", [*joins("a", "b", "c"), act("call", "b", 50, 51), act("leave", "a", 52, 53)]),
    ("is empty while", [*joins("a"), empty(20, 25)]),
    ("is empty while", [*joins("a", "b"), act("call", "a", 50, 60), empty(30, 70)]),
    ("told place 1", [*joins("a", "b"), act("place", "b", 30, 31, number=2, position=1)]),
    (
        "told place 2",
        [*joins("a", "b"), act("call", "a", 50, 60), act("place", "b", 61, 62, number=2, position=2)],
    ),
    ("told place 3", [act("join", "a", 1, 2, number=1, position=3)]),
    ("told place 0", [act("join", "a", 1, 2, number=1, position=0)]),
]


@pytest.mark.parametrize("acts", RIGHT)
def test_a_line_that_is_right_is_let_pass(acts: list[Act]) -> None:
    assert all_patterns(History(acts)) == []


@pytest.mark.parametrize(("said", "acts"), WRONG)
def test_a_line_that_is_wrong_is_seen(said: str, acts: list[Act]) -> None:
    assert [one for one in all_patterns(History(acts)) if said in one]


def test_a_place_of_another_process_may_be_as_old_as_is_allowed_and_no_older() -> None:
    late = [*joins("a", "b"), act("call", "a", 50, 60), act("place", "b", 80, 81, number=2, position=2)]

    assert all_patterns(History(late), delay_ns=30) == []
    assert len(all_patterns(History(late), delay_ns=10)) == 1


@pytest.fixture
def ledger() -> Ledger:
    """Two guests who joined; the first was called to desk 1."""
    made = Ledger.__new__(Ledger)
    made.tickets = [Row(1, "a", "q", 1, "called"), Row(2, "b", "q", 2, "waiting")]
    made.replies, made.violations = {}, []
    made.events = [Told("ticket.called", 1, "desk-1")]
    return made


def test_books_that_agree_with_everybody_are_let_pass(ledger: Ledger) -> None:
    assert ledger.offences(History(joins("a", "b"))) == []


@pytest.mark.parametrize(
    ("said", "acts"),
    [
        ("c was answered and is lost", joins("a", "b", "c")),
        ("b is there and nobody joined", joins("a")),
        ("a was given to 2 guests", [*joins("a", "b"), joins("a")[0]]),
        ("b was told q 1 and is q 2", joins("b")),
        ("answered in 2 ways", [*joins("a"), act("join", "b", 20, 25, number=2, bodies=[b"1", b"2"])]),
    ],
)
def test_an_answer_that_the_books_deny_is_seen(ledger: Ledger, said: str, acts: list[Act]) -> None:
    assert [one for one in ledger.offences(History(acts)) if said in one]


def test_a_number_that_is_missing_is_seen(ledger: Ledger) -> None:
    ledger.tickets[1] = Row(2, "b", "q", 3, "waiting")
    last = act("join", "b", 20, 25, number=3)
    assert ledger.offences(History([*joins("a"), last])) == ["q has gaps or repeats in 2 numbers"]


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("desk desk-1 called 2 and had 1", Told("ticket.called", 2, "desk-1")),
        ("ticket 1 went to desk-2 and was at desk-1", Told("ticket.called", 1, "desk-2")),
    ],
)
def test_a_desk_with_two_guests_and_a_guest_at_two_desks_are_seen(
    ledger: Ledger, said: str, event: Told
) -> None:
    ledger.events.append(event)
    assert ledger.offences(History(joins("a", "b"))) == [said]


def test_what_nobody_was_told_is_settled_by_what_is_stored(ledger: Ledger) -> None:
    lost, never = (Act("somebody", "join", 20, queue="q", once=key) for key in ("stored", "not stored"))
    body = '{"data": {"key": "b", "number": 2, "queue": {"id": "q"}, "position": 2}}'
    ledger.replies["stored"] = body
    history = History([*joins("a"), lost, never])

    ledger.settle(history)

    assert (lost.outcome, lost.ticket, lost.end) == ("ok", "b", NEVER)
    assert never.outcome == "unknown"
    assert ledger.offences(history) == []


def test_the_same_bytes_again_are_no_offence() -> None:
    assert list(other_bytes(History([act("join", "a", 1, 2, bodies=[b"1", b"1"])]))) == []

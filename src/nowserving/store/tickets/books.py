"""What a group of actions writes once: new tickets, stays, waiting counters and the latest numbers.

No action reads a stay, and of counters and numbers the books know the present value, so a group of
thirty joins needs one statement for each of them instead of thirty. Whoever reads these tables in
the same transaction by any other way has the books written first (`Group.flush_books`). New tickets
are written before any other statement of the transaction, whatever it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import bindparam, update

from nowserving.store.engine.statement import Rows, Statement
from nowserving.store.schema import numbers, queues, stays, tickets

Row = dict[str, Any]


class OpenStay(NamedTuple):
    """A row of `stays` that is to be written."""

    ticket_id: int
    branch_id: str
    queue_id: str
    state: str
    desk_id: str | None
    agent_id: str | None
    from_at: int
    to_at: int | None = None


# What a join writes, in this order: all but what few tickets ever have.
JOINED = (
    "id key branch_id queue_id number_queue_id service_day number code state rank party_size priority name"
    " language desk_id agent_id joined_at since_at called_at calls passed deadline_at ended_at note"
    " quoted_low_s quoted_high_s joined_from reach"
).split()
TICKETS = Rows(tickets, JOINED)
STAYS = Rows(stays, OpenStay._fields)
_CLOSE = Statement(
    update(stays)
    .where(stays.c.ticket_id == bindparam("stayer_id"), stays.c.to_at.is_(None))
    .values(to_at=bindparam("end_at"))
)
COUNT = Statement(
    update(queues)
    .where(queues.c.id == bindparam("counted_id"))
    .values(waiting=queues.c.waiting + bindparam("delta"))
)
_NUMBER = Statement(
    update(numbers)
    .where(numbers.c.queue_id == bindparam("of_queue"), numbers.c.service_day == bindparam("of_day"))
    .values(last=bindparam("latest"))
)


class Books:
    """The unwritten rows of one transaction. The lock of their branch is held until it ends."""

    __slots__ = ("_closed", "_counts", "_numbers", "_open", "_over", "_unsaved", "new_tickets")

    def __init__(self) -> None:
        self.new_tickets: list[tuple[Any, ...]] = []
        self._open: dict[int, OpenStay] = {}
        self._over: list[OpenStay] = []
        self._closed: list[Row] = []
        self._counts: dict[str, int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._unsaved: set[tuple[str, str]] = set()

    def open_stay(self, row: OpenStay) -> None:
        """Note the stay that a ticket begins."""
        self._open[row.ticket_id] = row

    def close_stay(self, ticket_id: int, end_at: int) -> None:
        """Note that the open stay of a ticket ends (µs), be it written already or not."""
        row = self._open.pop(ticket_id, None)
        if row is None:
            self._closed.append({"stayer_id": ticket_id, "end_at": end_at})
        else:
            self._over.append(row._replace(to_at=end_at))

    def count(self, queue_id: str, delta: int) -> None:
        """Note that so many more wait in a queue."""
        self._counts[queue_id] = self._counts.get(queue_id, 0) + delta

    def waiting(self, queue_id: str, stored: int) -> int:
        """Return how many wait in a queue whose row says `stored`."""
        return stored + self._counts.get(queue_id, 0)

    def next_number(self, queue_id: str, service_day: str, take: Callable[[], int]) -> int:
        """Return the next number of a queue's day; the first of this transaction comes from `take`."""
        day = (queue_id, service_day)
        if day not in self._numbers:
            self._numbers[day] = take()
        else:
            self._numbers[day] += 1
            self._unsaved.add(day)
        return self._numbers[day]

    def begun(self) -> list[tuple[Any, ...]]:
        """Return the stays that have to be written once the closed ones are (one open stay a ticket)."""
        begun: list[tuple[Any, ...]] = [*self._over, *self._open.values()]
        self._over, self._open = [], {}
        return begun

    def changed(self) -> Iterator[tuple[Statement, list[Row]]]:
        """Yield what has to be changed in rows that are there, and forget it."""
        yield _CLOSE, self._closed
        yield COUNT, [{"counted_id": key, "delta": delta} for key, delta in self._counts.items() if delta]
        yield _NUMBER, [self._number(*day) for day in sorted(self._unsaved)]
        self._closed, self._counts, self._unsaved = [], {}, set()

    def _number(self, queue_id: str, service_day: str) -> Row:
        return {
            "of_queue": queue_id,
            "of_day": service_day,
            "latest": self._numbers[queue_id, service_day],
        }

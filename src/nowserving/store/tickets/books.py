"""What a group of actions writes once, at its end: stays, waiting counters and the latest numbers.

No action reads a stay, and of counters and numbers the books know the present value, so a group of
thirty joins needs one statement for each of them instead of thirty. Whoever reads these tables in
the same transaction by any other way has the books written first (`Group.settle`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import bindparam, insert, update

from nowserving.store.engine.statement import Statement
from nowserving.store.schema import numbers, queues, stays

Row = dict[str, Any]

_OPEN = Statement(
    insert(stays).values(
        {
            name: bindparam(name)
            for name in "ticket_id branch_id queue_id state desk_id agent_id from_at to_at".split()
        }
    )
)
_CLOSE = Statement(
    update(stays)
    .where(stays.c.ticket_id == bindparam("stayer_id"), stays.c.to_at.is_(None))
    .values(to_at=bindparam("end_at"))
)
_COUNT = Statement(
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

    __slots__ = ("_closed", "_counts", "_numbers", "_open", "_over", "_unsaved")

    def __init__(self) -> None:
        self._open: dict[int, Row] = {}
        self._over: list[Row] = []
        self._closed: list[Row] = []
        self._counts: dict[str, int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._unsaved: set[tuple[str, str]] = set()

    def open_stay(self, row: Row) -> None:
        """Note the stay that a ticket begins."""
        self._open[row["ticket_id"]] = row

    def close_stay(self, ticket_id: int, end_at: int) -> None:
        """Note that the open stay of a ticket ends (µs), be it written already or not."""
        row = self._open.pop(ticket_id, None)
        if row is None:
            self._closed.append({"stayer_id": ticket_id, "end_at": end_at})
        else:
            self._over.append({**row, "to_at": end_at})

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

    def written(self) -> Iterator[tuple[Statement, list[Row]]]:
        """Yield what has to be written, in an order that every constraint accepts, and forget it."""
        # A ticket's old stay is closed before its next one is there: one open stay a ticket.
        yield _CLOSE, self._closed
        yield _OPEN, [*self._over, *self._open.values()]
        yield _COUNT, [{"counted_id": key, "delta": delta} for key, delta in self._counts.items() if delta]
        yield _NUMBER, [self._number(*day) for day in sorted(self._unsaved)]
        self._closed, self._over, self._open = [], [], {}
        self._counts, self._unsaved = {}, set()

    def _number(self, queue_id: str, service_day: str) -> Row:
        return {
            "of_queue": queue_id,
            "of_day": service_day,
            "latest": self._numbers[queue_id, service_day],
        }

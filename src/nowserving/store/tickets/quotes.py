"""Quoted against waited: how often the range held that guests were told, by queue and service day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, and_, bindparam, case, cast, func, or_, select

from nowserving.domain.instants import SECOND_US
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.schema import tickets

_WAITED = tickets.c.called_at - tickets.c.joined_at
# In microseconds, which is more than an INTEGER of PostgreSQL holds.
_FROM = cast(tickets.c.quoted_low_s, BigInteger) * SECOND_US
_TO = cast(tickets.c.quoted_high_s, BigInteger) * SECOND_US
# One number, as staff say it, holds if the wait was no longer.
_HELD = and_(or_(_WAITED >= _FROM, tickets.c.quoted_low_s == tickets.c.quoted_high_s), _WAITED <= _TO)
_BY_DAY = Statement(
    select(
        tickets.c.queue_id,
        tickets.c.service_day,
        func.count(),
        func.sum(case((_HELD, 1), else_=0)),
        func.sum(case((_WAITED > _TO, 1), else_=0)),
        func.sum(func.abs(_WAITED - (_FROM + _TO) / 2)),
        func.sum(_WAITED),
    )
    .where(
        tickets.c.branch_id == bindparam("branch_id"),
        tickets.c.ended_at >= bindparam("since"),
        tickets.c.quoted_high_s.is_not(None),
        # Who was called in the same second never had to believe a quote, and who was transferred had
        # one for another line.
        _WAITED >= SECOND_US,
        tickets.c.queue_id == tickets.c.number_queue_id,
    )
    .group_by(tickets.c.queue_id, tickets.c.service_day)
    .order_by(tickets.c.service_day.desc(), tickets.c.queue_id)
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Some guests' quotes against their waits: of one queue and day, or of several together.

    `held` were called within their range, `longer` after it. Errors and waits are sums, in seconds.
    """

    queue_id: str
    day: str
    count: int
    held: int
    longer: int
    error_s: float
    waited_s: float

    @property
    def share_held(self) -> float:
        """Return what share of the quotes held."""
        return self.held / self.count

    @property
    def mean_error_s(self) -> float:
        """Return how far the middle of a range was from the wait, on average."""
        return self.error_s / self.count

    @property
    def mean_waited_s(self) -> float:
        """Return how long these guests waited, on average."""
        return self.waited_s / self.count


def quotes_by_day(reader: Reader, branch_id: str, since: int) -> list[Quoted]:
    """Return how the quotes of a branch fared whose tickets ended at `since` or later; latest day first."""
    return [
        Quoted(
            queue_id, day, int(count), int(held), int(longer), int(error) / SECOND_US, int(waited) / SECOND_US
        )
        for queue_id, day, count, held, longer, error, waited in reader.run(
            _BY_DAY, branch_id=branch_id, since=since
        )
    ]


def together(found: Iterable[Quoted], key: Callable[[Quoted], str]) -> dict[str, Quoted]:
    """Return the sums of what has the same key, in the order in which keys appear."""
    grouped: dict[str, list[Quoted]] = {}
    for one in found:
        grouped.setdefault(key(one), []).append(one)
    return {name: _sum(ones) for name, ones in grouped.items()}


def _sum(ones: Sequence[Quoted]) -> Quoted:
    return Quoted(
        ones[0].queue_id,
        ones[0].day,
        sum(one.count for one in ones),
        sum(one.held for one in ones),
        sum(one.longer for one in ones),
        sum(one.error_s for one in ones),
        sum(one.waited_s for one in ones),
    )

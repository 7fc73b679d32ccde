"""What an organiser watches: the line of a performance, its seats, and when it will be over.

Everything is read in one snapshot, so the numbers are of one instant. Nothing is locked or changed.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from nowserving.actions.shows.selling import gate_of
from nowserving.domain.instants import SECOND_US
from nowserving.domain.seats.best import House
from nowserving.domain.shows import oversight
from nowserving.domain.shows.oversight import LobbyNumbers, PerformanceNumbers, SectionNumbers
from nowserving.domain.shows.show import Performance, Show
from nowserving.domain.tickets.ticket import State
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.seats.seating import sale_of
from nowserving.store.shows import overseeing as rows
from nowserving.store.shows import shows
from nowserving.store.tickets.places import known_queue
from nowserving.store.tickets.tickets import waiting_in

Source = Tx | Reader


def overseen(source: Source, performance_id: str, now: int) -> PerformanceNumbers | None:
    """Return the numbers of a performance at an instant (µs), or None if there is no such performance."""
    performance = shows.performance(source, performance_id)
    show = shows.show(source, performance.show_id) if performance else None
    if performance is None or show is None or show.archived_at or performance.archived_at:
        return None
    return _numbers(source, show, performance, now, section_numbers(source, performance_id, now))


def overseen_lobbies(source: Source, show: Show, now: int) -> list[PerformanceNumbers]:
    """Return the numbers of every lobby of a show by date; its seats are not counted."""
    return [_numbers(source, show, one, now, ()) for one in shows.performances(source, show.id)]


def section_numbers(source: Source, performance_id: str, now: int) -> tuple[SectionNumbers, ...]:
    """Return how the seats of each section stand, in the order of the plan; nothing without a seat map."""
    sale = sale_of(source, performance_id)
    if sale is None:
        return ()
    marked = rows.marked(source, performance_id, now)
    found = []
    for name, many in _sizes(sale.house).items():
        sold, held, blocked = marked.get(name, (0, 0, 0))
        found.append(SectionNumbers(name=name, seats=many, sold=sold, held=held, blocked=blocked))
    return tuple(found)


def lobby_numbers(source: Source, performance: Performance, now: int, expected_s: float) -> LobbyNumbers:
    """Return how a line stands; `expected_s` is how long somebody chooses as long as nobody knows."""
    queue_id = performance.queue_id
    inside = rows.inside(source, queue_id)
    return LobbyNumbers(
        waiting=waiting_in(source, queue_id),
        called=inside.get(State.CALLED, 0),
        choosing=inside.get(State.SERVING, 0),
        absent=rows.absent(source, queue_id),
        admitted_per_minute=rows.called_after(source, queue_id, now - oversight.MINUTE_S * SECOND_US),
        visits=rows.visits(source, queue_id),
        service_s=oversight.average_s(rows.chose_s(source, queue_id), expected_s),
        coming_s=oversight.average_s(rows.came_s(source, queue_id), 0.0),
    )


def _numbers(
    source: Source, show: Show, performance: Performance, now: int, sections: tuple[SectionNumbers, ...]
) -> PerformanceNumbers:
    rules = known_queue(source, performance.queue_id).rules
    limit = rules.capacity or show.rules.choosing
    line = lobby_numbers(source, performance, now, show.rules.choose_s / 2)
    gate = gate_of(show, performance)
    end_at = None
    if gate == "open":
        end_at = oversight.expected_end_at(
            line,
            oversight.together(sections),
            limit=limit,
            admit_per_minute=rules.admit_per_minute,
            closes_at=show.closes_at,
            now=now,
        )
    return PerformanceNumbers(
        show=show,
        performance=performance,
        gate=gate,
        limit=limit,
        admit_per_minute=rules.admit_per_minute,
        lobby=line,
        sections=sections,
        expected_end_at=end_at,
    )


@lru_cache(maxsize=8)
def _sizes(house: House) -> Counter[str]:
    """Return how many seats each section has; a house is made once, and found again by its identity."""
    return Counter(seat.section for seat in house.seats)

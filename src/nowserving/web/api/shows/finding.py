"""Finding performances with their show, and reading what organisers write of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nowserving.domain.people.roles import Principal
from nowserving.domain.shows.show import Performance, Show, ShowState
from nowserving.domain.tickets.estimate import Range
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.shows import shows as rows
from nowserving.web.api.reservations.shapes import instant_of
from nowserving.web.finding import seen
from nowserving.web.house import House


@dataclass(frozen=True, slots=True)
class Dated:
    """A performance with its show."""

    show: Show
    performance: Performance

    @property
    def branch_id(self) -> str:
        """The branch in which it is played."""
        return self.performance.branch_id


def dated(reader: Reader, performance_id: str) -> Dated | None:
    """Return a performance with its show, archived or not, or None."""
    found = rows.performance(reader, performance_id)
    show = rows.show(reader, found.show_id) if found else None
    return Dated(show, found) if found and show else None


async def seen_date(house: House, principal: Principal, performance_id: str) -> Dated:
    """Return a performance for staff, archived or not; raises NotFound unless they see its branch."""
    return await seen(house, principal, dated, performance_id)


async def announced_date(house: House, performance_id: str) -> Dated:
    """Return a performance for everybody; raises NotFound for one that nobody may know of (any more)."""
    found = await house.store.read(dated, performance_id)
    if found is None or found.show.state is ShowState.DRAFT:
        raise not_found()
    if found.show.archived_at is not None or found.performance.archived_at is not None:
        raise not_found()
    return found


def with_instants(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return what was sent with its instants in µs; raises Invalid for one that is none."""
    times = {name: instant_of(given[name], f"/{name}") for name in names if given.get(name) is not None}
    return {**given, **times}


def wait_in(house: House, queue_id: str, gate: str) -> Range | None:
    """Return how long somebody waits who joins a lobby now, or None where nobody can say."""
    branch = house.relay.branch_with_queue(queue_id) if gate == "open" else None
    return branch.wait_for(queue_id, 1, house.store.clock()) if branch else None

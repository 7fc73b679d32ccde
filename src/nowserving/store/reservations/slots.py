"""Looking for slots: a statement or two, of a service or of a whole branch, then only reckoning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nowserving.domain.instants import DAY_US
from nowserving.domain.reservations import slots as rules
from nowserving.domain.reservations.opening import Plan
from nowserving.domain.reservations.room import Taken
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.slots import Loads, Slot
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.plans import for_booking, plans_of
from nowserving.store.reservations.reservations import taken_by, taken_in

Source = Reader | Tx

_NEAR_US = 7 * DAY_US


@dataclass(frozen=True, slots=True)
class Board:
    """A service's plan and what is taken of it in a span of time."""

    plan: Plan
    loads: Loads

    def slots(self, from_us: int, to_us: int, *, desk_id: str | None = None, size: int = 1) -> Iterator[Slot]:
        """Yield the slots that begin in a span, full ones too."""
        return rules.slots_of(self.plan, self.loads, from_us, to_us, desk_id=desk_id, size=size)

    def bookable(
        self,
        from_us: int,
        to_us: int,
        now: int,
        *,
        desk_id: str | None = None,
        size: int = 1,
        by_staff: bool = False,
    ) -> list[Slot]:
        """Return the slots that begin in a span and can be booked now, full ones too."""
        first, end = rules.bookable(self.plan, now, by_staff=by_staff)
        return list(self.slots(max(first, from_us), min(end, to_us), desk_id=desk_id, size=size))

    def first_free(
        self, from_us: int, to_us: int, *, desk_id: str | None = None, size: int = 1
    ) -> Slot | None:
        """Return the first slot of a span that takes a party, or None."""
        slots = self.slots(from_us, to_us, desk_id=desk_id, size=size)
        return next((one for one in slots if one.free), None)


def board(source: Source, service_id: str, from_us: int, to_us: int, *, now: int, but_id: int = 0) -> Board:
    """Return a service's plan, with what is taken of slots that begin in a span. Two statements.

    Raises NotFound for a service that can't be booked.
    """
    plan = _plan(source, service_id, from_us)
    return Board(plan, loads(source, plan, from_us, to_us, now=now, but_id=but_id))


def boards(source: Source, branch_id: str | None, from_us: int, to_us: int, *, now: int) -> list[Board]:
    """Return the boards of all services of a branch that can be booked, in their order.

    None is all branches. Two statements, however many services there are.
    """
    return _boards(source, branch_id, plans_of(source, branch_id, from_us), (from_us, to_us), now)


def loads(source: Source, plan: Plan, from_us: int, to_us: int, *, now: int, but_id: int = 0) -> Loads:
    """Return what is taken of slots that begin in a span, by desk. One statement."""
    return rules.loads_of(plan, taken_of(source, plan, from_us, to_us, now=now, but_id=but_id))


def taken_of(
    source: Source, plan: Plan, from_us: int, to_us: int, *, now: int, but_id: int = 0
) -> list[Taken]:
    """Return what takes room of slots that begin in a span. One statement."""
    before, after = rules.busy(plan.service, 0)
    return taken_by(
        source,
        plan.service.id,
        from_us + before,
        to_us + after,
        now=now,
        at_desks=plan.givers[0].desk_id is not None,
        but_id=but_id,
    )


def slots_between(
    source: Source,
    service_id: str,
    from_us: int,
    to_us: int,
    *,
    now: int,
    desk_id: str | None = None,
    size: int = 1,
    by_staff: bool = False,
) -> list[Slot]:
    """Return the slots that begin in a span and can be booked now, in order, full ones with `free` 0.

    Two statements. Raises NotFound for a service that can't be booked.
    """
    found = board(source, service_id, from_us, to_us, now=now)
    return found.bookable(from_us, to_us, now, desk_id=desk_id, size=size, by_staff=by_staff)


def next_free(
    source: Source, service_id: str, after_us: int, *, now: int, desk_id: str | None = None, size: int = 1
) -> Slot | None:
    """Return the first slot from an instant on that a party can book now, or None.

    Three statements at most: whoever has room has it soon, as a rule.
    """
    plan = _plan(source, service_id, after_us)
    first, end = rules.bookable(plan, now)
    for span in _near_and_far(max(first, after_us), end):
        found = Board(plan, loads(source, plan, *span, now=now))
        slot = found.first_free(*span, desk_id=desk_id, size=size)
        if slot is not None:
            return slot
    return None


def next_free_in(source: Source, branch_id: str, *, now: int) -> list[tuple[Service, Slot | None]]:
    """Return the services of a branch that can be booked, in their order, each with its first free slot.

    Three statements at most, however many services there are.
    """
    plans = plans_of(source, branch_id, now)
    spans = {plan.service.id: rules.bookable(plan, now) for plan in plans}
    found: dict[str, Slot] = {}
    for from_us, to_us in _near_and_far(now, max((end for _, end in spans.values()), default=0)):
        wanted = [plan for plan in plans if plan.service.id not in found]
        if not wanted:
            break
        for one in _boards(source, branch_id, wanted, (from_us, to_us), now):
            first, end = spans[one.plan.service.id]
            slot = one.first_free(max(first, from_us), min(end, to_us))
            if slot is not None:
                found[one.plan.service.id] = slot
    return [(plan.service, found.get(plan.service.id)) for plan in plans]


def _near_and_far(from_us: int, to_us: int) -> Iterator[tuple[int, int]]:
    """Yield the next days of a span, and the rest of it."""
    middle = min(from_us + _NEAR_US, to_us)
    if from_us < middle:
        yield from_us, middle
    if middle < to_us:
        yield middle, to_us


def _plan(source: Source, service_id: str, after_us: int) -> Plan:
    plan = for_booking(source, service_id, after_us)
    if plan is None:
        raise not_found()
    return plan


def _boards(
    source: Source, branch_id: str | None, plans: Sequence[Plan], span: tuple[int, int], now: int
) -> list[Board]:
    """Return the boards of these plans. One statement."""
    margins = [rules.busy(plan.service, 0) for plan in plans]
    before = min((one.start_us for one in margins), default=0)
    after = max((one.end_us for one in margins), default=0)
    taken = taken_in(source, branch_id, span[0] + before, span[1] + after, now=now)
    # Whoever shares a desk is told the same of it, and looks through nothing else.
    at: defaultdict[str | None, list[Taken]] = defaultdict(list)
    for one in taken:
        at[one.desk_id].append(one)
    return [
        Board(plan, rules.loads_of(plan, [one for giver in plan.givers for one in at[giver.desk_id]]))
        for plan in plans
    ]

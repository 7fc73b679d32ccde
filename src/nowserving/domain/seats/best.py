"""Which seats to sit in: together, near the front and the middle, and leaving nobody's neighbour alone.

A house is prepared once (`House`); which of its seats are taken is one byte each, so a choice among ten
thousand is a search for runs of zeros.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from statistics import median

from nowserving.domain.seats.seat import Seat

FREE, TAKEN = 0, 1
_AISLE = 1.8
"""A gap so many times as wide as between neighbours is an aisle: who sits beside it sits beside nobody."""
_OFF_CENTRE = 0.5
"""A seat farther from the middle is worth as much as half a row farther from the front."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours in a row with no aisle between, from `first` up to before `end` in the plan's numbers."""

    first: int
    end: int
    middle: float
    cost: float
    area: bool
    box: tuple[float, float, float, float]
    """Where it stands: the least and the greatest x, the least and the greatest y."""

    def distance(self, x: float, y: float) -> float:
        """Return how far a point is from the box: no seat of the run is nearer."""
        left, right, top, bottom = self.box
        return hypot(max(left - x, 0.0, x - right), max(top - y, 0.0, y - bottom))


class House:
    """The seats of a performance, prepared for choosing. It never changes."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self.seats = tuple(seats)
        self.by_guid = {seat.guid: seat.place for seat in seats}
        self.runs = tuple(_runs(seats))
        self._firsts = [run.first for run in self.runs]
        self._others = {
            name: int.from_bytes(bytes(seat.category != name for seat in seats), "big")
            for name in {seat.category for seat in seats}
        }
        self._kept = int.from_bytes(bytes(map(_is_kept, seats)), "big")

    def run_of(self, place: int) -> Run:
        """Return the run that a seat stands in."""
        return self.runs[bisect_right(self._firsts, place) - 1]

    def masked(self, taken: bytes | bytearray, category: str | None, *, kept: bool = False) -> bytes:
        """Return what is taken, other categories taken too; with `kept` also what is kept to the last."""
        mask = 0 if category is None else self._others.get(category, -1)
        if mask < 0:
            return b"\x01" * len(self.seats)
        if kept:
            mask |= self._kept
        # As one large number each: ten thousand seats are compared in one step.
        return (int.from_bytes(taken, "big") | mask).to_bytes(len(self.seats), "big")


def best_available(
    house: House,
    taken: bytes | bytearray,
    many: int,
    *,
    category: str | None = None,
    accessible: bool = False,
    no_single_seat: bool = False,
) -> list[int] | None:
    """Return the best `many` free seats, or None where there are not so many.

    Together in one row if that can be; else in as few groups as are found. With `no_single_seat` no seat is
    left alone between two that are taken, as long as any choice leaves none; nobody is refused for it.
    Accessible seats and those of companions go last to whoever does not ask for them.
    """
    if not accessible:
        spared = _chosen(house, taken, house.masked(taken, category, kept=True), many, no_single_seat)
        if spared is not None:
            return spared
    masked = house.masked(taken, category)
    return _chosen(house, taken, masked, many, no_single_seat, accessible=accessible)


def stranded(house: House, taken: bytes | bytearray, chosen: Iterable[int]) -> list[int]:
    """Return the free seats that a choice would leave alone, and that are not alone without it."""
    places = set(chosen)
    found = []
    for beside in sorted({one + step for one in places for step in (-1, 1)} - places):
        if not 0 <= beside < len(house.seats) or taken[beside]:
            continue
        run = house.run_of(beside)
        near = [one for one in (beside - 1, beside + 1) if run.first <= one < run.end]
        touched = any(one in places for one in near)
        open_near = [one for one in near if not taken[one]]
        alone = all(one in places for one in open_near)
        if touched and alone and not run.area:
            found.append(beside)
    return found


def nearest_free(
    house: House, taken: bytes | bytearray, wanted: Sequence[int], *, no_single_seat: bool = False
) -> list[int] | None:
    """Return as many free seats together as near as can be to those wanted, of the first one's category."""
    first = house.seats[wanted[0]]
    masked, many = house.masked(taken, first.category), len(wanted)
    best: tuple[float, int] | None = None
    # The nearest runs first: most of a large house is never looked at.
    for least, nth in sorted((run.distance(first.x, first.y), nth) for nth, run in enumerate(house.runs)):
        if best is not None and least > best[0]:
            break
        run = house.runs[nth]
        for gap in _wide(many).finditer(masked, run.first, run.end):
            for place in range(gap.start(), gap.end() - many + 1):
                found = _distance(house.seats[place], first), place
                if best is not None and found >= best:
                    continue
                if not no_single_seat or not _strands(run, taken, place, place + many):
                    best = found
    if best is None:
        return _scattered(house, masked, many)
    return list(range(best[1], best[1] + many))


def _strands(run: Run, taken: bytes | bytearray, place: int, end: int) -> bool:
    """Tell whether free neighbours from `place` to before `end` leave a seat of their run alone."""
    if run.area:
        return False
    before, first, last = place - 1, run.first, run.end - 1
    if before >= first and not taken[before] and (before == first or taken[before - 1]):
        return True
    return end <= last and not taken[end] and (end == last or bool(taken[end + 1]))


def _chosen(
    house: House,
    taken: bytes | bytearray,
    masked: bytes,
    many: int,
    no_single_seat: bool,  # noqa: FBT001
    *,
    accessible: bool = False,
) -> list[int] | None:
    if masked.count(FREE) < many:
        return None
    together = _together(house, taken, masked, many, accessible=accessible, no_single_seat=no_single_seat)
    if together is None and no_single_seat:
        together = _together(house, taken, masked, many, accessible=accessible, no_single_seat=False)
    if together is not None:
        return list(range(together, together + many))
    return _around_accessible(house, masked, many) if accessible else _scattered(house, masked, many)


def _together(
    house: House,
    taken: bytes | bytearray,
    masked: bytes,
    many: int,
    *,
    accessible: bool,
    no_single_seat: bool,
) -> int | None:
    """Return where the best neighbours begin, or None."""
    best: tuple[float, int] | None = None
    for run, start, end in _gaps(house, masked, many):
        if best is not None and run.cost > best[0]:
            break  # Rows come in order: none behind can be better.
        for place in _starts(start, end, many, 0 if run.area else int(run.middle - (many - 1) / 2)):
            if accessible and not any(seat.accessible for seat in house.seats[place : place + many]):
                continue
            if no_single_seat and _strands(run, taken, place, place + many):
                continue
            off = 0 if run.area else abs(place + (many - 1) / 2 - run.middle)
            found = (run.cost + off * _OFF_CENTRE, place)
            best = min(best, found) if best else found
            break  # Farther from the middle is never better.
    return None if best is None else best[1]


def _around_accessible(house: House, masked: bytes, many: int) -> list[int] | None:
    """Return one accessible seat and the best of what is left beside it, where they can't be together."""
    for seat in house.seats:
        if seat.accessible and masked[seat.place] == FREE:
            rest = bytearray(masked)
            rest[seat.place] = TAKEN
            others = _scattered(house, bytes(rest), many - 1)
            return sorted([seat.place, *(others or [])])
    return None


def _starts(start: int, end: int, many: int, ideal: int) -> Iterator[int]:
    """Yield where a group may begin in a gap, from the ideal place outwards."""
    last = end - many
    ideal = min(max(ideal, start), last)
    yield ideal
    for step in range(1, max(ideal - start, last - ideal) + 1):
        if ideal - step >= start:
            yield ideal - step
        if ideal + step <= last:
            yield ideal + step


def _gaps(house: House, masked: bytes, many: int) -> Iterator[tuple[Run, int, int]]:
    """Yield each gap of free neighbours that is wide enough, with its run."""
    wide = _wide(many)
    for run in house.runs:
        for gap in wide.finditer(masked, run.first, run.end):
            yield run, gap.start(), gap.end()


@lru_cache(maxsize=64)
def _wide(many: int) -> re.Pattern[bytes]:
    return re.compile(b"\x00{%d,}" % many)


def _scattered(house: House, masked: bytes, many: int) -> list[int] | None:
    """Return the widest gaps' seats until there are enough, the best gap first among equals."""
    if masked.count(FREE) < many:
        return None
    gaps = sorted(_gaps(house, masked, 1), key=lambda gap: (-(gap[2] - gap[1]), gap[0].cost, gap[1]))
    found: list[int] = []
    for _, start, end in gaps:
        found += range(start, min(end, start + many - len(found)))
    return sorted(found)


def _is_kept(seat: Seat) -> bool:
    return seat.accessible or seat.companion_of is not None


def _runs(seats: Sequence[Seat]) -> Iterator[Run]:
    row_number = -1
    before: tuple[object, ...] | None = None
    start = 0
    for place in range(len(seats) + 1):
        line = _line(seats[place]) if place < len(seats) else None
        if line != before:
            if before is not None:
                yield from _parted(seats, start, place, row_number)
            before, start = line, place
            row_number += 1


def _line(seat: Seat) -> tuple[object, ...]:
    return seat.section, seat.row, seat.area, seat.y if seat.area is None and not seat.row else None


def _parted(seats: Sequence[Seat], start: int, end: int, row: int) -> Iterator[Run]:
    """Yield the runs of a row: parted where an aisle is. The middle is that of the whole row."""
    area = seats[start].area is not None
    gaps = [_distance(seats[one - 1], seats[one]) for one in range(start + 1, end)]
    usual = median(gaps) if gaps else 0.0
    aisles = [start + 1 + nth for nth, gap in enumerate(gaps) if not area and gap > usual * _AISLE > 0]
    for first, last in zip([start, *aisles], [*aisles, end], strict=True):
        yield Run(
            first=first,
            end=last,
            middle=(start + end - 1) / 2,
            cost=float(row),
            area=area,
            box=_box(seats[first:last]),
        )


def _box(seats: Sequence[Seat]) -> tuple[float, float, float, float]:
    across, along = [seat.x for seat in seats], [seat.y for seat in seats]
    return min(across), max(across), min(along), max(along)


def _distance(one: Seat, other: Seat) -> float:
    return hypot(one.x - other.x, one.y - other.y)

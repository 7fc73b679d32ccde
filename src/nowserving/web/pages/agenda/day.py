"""A day of the agenda as a table: times below each other, desks side by side, what is booked and free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from zoneinfo import ZoneInfo

from nowserving.domain.calendar.day import hour_of
from nowserving.domain.instants import HOUR_US
from nowserving.domain.layout.branch import Desk
from nowserving.domain.reservations.reservation import Reservation, ReservationState
from nowserving.domain.reservations.service import Service
from nowserving.domain.reservations.slots import Slot
from nowserving.domain.tickets.rank import is_late

# What stands in the agenda; a form that somebody fills in just now is shown as taken, without a name.
SHOWN = frozenset(ReservationState) - {ReservationState.LAPSED}
# Whoever is in one of these states is still expected, however late it is.
_EXPECTED = frozenset({ReservationState.PENDING.value, ReservationState.CONFIRMED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reservation as the agenda shows it. Instants are microseconds since the epoch."""

    key: str
    code: str
    start_at: int
    end_at: int
    state: str
    name: str
    size: int
    service_id: str
    service: str
    desk_id: str
    ticket: str = ""
    ticket_state: str = ""
    grace_s: int = 0

    def is_late(self, now: int) -> bool:
        """Tell whether its guest, who has not come, no longer counts as on time."""
        return is_late(self.start_at, self.grace_s, now)


@dataclass(slots=True)
class Cell:
    """What stands at one time and desk: reservations, and which services have a free slot."""

    rows: list[Row] = field(default_factory=list)
    free: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour as the wall shows it: its beginning (µs), and its times with their cells by desk id."""

    at: int
    times: list[tuple[int, dict[str, Cell]]]

    @property
    def rows(self) -> list[Row]:
        """Return the reservations of this hour."""
        return [row for _, cells in self.times for cell in cells.values() for row in cell.rows]

    @property
    def free(self) -> list[tuple[int, str, str]]:
        """Return what is free: when (µs), at which desk, for which service."""
        return [
            (at, desk, cell.free[0]) for at, cells in self.times for desk, cell in cells.items() if cell.free
        ]

    def is_now(self, now: int) -> bool:
        """Tell whether an instant (µs) is within it."""
        return self.at <= now < self.at + HOUR_US

    def is_later(self, now: int) -> bool:
        """Tell whether it is neither this hour nor the next one, but to come."""
        return self.at > now + HOUR_US

    def is_over(self, now: int) -> bool:
        """Tell whether it has passed and nobody of it is expected any more."""
        return self.at + HOUR_US <= now and not any(row.state in _EXPECTED for row in self.rows)


def row_of(one: Reservation, services: Mapping[str, Service], tickets: Mapping[int, tuple[str, str]]) -> Row:
    """Return a reservation as a row; `tickets` are code and state by id."""
    service = services.get(one.service_id)
    code, state = tickets.get(one.ticket_id or 0, ("", ""))
    return Row(
        key=one.key,
        code=one.code,
        start_at=one.start_at,
        end_at=one.end_at,
        state=one.state.value,
        name=one.name or "",
        size=one.size,
        service_id=one.service_id,
        service=service.name if service else "",
        desk_id=one.desk_id or "",
        ticket=code,
        ticket_state=state,
        grace_s=service.rules.grace_s if service else 0,
    )


def columns_of(
    rows: Sequence[Row], desks: Sequence[Desk], offered: Mapping[str, Sequence[Slot]]
) -> list[str]:
    """Return the desk ids to stand side by side: those with something that day; "" for what has no desk."""
    used = {row.desk_id for row in rows}
    used |= {slot.desk_id or "" for slots in offered.values() for slot in slots if slot.free}
    return [*(desk.id for desk in desks if desk.id in used), *([""] if "" in used else [])]


def table_of(rows: Iterable[Row], offered: Mapping[str, Sequence[Slot]]) -> list[tuple[int, dict[str, Cell]]]:
    """Return for each time the cells by desk id; `offered` are slots by service id, full ones too."""
    times: dict[int, dict[str, Cell]] = {}
    for row in rows:
        times.setdefault(row.start_at, {}).setdefault(row.desk_id, Cell()).rows.append(row)
    for service_id, slots in offered.items():
        for slot in slots:
            if slot.free:
                cell = times.setdefault(slot.start_at, {}).setdefault(slot.desk_id or "", Cell())
                cell.free.append(service_id)
    return sorted(times.items())


def hours_of(table: Iterable[tuple[int, dict[str, Cell]]], zone: str) -> list[Hour]:
    """Return the times of a day by the hour that the wall shows in a zone."""
    there = ZoneInfo(zone)
    return [Hour(at, list(times)) for at, times in groupby(table, lambda row: hour_of(row[0], there))]


def counts_of(rows: Iterable[Row]) -> dict[str, int]:
    """Return how many reservations of a day are in which state."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.state] = found.get(row.state, 0) + 1
    return found


def matches(row: Row, words: str, phone: str) -> bool:
    """Tell whether a row is meant by what somebody typed: part of the name, of the code, of the phone."""
    sought = words.casefold()
    digits = "".join(one for one in words if one.isdigit())
    in_phone = len(digits) >= 3 and digits in "".join(one for one in phone if one.isdigit())
    code = row.code.casefold().replace("-", "")
    return sought in row.name.casefold() or sought.replace("-", "").replace(" ", "") in code or in_phone

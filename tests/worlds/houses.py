"""Houses for ciw, the queueing simulator: desks that open and close, and tables that count covers.

ciw makes who comes, when, how long each takes and who loses patience; these two kinds of node add what
its own do not know. A guest's size, and whether the guest will come when called, are its customer class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ciw  # type: ignore[import-untyped]

from nowserving.domain.tickets.admission import admit, free_units
from nowserving.domain.tickets.rules import QueueRules

ABSENT = "absent"
SIZE = "party of "


@dataclass(slots=True)
class Guest:
    """What happened to one guest, in seconds since the world began."""

    number: int
    joined: float
    called: float | None
    freed: float
    """When the desk or the table was free again, or when the guest lost patience in the line."""
    kind: str
    desk: int | None

    @property
    def size(self) -> int:
        """Return the size of the party."""
        return size_of(self.kind)

    @property
    def absent(self) -> bool:
        """Say whether the guest did not come when called."""
        return self.kind.endswith(ABSENT)


class Desks(ciw.Node):  # type: ignore[misc]
    """Desks of which more or fewer are open. One that is to close first finishes with its guest.

    (ciw's own schedules replace all servers at each change, so that for a while both sets serve.)
    """

    def __init__(self, id_: int, simulation: Any) -> None:
        """Begin to note when desks open and close."""
        self.duty: list[tuple[float, int, bool]] = []
        super().__init__(id_, simulation)
        self.duty += [(0.0, server.id_number, True) for server in getattr(self, "servers", ())]

    def add_new_servers(self, num_servers: int) -> None:
        """Open desks."""
        known = self.highest_id
        super().add_new_servers(num_servers)
        self.duty += [(self.now, known + 1 + place, True) for place in range(num_servers)]

    def kill_server(self, srvr: Any) -> None:
        """Close a desk."""
        super().kill_server(srvr)
        self.duty.append((self.now, srvr.id_number, False))

    def change_shift(self) -> None:
        """Open what is missing, or close what is too many: first those without a guest."""
        self.schedule.get_next_shift()
        self.next_shift_change = self.schedule.next_shift_change_date
        self.c = self.schedule.c
        staying = [server for server in self.servers if not server.offduty]
        for server in sorted(staying, key=lambda one: bool(one.busy))[: max(len(staying) - self.c, 0)]:
            server.shift_end = self.next_event_date
            if server.busy:
                server.offduty = True
            else:
                self.kill_server(server)
        self.add_new_servers(max(self.c - len(staying), 0))
        self.begin_service_if_possible_change_shift()


@dataclass(frozen=True, slots=True, eq=False)
class Party:
    """As much of a ticket as admission looks at."""

    guest: Any
    party_size: int
    passed: int


class Tables(ciw.Node):  # type: ignore[misc]
    """Covers that parties of different sizes share. Who is called next is what our own rules say."""

    rules: QueueRules

    def __init__(self, id_: int, simulation: Any) -> None:
        """Begin to note who was passed, when and how often."""
        self.passes: list[tuple[float, int, int]] = []
        super().__init__(id_, simulation)

    def begin_service_if_possible_accept(self, next_individual: Any) -> None:
        """A party comes, and waits; perhaps for no time at all."""
        next_individual.arrival_date = self.now
        next_individual.passed = 0
        self._admit()

    def begin_service_if_possible_release(self, next_individual: Any, newly_free_server: Any) -> None:
        """A party has gone, and leaves its covers to others."""
        self._admit()

    def _admit(self) -> None:
        inside = [one for one in self.all_individuals if one.service_start_date is not False]
        waiting = [one for one in self.all_individuals if one.service_start_date is False]
        free = free_units(self.rules, [_size(one) for one in inside])
        decided = admit(free, [Party(one, _size(one), one.passed) for one in waiting], self.rules)
        for party, times in decided.passed:
            party.guest.passed += times
            self.passes.append((self.now, party.guest.id_number, party.guest.passed))
        for party in decided.called:
            party.guest.service_start_date = self.now
            party.guest.service_time = self.get_service_time(party.guest)
            party.guest.service_end_date = self.now + party.guest.service_time
            self.number_in_service += 1


def size_of(kind: str) -> int:
    """Return the size of a party by the name of its class."""
    return int(kind.removeprefix(SIZE).split()[0]) if kind.startswith(SIZE) else 1


def _size(one: Any) -> int:
    return size_of(one.customer_class)


def guests_of(simulation: Any) -> list[Guest]:
    """Return what happened to everybody who has come and gone, in the order in which they joined."""
    return sorted((_guest(record) for record in simulation.get_all_records()), key=lambda one: one.joined)


def _guest(record: Any) -> Guest:
    left = record.record_type == "renege"
    return Guest(
        number=record.id_number,
        joined=float(record.arrival_date),
        called=None if left else float(record.service_start_date),
        freed=float(record.exit_date),
        kind=record.original_customer_class,
        desk=None if left or record.server_id is False else record.server_id,
    )

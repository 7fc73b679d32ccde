"""The evening before the visitor came: two hours at the restaurant, played through the real actions.

Nobody calls anybody here. Parties join, the queue calls whoever fits, they come or they don't, and
their seats are free again when they leave.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.serving import check_in, finish, no_show
from nowserving.demo.invented import INVENTED
from nowserving.demo.trattoria import party
from nowserving.domain.instants import SECOND_US
from nowserving.domain.tickets.estimate import Pace
from nowserving.domain.tickets.rules import rules_from
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.errors import Conflict, Gone
from nowserving.live.places import place_of
from nowserving.live.relay import built
from nowserving.store.engine.reader import Reader
from nowserving.store.memory import snapshot
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import open_tickets, waiting_in

if TYPE_CHECKING:
    from random import Random

    from nowserving.demo.build import Built, MorningClock

_BETWEEN_S = 100
# A long line puts people off: from so many waiting on, few of those who come stay.
_LONG_LINE = 6
_STAY_ALL_THE_SAME = 0.25
_WALK_S = (40, 480)
_NO_SHOWS = 0.07
# How long a party stays, as a share of what it is allowed: a few forget the time.
_STAYS = (0.62, 1.06)


class Evening:
    """One restaurant's evening."""

    def __init__(self, store: Store, branch: Built, clock: MorningClock, random: Random) -> None:
        self._store = store
        self._branch = branch
        self._clock = clock
        self._random = random
        self._rules = rules_from(branch.plan.queues[0].rules)
        # What happens next: (instant, tie breaker, "arrive", "come", "miss" or "leave", the ticket's key).
        self._agenda: list[tuple[int, int, str, str]] = []
        self._count = 0
        self._known: set[tuple[str, State]] = set()

    def live_until(self, end: int) -> None:
        """Play everything up to `end` (µs)."""
        self._plan(5, "arrive")
        while self._agenda and self._agenda[0][0] < end:
            self._clock.now, _, what, key = heapq.heappop(self._agenda)
            try:
                self._do(what, key)
            except (Conflict, Gone):
                continue  # Another way of it had come first.
            self._look_round()
        self._clock.now = end

    def _do(self, what: str, key: str) -> None:
        if what == "arrive":
            self._plan(self._random.expovariate(1 / _BETWEEN_S), "arrive")
            self._arrive(next(iter(self._branch.queues.values())))
        elif what == "come":
            self._store.write_now(check_in, key=key, actor="guest")
        elif what == "miss":
            self._store.write_now(no_show, key=key, actor="rule")
        else:
            self._store.write_now(finish, key=key, actor="rule")

    def _arrive(self, queue_id: str) -> None:
        who, minds = party(self._random), self._random.random() >= _STAY_ALL_THE_SAME
        ahead = self._store.read_now(waiting_in, queue_id)
        if minds and ahead >= _LONG_LINE:
            return
        pace = self._pace(queue_id, who["party_size"])
        self._store.write_now(join, queue_id=queue_id, actor="guest", pace=pace, joined_from=INVENTED, **who)

    def _pace(self, queue_id: str, party_size: int) -> Pace | None:
        """Return what a server that ran would quote this party by."""
        found = self._store.read_now(snapshot, self._branch.id, place_of)
        return built(found, {}).pace_for(queue_id, party_size, self._clock.now) if found else None

    def _look_round(self) -> None:
        """Whoever was called will come or not; whoever sat down will leave."""
        for ticket in self._store.read_now(_at_the_tables, self._branch.id):
            if (ticket.key, ticket.state) in self._known:
                continue
            self._known.add((ticket.key, ticket.state))
            if ticket.state is State.CALLED:
                comes = self._random.random() >= _NO_SHOWS
                window_s = self._rules.check_in_window_s or 0
                walk_s = self._random.uniform(*_WALK_S) if comes else window_s - 1
                self._plan(walk_s, "come" if comes else "miss", ticket.key)
            else:
                limit_s = self._rules.service_limit(ticket.party_size) or 0
                self._plan(limit_s * self._random.uniform(*_STAYS), "leave", ticket.key)

    def _plan(self, after_s: float, what: str, key: str = "") -> None:
        self._count += 1
        heapq.heappush(self._agenda, (self._clock.now + round(after_s * SECOND_US), self._count, what, key))


def _at_the_tables(reader: Reader, branch_id: str) -> list[Ticket]:
    return [one for one in open_tickets(reader, branch_id) if one.state in (State.CALLED, State.SERVING)]

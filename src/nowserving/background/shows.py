"""Shows by themselves: sales open and close at their instants, and who is gone from a line is set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nowserving.actions.shows.lobbying import note_presence, set_absent_aside
from nowserving.actions.shows.selling import change_due_shows
from nowserving.background.everywhere import in_each
from nowserving.domain.instants import SECOND_US
from nowserving.store.shows.lobbies import lobbies_open
from nowserving.store.shows.shows import branches_with_due
from nowserving.store.store import Store

SWEEP_S = 1.0
PRESENCE_S = 5.0
# Whoever could not be heard for so long was not absent: the server was away, or its database.
_AWAY_US = 30 * SECOND_US


async def sweep_shows(store: Store) -> int:
    """Open and close every sale whose instant has come; returns how many."""
    return await in_each(store, change_due_shows, await store.read(branches_with_due, store.clock()))


class Attendance:
    """Writes down in batches who was heard of, and sets aside who was not.

    `heard` returns what was heard since it was last asked: {queue: {ticket id: µs}}.
    """

    def __init__(self, store: Store, heard: Callable[[], Mapping[str, Mapping[int, int]]]) -> None:
        self._store = store
        self._heard = heard
        self._listening_since = self._last = store.clock()

    async def beat(self) -> int:
        """Write what was heard, then look who is gone; returns how many were set aside.

        First what was heard: nobody is set aside whose word is still in memory. After every time in which
        nothing could be written everybody begins anew.
        """
        store, now = self._store, self._store.clock()
        if now - self._last > _AWAY_US:
            self._listening_since = now
        lobbies = await store.read(lobbies_open)
        for queue_id, seen in self._heard().items():
            await store.write(note_presence, actor="guest", queue_id=queue_id, seen=seen)
        aside = 0
        for queue_id, _ in lobbies:
            heard_since = self._listening_since
            while found := await store.write(set_absent_aside, queue_id=queue_id, heard_since=heard_since):
                aside += found
        self._last = now
        return aside

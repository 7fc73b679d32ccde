"""The relay: after a commit, memory follows and whoever watches is told, in the order of versions.

Events of our own commits come straight from the writer. What another process has committed comes
as a hint (branch, version) and is read from the database; a hint that is lost costs the time to
the next sweep, never a wrong screen, because a version that is missing is always noticed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter

from nowserving.domain.event import ORGANISATION, Event
from nowserving.domain.instants import DAY_US
from nowserving.errors import AppError
from nowserving.live.branch import ANNOUNCED, DUTY, ON_NO_SCREEN, BranchLive
from nowserving.live.hub import Hub
from nowserving.live.places import Place, Presence, place_of, plain_from
from nowserving.live.telling import Teller
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.scopes import branch_of
from nowserving.store.events import events_after, scope_versions
from nowserving.store.layout import layout
from nowserving.store.memory import Snapshot, branch_ids, personal_of, snapshot
from nowserving.store.reservations.outlook import outlook
from nowserving.store.reservations.services import services
from nowserving.store.store import Store

log = logging.getLogger(__name__)

_BATCH = 1000
# A branch that is further behind than this is read afresh instead of followed event by event.
_TOO_FAR = 10_000
_PATIENCE_S = 1.0

# A guest's name, and what staff have noted.
Personal = tuple[str | None, str | None]
Listener = Callable[[Sequence[Event]], None]


class Relay:
    """Keeps every branch in memory at the database's version and tells the hub. Event loop only."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self.hub = hub
        self.branches: dict[str, BranchLive] = {}
        self.by_key: dict[str, Place] = {}
        self.listeners: list[Listener] = []
        # Whoever asks for a place is there: lobbies want to know.
        self.presence = Presence()
        # Called when events were skipped, so that listeners can't know what they said.
        self.on_gap: Callable[[], None] = lambda: None
        self.teller = Teller(hub, store.clock)
        self._organisation_version = 0
        # Where a queue or desk was found last, so that a rush does not look through every branch.
        self._branch_of: dict[str, str] = {}
        self._following: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        # Branches whose memory can't be followed on with: the next read replaces it.
        self._broken: set[str] = set()
        # Branches that no event may change now, because their layout is being read.
        self._held: set[str] = set()
        # Branches whose promises of the coming day memory has yet to read.
        self._short: set[str] = set()

    async def start(self) -> None:
        """Read every branch into memory and follow the store's commits from now on."""
        self._store.on_commit = self.take
        self._store.known_scope = self._known_scope
        versions = await self._store.read(scope_versions)
        self._organisation_version = versions.get(ORGANISATION, 0)
        for branch_id in await self._store.read(branch_ids):
            await self._load(branch_id)

    async def stop(self) -> None:
        """End what is still reading."""
        for task in list(self._following.values()):
            task.cancel()
        await asyncio.gather(*self._following.values(), return_exceptions=True)

    def find(self, key: str) -> tuple[BranchLive, Place] | None:
        """Return the branch and place of an open ticket, if memory knows its key."""
        place = self.by_key.get(key)
        if place is None:
            return None
        branch = self.branches[place.branch_id]
        queue = branch.queues.get(place.queue_id)
        if queue is not None and queue.rules.absence_limit_s is not None:
            self.presence.saw(place, self._store.clock())
        return branch, place

    def branch_with_queue(self, queue_id: str) -> BranchLive | None:
        """Return the branch in which a queue stands, or None."""
        found = self.branches.get(self._branch_of.get(queue_id, ""))
        if found is None or queue_id not in found.queues:
            found = next((one for one in self.branches.values() if queue_id in one.queues), None)
            if found is not None:
                self._branch_of[queue_id] = found.layout.branch.id
        return found

    def branch_with_desk(self, desk_id: str) -> BranchLive | None:
        """Return the branch in which a desk stands, or None."""
        found = self.branches.get(self._branch_of.get(desk_id, ""))
        if found is None or desk_id not in found.desks:
            found = next((one for one in self.branches.values() if desk_id in one.desks), None)
            if found is not None:
                self._branch_of[desk_id] = found.layout.branch.id
        return found

    def take(self, events: Sequence[Event]) -> Awaitable[None] | None:
        """Follow the events of one commit of our own; return what to wait for where memory must read first.

        Listeners hear of it at once even then: they end rights that were taken away, and the next
        request must feel it.
        """
        self._hear(events)
        by_scope: dict[str, list[Event]] = {}
        for event in events:
            by_scope.setdefault(event.scope_id, []).append(event)
        for scope_id, of_scope in by_scope.items():
            self._take_scope(scope_id, sorted(of_scope, key=_version_of))
        behind = {event.scope_id for event in events if event.version > self._version(event.scope_id)}
        return self._read(behind) if behind else None

    def hint(self, scope_id: str, version: int) -> None:
        """Somebody says that a scope has reached a version; read what we lack."""
        if version > self._version(scope_id):
            self._fall_behind(scope_id)

    async def settled(self) -> None:
        """Wait until memory has read what it knows to be missing, so that who wrote reads what they wrote.

        Not for ever: a stream of changes must not keep anybody waiting.
        """
        await self._read(self._following)

    async def _read(self, scopes: Iterable[str]) -> None:
        tasks = [self._following[scope_id] for scope_id in scopes if scope_id in self._following]
        if tasks:
            await asyncio.wait(tasks, timeout=_PATIENCE_S)

    async def look_for(self, kind: str, value: str) -> None:
        """Read the branch of a queue or desk that memory does not know: another process may have made it."""
        branch_id = await self._store.read(branch_of, kind, value)
        if branch_id is not None:
            self._fall_behind(branch_id)
            await self.settled()

    async def sweep(self) -> None:
        """Compare every scope with the database, for hints that were lost.

        What the database has less of than memory had before has been set back: a backup was restored.
        """
        before = {branch_id: branch.version for branch_id, branch in self.branches.items()}
        organisation = self._organisation_version
        found = await self._store.read(scope_versions)
        if found.get(ORGANISATION, 0) < organisation:
            self._organisation_version = found[ORGANISATION]
            self.on_gap()
        for scope_id, version in found.items():
            if version < before.pop(scope_id, -1) or scope_id in self._broken:
                self._start_over(scope_id)
            else:
                self.hint(scope_id, version)
        for branch_id in before:
            self._fall_behind(branch_id)

    def look_ahead(self) -> None:
        """Read what branches have promised for the coming day, where memory does not know it yet."""
        now = self._store.clock()
        for branch_id, branch in self.branches.items():
            if branch.promises.until_at < now + DAY_US:
                self._short.add(branch_id)
                self._fall_behind(branch_id)

    def _known_scope(self, key: str) -> str | None:
        place = self.by_key.get(key)
        return place.branch_id if place else None

    def _version(self, scope_id: str) -> int:
        if scope_id == ORGANISATION:
            return self._organisation_version
        branch = self.branches.get(scope_id)
        return branch.version if branch else -1

    def _take_scope(self, scope_id: str, events: list[Event]) -> None:
        fresh = [event for event in events if event.version > self._version(scope_id)]
        if not fresh:
            return
        # While a read is under way too: it leaves out what has been followed meanwhile.
        in_order = fresh[0].version == self._version(scope_id) + 1
        held = scope_id in self._broken or scope_id in self._held
        if held or not in_order or any(map(_needs_reading, fresh)):
            self._fall_behind(scope_id)
            return
        self._apply(scope_id, fresh)

    def _apply(self, scope_id: str, events: Sequence[Event]) -> None:
        if scope_id == ORGANISATION:
            self._organisation_version = events[-1].version
            return
        branch = self.branches[scope_id]
        try:
            for event in events:
                branch.apply(event)
            self.teller.tell(branch)
        except Exception:  # Half an event in memory would stay there for ever, and nobody would notice.
            log.exception("the memory of %s can't follow, and is read afresh", scope_id)
            self._start_over(scope_id)

    def _start_over(self, branch_id: str) -> None:
        self._broken.add(branch_id)
        self._fall_behind(branch_id)

    def _hear(self, events: Sequence[Event]) -> None:
        for listener in self.listeners:
            listener(events)

    def _fall_behind(self, scope_id: str) -> None:
        if scope_id in self._following:
            self._again.add(scope_id)
            return
        task = asyncio.get_running_loop().create_task(self._follow(scope_id))
        self._following[scope_id] = task

    async def _follow(self, scope_id: str) -> None:
        """Read what is missing until nothing is; one task a scope, so events stay in order."""
        try:
            while True:
                self._again.discard(scope_id)
                await self._catch_up(scope_id)
                if scope_id not in self._again:
                    return
        except AppError as error:  # A database that is away: the next hint or sweep tries again.
            log.warning("could not read what is missing of %s: %s", scope_id, error)
        except Exception:
            log.exception("could not follow %s", scope_id)
            self._broken.add(scope_id)
        finally:
            self._following.pop(scope_id, None)

    async def _catch_up(self, scope_id: str) -> None:
        if scope_id != ORGANISATION and (scope_id not in self.branches or scope_id in self._broken):
            await self._load(scope_id)
            return
        if scope_id in self._short:
            await self._read_outlook(scope_id)
        seen = 0
        while True:
            version = self._version(scope_id)
            events, names = await self._store.read(_missing, scope_id, version)
            if events:
                await self._apply_missing(scope_id, events, names)
            seen += len(events)
            if len(events) < _BATCH:
                return
            if seen >= _TOO_FAR and scope_id != ORGANISATION:
                await self._load(scope_id)
                return

    async def _apply_missing(
        self, scope_id: str, events: Sequence[Event], names: dict[int, Personal]
    ) -> None:
        # First of all, for whatever comes next may fail: rights that were taken away end now.
        self._hear(events)
        if scope_id == ORGANISATION:
            for branch_id in await self._store.read(branch_ids):
                if branch_id not in self.branches:
                    await self._load(branch_id)
            self._organisation_version = max(self._organisation_version, events[-1].version)
            return
        # Read before anything is applied: nobody may ever see a version with an older layout.
        if any(map(_edits_layout, events)) and not await self._read_layout(scope_id):
            return
        branch = self.branches[scope_id]
        # Commits of our own may have been followed while we read: an event is never applied twice.
        for event in (one for one in events if one.version > branch.version):
            branch.apply(event)
            if event.ticket_id is not None and event.ticket_id in names:
                branch.learn(event.data["key"], event.ticket_id, *names[event.ticket_id])
        self.teller.tell(branch)

    async def _read_layout(self, branch_id: str) -> bool:
        """Take over the layout as it is now. False: the branch is archived, and has left memory."""
        # A desk that opened while we read would be closed again by what we read, so nothing moves.
        self._held.add(branch_id)
        try:
            fresh = await self._store.read(layout, branch_id)
            bookable = await self._store.read(partial(services, archived=True), branch_id)
        finally:
            self._held.discard(branch_id)
        if fresh is None or fresh.branch.archived_at is not None:
            self._drop(branch_id)
            return False
        self.branches[branch_id].promises.set_services(bookable)
        self.branches[branch_id].set_layout(fresh)
        return True

    async def _read_outlook(self, branch_id: str) -> None:
        self._short.discard(branch_id)
        # Held, so that what is read is never older than what memory has followed.
        self._held.add(branch_id)
        try:
            found = await self._store.read(outlook, branch_id, self._store.clock())
        finally:
            self._held.discard(branch_id)
        branch = self.branches[branch_id]
        branch.take_outlook(found)
        self.teller.tell(branch)

    async def _load(self, branch_id: str) -> None:
        """Read a branch afresh. One that is archived or gone leaves memory."""
        found = await self._store.read(snapshot, branch_id, place_of, plain_from)
        if found is None or found.layout.branch.archived_at is not None:
            self._drop(branch_id)
            return
        old = self.branches.get(branch_id)
        if old is not None:
            if found.version < old.version and branch_id not in self._broken:
                return  # Another task has read it meanwhile.
            old.lines.forget()
            self.on_gap()
        self._broken.discard(branch_id)
        self.branches[branch_id] = built(found, self.by_key)
        self.teller.retell(self.branches[branch_id])

    def _drop(self, branch_id: str) -> None:
        self._broken.discard(branch_id)
        old = self.branches.pop(branch_id, None)
        if old is not None:
            old.lines.forget()
            self.teller.end(branch_id)


def built(found: Snapshot[Place], by_key: dict[str, Place]) -> BranchLive:
    """Return a branch in memory, made from what the database says."""
    branch = BranchLive(found.layout, found.version, by_key)
    branch.lines.load(found.tickets)
    branch.promises.load(found.outlook)
    for queue_id in branch.queues:
        branch.load_ended(queue_id, [one for of, one in found.ended if of == queue_id])
    branch.acts.load(found.recent)
    branch.missed.load(found.recent, found.missed)
    # However much has happened since: who is at a desk now must stand on the wall after a restart too.
    told = {event.version: event for event in (*found.calls, *found.recent)}
    for _, event in sorted(told.items()):
        if event.verb in ANNOUNCED and event.ticket_id is not None:
            branch.announce(event, event.data["key"], event.data["code"])
        elif event.verb == "ticket.undone":
            branch.forget_calls_of(event.data["key"], event.data["after"])
    branch.settle()
    return branch


def _missing(reader: Reader, scope_id: str, version: int) -> tuple[list[Event], dict[int, Personal]]:
    events = events_after(reader, scope_id, version, _BATCH)
    named = {event.ticket_id for event in events if event.ticket_id and event.data.get("named")}
    return events, personal_of(reader, named) if named else {}


def _needs_reading(event: Event) -> bool:
    """A guest's name and note stand in the ticket's row only, and an edited layout in its own tables."""
    if event.ticket_id is not None:
        return bool(event.data.get("named"))
    if event.scope_id == ORGANISATION:
        return event.verb.startswith("branch.")
    return _edits_layout(event)


def _edits_layout(event: Event) -> bool:
    unseen = event.verb in DUTY or event.verb.partition(".")[0] in ON_NO_SCREEN
    return event.ticket_id is None and not unseen


_version_of = attrgetter("version")

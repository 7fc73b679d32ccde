"""Telling: what one tick changed in a branch, rendered once per topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nowserving.live.branch import BranchLive
from nowserving.live.hub import Hub, Stream, Topic, frame
from nowserving.live.lines import LineChange, SeatChange
from nowserving.live.patch import difference
from nowserving.live.places import Place
from nowserving.live.screens import (
    desk_view,
    display_view,
    kiosk_view,
    line_view,
    overview_view,
    ticket_view,
)
from nowserving.live.stand import is_stand, stand_view


class Teller:
    """Renders what changed and hands it to the hub."""

    def __init__(self, hub: Hub, clock: Callable[[], int]) -> None:
        self._hub = hub
        self._clock = clock
        # Which screens of a branch are watched, so that a tick looks at nothing else. Tickets are not
        # among them: there may be ten thousand, and a tick touches a few.
        self._watched: dict[str, set[str]] = {}

    def snapshot(self, branch: BranchLive, name: str) -> dict[str, Any] | None:
        """Return the present state of a topic, or None when there is no such topic in the branch."""
        kind, _, of = name.partition(":")
        if kind == "line":
            return line_view(branch, of) if of in branch.queues else None
        if kind == "ticket":
            place = branch.lines.by_key.get(of)
            return ticket_view(branch, place) if place else None
        # Memory keeps no seats: whoever watches reads them once, and follows from the version they have.
        return {} if kind == "seats" else self._document(branch, kind, of)

    def subscribe(
        self, stream: Stream, branch: BranchLive, names: Iterable[str], last_seen: int | None
    ) -> None:
        """Let a stream hear topics of a branch, beginning with what it missed or a full snapshot."""
        branch_id = branch.layout.branch.id
        for name in names:
            topic = self._hub.watched(name) or self._opened(branch, name)
            if not name.startswith("ticket:"):
                self._watched.setdefault(branch_id, set()).add(name)
            missed = None if last_seen is None else topic.since(last_seen)
            # One push, however much it was: what is pending is bounded.
            body = self._first(branch, topic) if missed is None else b"".join(missed)
            if body:
                stream.push(body)
            self._hub.join(stream, topic)
        self._hub.mark([stream], branch.version)

    def tell(self, branch: BranchLive) -> None:
        """Tell everybody what the latest events changed, and close the tick."""
        branch.settle()
        changes, seats = branch.lines.changes(), branch.seats.take()
        told: set[Stream] = set()
        for key, place in branch.take_touched().items():
            topic = self._hub.watched(f"ticket:{key}")
            if topic is not None:
                told |= self._tell(branch, topic, self._ticket(branch, topic, place))
        for topic in self._screens(branch):
            kind, _, of = topic.name.partition(":")
            if kind == "line":
                body = self._line(branch, topic, of, changes.get(of))
            elif kind == "seats":
                body = self._seats(branch, topic, seats.get(of))
            else:
                body = self._patch(branch, topic, kind, of)
            told |= self._tell(branch, topic, body)
        self._hub.mark(told, branch.version)

    def retell(self, branch: BranchLive) -> None:
        """After a rebuild: everybody gets a fresh snapshot.

        Who watches a ticket that has ended meanwhile is sent away, to look at it where it stands now.
        """
        branch.lines.changes()
        branch.seats.take()
        branch.take_touched()
        for topic in self._hub.topics_of(branch.layout.branch.id):
            topic.start_over(branch.version)
            there = self.snapshot(branch, topic.name) is not None
            body = self._first(branch, topic) if there else b""
            for stream in topic.streams:
                if there:
                    stream.push(body)
                else:
                    stream.close()

    def end(self, branch_id: str) -> None:
        """A branch is gone: so are its streams."""
        for topic in self._hub.topics_of(branch_id):
            for stream in topic.streams:
                stream.close()
        self._watched.pop(branch_id, None)

    def refresh(self, branch: BranchLive) -> None:
        """Tell what time alone has changed: doors that opened, a last ticket that was given."""
        for topic in self._screens(branch):
            kind, _, of = topic.name.partition(":")
            if kind in ("line", "seats"):
                continue
            fresh = self._document(branch, kind, of)
            if fresh is not None and fresh != topic.document:
                topic.document = fresh
                topic.resumable_from = branch.version + 1
                body = self._snapshot_frame(topic, fresh)
                for stream in topic.streams:
                    stream.push(body)

    def _tell(self, branch: BranchLive, topic: Topic, body: bytes) -> set[Stream]:
        """Send what there is to say on a topic, and return who heard it."""
        if not body:
            return set()
        self._hub.tell(topic, branch.version, body)
        return topic.streams

    def _opened(self, branch: BranchLive, name: str) -> Topic:
        topic = self._hub.open(name, branch.layout.branch.id, branch.version)
        if not name.startswith(("ticket:", "line:", "seats:")):
            # Time alone may have changed a screen while nobody watched it.
            topic.resumable_from = branch.version + 1
        return topic

    def _screens(self, branch: BranchLive) -> list[Topic]:
        names = self._watched.get(branch.layout.branch.id, set())
        topics = [topic for name in names if (topic := self._hub.watched(name)) is not None]
        if len(topics) < len(names):
            self._watched[branch.layout.branch.id] = {topic.name for topic in topics}
        return topics

    def _document(self, branch: BranchLive, kind: str, of: str) -> dict[str, Any] | None:
        if kind == "desk":
            return desk_view(branch, of) if of in branch.desks else None
        if kind == "stand":
            queue = branch.queues.get(of)
            return stand_view(branch, of) if queue is not None and is_stand(queue) else None
        if kind == "display":
            return display_view(branch, self._clock())
        if kind == "kiosk":
            return kiosk_view(branch, self._clock())
        if kind == "agenda":
            # Reservations are not kept in memory: whoever watches hears that there is something to read anew.
            return {"version": branch.version}
        return overview_view(branch, self._clock()) if kind == "overview" else None

    def _first(self, branch: BranchLive, topic: Topic) -> bytes:
        if topic.name.startswith("ticket:"):
            # Always told whole, so nothing is kept: there is one such topic for each open phone.
            return self._snapshot_frame(topic, self.snapshot(branch, topic.name) or {})
        if topic.document is None or topic.name.startswith("line:"):
            topic.document = self.snapshot(branch, topic.name) or {}
        return self._snapshot_frame(topic, topic.document)

    def _snapshot_frame(self, topic: Topic, state: dict[str, Any]) -> bytes:
        return frame(
            "snapshot", {"topic": topic.name, "version": topic.version, "at": self._clock(), "state": state}
        )

    def _line(self, branch: BranchLive, topic: Topic, queue_id: str, change: LineChange | None) -> bytes:
        state = line_view(branch, queue_id)
        if change is None and state == topic.document:
            return b""
        topic.document = state
        return frame(
            "line",
            {
                "topic": topic.name,
                "version": branch.version,
                "prev": topic.version,
                "at": self._clock(),
                "left": change.left if change else [],
                "came": change.came if change else [],
                **state,
            },
        )

    def _seats(self, branch: BranchLive, topic: Topic, change: SeatChange | None) -> bytes:
        if change is None:
            return b""
        told = {"topic": topic.name, "version": branch.version, "prev": topic.version, "at": self._clock()}
        return frame("seats", told | change.told())

    def _ticket(self, branch: BranchLive, topic: Topic, place: Place) -> bytes:
        """A ticket's own news come whole: its position is of this instant, whatever was told before."""
        state = ticket_view(branch, place)
        return frame(
            "snapshot",
            {
                "topic": topic.name,
                "version": branch.version,
                "prev": topic.version,
                "at": self._clock(),
                "state": state,
            },
        )

    def _patch(self, branch: BranchLive, topic: Topic, kind: str, of: str) -> bytes:
        fresh = self._document(branch, kind, of)
        if fresh is None:
            return b""
        before = topic.document
        topic.document = fresh
        if before is None:
            return self._snapshot_frame(topic, fresh)
        patch = difference(before, fresh)
        if not patch:
            return b""
        return frame(
            "patch",
            {
                "topic": topic.name,
                "version": branch.version,
                "prev": topic.version,
                "at": self._clock(),
                "patch": patch,
            },
        )

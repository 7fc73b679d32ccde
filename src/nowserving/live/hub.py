"""The hub: who is watching what, and the same bytes for everybody who watches the same.

A message is rendered once; a stream only keeps references to it. A reader that is too slow is cut
off and comes back to a fresh snapshot, so no screen can make the server's memory grow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from secrets import token_hex

import msgspec

REPLAY = 256
MOST_PENDING = 512
_MOST_DIGITS = 19
_ENCODER = msgspec.json.Encoder()


def frame(event: str, data: object, *, marker: int | None = None) -> bytes:
    """Return one server-sent event (WHATWG HTML, section 9.2) as bytes; JSON has no raw line breaks."""
    head = b"" if marker is None else b"id: %d\n" % marker
    return head + b"event: " + event.encode() + b"\ndata: " + _ENCODER.encode(data) + b"\n\n"


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message of a topic: the version it leads to and the one it builds on."""

    version: int
    previous: int
    body: bytes


@dataclass(slots=True, eq=False)
class Topic:
    """What is told under one name, and the streams that listen."""

    name: str
    branch_id: str
    version: int
    streams: set[Stream] = field(default_factory=set)
    # Most topics are a single guest's, of which nothing is told for an hour.
    recent: deque[Message] | None = None
    # The document as it was last told; patches are differences from it.
    document: dict[str, object] | None = None
    # From which version on a reader can resume; a change that time alone made has no version.
    resumable_from: int = 0

    def start_over(self, version: int) -> None:
        """Forget what was told: everybody gets a snapshot at this version, and nobody resumes before it."""
        self.document = None
        self.recent = None
        self.version = version
        self.resumable_from = version + 1

    def since(self, version: int) -> list[bytes] | None:
        """Return what was told after a version, or None when that is too long ago to know."""
        if version < self.resumable_from:
            return None
        if version == self.version:
            return []
        known = [message for message in self.recent or () if message.version > version]
        if not known or known[0].previous > version or version > self.version:
            return None
        return [message.body for message in known]


def _nobody() -> None:
    """Stand in for whoever would send what a stream holds."""


class Stream:
    """One open connection. Bounded: `overrun` is set when its reader is too slow.

    `ring` is called when there is something to take, and when the stream is to end.
    """

    __slots__ = ("_pending", "_ring", "closing", "overrun", "topics")

    def __init__(self, ring: Callable[[], None] = _nobody) -> None:
        self.topics: list[Topic] = []
        self.overrun = False
        self.closing = False
        self._pending: list[bytes] = []
        self._ring = ring

    @property
    def has_news(self) -> bool:
        """Whether there is anything to take just now."""
        return bool(self._pending)

    def push(self, body: bytes) -> None:
        """Queue bytes for the reader and ring."""
        if self.overrun:
            return
        if len(self._pending) >= MOST_PENDING:
            self.overrun = True
            self._pending = []
        else:
            self._pending.append(body)
        self._ring()

    def close(self) -> None:
        """Let the reader take what is queued and end."""
        self.closing = True
        self._ring()

    def taken(self) -> list[bytes]:
        """Return all that is queued, which is queued no more."""
        taken, self._pending = self._pending, []
        return taken


class Hub:
    """All topics that somebody watches. Lives in the event loop's thread.

    `origin` stands in every id: who comes back with the id of another process, or of one that ran
    before a backup was restored, holds a document that our messages were not made for.
    """

    def __init__(self) -> None:
        self.origin = token_hex(4)
        self.streams: set[Stream] = set()
        self._topics: dict[str, Topic] = {}
        self._retry_ms: int | None = None

    def watched(self, name: str) -> Topic | None:
        """Return a topic if anybody watches it."""
        return self._topics.get(name)

    def topics_of(self, branch_id: str) -> Collection[Topic]:
        """Return every topic of a branch that is watched. It looks at all there are: for rare occasions."""
        return [topic for topic in self._topics.values() if topic.branch_id == branch_id]

    def open(self, name: str, branch_id: str, version: int) -> Topic:
        """Return the topic of this name, new at `version` if nobody watches it yet."""
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = Topic(name, branch_id, version)
        return topic

    def join(self, stream: Stream, topic: Topic) -> None:
        """Let a stream hear a topic from now on."""
        topic.streams.add(stream)
        stream.topics.append(topic)
        self.streams.add(stream)
        if self._retry_ms is not None:
            # Who comes in while the server goes would hold it up.
            self._send_away(stream, self._retry_ms)

    def part(self, stream: Stream) -> None:
        """Forget a stream that has ended, and the topics that nobody hears any more."""
        self.streams.discard(stream)
        for topic in stream.topics:
            topic.streams.discard(stream)
            if not topic.streams:
                self._topics.pop(topic.name, None)
        stream.topics = []

    def tell(self, topic: Topic, version: int, body: bytes) -> None:
        """Send rendered bytes to everybody who hears a topic, and remember them for replay."""
        if topic.recent is None:
            topic.recent = deque(maxlen=REPLAY)
        topic.recent.append(Message(version, topic.version, body))
        topic.version = version
        for stream in topic.streams:
            stream.push(body)

    def mark(self, streams: Iterable[Stream], version: int) -> None:
        """Close a tick: everything up to `version` has been told, so a reader may resume from it.

        The id comes alone and last, because a tick may hold messages of several topics, and an id
        that came with the first of them would lose the others on a reconnect.
        """
        body = b"id: %d-%b\n\n" % (version, self.origin.encode())
        for stream in streams:
            stream.push(body)

    def seen_by(self, last_event_id: str) -> int | None:
        """Return the version that an id of ours stands for; None for any other id."""
        version, _, origin = last_event_id.partition("-")
        ours = origin == self.origin and version.isdecimal() and version.isascii()
        return int(version) if ours and len(version) <= _MOST_DIGITS else None

    def ping(self) -> None:
        """Send a comment to everybody, so that dead connections show on both ends."""
        for stream in self.streams:
            stream.push(b": ping\n\n")

    def close(self, retry_ms: int) -> None:
        """Tell every stream, and whoever still comes, when to come back, and end it."""
        self._retry_ms = retry_ms
        for stream in tuple(self.streams):
            self._send_away(stream, retry_ms)

    def _send_away(self, stream: Stream, retry_ms: int) -> None:
        if not stream.closing:
            stream.push(frame("bye", {"retry_ms": retry_ms}))
            stream.close()

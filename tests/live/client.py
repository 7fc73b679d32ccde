"""A screen as a test sees it: it reads a stream's bytes and keeps the state of every topic."""

from __future__ import annotations

import json
from typing import Any

from nowserving.live.hub import Stream
from nowserving.live.patch import merged

_LINE_STATE = ("waiting", "pace")


class Screen:
    """Follows a stream exactly as the browser's live.js does."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.states: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.seen = -1
        self.gaps: list[str] = []
        self.ahead: dict[str, int] = {}

    async def read(self) -> None:
        """Take what the stream holds and apply it."""
        if self.stream.has_news:
            self.feed(b"".join(self.stream.taken()))

    def feed(self, body: bytes) -> None:
        """Apply whole frames."""
        for block in body.decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if line and line[0] != ":")
            if "data" in fields:
                self._apply(fields["event"], json.loads(fields["data"]))
            elif "id" in fields:
                self.seen = int(fields["id"].partition("-")[0])

    def _apply(self, event: str, message: dict[str, Any]) -> None:
        topic = message["topic"]
        if event == "snapshot":
            self.states[topic] = message["state"]
            if "ahead" in message["state"]:
                self.ahead[topic] = message["state"]["ahead"]
        elif message["prev"] != self.versions[topic]:
            self.gaps.append(f"{topic}: {message['prev']} after {self.versions[topic]}")
        elif event == "patch":
            self.states[topic] = merged(self.states[topic], message["patch"])
        elif event == "line":
            self.states[topic] = {name: message[name] for name in _LINE_STATE}
            self._move_up(message)
        self.versions[topic] = message["version"]

    def _move_up(self, line: dict[str, Any]) -> None:
        """Count those who left and came before each of our waiting tickets."""
        for topic, state in self.states.items():
            if not topic.startswith("ticket:") or state.get("state") != "waiting":
                continue
            if line["topic"] != f"line:{state['queue']['id']}" or line["version"] <= state["as_of"]:
                continue
            mine = state["rank"]
            self.ahead[topic] -= sum(rank < mine for rank in line["left"])
            self.ahead[topic] += sum(rank < mine for rank in line["came"])

"""A provider of messages that misbehaves when told to: a real HTTP server on a real port."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

# What it does with a request: takes it, refuses it, breaks, sends elsewhere, or takes it and then hangs,
# hangs up, trickles its answer, or answers twice.
Mood = Literal[
    "take", "refuse", "break", "gone", "busy", "elsewhere", "hang", "hang_up", "trickle", "twice", "garbage"
]
HANG_S = 30.0


@dataclass
class Provider:
    """What it has been handed, and how it behaves: `moods` one after another, then the last for ever."""

    port: int = 0
    moods: list[Mood] = field(default_factory=lambda: ["take"])
    taken: list[Any] = field(default_factory=list)
    asked: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/send"

    def next_mood(self) -> Mood:
        with self.lock:
            self.asked += 1
            return self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]

    def take(self, body: bytes) -> None:
        try:
            said: Any = json.loads(body)
        except ValueError:
            said = body
        with self.lock:
            self.taken.append(said)


@contextmanager
def running_provider(*moods: Mood) -> Iterator[Provider]:
    """Run a provider in threads of this process."""
    provider = Provider(moods=list(moods) or ["take"])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            _answer(self, provider, provider.next_mood(), body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()


_CODES = {"refuse": 400, "break": 503, "gone": 410, "busy": 429, "elsewhere": 307}


def _answer(handler: BaseHTTPRequestHandler, provider: Provider, mood: Mood, body: bytes) -> None:
    if mood in _CODES:
        handler.send_response(_CODES[mood])
        if mood == "busy":
            handler.send_header("Retry-After", "77")
        if mood == "elsewhere":
            handler.send_header("Location", f"http://127.0.0.1:{provider.port}/inside")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    provider.take(body)
    ok = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
    if mood == "hang":
        provider.over.wait(HANG_S)
    elif mood == "trickle":
        for letter in ok:
            handler.wfile.write(bytes([letter]))
            if provider.over.wait(0.5):
                break
    elif mood == "garbage":
        handler.wfile.write(b"\x00" * 70_000 + b"\r\n\r\n")
    elif mood != "hang_up":
        handler.wfile.write(ok * (2 if mood == "twice" else 1))
    handler.close_connection = True


def wait_until(condition: Any, patience_s: float = 60.0) -> None:
    """Wait until something is so."""
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)

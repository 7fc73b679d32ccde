"""Where the server's time goes while people join: which thread, and which room of the house."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.doors import CLIENTS, ENOUGH, crowded
from benchmarks.load import drive, request

# A hundred looks a second hardly disturb what is looked at.
_RATE = 100
_PACKAGES = ("granian", "asyncio", "sqlite3", "msgspec", "sortedcontainers", "structlog", "limits")
_THREAD = re.compile(r"thread \((\d+)\)(?:: ([^;]+))?")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a join costs by thread, in µs of processor time, and the shares of the rooms in its Python."""

    joins: int
    threads: dict[str, float]
    rooms: list[tuple[str, float]]


def of_joins(seconds: float) -> Profile | None:
    """Look into the server a hundred times a second while 64 clients join; None without py-spy."""
    program = shutil.which("py-spy")
    if not program:
        return None
    with tempfile.TemporaryDirectory() as folder, crowded(Path(folder), ENOUGH) as house:
        raw = Path(folder) / "samples"
        words = [program, "record", "--pid", str(house.server.pid), "--duration", str(max(int(seconds), 1))]
        words += ["--rate", str(_RATE), "--format", "raw", "--threads", "--gil", "--output", str(raw)]
        before = house.server.threads_s()
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as looking:
            join = request("POST", f"/api/v1/queues/{house.queue}/tickets", house.keys["kiosk"], b"{}")
            found = asyncio.run(drive(house.server.port, [join], clients=CLIENTS, seconds=seconds))
            looking.wait()
        used = {tid: s - before.get(tid, 0.0) for tid, s in house.server.threads_s().items()}
        lines = raw.read_text(encoding="utf-8").splitlines() if raw.exists() else []
        return made(found.answered, used, lines)


def made(joins: int, used_s: dict[int, float], lines: Iterable[str]) -> Profile:
    """Return the profile of so many joins, from the seconds of each thread and lines "frame;frame count"."""
    names: dict[int, str] = {}
    rooms: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if thread := _THREAD.match(stack):
            names[int(thread[1])] = thread[2] or ""
        rooms[_room(frames)] += int(count)
    threads: dict[str, float] = {}
    for tid, seconds in used_s.items():
        kind = _kind(names.get(tid, ""))
        threads[kind] = threads.get(kind, 0.0) + seconds * 1_000_000 / max(joins, 1)
    whole = sum(rooms.values())
    return Profile(joins, threads, [(room, count / whole) for room, count in rooms.most_common()])


def _kind(name: str) -> str:
    if name == "MainThread":
        return "the event loop (HTTP, sign-in, limits, JSON, memory, streams)"
    return (
        "the writer (rules and SQL, and the database itself)" if "writer" in name else "the web server's own"
    )


def _room(frames: list[str]) -> str:
    """Name the place of the innermost frame that is ours, and the package that it has called, if any."""
    for depth, frame in enumerate(reversed(frames)):
        _, _, rest = frame.partition("nowserving/")
        if not rest or "commands/" in rest:
            continue
        place = rest.partition(":")[0].removesuffix(".py")
        called = next((name for name in _PACKAGES if depth and name in frames[-1]), "")
        return f"`{place}`" + (f" in {called}" if called else "")
    return "the event loop's own"

"""Real processes for tests: forked from a server that has imported everything, so each starts in 20 ms.

A process gets one end of a pipe; what it has sent before it is killed stays readable in the other.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.preload"])


def ready_to_fork() -> None:
    """Start the fork server, if it does not run yet, where nothing is measured.

    Who is forked ends without a word to the measuring of coverage, which would only cost time.
    """
    measuring = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("COVERAGE_PROCESS")}
    try:
        forkserver.ensure_running()
    finally:
        os.environ.update(measuring)


class Child:
    """A process and our end of its pipe."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self.pipe: Connection
        ready_to_fork()
        self.pipe, theirs = _context.Pipe()
        self.process: ForkServerProcess = _context.Process(
            target=_run, args=(work, theirs, *arguments), daemon=True
        )
        self.process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """The process id."""
        assert self.process.pid is not None
        return self.process.pid

    def kill(self) -> None:
        """End it as a power cut would: kill -9."""
        # It may have ended by itself a moment ago.
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.process.join(10)

    def join(self, timeout_s: float = 60) -> int:
        """Wait for its end and return its exit code (negative: the signal that ended it)."""
        self.process.join(timeout_s)
        assert self.process.exitcode is not None, "the process did not end"
        return self.process.exitcode

    def said(self) -> list[Any]:
        """Return everything that it has sent and we have not read, until it closes its end."""
        heard = []
        try:
            while True:
                heard.append(self.pipe.recv())
        except EOFError:
            return heard

    def close(self) -> None:
        """End it if it still runs."""
        if self.process.is_alive():
            self.kill()
        self.pipe.close()
        self.process.join(10)


@contextmanager
def started(work: Callable[..., None], *arguments: Any) -> Iterator[Child]:
    """Start `work(pipe, *arguments)` in a process of its own; it is ended with the block."""
    child = Child(work, *arguments)
    try:
        yield child
    finally:
        child.close()


@contextmanager
def several(count: int, work: Callable[..., None], *arguments: Any) -> Iterator[list[Child]]:
    """Start the same work in several processes; each gets its number as the last argument."""
    children: list[Child] = []
    try:
        children.extend(Child(work, *arguments, number) for number in range(count))
        yield children
    finally:
        for child in children:
            child.close()


def _run(work: Callable[..., None], pipe: Connection, *arguments: Any) -> None:
    # A test's Ctrl-C is the parent's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with pipe:
        work(pipe, *arguments)

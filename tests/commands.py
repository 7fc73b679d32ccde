"""The product's command line in processes of their own, forked from one that has imported everything.

A server that is started afresh reads eight hundred modules and makes its routes: two seconds of a processor.
The tests start more than a hundred. Here that is done once; each server is still a process with a memory of
its own, to be stopped, killed and frozen. What an operator meets at the start is tried in test_serving.py.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from subprocess import TimeoutExpired

from tests.processes import ready_to_fork


class Command:
    """A running command, to be handled like a `subprocess.Popen`."""

    def __init__(
        self, words: Sequence[str], log: Path, environment: Mapping[str, str], without: Sequence[str] = ()
    ) -> None:
        """Run `nowserving WORDS…`; `without` names guards that it loses (see tests/races/sabotage.py)."""
        ready_to_fork()
        self._process = get_context("forkserver").Process(
            target=_run, args=(list(words), str(log), dict(environment), list(without)), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code (negative: the signal that ended it), or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout_s: float) -> int:
        """Wait for its end and return the exit code. Raises TimeoutExpired."""
        if not wait([self._process.sentinel], timeout_s):
            raise TimeoutExpired("nowserving", timeout_s)
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)


def _run(words: list[str], log: str, environment: dict[str, str], without: list[str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    into = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(into, stream)
    os.close(into)
    sys.argv = ["nowserving", *words]
    from nowserving.cli import app
    from tests import quick_passwords

    quick_passwords.use()
    if without:
        from tests.races import sabotage

        sabotage.apply(without)
    app()

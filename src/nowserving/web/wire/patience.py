"""A time limit for thousands of short waits a second, with one timer for all of them.

`asyncio.timeout` makes a timer for each wait and throws it away again, which costs more than the rest
of reading a small body does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Wait:
    until: float
    task: asyncio.Task[object] | None
    late: bool = False


class Patience:
    """Ends waits that take longer than so many seconds, which are the same for all."""

    def __init__(self, patience_s: Callable[[], float]) -> None:
        self._patience_s = patience_s
        self._loop: asyncio.AbstractEventLoop | None = None
        # The oldest first, so the first is the first that can be late.
        self._waits: deque[_Wait] = deque()
        self._timed = False

    async def spent_on(self, awaitable: Awaitable[T]) -> T:
        """Wait for something. Raises TimeoutError when patience is at an end."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if loop is not self._loop:
            self._loop, self._timed = loop, False
            self._waits.clear()
        wait = _Wait(loop.time() + self._patience_s(), task)
        self._waits.append(wait)
        if not self._timed:
            self._time(loop, wait.until)
        try:
            return await awaitable
        except asyncio.CancelledError:
            # Ours, and nobody else's at the same time.
            if wait.late and task is not None and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            wait.task = None
            while self._waits and self._waits[0].task is None:
                self._waits.popleft()

    def _time(self, loop: asyncio.AbstractEventLoop, until: float) -> None:
        self._timed = True
        loop.call_at(until, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what is late, and look again when the next may be."""
        if loop is not self._loop:
            return
        self._timed = False
        for wait in self._waits:
            if wait.until > loop.time():
                self._time(loop, wait.until)
                return
            if wait.task is not None and not wait.late:
                wait.late = True
                wait.task.cancel()

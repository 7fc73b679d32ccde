"""What is done again and again: each task with its own interval, none of them ever stopping the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nowserving.errors import Busy

log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Beat:
    """A step and how many seconds to rest between the end of one run and the next."""

    name: str
    every_s: float
    step: Step


class Rhythm:
    """Runs every beat in the event loop until `stop`."""

    def __init__(self, beats: tuple[Beat, ...]) -> None:
        self._beats = beats
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin all beats."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(_run(beat), name=beat.name) for beat in self._beats]

    async def stop(self) -> None:
        """End all beats; a step that is under way is broken off."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _run(beat: Beat) -> None:
    while True:
        await asyncio.sleep(beat.every_s)
        try:
            await beat.step()
        except Busy as error:
            log.warning("%s: %s", beat.name, error)
        except Exception:  # The next beat tries again; one fault must not end the rhythm.
            log.exception("%s failed", beat.name)

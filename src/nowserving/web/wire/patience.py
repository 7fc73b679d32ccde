"""An end for readers that take nothing: a peer that is dead, or asleep, or pretends to be.

The network can keep such a connection for a quarter of an hour, and whoever waits to send on it
waits as long. A timer for each message would cost more than the message does when ten thousand
phones get it, so each connection has one timer that looks whether it has moved since last time.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Message, Send

# A live reader takes a message in milliseconds, one on a train in seconds. Screens count the
# connection as dead after 40 s of silence and come back by themselves, so nobody who reads is lost.
PATIENCE_S = 30.0


class PatientSend:
    """Sends, and raises TimeoutError where a message was not taken within one to two `patience_s`.

    >>> async with PatientSend(send) as patient:
    ...     await patient.send(message)
    """

    def __init__(self, send: Send, patience_s: float | None = None) -> None:
        self._send = send
        self._patience_s = PATIENCE_S if patience_s is None else patience_s
        self._limit = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None
        self._begun = 0
        self._ended = 0
        # How many messages had been begun when the timer looked last.
        self._seen = 0

    async def __aenter__(self) -> Self:
        """Begin to look."""
        await self._limit.__aenter__()
        self._look()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    async def send(self, message: Message) -> None:
        """Send a message, however long it takes: it is the timer that ends it."""
        self._begun += 1
        await self._send(message)
        self._ended += 1

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        if self._begun != self._ended and self._begun == self._seen:
            self._limit.reschedule(loop.time())
            return
        self._seen = self._begun
        self._timer = loop.call_later(self._patience_s, self._look)

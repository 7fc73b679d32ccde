"""From what a stream holds to the network, ten thousand times in a tick, and no task for any of them.

Where the server takes a message at once, as ours does until a reader is slow, sending is a plain
call: nothing is woken up, and nothing waits. A round hands out to a slice of the streams and then
lets the event loop do other work, so that a place is answered while a hall is told.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from starlette.types import Message, Receive, Send

from nowserving.live.hub import Stream

# A live reader takes a message in milliseconds, one on a train in seconds. Screens count the
# connection as dead after 40 s of silence and come back by themselves, so nobody who reads is lost.
# The network would keep such a connection for a quarter of an hour.
PATIENCE_S = 30.0
# So many sends take two or three milliseconds.
_SLICE = 256


class Round:
    """The outlets of one server that have something to send. Lives in the event loop's thread."""

    def __init__(self) -> None:
        self._ready: deque[Outlet] = deque()
        self._scheduled = False
        # What was sent last, and as what: most streams of a tick hold the very same bytes.
        self._held: list[bytes] = []
        self._message: Message = {}

    def add(self, outlet: Outlet) -> None:
        """Let an outlet send soon."""
        self._ready.append(outlet)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)

    def message(self, held: list[bytes]) -> Message:
        """Return the message that carries these bytes; the same one as before for the same bytes."""
        if held != self._held:
            self._held = held
            self._message = {"type": "http.response.body", "body": b"".join(held), "more_body": True}
        return self._message

    def _turn(self) -> None:
        for _ in range(min(_SLICE, len(self._ready))):
            self._ready.popleft().flush()
        self._scheduled = bool(self._ready)
        if self._scheduled:
            asyncio.get_running_loop().call_soon(self._turn)
        else:
            self._held = []


class Outlet:
    """Sends what a stream holds, until either end goes."""

    __slots__ = ("_listed", "_receiving", "_round", "_send", "_sending", "ended", "stream")

    def __init__(self, turns: Round, send: Send) -> None:
        self._round = turns
        self._send = send
        self._listed = False
        # The message that the server has not taken yet, and the news of the client that we wait for.
        self._sending: asyncio.Future[Any] | None = None
        self._receiving: asyncio.Future[Message] | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.stream = Stream(self.ready)

    def begin(self, headers: list[tuple[bytes, bytes]], receive: Receive) -> None:
        """Send the head of the answer, and end as soon as the client has hung up."""
        self._hand({"type": "http.response.start", "status": 200, "headers": headers})
        self._follow(receive)

    async def until_ended(self) -> None:
        """Wait for the end, and end the answer where its reader still takes anything."""
        try:
            await self.ended
            if self._sending is None:
                await asyncio.wait_for(self._send({"type": "http.response.body", "body": b""}), PATIENCE_S)
        finally:
            for waited_for in (self._sending, self._receiving):
                if waited_for is not None:
                    waited_for.cancel()

    def ready(self) -> None:
        """There is something to do: to send, or to end."""
        if not self._listed:
            self._listed = True
            self._round.add(self)

    def flush(self) -> None:
        """Send what the stream holds, unless the server has not taken the message before yet."""
        self._listed = False
        if self._sending is not None or self.ended.done():
            return
        if self.stream.has_news:
            self._hand(self._round.message(self.stream.taken()))
        elif self.stream.closing or self.stream.overrun:
            self._end()

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _hand(self, message: Message) -> None:
        """Give a message to the server; mostly it has taken it when the call returns."""
        sending = self._send(message)
        if not (asyncio.isfuture(sending) or asyncio.iscoroutine(sending)):
            self._look_again()
            return
        self._sending = asyncio.ensure_future(sending)
        # Only now: a timer for each message would cost more than the message does.
        patience = asyncio.get_running_loop().call_later(PATIENCE_S, self._end)
        self._sending.add_done_callback(lambda sent: self._sent(sent, patience))

    def _sent(self, sent: asyncio.Future[None], patience: asyncio.TimerHandle) -> None:
        patience.cancel()
        if sent.cancelled() or sent.exception() is not None:
            self._end()
            return
        self._sending = None
        self._look_again()

    def _look_again(self) -> None:
        """More may have come while a message was on its way, or the end."""
        if self.stream.has_news or self.stream.closing or self.stream.overrun:
            self.ready()

    def _follow(self, receive: Receive) -> None:
        # The server's own future needs no task, which would cost a kilobyte for each open phone.
        self._receiving = asyncio.ensure_future(receive())
        self._receiving.add_done_callback(lambda heard: self._heard(heard, receive))

    def _heard(self, heard: asyncio.Future[Message], receive: Receive) -> None:
        gone = heard.cancelled() or heard.exception() is not None
        if gone or heard.result()["type"] == "http.disconnect":
            self._end()
        elif not self.ended.done():
            self._follow(receive)

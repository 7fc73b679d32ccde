"""The life of a server process: open, listen, and go away in order when asked to."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from nowserving.app import COME_BACK_MS, make_app, running
from nowserving.background.rhythm import Beat
from nowserving.errors import N_, Busy
from nowserving.settings import Settings
from nowserving.web.house import House

log = logging.getLogger(__name__)

_LAST_WORDS_S = 0.2
_PATIENCE_S = 10.0
# Nobody needs longer to send the head of a request, nor more room for it: cookies, a link, a token.
_HEADERS_MS = 10_000
_MOST_HEADERS = 32 * 1024


async def serve(house: House, *extra: Beat) -> None:
    """Serve until SIGTERM or SIGINT. Open streams are told when to come back, then ended.

    Without that the server would wait for them for ever: they never end by themselves.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    # What is read at the start stays: nobody need look through it for garbage, now or ever again.
    gc.disable()
    async with running(house, *extra):
        gc.freeze()
        gc.enable()
        server = _server(house)
        serving = loop.create_task(server.serve())
        waiting = loop.create_task(stopping.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        house.hub.close(COME_BACK_MS)
        await asyncio.sleep(_LAST_WORDS_S)
        server.stop()  # type: ignore[no-untyped-call]
        waiting.cancel()
        await asyncio.wait({serving}, timeout=_PATIENCE_S)
        if serving.done() and not serving.cancelled() and serving.exception():
            raise serving.exception() or RuntimeError("the server ended")


def _server(house: House) -> Server:
    settings = house.settings
    return Server(
        make_app(house),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        # The default of 1,024 would let the 1,025th open stream block everything else.
        backlog=settings.backlog,
        backpressure=settings.backlog,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_MS, max_buffer_size=_MOST_HEADERS),
        log_enabled=False,
    )


def check_port(settings: Settings) -> None:
    """Raise Busy when somebody listens on our port already.

    The web server shares a port with whoever else shares it, so two servers started by mistake
    would each get half of the requests. Only the workers of one server do that on purpose.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        try:
            # Without this a port that was closed a moment ago would count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Busy(
                "port_taken",
                N_("Port %(port)s on %(host)s can't be used: %(reason)s."),
                port=settings.port,
                host=settings.host,
                reason=error.strerror,
            ) from None


def free_port(host: str) -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port

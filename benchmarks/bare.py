"""The limit: a bare ASGI callable on the same server that reads the body and answers fixed JSON."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

BODY = b'{"data":{"key":"' + b"x" * 640 + b'"}}'


async def answer(_scope: Any, receive: Any, send: Any) -> None:
    """Read the request and answer with as many bytes as a join does."""
    await receive()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


async def main(port: int) -> None:
    """Serve until killed."""
    server = Server(
        answer,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    await server.serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

"""HEAD: whatever can be read can be asked for without its body (RFC 9110, section 9.3.2).

Monitors and link checkers ask this way. The routes know GET alone; here a HEAD becomes one on the
way in, and its answer loses the body on the way out.
"""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# It ends when its reader goes: there is nothing to say about it without being it, so it refuses HEAD.
_ENDLESS: Final = "/api/v1/streams"


class HeadAsGet:
    """Answers HEAD with the status and the headers that GET would have had."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; what is no HEAD passes untouched."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"] == _ENDLESS:
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body", "body": b""})

        await self._app({**scope, "method": "GET"}, receive, send_without_body)

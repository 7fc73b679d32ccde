"""A mail server on this machine, which keeps every letter that it gets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port


class Office:
    """A mail server that does as it is told."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.answer = "250 OK"
        self.refuse = ""
        self.slow_s = 0.0

    async def handle_RCPT(  # noqa: N802  aiosmtpd's names.
        self, _server: Any, _link: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _link: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        await asyncio.sleep(self.slow_s)
        return self.answer


@contextmanager
def serving_mail(handler: Office) -> Iterator[int]:
    """Run a mail server; yield its port."""
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()

"""Wake-ups: what another process says, and what anybody else may say on the same channel."""

from __future__ import annotations

import asyncio

import pytest

from nowserving.store.database import parse_url
from nowserving.store.engine.wakeups import WakeUps

pytestmark = pytest.mark.anyio


async def test_a_notice_that_is_none_of_ours_is_passed_over() -> None:
    heard: list[tuple[str, int]] = []
    wakeups = WakeUps(
        parse_url("postgresql://nobody@nowhere/none"),
        lambda scope_id, version: heard.append((scope_id, version)),
        lambda: None,
    )
    wakeups._loop = asyncio.get_running_loop()

    for payload in (
        "",
        "hello",
        "7",
        "[]",
        '["town-hall"]',
        '["town-hall", "x"]',
        "null",
        '["town-hall", 7]',
    ):
        wakeups._hear(payload)
    await asyncio.sleep(0)

    assert heard == [("town-hall", 7)]

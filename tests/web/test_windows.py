"""Rate limits are exact, forget in time, and cost the same however many callers there are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from limits import parse

from nowserving.errors import TooMany
from nowserving.settings import Settings
from nowserving.web.gate.limits import Limits
from nowserving.web.gate.windows import MemoryWindows

pytestmark = pytest.mark.anyio

LIMIT = parse("3 per minute")


class Watch:
    """A clock in seconds."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_window_moves_and_a_refused_hit_does_not_count() -> None:
    watch = Watch()
    windows = MemoryWindows(watch)
    assert [await windows.hit(LIMIT, "join", "phone") for _ in range(4)] == [True, True, True, False]
    assert await windows.hit(LIMIT, "join", "another phone")
    watch.now += 59.9
    assert not await windows.hit(LIMIT, "join", "phone")
    assert (await windows.get_window_stats(LIMIT, "join", "phone")).reset_time == 1060.0
    watch.now += 0.1
    assert [await windows.hit(LIMIT, "join", "phone") for _ in range(4)] == [True, True, True, False]


async def test_who_has_not_been_here_for_a_window_is_forgotten() -> None:
    watch = Watch()
    windows = MemoryWindows(watch)
    for n in range(500):
        await windows.hit(LIMIT, "join", f"phone {n}")
        watch.now += 1
    assert len(windows) <= 61
    watch.now += 60
    await windows.hit(LIMIT, "join", "somebody")
    assert len(windows) == 1


async def test_counting_one_caller_does_not_look_at_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package's memory sends a thread to every caller it knows, after every hit."""
    sent: list[Any] = []
    to_thread = asyncio.to_thread

    async def count(work: Any, *arguments: Any) -> Any:
        sent.append(work)
        return await to_thread(work, *arguments)

    monkeypatch.setattr(asyncio, "to_thread", count)
    limits = Limits(Settings(limit_join="2 per minute"))
    for n in range(100):
        await limits.check("join", f"address:{n}")
    await asyncio.sleep(0.05)
    assert sent == []
    await limits.check("join", "address:7")
    with pytest.raises(TooMany) as refused:
        await limits.check("join", "address:7")
    assert 1 <= (refused.value.retry_after_s or 0) <= 60


async def test_a_look_counts_nothing_and_sees_the_window_move() -> None:
    watch = Watch()
    windows = MemoryWindows(watch)
    assert [await windows.test(LIMIT, "unknown", "phone") for _ in range(5)] == [True] * 5
    for _ in range(3):
        await windows.hit(LIMIT, "unknown", "phone")
    assert not await windows.test(LIMIT, "unknown", "phone")
    watch.now += 60
    assert await windows.test(LIMIT, "unknown", "phone")

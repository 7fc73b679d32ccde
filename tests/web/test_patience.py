"""One timer ends every wait that takes too long, and no other."""

from __future__ import annotations

import asyncio

import pytest

from nowserving.web.wire.patience import Patience

pytestmark = pytest.mark.anyio
SHORT_S = 0.02


async def never() -> str:
    await asyncio.Event().wait()
    return "never"


async def test_a_wait_that_takes_too_long_ends() -> None:
    patience = Patience(lambda: SHORT_S)
    with pytest.raises(TimeoutError):
        await patience.spent_on(never())


async def test_who_is_in_time_is_left_alone_by_those_who_are_late() -> None:
    patience = Patience(lambda: SHORT_S)
    come = asyncio.Event()

    async def comes() -> str:
        await come.wait()
        return "here"

    late = asyncio.create_task(patience.spent_on(never()))
    slow = asyncio.create_task(Patience(lambda: 60.0).spent_on(comes()))
    with pytest.raises(TimeoutError):
        await late
    come.set()
    assert await slow == "here"


async def test_each_of_many_is_ended_by_the_one_timer() -> None:
    patience = Patience(lambda: SHORT_S)
    ended = await asyncio.gather(*(patience.spent_on(never()) for _ in range(50)), return_exceptions=True)
    assert [type(one) for one in ended] == [TimeoutError] * 50
    with pytest.raises(TimeoutError):
        await patience.spent_on(never())


async def test_who_is_cancelled_by_somebody_else_is_cancelled() -> None:
    patience = Patience(lambda: 60.0)
    task = asyncio.create_task(patience.spent_on(never()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

"""Delivering messages: claimed with a lease, sent outside of every transaction, settled under the fence.

A provider that hangs holds up one send of its own channel, for seconds, and nothing else. What is not
settled (a crash, a kill) is claimed again when its lease is over, with the same message id.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from nowserving.actions.messages.claiming import Claim, claim_messages
from nowserving.actions.messages.settling import settle_message
from nowserving.background.wording import Wording
from nowserving.domain.messages.delivery import End, Outcome
from nowserving.errors import Busy
from nowserving.outside.senders import Senders
from nowserving.store.messages.outbox import branches_due
from nowserving.store.store import Store

log = logging.getLogger(__name__)

SWEEP_S = 0.5
_BATCH = 50
_SETTLE_TRIES = 5
_SETTLE_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a claim holds and one try may take, in seconds, and how many tries a channel runs at once."""

    lease_s: float = 60.0
    try_s: float = 20.0
    at_once: int = 8


class Courier:
    """Claims due messages of every branch and hands them to their senders. One for a process."""

    def __init__(
        self,
        store: Store,
        senders: Senders,
        wording: Wording,
        *,
        patience: Patience = Patience(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._senders = senders
        self._wording = wording
        self._patience = patience
        self._clock = clock
        self._under_way: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        # One sweep at a time: two would fill the same room twice.
        self._sweeping = asyncio.Lock()
        self._asked = False
        self._stopped = False

    async def sweep(self) -> int:
        """Begin to send what is due, as far as there is room; returns how many were begun."""
        async with self._sweeping:
            self._asked = False
            begun = 0
            for branch_id in await self._store.read(branches_due, self._store.clock()):
                begun += await self._sweep_safely(branch_id)
            return begun

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Give what is under way a moment, then break it off: its leases run out by themselves."""
        self._stopped = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=1.0)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _sweep_safely(self, branch_id: str) -> int:
        """Sweep a branch; a fault in it is no reason to leave the others out. Raises Busy."""
        try:
            return await self._sweep_branch(branch_id)
        except Busy:
            raise
        except Exception:
            log.exception("delivering messages failed in %s", branch_id)
            return 0

    async def _sweep_branch(self, branch_id: str) -> int:
        begun = 0
        while (room := self._room()) and max(room.values()) > 0:
            since = self._clock()
            claims, looked = await self._store.write(
                claim_messages,
                branch_id=branch_id,
                room=room,
                lease_s=self._patience.lease_s,
                most=_BATCH,
            )
            for claim in claims:
                self._begin(claim, since)
            begun += len(claims)
            # A batch without a claim found no room: the rest of a long backlog waits for the next sweep.
            if not claims or looked < _BATCH:
                break
        return begun

    def _room(self) -> dict[str, int]:
        return {name: self._patience.at_once - self._under_way[name] for name in self._senders}

    def _begin(self, claim: Claim, since: float) -> None:
        self._under_way[claim.channel] += 1
        self._run(self._deliver(claim, since))

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, claim: Claim, since: float) -> None:
        try:
            outcome = await self._tried(claim, since)
        finally:
            was_full = self._under_way[claim.channel] >= self._patience.at_once
            self._under_way[claim.channel] -= 1
        if outcome is not None:
            await self._settle(claim, outcome)
        if was_full:
            self._ask_again()

    def _ask_again(self) -> None:
        """Sweep once more: a channel that was full has room, and others may wait for it."""
        if not self._asked and not self._stopped:
            self._asked = True
            self._run(self._sweep_again())

    async def _sweep_again(self) -> None:
        try:
            await self.sweep()
        except Busy as error:
            self._asked = False
            log.warning("messages: %s", error)

    async def _tried(self, claim: Claim, since: float) -> Outcome | None:
        """Send once. None when so much of the lease is gone that another may be sending it already."""
        if self._clock() - since > self._patience.lease_s - self._patience.try_s:
            log.warning("a message was held too long to send it: its lease is nearly over")
            return None
        try:
            async with asyncio.timeout(self._patience.try_s):
                return await self._senders[claim.channel].send(self._wording.letter(claim))
        except TimeoutError:
            return Outcome(End.AGAIN, "timeout")
        except Exception as error:  # noqa: BLE001 - one sender's fault must not stop the others.
            # Only the kind of fault: its words may hold a number or an address.
            log.warning("sending by %s went wrong: %s", claim.channel, type(error).__name__)
            return Outcome(End.AGAIN, "fault")

    async def _settle(self, claim: Claim, outcome: Outcome) -> None:
        message = claim.message
        for pause in range(_SETTLE_TRIES):
            try:
                held = await self._store.write(
                    settle_message,
                    branch_id=message.branch_id,
                    message_id=message.id,
                    fence=claim.fence,
                    outcome=outcome,
                    to=claim.to if outcome.end is End.GONE else None,
                )
            except Busy:
                await asyncio.sleep(_SETTLE_PAUSE_S * (pause + 1))
                continue
            if not held:
                log.info("a message was claimed by another meanwhile")
            return

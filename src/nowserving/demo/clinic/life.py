"""Life at the clinic: those with a promise come, some late and some never, and others book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nowserving.actions.reservations.arriving import arrive
from nowserving.actions.reservations.booking import reserve
from nowserving.demo.clinic.guests import NUMBERS, patient
from nowserving.demo.clinic.plan import CLINIC
from nowserving.domain.instants import MINUTE_US
from nowserving.domain.reservations.reservation import ReservationState
from nowserving.errors import AppError
from nowserving.store.reservations.reservations import in_span
from nowserving.store.reservations.services import services
from nowserving.store.reservations.slots import next_free

if TYPE_CHECKING:
    from random import Random

    from nowserving.domain.reservations.reservation import Reservation
    from nowserving.live.branch import BranchLive
    from nowserving.store.store import Store

_FROM, _TO = -12 * MINUTE_US, 14 * MINUTE_US
_COMES = 0.02
_BOOKS = 0.01
# One in ten never comes: which one, its number says.
_NEVER_ONE_OF = 10


class Appointments:
    """The reservations of the clinic."""

    def __init__(self, store: Store, random: Random) -> None:
        self._store = store
        self._random = random

    async def step(self, branch: BranchLive) -> None:
        """Let a beat pass; what visitors have set up or booked is theirs."""
        if branch.layout.branch.name != CLINIC.name:
            return
        branch_id, now = branch.layout.branch.id, self._store.clock()
        for promised in await self._store.read(in_span, branch_id, now - _TO, now - _FROM):
            if self._comes(promised):
                await self._store.write(arrive, actor="guest", reservation_key=promised.key)
        if self._random.random() < _BOOKS:
            await self._book(branch_id, now)

    def _comes(self, promised: Reservation) -> bool:
        invented = (promised.phone or "").startswith(NUMBERS)
        expected = (
            promised.state is ReservationState.CONFIRMED and promised.id % _NEVER_ONE_OF != 0 and invented
        )
        return expected and self._random.random() < _COMES

    async def _book(self, branch_id: str, now: int) -> None:
        offered = await self._store.read(services, branch_id)
        if not offered:
            return
        service = self._random.choice(offered)
        try:
            slot = await self._store.read(next_free, service.id, now, now=now)
            if slot is not None:
                guest = patient(self._random)
                await self._store.write(
                    reserve, actor="guest", service_id=service.id, start_at=slot.start_at, **guest
                )
        except AppError:
            return  # A visitor was quicker.

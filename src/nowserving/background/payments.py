"""Money that is to be taken or given back: asked of the provider until it is done, in no transaction.

A provider does the same thing once however often it is asked, so neither a crash nor a second server costs
anybody anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from nowserving.actions.seats.paying import settle_payment, try_payment_later
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.seats.payment import AUTHORISED
from nowserving.domain.seats.sale import Booking
from nowserving.errors import AppError, Busy
from nowserving.outside.payment import PATIENCE_S, Payments
from nowserving.store.seats.bookings import bookings_to_pay
from nowserving.store.store import Store

log = logging.getLogger(__name__)

SWEEP_S = 1.0
_BATCH = 50


async def sweep_payments(store: Store, ways: Mapping[str, Payments]) -> int:
    """Ask for what is due, oldest first; returns how many bookings were settled. Raises Busy."""
    due = await store.read(partial(bookings_to_pay, now=store.clock(), most=_BATCH))
    return sum([await _done(store, ways, booking) for booking in due])


async def _done(store: Store, ways: Mapping[str, Payments], booking: Booking) -> bool:
    of = {"booking_key": booking.key, "due": booking.payment["state"]}
    way = ways.get(booking.payment["by"])
    try:
        if way is None:
            raise LookupError
        async with asyncio.timeout(PATIENCE_S):
            await _ask(way, booking)
    except AppError as refusal:
        if isinstance(refusal, Busy):
            await store.write(try_payment_later, **of)
            return False
        log.warning("the payment of booking %s was refused: %s", booking.id, refusal.code)
        await store.write(settle_payment, **of, refused=True)
        return True
    except Exception as error:  # noqa: BLE001 - whatever a provider's library raises: it is asked again.
        log.warning("the payment of booking %s has to wait: %s", booking.id, type(error).__name__)
        await store.write(try_payment_later, **of)
        return False
    await store.write(settle_payment, **of)
    return True


async def _ask(way: Payments, booking: Booking) -> None:
    payment = booking.payment
    if payment["state"] == AUTHORISED:
        await way.capture(payment["reference"])
    else:
        # A provider shall know which of two it was asked for, and nobody there the key of a guest.
        await way.give_back(payment["reference"], payment["amount_minor"], secret_hash(booking.key))

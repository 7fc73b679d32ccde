"""The one place that wires everything: store, memory, background rhythm, doors, pages, API."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import cache, partial
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from nowserving import __version__
from nowserving.background import clinic, deadlines, housekeeping, messages, nearness, payments, seats, shows
from nowserving.background.rhythm import Beat, Rhythm
from nowserving.clinic_keys import open_cabinet
from nowserving.errors import Busy
from nowserving.live.branch import near_by_wait
from nowserving.live.hub import Hub
from nowserving.live.relay import Relay
from nowserving.post_room import make_courier, make_payments, make_senders
from nowserving.settings import Settings
from nowserving.store.clinic.visits import anything_sealed
from nowserving.store.layout import organisation
from nowserving.store.store import Store
from nowserving.web import api, pages
from nowserving.web.doors import Doors
from nowserving.web.gate.auth import Credentials
from nowserving.web.gate.csrf import CsrfGuard
from nowserving.web.gate.headers import SecurityHeaders
from nowserving.web.gate.hosts import Hosts
from nowserving.web.gate.limits import Limits
from nowserving.web.house import House
from nowserving.web.looks.static_files import static_files
from nowserving.web.routers import routers_in
from nowserving.web.wire.errors import install_error_handlers
from nowserving.web.wire.head import HeadAsGet
from nowserving.web.wire.openapi import install_openapi

PING_S = 15.0
REFRESH_S = 15.0
SWEEP_S = 1.0
# Screens come back after this long when the server goes, each with a jitter of its own.
COME_BACK_MS = 1500


def make_house(settings: Settings, demo: Mapping[str, Any] | None = None) -> House:
    """Return the parts of a server, closed: nothing is opened or read yet."""
    store = Store(settings.database)
    hub = Hub()
    relay = Relay(store, hub)
    house = House(settings, store, hub, relay, demo)
    house.credentials = Credentials(house)
    house.limits = Limits(settings)
    relay.listeners += [house.credentials.on_events, house.accent.on_events]
    relay.on_gap = house.credentials.start_over
    return house


@asynccontextmanager
async def running(house: House, *extra: Beat) -> AsyncIterator[None]:
    """Open a house, keep it going, and close it in order. Raises Busy when the file is taken."""
    store, relay = house.store, house.relay
    house.senders, house.push_key = make_senders(house.settings, demo=house.demo is not None)
    house.payments = make_payments(demo=house.demo is not None)
    store.open()
    try:
        store.attach(asyncio.get_running_loop())
        house.cabinet = open_cabinet(house.settings, anything_sealed=await store.read(anything_sealed))
        await relay.start()
        house.accent.colour = (await store.read(organisation)).accent
        courier = make_courier(house)
        rhythm = Rhythm((*_beats(house), Beat("messages", messages.SWEEP_S, courier.sweep), *extra))
        rhythm.start()
        wakeups = _wakeups(house)
        try:
            yield
        finally:
            if wakeups is not None:
                await asyncio.to_thread(wakeups.stop)
            await rhythm.stop()
            await courier.stop()
            await relay.stop()
    finally:
        await asyncio.to_thread(store.close)


def make_app(house: House) -> ASGIApp:
    """Return the ASGI application of a house."""
    return SecurityHeaders(Hosts(house, CsrfGuard(HeadAsGet(Doors(house, _routes())))))


@cache
def _routes() -> FastAPI:
    """Return all pages and the API. They know no house, so a process makes them once: it takes a second."""
    app = FastAPI(
        title="Now Serving",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in routers_in(api):
        app.include_router(router, prefix="/api/v1")
    for router in routers_in(pages):
        app.include_router(router)
    app.mount("/static", static_files())
    install_error_handlers(app)
    install_openapi(app)
    return app


def _beats(house: House) -> tuple[Beat, ...]:
    async def ping() -> None:
        house.hub.ping()

    async def refresh() -> None:
        for branch in tuple(house.relay.branches.values()):
            house.relay.teller.refresh(branch)
        house.relay.look_ahead()

    async def nearly() -> None:
        near = near_by_wait(tuple(house.relay.branches.values()), store.clock())
        await nearness.tell_who_is_near(store, near)

    store = house.store
    return (
        Beat("deadlines", deadlines.SWEEP_S, partial(deadlines.sweep, store)),
        Beat("seats", seats.SWEEP_S, partial(seats.sweep_holds, store)),
        Beat("called off", seats.CALLED_OFF_S, partial(seats.sweep_called_off, store)),
        Beat("payments", payments.SWEEP_S, partial(payments.sweep_payments, store, house.payments)),
        Beat("shows", shows.SWEEP_S, partial(shows.sweep_shows, store)),
        Beat("presence", shows.PRESENCE_S, shows.Attendance(store, partial(heard_by, house.relay)).beat),
        Beat("day close", deadlines.DAY_CLOSE_S, partial(deadlines.close_days, store)),
        Beat("housekeeping", housekeeping.EVERY_S, partial(housekeeping.keep_house, store)),
        Beat("clinic", clinic.EVERY_S, partial(clinic.forget, store, house.settings.clinic_keep_days)),
        Beat("nearness", nearness.EVERY_S, nearly),
        Beat("ping", PING_S, ping),
        Beat("refresh", REFRESH_S, refresh),
        # With one process too: a read that failed is tried again, though nobody does anything more.
        Beat("sweep", SWEEP_S, house.relay.sweep),
    )


def heard_by(relay: Relay) -> dict[str, dict[int, int]]:
    """Return which places of lobbies were heard of: whoever asked, and whose page listens now."""
    for branch in tuple(relay.branches.values()):
        if any(queue.rules.absence_limit_s is not None for queue in branch.queues.values()):
            for topic in relay.hub.topics_of(branch.layout.branch.id):
                if topic.name.startswith("ticket:") and topic.streams:
                    relay.find(topic.name.removeprefix("ticket:"))
    return relay.presence.take()


def _wakeups(house: House) -> Any:
    """Start to listen for other processes on PostgreSQL; SQLite has one process and needs none."""
    if house.store.is_sqlite:
        return None
    # psycopg is an extra: it is imported only where PostgreSQL is used.
    from nowserving.store.engine.wakeups import WakeUps

    loop = asyncio.get_running_loop()
    relay = house.relay
    sweeps: deque[asyncio.Task[None]] = deque(maxlen=1)

    async def sweep() -> None:
        with suppress(Busy):  # The rhythm sweeps again.
            await relay.sweep()

    def connected() -> None:
        sweeps.append(loop.create_task(sweep()))

    wakeups = WakeUps(house.store.url, relay.hint, connected)
    wakeups.start()
    return wakeups

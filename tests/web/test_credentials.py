"""What is remembered of a credential is never older than what was said about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from nowserving.domain.event import ORGANISATION, Event
from nowserving.domain.people.roles import Principal, Role
from nowserving.errors import Unauthorized
from nowserving.settings import Settings
from nowserving.web.gate.auth import SIGN_IN_COOKIE, Credentials, Known
from nowserving.web.house import House
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

KEY = "nsk_" + "k" * 43
PERSON = Principal(kind="staff", id="maria", name="Maria", role=Role.AGENT, branch_ids=None)
PROGRAM = Principal(kind="key", id="kiosk", name="Kiosk", role=Role.KIOSK, branch_ids=None)


class OneCredential:
    """A store that holds one credential, and lets a test do something while it is being read."""

    def __init__(self, clock: Clock, held: Callable[[], Known | None]) -> None:
        self.clock = clock
        self.held = held
        self.meanwhile: Callable[[], None] = lambda: None
        self.reads = 0

    async def read(self, *_: object) -> Known | None:
        self.reads += 1
        found = self.held()
        self.meanwhile()
        return found

    async def write(self, *_: object, **__: object) -> None:
        """Note a use."""


def credentials(store: OneCredential, **settings: Any) -> Credentials:
    house = House(Settings(**settings), cast(Any, store), cast(Any, None), cast(Any, None))
    return Credentials(house)


def asked_with(name: bytes, value: str) -> dict[str, Any]:
    return {"type": "http", "scheme": "http", "headers": [(name, value.encode())]}


async def test_a_key_that_is_revoked_while_it_is_being_looked_up_is_not_remembered(clock: Clock) -> None:
    good = [Known(PROGRAM, 1 << 62, 0)]
    store = OneCredential(clock, lambda: good[0] if good else None)
    found = credentials(store)
    revoked = Event(
        ORGANISATION, 7, 0, "api_key.revoked", "staff:olga", None, None, None, {"key_id": "kiosk"}
    )

    def revoke() -> None:
        if good:
            good.clear()
            found.on_events([revoked])

    store.meanwhile = revoke
    with pytest.raises(Unauthorized):
        await found.principal_of(asked_with(b"x-api-key", KEY))
    with pytest.raises(Unauthorized):
        await found.principal_of(asked_with(b"x-api-key", KEY))


async def test_who_works_all_day_is_not_signed_out_by_what_was_remembered_in_the_morning(
    clock: Clock,
) -> None:
    idle_s = 3600
    store = OneCredential(clock, lambda: Known(PERSON, clock() + idle_s * 1_000_000, clock(), "hash"))
    found = credentials(store, sign_in_idle_s=idle_s)
    asked = asked_with(b"cookie", f"{SIGN_IN_COOKIE}=secret")

    for _ in range(20):
        assert await found.principal_of(asked) == PERSON
        clock.advance(600)
    assert store.reads < 20, "nothing was remembered"

"""Rate limits and who is asking: exact moving windows, in memory or in Redis.

A guest has no account, so an address stands for a guest; people behind one address share it. The
address in a forwarded header counts only when a trusted proxy sent it.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cached_property
from math import ceil
from typing import NoReturn, TypeVar

from limits import RateLimitItem, parse_many
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string
from starlette.types import Scope

from nowserving.domain.people.roles import Principal
from nowserving.errors import N_, TooMany
from nowserving.settings import Settings
from nowserving.web.gate.windows import MemoryWindows
from nowserving.web.wire import asgi

log = logging.getLogger(__name__)

T = TypeVar("T")

_STREAMS_BY_ONE = 64
# Whoever reads this has done nothing wrong: others on the same network were quicker.
_WORDS = {
    "remote_join": N_(
        "Many people are joining from this network just now. Please wait a minute and press again."
    ),
    "hold": N_("Many times are being kept from this network just now. Please wait a little and press again."),
}


class Limits:
    """Counts what each caller does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._trusted = [ipaddress.ip_network(one, strict=False) for one in settings.trusted_proxies]
        self._rules: dict[str, list[RateLimitItem]] = {
            name: parse_many(getattr(settings, f"limit_{name}"))
            for name in (
                "sign_in",
                "guest_sign_in",
                "letters",
                "account",
                "pairing",
                "join",
                "remote_join",
                "hold",
                "requests",
                "unknown",
                "arrival",
            )
        }
        self._streams: Counter[str] = Counter()

    @cached_property
    def _windows(self) -> MovingWindowRateLimiter | MemoryWindows:
        url = self._settings.redis_url.get_secret_value()
        if not url:
            return MemoryWindows()
        storage = storage_from_string(f"async+{url}")
        assert isinstance(storage, Storage)
        return MovingWindowRateLimiter(storage)

    async def check(self, rule: str, *who: str) -> None:
        """Count one use of a rule ("sign_in", "pairing", "join", …) by `who`; raises TooMany beyond it.

        When the counting store is away, nobody is refused: a limit is no reason to close the doors.
        """
        for limit in self._rules[rule]:
            try:
                allowed = await self._windows.hit(limit, rule, *who)
            except Exception:
                log.exception("rate limits can't be counted")
                return
            if not allowed:
                await self._refuse(limit, rule, *who)

    async def may_write_to(self, email: str) -> bool:
        """Count a letter about an account to an address; False for one too many.

        Nobody is refused for it: who asks is mostly not whose mail box it is, and the answer must not tell.
        """
        try:
            await self.check("letters", email)
        except TooMany:
            return False
        return True

    async def _refuse_beyond(self, rule: str, *who: str) -> None:
        """Raise TooMany where the next use would be beyond the rule, and count nothing."""
        for limit in self._rules[rule]:
            try:
                allowed = await self._windows.test(limit, rule, *who)
            except Exception:
                log.exception("rate limits can't be counted")
                return
            if not allowed:
                await self._refuse(limit, rule, *who)

    async def _refuse(self, limit: RateLimitItem, rule: str, *who: str) -> NoReturn:
        stats = await self._windows.get_window_stats(limit, rule, *who)
        wait_s = max(1, ceil(stats.reset_time - time.time()))
        message = _WORDS.get(rule, N_("That was too often. Please wait a moment."))
        raise TooMany("too_many", message, retry_after_s=wait_s)

    async def check_join(self, scope: Scope, principal: Principal | None) -> None:
        """Count a ticket that is drawn: by a device or a program, or by a guest's phone."""
        if principal is None:
            await self.check("remote_join", self.caller_of(scope, principal))
        elif not principal.unlimited:
            await self.check("join", self.caller_of(scope, principal))

    async def check_hold(self, scope: Scope, principal: Principal | None) -> None:
        """Count a slot that is held or reserved: by a guest's address, or by a program.

        A device that throws its cookie away is another device, and its address is still the same: nobody
        keeps a whole day of slots from one place.
        """
        if principal is None:
            await self.check("hold", self.caller_of(scope, principal))
        elif not principal.unlimited:
            await self.check("join", self.caller_of(scope, principal))

    async def check_request(self, scope: Scope, principal: Principal | None) -> None:
        """Count a request to the API."""
        if principal is None or not principal.unlimited:
            await self.check("requests", self.caller_of(scope, principal))

    async def looked_up(self, scope: Scope, read: Callable[[], Awaitable[T | None]]) -> T | None:
        """Return what `read` finds of something that memory does not know; raises TooMany instead of reading.

        Only what is not found counts, by address: a whole hall may read its old tickets through one.
        Those that are under way at the same time are not counted yet, so a burst may go a little beyond.
        """
        return await self._found("unknown", f"address:{self.address_of(scope)}", read)

    async def arrival(self, who: str, read: Callable[[], Awaitable[T | None]]) -> T | None:
        """Return the reservation that a guest at a kiosk means; raises TooMany instead of reading.

        Only wrong tries count, for each kiosk: nobody finds out there who is expected.
        """
        return await self._found("arrival", who, read)

    async def _found(self, rule: str, who: str, read: Callable[[], Awaitable[T | None]]) -> T | None:
        await self._refuse_beyond(rule, who)
        found = await read()
        if found is None:
            with suppress(TooMany):  # This one was read; the next one is refused.
                await self.check(rule, who)
        return found

    async def check_stream(self, scope: Scope, principal: Principal | None) -> None:
        """Count an open stream; raises TooMany when one caller holds too many. `end_stream` ends it."""
        caller = self.caller_of(scope, principal)
        unlimited = principal is not None and principal.unlimited
        # Behind one address may be a whole hall of phones: guests get a hundred times as many.
        most = _STREAMS_BY_ONE * (1 if principal else 100)
        if not unlimited and self._streams[caller] >= most:
            raise TooMany("too_many_streams", N_("Too many open screens. Close some."), retry_after_s=10)
        self._streams[caller] += 1

    def end_stream(self, scope: Scope, principal: Principal | None) -> None:
        """Say that a stream has ended."""
        caller = self.caller_of(scope, principal)
        self._streams[caller] -= 1
        if self._streams[caller] <= 0:
            del self._streams[caller]

    def caller_of(self, scope: Scope, principal: Principal | None) -> str:
        """Return whom a use counts for: the account, key or device, or else the address."""
        return principal.actor if principal else f"address:{self.address_of(scope)}"

    def address_of(self, scope: Scope) -> str:
        """Return the address a request comes from, as far back as trusted proxies vouch for it.

        An IPv6 address counts by its /64, because one household has that many.
        """
        client = scope.get("client")
        address = client[0] if client else ""
        if self._trusted and self._is_trusted(address):
            for hop in reversed(asgi.header(scope, b"x-forwarded-for").split(",")):
                address = hop.strip() or address
                if not self._is_trusted(address):
                    break
        return _grouped(address)

    def is_behind_trusted_proxy(self, scope: Scope) -> bool:
        """Say whether the forwarded headers of a request may be believed."""
        client = scope.get("client")
        return bool(self._trusted) and client is not None and self._is_trusted(client[0])

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._trusted)


def _grouped(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{found}/64", strict=False))
    return str(found)

"""Who is asking: a cookie, a token, a key or a device's credential becomes a principal, or nobody.

What was found is remembered by the hash of the secret, and forgotten at the first event that could
have changed it: a revoked key, a new role, a new password. So the hot doors ask no database, and a
revocation takes effect on the next request.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Annotated

from fastapi import Depends, Request
from starlette.types import Scope

from nowserving.actions.people.sign_ins import touch_sign_in
from nowserving.domain.event import Event
from nowserving.domain.instants import MINUTE_US, SECOND_US
from nowserving.domain.people.credentials import DEVICE_MARK, KEY_MARK, secret_hash
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.people.staff import StaffMember
from nowserving.errors import N_, Forbidden, Unauthorized, not_found
from nowserving.live.hub import Stream
from nowserving.store.engine.reader import Reader
from nowserving.store.people import api_keys, devices, sign_ins
from nowserving.store.people import staff as people
from nowserving.web.gate.tokens import Claims, read_access_token
from nowserving.web.house import House, house_of
from nowserving.web.wire import asgi

SIGN_IN_COOKIE = "ns_signin"
DEVICE_COOKIE = "ns_device"
_MOST_SECRET = 2048
_MOST_KNOWN = 10_000
_TOUCH_US = MINUTE_US
_SUBJECTS = ("staff_id", "key_id", "device_id")
# These change nobody's rights.
_HARMLESS = frozenset({"staff.signed_in", "staff.sign_in_refused"})
_WATCHED = ("staff.", "api_key.", "device.", "branch.archived", "organisation.")


@dataclass(slots=True)
class Known:
    """A credential that was looked up: whose it is, until when, and when its use was last noted."""

    principal: Principal
    expires_at: int
    seen_at: int
    token_hash: str | None = None


class Credentials:
    """Finds the principal of a request, and ends the streams of those whose rights have changed."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[str, Known] = {}
        # How often everything was forgotten: what was read before the latest time may be out of date.
        self._forgotten = 0
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._touching: set[asyncio.Task[None]] = set()

    async def principal_of(self, scope: Scope) -> Principal | None:
        """Return who asks, or None when no credential was sent. Raises Unauthorized for a bad one.

        A key or token in a header counts before a cookie: a program knows what it does.
        """
        secret = _header_secret(scope)
        if secret is not None:
            known = await self._lookup(secret)
            if known is None:
                raise Unauthorized("bad_credentials", N_("This key or token is not good (any more)."))
            return known.principal
        for secret in _cookie_secrets(scope):
            known = await self._lookup(secret)
            if known is not None:
                await self._note_use(known)
                return known.principal
        return None

    def on_events(self, events: Sequence[Event]) -> None:
        """Forget what an event may have changed, and end the streams of those it is about."""
        for event in events:
            if not event.verb.startswith(_WATCHED) or event.verb in _HARMLESS:
                continue
            self.forget()
            for subject, kind in zip(_SUBJECTS, ("staff", "key", "device"), strict=True):
                if subject in event.data:
                    self._end_streams(f"{kind}:{event.data[subject]}")

    def forget(self) -> None:
        """Look every credential up again at its next use."""
        self._known.clear()
        self._forgotten += 1

    def start_over(self) -> None:
        """Some events were skipped: ask for every right again, of open streams too."""
        self.forget()
        for actor in tuple(self._streams):
            self._end_streams(actor)

    def watch(self, principal: Principal | None, stream: Stream) -> None:
        """Remember whose stream this is."""
        if principal is not None:
            self._streams[principal.actor].add(stream)

    def unwatch(self, principal: Principal | None, stream: Stream) -> None:
        """Forget a stream that has ended."""
        if principal is not None:
            self._streams[principal.actor].discard(stream)
            if not self._streams[principal.actor]:
                del self._streams[principal.actor]

    def _end_streams(self, actor: str) -> None:
        for stream in tuple(self._streams.get(actor, ())):
            stream.close()

    async def _lookup(self, secret: str) -> Known | None:
        if len(secret) > _MOST_SECRET or not secret.isascii():
            return None
        digest = secret_hash(secret)
        known = self._known.get(digest)
        now = self._house.store.clock()
        # What is remembered ends early: the use that put its end off stands in the database.
        if known is None or known.expires_at <= now:
            known = await self._found(secret, digest)
        return known if known is not None and known.expires_at > now else None

    async def _found(self, secret: str, digest: str) -> Known | None:
        """Look a credential up and remember it, unless a right was taken away meanwhile."""
        while True:
            before = self._forgotten
            known = await self._find(secret, digest)
            if before == self._forgotten:
                break
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        if known is None:
            self._known.pop(digest, None)
        else:
            self._known[digest] = known
        return known

    async def _find(self, secret: str, digest: str) -> Known | None:
        read = self._house.store.read
        if secret.startswith(KEY_MARK):
            return await read(_by_key, digest)
        if secret.startswith(DEVICE_MARK):
            return await read(_by_device, digest)
        if secret.count(".") == 2:
            claims = read_access_token(self._house.settings, secret)
            return await read(_by_claims, claims) if claims else None
        idle_us = self._house.settings.sign_in_idle_s * SECOND_US
        return await read(_by_sign_in, digest, self._house.store.clock(), idle_us)

    async def _note_use(self, known: Known) -> None:
        """Keep an idle limit honest without a write for each request: once a minute, in the background."""
        now = self._house.store.clock()
        if known.token_hash is None or now - known.seen_at < _TOUCH_US:
            return
        known.seen_at = now
        known.expires_at = min(known.expires_at, now + self._house.settings.sign_in_idle_s * SECOND_US)
        task = asyncio.create_task(self._house.store.write(touch_sign_in, token_hash=known.token_hash))
        self._touching.add(task)
        task.add_done_callback(self._touched)

    def _touched(self, task: asyncio.Task[None]) -> None:
        self._touching.discard(task)
        if not task.cancelled():
            task.exception()


_FOR_EVER = 1 << 62


def _by_key(reader: Reader, digest: str) -> Known | None:
    key = api_keys.api_key_by_hash(reader, digest)
    if key is None or key.revoked_at is not None:
        return None
    branches = None if key.branch_id is None else frozenset({key.branch_id})
    return Known(
        Principal(
            kind="key",
            id=key.id,
            name=key.name,
            role=key.role,
            branch_ids=branches,
            unlimited=key.unlimited,
        ),
        _FOR_EVER,
        0,
    )


def _by_device(reader: Reader, digest: str) -> Known | None:
    device = devices.device_by_token(reader, digest)
    if device is None or device.revoked_at is not None:
        return None
    branches = frozenset({device.branch_id})
    role = device.kind.role
    return Known(
        Principal(kind="device", id=device.id, name=device.name, role=role, branch_ids=branches), _FOR_EVER, 0
    )


def _by_claims(reader: Reader, claims: Claims) -> Known | None:
    member = people.staff_member(reader, claims.staff_id)
    if member is None or member.credential_version != claims.credential_version:
        return None
    if member.disabled_at is not None or not sign_ins.family_open(reader, claims.family):
        return None
    return Known(_staff(member), claims.expires_at, 0)


def _by_sign_in(reader: Reader, digest: str, now: int, idle_us: int) -> Known | None:
    found = sign_ins.sign_in(reader, digest)
    if found is None or found.expires_at <= now or found.seen_at + idle_us <= now:
        return None
    member = people.staff_member(reader, found.staff_id)
    if member is None or member.disabled_at is not None:
        return None
    if member.credential_version != found.credential_version:
        return None
    return Known(_staff(member), min(found.expires_at, now + idle_us), found.seen_at, digest)


def _staff(member: StaffMember) -> Principal:
    return Principal(
        kind="staff",
        id=member.id,
        name=member.name,
        role=member.role,
        branch_ids=member.sees,
        clinical=member.clinical,
    )


def _header_secret(scope: Scope) -> str | None:
    key = asgi.header(scope, b"x-api-key")
    if key:
        return key.strip()
    scheme, _, token = asgi.header(scope, b"authorization").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("bad_credentials", N_("This key or token is not good (any more)."))
    return token.strip()


def cookie_name(name: str, *, secure: bool) -> str:
    """Return a cookie's full name: on HTTPS the __Host- prefix ties it to this host and to HTTPS."""
    return f"__Host-{name}" if secure else name


def _cookie_secrets(scope: Scope) -> list[str]:
    """Return the secrets of the sign-in cookie and the device cookie, in this order."""
    sent = asgi.header(scope, b"cookie")
    if not sent:
        return []
    try:
        jar = SimpleCookie(sent)
    except CookieError:
        return []
    secure = scope.get("scheme") == "https"
    names = (cookie_name(name, secure=secure) for name in (SIGN_IN_COOKIE, DEVICE_COOKIE))
    return [jar[name].value for name in names if name in jar]


async def optional_caller(request: Request) -> Principal | None:
    """Return who asks, or None."""
    house = house_of(request)
    principal = await house.credentials.principal_of(request.scope)
    await house.limits.check_request(request.scope, principal)
    return principal


async def caller(principal: Annotated[Principal | None, Depends(optional_caller)]) -> Principal:
    """Return who asks; raises Unauthorized for nobody."""
    if principal is None:
        raise Unauthorized("not_signed_in", N_("Please sign in, or send an API key."))
    return principal


MaybeCaller = Annotated[Principal | None, Depends(optional_caller)]
Caller = Annotated[Principal, Depends(caller)]


def require(permission: Permission) -> Callable[[Principal], Awaitable[Principal]]:
    """Return a dependency that lets pass whoever has a permission; raises Forbidden for others."""

    async def allowed(principal: Caller) -> Principal:
        if not principal.may(permission):
            raise Forbidden("forbidden", N_("You may not do this."))
        return principal

    return allowed


def check_branch(principal: Principal, branch_id: str | None) -> str:
    """Return the branch id if the caller sees that branch; the same NotFound for missing and foreign."""
    if branch_id is None or not principal.sees(branch_id):
        raise not_found()
    return branch_id

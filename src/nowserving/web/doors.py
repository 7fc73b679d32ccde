"""The hot doors: join, call next, a ticket's place and the streams, as plain ASGI in front of the router.

A framework's route costs more than a whole join does. What is here shares sign-in, limits, errors
and rendering with everything else; its OpenAPI stands in web/api/tickets/hot.py.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from nowserving.actions.tickets.calling import Called, call_next
from nowserving.actions.tickets.joining import Joined, join
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.tickets.ticket import FINAL
from nowserving.domain.values import whole
from nowserving.errors import N_, AppError, Forbidden, Malformed, Unauthorized, not_found
from nowserving.live.branch import BranchLive
from nowserving.secret_key import secret_key
from nowserving.settings import Settings
from nowserving.store.engine.job import Once, Reply
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web import live
from nowserving.web.api.tickets.ticket_answers import called_answer, guest_ticket
from nowserving.web.house import HOUSE, House, pace_in
from nowserving.web.pages.guest.phones import phone_of
from nowserving.web.wire import asgi
from nowserving.web.wire.body import read_object
from nowserving.web.wire.errors import problem
from nowserving.web.wire.ticket_json import ticket_json

_MOST_KEY = 255
_MOST_QUOTED_S = 24 * 60 * 60
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
Door = Callable[[Scope, Receive, Send, str], Awaitable[None]]


class Doors:
    """Looks at method and path; what is no hot door goes to the router behind."""

    def __init__(self, house: House, app: ASGIApp) -> None:
        self._house = house
        self._app = app
        # (method, first part of the path behind /api/v1, what follows the id) → door.
        self._table: dict[tuple[str, str, str | None], Door] = {
            ("POST", "queues", "tickets"): self.join,
            ("POST", "desks", "call-next"): self.call_next,
            ("GET", "tickets", ""): self.place,
            ("GET", "streams", None): self.stream,
            ("GET", "snapshots", None): self.snapshots,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        scope[HOUSE] = self._house
        if scope["type"] != "http" or not scope["path"].startswith("/api/v1/"):
            await self._app(scope, receive, send)
            return
        parts = scope["path"].split("/")[3:]
        rest = None if len(parts) == 1 else "/".join(parts[2:])
        door = self._table.get((scope["method"], parts[0], rest))
        if door is None:
            await self._app(scope, receive, send)
            return
        try:
            await door(scope, receive, send, parts[1] if len(parts) > 1 else "")
        except AppError as error:
            status, headers, body = problem(scope, error)
            await asgi.answer(
                send, status, body, *headers, kind=(b"content-type", b"application/problem+json")
            )

    async def join(self, scope: Scope, receive: Receive, send: Send, queue_id: str) -> None:
        """Answer `POST /queues/{id}/tickets`: a guest, a kiosk or a program takes a place."""
        house = self._house
        principal = await house.credentials.principal_of(scope)
        branch = await self._branch_with_queue(scope, queue_id)
        inside = principal is not None and principal.may(Permission.JOIN)
        if inside and principal is not None and not principal.sees(branch.layout.branch.id):
            raise not_found()
        if not inside and not branch.queues[queue_id].rules.remote_join:
            raise _nobody() if principal is None else _not_yours()
        await house.limits.check_join(scope, principal)
        given = read_object(scope, await asgi.read_body(scope, receive), _JOIN_FIELDS, empty=True)
        once = self._once(scope, principal, given, lambda joined: self._joined(branch, joined))
        arguments = {**_wishes(principal, given), "queue_id": queue_id, "remote": not inside}
        if not inside:
            arguments["joined_from"] = phone_of(Request(scope))
        arguments["pace"] = pace_in(branch, queue_id, given.get("party_size", 1), house.store.clock())
        arguments["push_anywhere"] = house.settings.push_anywhere == "yes"
        value: Any = await house.store.write(join, actor=_actor(principal), once=once, **arguments)
        if isinstance(value, Reply):
            key = msgspec.json.decode(value.body)["data"]["key"]
            await self._reply(send, value, _location(key))
            return
        status, body = self._joined(branch, value)
        await asgi.answer(send, status, body.encode(), _location(value.ticket.key))

    async def call_next(self, scope: Scope, receive: Receive, send: Send, desk_id: str) -> None:
        """Answer `POST /desks/{id}/call-next`: the desk summons whoever is next."""
        house = self._house
        principal = await house.credentials.principal_of(scope)
        if principal is None:
            raise _nobody()
        principal_may_call(principal)
        branch = await self._branch_with_desk(desk_id, principal)
        given = read_object(scope, await asgi.read_body(scope, receive), {}, empty=True)

        def kept(called: Called) -> tuple[int, str]:
            return 200, self._called(branch, _nameless(called))

        once = self._once(scope, principal, given, kept)
        value: Any = await house.store.write(call_next, actor=principal.actor, once=once, desk_id=desk_id)
        if isinstance(value, Reply):
            await self._reply(send, await self._with_name(value))
            return
        await asgi.answer(send, 200, self._called(branch, value).encode())

    async def place(self, scope: Scope, _receive: Receive, send: Send, key: str) -> None:
        """Answer `GET /tickets/{key}`: where this ticket stands, from memory, without SQL."""
        data = self._live_place(key) or await self._stored_place(scope, key)
        body = asgi.encode({"data": data})
        etag = b'"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
        if asgi.header(scope, b"if-none-match").encode() == etag:
            await asgi.answer(send, 304, b"", (b"etag", etag))
            return
        await asgi.answer(send, 200, body, (b"etag", etag), (b"cache-control", b"private, no-cache"))

    async def stream(self, scope: Scope, receive: Receive, send: Send, _: str) -> None:
        """Answer `GET /streams`: server-sent events."""
        await live.stream(self._house, scope, receive, send)

    async def snapshots(self, scope: Scope, _receive: Receive, send: Send, _: str) -> None:
        """Answer `GET /snapshots`: what a stream would begin with, for those who poll."""
        await live.snapshots(self._house, scope, send)

    def _live_place(self, key: str) -> dict[str, Any] | None:
        found = self._house.relay.find(key)
        if found is None:
            return None
        branch, place = found
        position = branch.lines.ahead(place) + 1 if place.state == "waiting" else None
        return ticket_json(branch, place, position, self._house.store.clock(), self._base())

    async def _stored_place(self, scope: Scope, key: str) -> dict[str, Any]:
        read = partial(self._house.store.read, ticket_by_key, checked_id(key))
        ticket = await self._house.limits.looked_up(scope, read)
        if ticket is None:
            raise not_found()
        if ticket.state not in FINAL:
            # It was made a moment ago, and memory is about to know its place.
            await self._house.relay.settled()
        branch = self._house.relay.branches.get(ticket.branch_id)
        now = self._house.store.clock()
        return self._live_place(key) or ticket_json(branch, ticket, None, now, self._base())

    async def _branch_with_queue(self, scope: Scope, queue_id: str) -> BranchLive:
        relay = self._house.relay

        async def read() -> BranchLive | None:
            await relay.look_for("queue_id", checked_id(queue_id))
            return relay.branch_with_queue(queue_id)

        branch = relay.branch_with_queue(queue_id) or await self._house.limits.looked_up(scope, read)
        if branch is None:
            raise not_found()
        return branch

    async def _branch_with_desk(self, desk_id: str, principal: Principal) -> BranchLive:
        relay = self._house.relay
        branch = relay.branch_with_desk(desk_id)
        if branch is None:
            await relay.look_for("desk_id", checked_id(desk_id))
            branch = relay.branch_with_desk(desk_id)
        if branch is None or not principal.sees(branch.layout.branch.id):
            raise not_found()
        return branch

    def _joined(self, branch: BranchLive, joined: Joined) -> tuple[int, str]:
        if joined.again:
            return 200, asgi.encode({"data": guest_ticket(self._house, joined.ticket)}).decode()
        position = joined.position if joined.ticket.state == "waiting" else None
        data = ticket_json(branch, joined.ticket, position, self._house.store.clock(), self._base())
        return 201, asgi.encode({"data": data}).decode()

    def _called(self, branch: BranchLive, called: Called) -> str:
        data = called_answer(self._house, branch, called.ticket, called.desk.id)
        return asgi.encode({"data": data}).decode()

    async def _with_name(self, reply: Reply) -> Reply:
        """Return a kept answer with the name and the note as they are now: perhaps erased since."""
        document = msgspec.json.decode(reply.body)
        told = document["data"]["ticket"]
        ticket = await self._house.store.read(ticket_by_key, told["key"])
        if ticket is not None:
            told |= {"name": ticket.name, "note": ticket.note}
        return replace(reply, body=asgi.encode(document).decode())

    def _once(
        self,
        scope: Scope,
        principal: Principal | None,
        given: dict[str, Any],
        render: Callable[[Any], tuple[int, str]],
    ) -> Once | None:
        key = asgi.header_if_sent(scope, b"idempotency-key")
        if key is None:
            return None
        caller = principal.actor if principal else f"guest:{self._house.limits.address_of(scope)}"
        digest = body_hash(self._house.settings, given)
        return Once(caller, f"{scope['method']} {scope['path']}", checked_key(key), digest, render)

    async def _reply(self, send: Send, reply: Reply, *headers: tuple[bytes, bytes]) -> None:
        repeated = ((b"idempotent-replayed", b"true"),) if reply.repeated else ()
        await asgi.answer(send, reply.status, reply.body.encode(), *headers, *repeated)

    def _base(self) -> str:
        return self._house.settings.base_url


_JOIN_FIELDS = {
    "party_size": int,
    "priority": str,
    "name": str,
    "language": str,
    "contact": dict,
    "note": str,
    "quoted_s": int,
}
_BY_STAFF = frozenset({"note", "quoted_s"})


def _wishes(principal: Principal | None, given: dict[str, Any]) -> dict[str, Any]:
    """Return what a join asks for. Raises Forbidden for what only staff may say of a guest."""
    if not _BY_STAFF & given.keys():
        return given
    if principal is None or not principal.may(Permission.CALL):
        raise _not_yours()
    wishes = {name: value for name, value in given.items() if name != "quoted_s"}
    if "quoted_s" in given:
        quoted_s = whole(given["quoted_s"], "/quoted_s", 0, _MOST_QUOTED_S)
        wishes["quoted"] = (quoted_s, quoted_s)
    return wishes


def checked_id(value: str) -> str:
    """Return what a path names if it can be an id or a key of ours; raises NotFound."""
    if not _ID.fullmatch(value):
        raise not_found()
    return value


def checked_key(key: str) -> str:
    """Return an Idempotency-Key; raises Malformed for one that is empty, too long or not printable ASCII."""
    if not 1 <= len(key) <= _MOST_KEY or not key.isascii() or not key.isprintable():
        raise Malformed(
            "bad_idempotency_key", N_("An Idempotency-Key has 1 to 255 printable ASCII characters.")
        )
    return key


def body_hash(settings: Settings, given: dict[str, Any]) -> str:
    """Return what tells one request body from another.

    Keyed, because a body may hold a phone number: what is kept must not help anybody to guess it.
    """
    return hmac.new(secret_key(settings), asgi.encode(sorted(given.items())), hashlib.sha256).hexdigest()


def principal_may_call(principal: Principal) -> None:
    """Raise Forbidden unless the caller may work at a desk."""
    if not principal.may(Permission.CALL):
        raise Forbidden("forbidden", N_("You may not do this."))


def _nameless(called: Called) -> Called:
    """Return a call as it may be kept: erasing the ticket's row must erase the guest everywhere."""
    return replace(called, ticket=replace(called.ticket, name=None, note=None))


def _location(key: str) -> tuple[bytes, bytes]:
    return b"location", b"/api/v1/tickets/" + key.encode()


def _actor(principal: Principal | None) -> str:
    return principal.actor if principal else "guest"


def _not_yours() -> AppError:
    return Forbidden("forbidden", N_("You may not do this."))


def _nobody() -> AppError:
    return Unauthorized("not_signed_in", N_("Please sign in, or send an API key."))

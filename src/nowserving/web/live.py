"""Streams: server-sent events over raw ASGI, and the same by polling."""

from __future__ import annotations

import contextlib
import hashlib
import re
from functools import partial
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from nowserving.domain.instants import DAY_US
from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import N_, Forbidden, Invalid, Unauthorized, not_found
from nowserving.live.branch import BranchLive
from nowserving.live.screens import poll_after_s
from nowserving.store.seats.seating import branch_of_performance
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.house import House
from nowserving.web.wire import asgi
from nowserving.web.wire.outlet import Outlet

MOST_TOPICS = 12
_ENDED_FOLLOWED_US = DAY_US
_PERFORMANCE = re.compile(r"[0-9A-Za-z_-]{1,64}")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # A proxy that buffers or compresses would hold every message back.
    (b"cache-control", b"no-cache, no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]
# What a topic asks of the caller; None: whoever knows its name may listen.
_NEEDS: dict[str, Permission | None] = {
    "line": None,
    "seats": None,
    "ticket": None,
    "display": Permission.SEE_DISPLAY,
    "kiosk": Permission.JOIN,
    "desk": Permission.CALL,
    "overview": Permission.SEE_QUEUE,
    "agenda": Permission.CALL,
    "stand": Permission.CALL,
}


async def stream(house: House, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the events of the topics asked for, until the client or the server goes."""
    branch, names, principal = await _asked(house, scope)
    # Read before the stream is counted: a header that is refused must not cost a place.
    last_seen = house.hub.seen_by(asgi.header(scope, b"last-event-id"))
    await house.limits.check_stream(scope, principal)
    outlet = Outlet(house.sending, send)
    try:
        outlet.begin(_HEADERS, receive)
        house.relay.teller.subscribe(outlet.stream, branch, names, last_seen)
        house.credentials.watch(principal, outlet.stream)
        # A reader that takes nothing is gone, though nobody has said so: there is nothing to answer.
        with contextlib.suppress(TimeoutError):
            await outlet.until_ended()
    finally:
        house.hub.part(outlet.stream)
        house.credentials.unwatch(principal, outlet.stream)
        house.limits.end_stream(scope, principal)


async def snapshots(house: House, scope: Scope, send: Send) -> None:
    """Answer with the present state of the topics asked for; 304 when the caller has it."""
    branch, names, _ = await _asked(house, scope)
    teller = house.relay.teller
    states = [(name, teller.snapshot(branch, name)) for name in names]
    digest = hashlib.blake2b(asgi.encode(states), digest_size=12).hexdigest()
    etag = f'"{branch.version}-{digest}"'.encode()
    if asgi.header(scope, b"if-none-match").encode() == etag:
        await asgi.answer(send, 304, b"", (b"etag", etag))
        return
    at = house.store.clock()
    data = [
        {"topic": name, "version": branch.version, "at": at, "state": state or {}} for name, state in states
    ]
    own = (state for name, state in states if state and name.startswith("ticket:"))
    again_s = (poll_after_s(one.get("position"), branch.queues.get(one["queue"]["id"])) for one in own)
    body = asgi.encode({"data": data, "poll_after_s": min(again_s, default=poll_after_s(None))})
    await asgi.answer(send, 200, body, (b"etag", etag), (b"cache-control", b"private, no-cache"))


async def _asked(house: House, scope: Scope) -> tuple[BranchLive, list[str], Principal | None]:
    """Return the branch, the topics and the caller; raises for topics that aren't there or aren't theirs."""
    names = _topics(scope)
    principal = await house.credentials.principal_of(scope)
    if any(_is_unknown(house, name) for name in names):
        # Who has just joined may ask before memory has read it: then memory is what has to hurry.
        await house.relay.settled()
    branches = [
        await _ended_in(house, scope, name)
        or await _sold_in(house, scope, name)
        or _branch_of(house, name, principal)
        for name in names
    ]
    branch = branches[0]
    if any(other is not branch for other in branches):
        message = N_("One stream carries the topics of one branch.")
        raise Invalid("several_branches", message)
    return branch, names, principal


async def _ended_in(house: House, scope: Scope, name: str) -> BranchLive | None:
    """Return the branch of a ticket that has ended within a day, None for any other topic.

    Memory has let it go; whoever has its key may wait for it to come back: taken back, or put back in line.
    """
    kind, _, key = name.partition(":")
    if kind != "ticket" or not _KEY.fullmatch(key) or _find(house, kind, key) is not None:
        return None
    ticket = await house.limits.looked_up(scope, partial(house.store.read, ticket_by_key, key))
    recent = house.store.clock() - _ENDED_FOLLOWED_US
    if ticket is None or ticket.ended_at is None or ticket.ended_at < recent:
        return None
    branch = house.relay.branches.get(ticket.branch_id)
    queue = branch.queues.get(ticket.queue_id) if branch else None
    # A place in a lobby does not come back: nothing private is told of it once it is over.
    return None if queue is None or queue.rules.needs_pass else branch


async def _sold_in(house: House, scope: Scope, name: str) -> BranchLive | None:
    """Return the branch whose performance a topic of seats names, None for any other topic."""
    kind, _, of = name.partition(":")
    if kind != "seats" or not _PERFORMANCE.fullmatch(of):
        return None
    read = partial(house.store.read, branch_of_performance, of)
    return house.relay.branches.get(await house.limits.looked_up(scope, read) or "")


def _topics(scope: Scope) -> list[str]:
    query = scope["query_string"].decode("latin-1")
    if len(query) > 4096:
        raise Invalid("too_many_topics", N_("These are too many topics for one stream."))
    names = [value for name, value in parse_qsl(query) if name == "topic"]
    if not names or len(names) > MOST_TOPICS:
        raise Invalid("topics", N_("Name one to twelve topics, like topic=line:<queue id>."))
    return list(dict.fromkeys(names))


def _branch_of(house: House, name: str, principal: Principal | None) -> BranchLive:
    kind, _, of = name.partition(":")
    if kind not in _NEEDS:
        raise not_found()
    needs = _NEEDS[kind]
    if needs is not None:
        if principal is None:
            raise Unauthorized("not_signed_in", N_("Please sign in, or send an API key."))
        if not principal.may(needs):
            raise Forbidden("forbidden", N_("You may not do this."))
    branch = _find(house, kind, of)
    if branch is None or (needs is not None and principal and not principal.sees(branch.layout.branch.id)):
        raise not_found()
    return branch


def _is_unknown(house: House, name: str) -> bool:
    kind, _, of = name.partition(":")
    return kind in _NEEDS and _find(house, kind, of) is None


def _find(house: House, kind: str, of: str) -> BranchLive | None:
    relay = house.relay
    if kind == "ticket":
        found = relay.find(of)
        return found[0] if found else None
    if kind == "seats":
        return None
    if kind in ("line", "stand"):
        return relay.branch_with_queue(of)
    return relay.branch_with_desk(of) if kind == "desk" else relay.branches.get(of)

"""What the pages of shows share: what a link opens, and how a page of theirs is made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from nowserving.domain.layout.branch import Branch
from nowserving.domain.shows.show import Performance, Show, ShowState
from nowserving.domain.tickets.ticket import Ticket
from nowserving.store.engine.reader import Reader
from nowserving.store.shows.shows import performance, performance_of_queue, show
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.looks.light import light, messages_of
from nowserving.web.looks.qr import is_key
from nowserving.web.looks.render import page
from nowserving.web.pages.guest.frame import HEADERS, nothing_here

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Evening:
    """A performance of a show, and the house it is played in."""

    show: Show
    performance: Performance
    branch: Branch


@dataclass(frozen=True, slots=True)
class Queuing:
    """A place in the lobby of a performance."""

    evening: Evening
    ticket: Ticket


def show_page(
    request: Request, template: str, *, status_code: int = 200, scripts: str = "booking", **context: Any
) -> Response:
    """Return a page about a show: light, kept by nobody, listed nowhere. `scripts`: whose words."""
    made = page(
        request,
        template,
        status_code=status_code,
        headers=HEADERS,
        sheet="light",
        messages=messages_of(language_of(request), scripts),
        now=house_of(request).store.clock(),
        **context,
    )
    return light(request, made)


def no_show_here(request: Request) -> Response:
    """Return the kind words for a link that leads to no show; they are the same for every one."""
    return nothing_here(request, "shows/unknown.html")


async def evening_of(request: Request, performance_id: str) -> Evening | None:
    """Return the performance of an address, unless nobody may know of it yet."""
    if not _ID.fullmatch(performance_id):
        return None
    found = await house_of(request).store.read(_evening, performance_id)
    return None if found is None else _in_house(request, *found)


async def queuing_of(request: Request, key: str) -> Queuing | None:
    """Return the place in a lobby that a key opens; raises TooMany for who guesses."""
    if not is_key(key):
        return None
    house = house_of(request)

    async def read() -> tuple[Ticket, Show, Performance] | None:
        return await house.store.read(_queuing, key)

    found = await house.limits.looked_up(request.scope, read)
    evening = _in_house(request, *found[1:]) if found else None
    return Queuing(evening, found[0]) if found and evening else None


def _in_house(request: Request, of: Show, one: Performance) -> Evening | None:
    live = house_of(request).relay.branches.get(of.branch_id)
    if live is None or of.state is ShowState.DRAFT:
        return None
    return Evening(of, one, live.layout.branch)


def _evening(reader: Reader, performance_id: str) -> tuple[Show, Performance] | None:
    one = performance(reader, performance_id)
    of = show(reader, one.show_id) if one and one.archived_at is None else None
    return (of, one) if of and one and of.archived_at is None else None


def _queuing(reader: Reader, key: str) -> tuple[Ticket, Show, Performance] | None:
    ticket = ticket_by_key(reader, key)
    one = performance_of_queue(reader, ticket.queue_id) if ticket else None
    of = show(reader, one.show_id) if one else None
    return (ticket, of, one) if ticket and one and of else None

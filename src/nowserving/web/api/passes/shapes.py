"""Passes as JSON, for the device that they were given to and for websites that we guard."""

from __future__ import annotations

from typing import Any

from nowserving.domain.shows.draw import place_id
from nowserving.domain.shows.show import Show
from nowserving.settings import Settings
from nowserving.store.shows.passes import Pass
from nowserving.web.gate.guests.passes import pass_token, website_token
from nowserving.web.wire.resource import Shape
from nowserving.web.wire.ticket_json import instant

IN_ADDRESS = "ns_pass"
"""What the token is called in the address of a website that we guard."""


class PassShape(Shape):
    """A pass for the device that it was given to. `token` is what the header `Pass` wants."""

    token: str
    performance_id: str
    expires_at: str
    warn_s: int
    may_extend: bool
    website: str | None


class SpentPassShape(Shape):
    """What a website learns of a pass that it has taken; `place` is the anonymous name of its place."""

    performance_id: str
    place: str
    expires_at: str


def pass_json(settings: Settings, show: Show, given: Pass, key: str, now: int) -> dict[str, Any]:
    """Return a pass as JSON, with new tokens; `key` is that of its place. Raises Busy `no_signer`."""
    return {
        "token": pass_token(settings, given, key, now),
        "performance_id": given.performance_id,
        "expires_at": instant(given.expires_at),
        "warn_s": show.rules.warn_s,
        "may_extend": given.extended_at is None and show.rules.extend_s > 0,
        "website": website_of(settings, show, given, key, now),
    }


def website_of(settings: Settings, show: Show, given: Pass, key: str, now: int) -> str | None:
    """Return the address to which a pass leads, where that is not ours: with a token that is taken once.

    A pass that was taken leads there without one: that website knows its guest by now.
    """
    address = show.rules.guarded_url
    if address is None or given.spent_at is not None:
        return address
    return f"{address}{'&' if '?' in address else '?'}{IN_ADDRESS}={website_token(settings, given, key, now)}"


def spent_json(taken: Pass, key: str) -> dict[str, Any]:
    """Return what a website learns of a pass that it has taken."""
    return {
        "performance_id": taken.performance_id,
        "place": place_id(key),
        "expires_at": instant(taken.expires_at),
    }

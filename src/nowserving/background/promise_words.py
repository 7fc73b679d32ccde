"""What letters about reservations and seats say besides: when, the ways to answer, a calendar file, codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from nowserving.actions.messages.roads import Claim
from nowserving.domain.calendar.calendar_file import Happening, Method, Standing, calendar_file, uid_of
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.delivery import Picture
from nowserving.domain.messages.kinds import Kind
from nowserving.domain.messages.promises import Promise
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.seats.stub import StubText

_WITH_CALENDAR = {
    Kind.BOOKED: Method.REQUEST,
    Kind.MOVED: Method.REQUEST,
    Kind.CANCELLED: Method.CANCEL,
    Kind.SEATS_BOOKED: Method.REQUEST,
    Kind.SEATS_CANCELLED: Method.CANCEL,
    Kind.SEATS_HANDED_ON: Method.CANCEL,
}
_MOST_PICTURES = 20
"""More seats than these are shown on the page of the booking: a mail box takes no letter of any size."""


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """Knows the words and links of reservations.

    `when` says an instant in a language and a zone; `prove` makes the proof of an address by the
    reservation's key; `organiser` is the address in whose name calendars are invited; `code_of` says what the
    code of a stub is, and `draw` makes a picture of it; `city` is what people call a zone.
    """

    when: Callable[[str, int, str], str] = lambda language, at, zone: str(at)
    prove: Callable[[str, str], str] = lambda key, email: ""
    organiser: str = ""
    code_of: Callable[[StubText], str] = lambda stub: stub.serial
    draw: Callable[[str], bytes] = str.encode
    city: Callable[[str, str], str] = lambda language, zone: zone

    def paths(self, claim: Claim) -> Mapping[str, str]:
        """Return where the names of a template lead to; "%s" stands for the reservation's key."""
        promise = claim.promise
        assert promise is not None
        if claim.message.booking_id is not None:
            return {"link": "/booked/%s"}
        if claim.message.seat_standby_id is not None:
            return {"link": "/seat-standby/%s"}
        if promise.standby_key is not None:
            return {"link": f"/s/{promise.standby_key}"}
        confirm = "/r/%s/coming"
        if claim.message.kind is Kind.VERIFY:
            confirm = f"/r/%s/verify/{self.prove(claim.key, promise.email or '')}"
        return {
            "link": "/r/%s",
            "confirm": confirm,
            "move": "/r/%s/move",
            "cancel": "/r/%s/cancel",
            "stop": "/r/%s/stop",
        }

    def values(self, claim: Claim, language: str) -> Mapping[str, str]:
        """Return what the names of a template stand for."""
        promise, zone = claim.promise, claim.setup.time_zone
        assert promise is not None
        until = self.when(language, promise.until_at, zone) if promise.until_at else ""
        when = self.when(language, promise.start_at, zone)
        if claim.channel is Channel.EMAIL:
            # Who reads it may be in another zone; in a text message each letter costs.
            when = f"{when} ({self.city(language, zone)})"
        return {"service": promise.service, "when": when, "until": until, "desk": promise.giver}

    def seats(self, claim: Claim) -> tuple[str, ...]:
        """Return the names of the seats that an e-mail tells of, each for a line of its own."""
        if claim.promise is None or claim.channel is not Channel.EMAIL:
            return ()
        return tuple(seat for seat, _ in claim.promise.stubs)

    def _pictures(self, promise: Promise) -> tuple[Picture, ...]:
        shown = promise.stubs[:_MOST_PICTURES]
        return tuple(Picture(seat, self.draw(self.code_of(stub))) for seat, stub in shown)

    def attached(self, claim: Claim, base_url: str, link: str) -> dict[str, Any]:
        """Return the calendar file of a letter as its fields; none but e-mails of a change have one."""
        promise, method = claim.promise, _WITH_CALENDAR.get(claim.message.kind)
        if claim.message.kind is Kind.SEATS_HANDED_ON and promise is not None and not promise.ended:
            # Some seats are left: the evening stays in the calendar.
            return {}
        wanted = promise is not None and (promise.confirmed or promise.ended)
        if promise is None or method is None or not wanted or claim.channel is not Channel.EMAIL:
            return {}
        happening = Happening(
            uid=uid_of(secret_hash(claim.key), urlsplit(base_url).hostname or ""),
            sequence=promise.sequence,
            start_at=promise.start_at,
            end_at=promise.end_at,
            written_at=claim.message.created_at,
            summary=f"{promise.service} · {claim.setup.branch}",
            description=f"{claim.code} {link}".strip(),
            place=", ".join(filter(None, (claim.setup.branch, promise.giver))),
            link=link,
            standing=Standing.CANCELLED if method is Method.CANCEL else Standing.CONFIRMED,
            organiser=self.organiser,
            attendee=promise.email or "",
        )
        file = calendar_file(method, [happening])
        return {"calendar": file, "method": method.value, "pictures": self._pictures(promise)}

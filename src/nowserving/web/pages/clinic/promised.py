"""What was promised to a guest who is here, and what they said when they booked: for whoever serves them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.service import Service
from nowserving.store.engine.reader import Reader
from nowserving.store.reservations.reservations import by_tickets
from nowserving.store.reservations.services import service
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.pages.agenda.reservation import answers_of


@dataclass(frozen=True, slots=True)
class Promised:
    """A reservation as it stands beside its ticket. `start_at` is the promised time (µs)."""

    start_at: int
    service: str
    name: str
    birth_date: date | None
    note: str
    answers: list[tuple[str, str]]


async def promised_to(request: Request, ticket_ids: Collection[int]) -> Mapping[int, Promised]:
    """Return what those of these tickets were promised that have come with a reservation, by ticket."""
    found = await house_of(request).store.read(_booked, ticket_ids)
    speaking = localiser(language_of(request))
    return {
        ticket_id: Promised(
            start_at=one.start_at,
            service=of.name,
            name=one.name or "",
            birth_date=date.fromisoformat(one.birth_date) if one.birth_date else None,
            note=one.note or "",
            answers=answers_of(one, of.questions, speaking),
        )
        for ticket_id, (one, of) in found.items()
    }


def said_of_person(reader: Reader, key: str) -> dict[str, str]:
    """Return what the guest of a ticket has said of themselves, by the fields of a record."""
    ticket = ticket_by_key(reader, key)
    if ticket is None:
        return {}
    booked = by_tickets(reader, [ticket.id]).get(ticket.id)
    said = {
        "name": (booked.name if booked else None) or ticket.name,
        "birth_date": booked.birth_date if booked else None,
        "phone": booked.phone if booked else None,
        "email": booked.email if booked else None,
    }
    return {name: value for name, value in said.items() if value}


def _booked(reader: Reader, ticket_ids: Collection[int]) -> dict[int, tuple[Reservation, Service]]:
    booked = by_tickets(reader, ticket_ids)
    services = {one.service_id: service(reader, one.service_id) for one in booked.values()}
    known = {ticket_id: (one, services[one.service_id]) for ticket_id, one in booked.items()}
    return {ticket_id: (one, of) for ticket_id, (one, of) in known.items() if of is not None}

"""A reservation with all that its page says: its service, who gives it, the ticket that it became."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, func, literal_column, select

from nowserving.domain.reservations.reservation import Reservation
from nowserving.domain.reservations.service import Service
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.reservations import reservation_by_key
from nowserving.store.reservations.services import service
from nowserving.store.schema import desks, reservations, rosters, standbys, tickets

Source = Reader | Tx

_GIVER = Statement(
    select(func.coalesce(func.nullif(rosters.c.public_name, ""), desks.c.name))
    .select_from(desks)
    .outerjoin(rosters, rosters.c.desk_id == desks.c.id)
    .where(desks.c.id == bindparam("desk_id"))
)
_TICKET = Statement(select(tickets.c.key).where(tickets.c.id == bindparam("ticket_id")))
_STANDBY = Statement(select(standbys.c.key).where(standbys.c.id == bindparam("standby_id")))

_BOOKED = Statement(
    select(reservations.c.key)
    .where(reservations.c.standby_id == bindparam("standby_id"), reservations.c.name.is_not(None))
    .order_by(reservations.c.id.desc())
    .limit(literal_column("1"))
)


class Shown(NamedTuple):
    """What the page of a reservation says. `giver` is "" where no desk was promised."""

    reservation: Reservation
    service: Service
    giver: str
    ticket_key: str | None
    standby_key: str | None


def giver_name(source: Source, desk_id: str | None) -> str:
    """Return what guests call the desk or its owner; "" for none."""
    found = source.run(_GIVER, desk_id=desk_id) if desk_id else []
    return str(found[0][0]) if found else ""


def shown_reservation(source: Source, key: str) -> Shown | None:
    """Return the reservation of a key, or None."""
    found = reservation_by_key(source, key)
    return shown_of(source, found) if found else None


def shown_of(source: Source, found: Reservation) -> Shown | None:
    """Return a reservation with what belongs to it; None if its service is gone, which it never is."""
    given = service(source, found.service_id)
    if given is None:
        return None
    ticket = source.run(_TICKET, ticket_id=found.ticket_id) if found.ticket_id is not None else []
    standby = source.run(_STANDBY, standby_id=found.standby_id) if found.standby_id is not None else []
    return Shown(
        found,
        given,
        giver_name(source, found.desk_id),
        str(ticket[0][0]) if ticket else None,
        str(standby[0][0]) if standby else None,
    )


def booked_key_of(source: Source, standby_id: int) -> str | None:
    """Return the key of what somebody on the waiting list has taken, or None."""
    found = source.run(_BOOKED, standby_id=standby_id)
    return str(found[0][0]) if found else None

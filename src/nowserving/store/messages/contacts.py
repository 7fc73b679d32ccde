"""Contacts: written, read with their ticket, stopped, erased."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, insert, literal_column, or_, select, update

from nowserving.domain.messages.contact import Contact
from nowserving.domain.messages.wanted import Wanted, wanted_from
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import branches, contacts, message_settings, tickets
from nowserving.store.tickets.tickets import ticket_by_key

Source = Tx | Reader

_COLUMNS = (contacts.c.phone, contacts.c.email, contacts.c.push, contacts.c.language, contacts.c.stopped_at)
_OF = Statement(select(*_COLUMNS).where(contacts.c.ticket_id == bindparam("ticket_id")))
_INSERT = Statement(insert(contacts).values({name: bindparam(name) for name in contacts.c.keys()}))  # noqa: SIM118
_UPDATE = Statement(
    update(contacts)
    .where(contacts.c.ticket_id == bindparam("of_ticket"))
    .values({name: bindparam(name) for name in ("phone", "email", "push", "language", "stopped_at")})
)
_DELETE = Statement(delete(contacts).where(contacts.c.ticket_id == bindparam("of_ticket")))
_REACH = Statement(
    update(tickets).where(tickets.c.id == bindparam("of_ticket")).values(reach=bindparam("new_reach"))
)
_STOP = Statement(
    update(contacts)
    .where(
        contacts.c.stopped_at.is_(None),
        or_(contacts.c.phone == bindparam("its_phone"), contacts.c.email == bindparam("its_email")),
    )
    .values(stopped_at=bindparam("at"))
)
_WAS_STOPPED = Statement(
    select(contacts.c.ticket_id)
    .where(
        contacts.c.stopped_at.is_not(None),
        or_(contacts.c.phone == bindparam("its_phone"), contacts.c.email == bindparam("its_email")),
    )
    .limit(literal_column("1"))
)
_SETUP = Statement(
    select(
        branches.c.name,
        branches.c.time_zone,
        message_settings.c.settings,
        message_settings.c.alert_url,
        message_settings.c.edited,
    )
    .join_from(branches, message_settings, message_settings.c.branch_id == branches.c.id, isouter=True)
    .where(branches.c.id == bindparam("branch_id"))
)
# To how many open visits one number or address belongs: nobody fills somebody's phone.
_OPEN_WITH_PHONE = Statement(
    select(contacts.c.ticket_id)
    .join(tickets, tickets.c.id == contacts.c.ticket_id)
    .where(contacts.c.phone == bindparam("phone"), tickets.c.ended_at.is_(literal_column("NULL")))
    .limit(literal_column("100"))
)
_OPEN_WITH_EMAIL = Statement(
    select(contacts.c.ticket_id)
    .join(tickets, tickets.c.id == contacts.c.ticket_id)
    .where(contacts.c.email == bindparam("email"), tickets.c.ended_at.is_(literal_column("NULL")))
    .limit(literal_column("100"))
)


def contact_of(source: Source, ticket_id: int) -> Contact | None:
    """Return how the guest of a ticket can be told, or None."""
    found = source.run(_OF, ticket_id=ticket_id)
    if not found:
        return None
    phone, email, push, language, stopped_at = found[0]
    read = None if push is None else json.loads(push)
    return Contact(phone=phone, email=email, push=read, language=language, stopped_at=stopped_at)


def contact_of_key(source: Source, key: str) -> Contact | None:
    """Return how the guest of a ticket key can be told, or None."""
    ticket = ticket_by_key(source, key)
    return None if ticket is None else contact_of(source, ticket.id)


def insert_contact(tx: Tx, ticket_id: int, branch_id: str, contact: Contact) -> None:
    """Insert the contact of a new ticket. What joins know of their queue stays true."""
    tx.add(_INSERT, ticket_id=ticket_id, branch_id=branch_id, created_at=tx.now, **_columns(contact))


def update_contact(tx: Tx, ticket_id: int, contact: Contact) -> None:
    """Write the contact of a ticket that has one."""
    tx.change(_UPDATE, of_ticket=ticket_id, **_columns(contact))


def delete_contact(tx: Tx, ticket_id: int) -> None:
    """Erase the contact of a ticket."""
    tx.change(_DELETE, of_ticket=ticket_id)


def set_reach(tx: Tx, ticket_id: int, reach: int) -> None:
    """Write whether a ticket's guest can be told anything (see `Ticket.reach`)."""
    tx.change(_REACH, of_ticket=ticket_id, new_reach=reach)


def stop_all(tx: Tx, contact: Contact) -> int:
    """Tell nothing more to this number and this address, in any visit; returns how many were stopped."""
    return tx.change(_STOP, its_phone=contact.phone, its_email=contact.email, at=tx.now)


def was_stopped(tx: Tx, contact: Contact) -> bool:
    """Tell whether the number or the address of a contact wanted to hear nothing more, in any visit."""
    return bool(tx.run(_WAS_STOPPED, its_phone=contact.phone, its_email=contact.email))


def open_visits(tx: Tx, contact: Contact) -> int:
    """Return to how many open visits the number or the address of a contact belongs, a hundred at most."""
    by_phone = len(tx.run(_OPEN_WITH_PHONE, phone=contact.phone)) if contact.phone else 0
    by_email = len(tx.run(_OPEN_WITH_EMAIL, email=contact.email)) if contact.email else 0
    return max(by_phone, by_email)


@dataclass(frozen=True, slots=True)
class Setup:
    """A branch as messages see it: its name and time, and what it has set. `alert_url` is a secret."""

    branch: str
    time_zone: str
    wanted: Wanted
    alert_url: str
    edited: int


def setup_of(source: Source, branch_id: str) -> Setup:
    """Return what a branch that is there has set about messages; the defaults where it has set nothing."""
    name, zone, settings, alert_url, edited = source.run(_SETUP, branch_id=branch_id)[0]
    wanted = Wanted() if settings is None else _parsed(settings)
    return Setup(str(name), str(zone), wanted, alert_url or "", edited or 0)


@lru_cache(maxsize=512)
def _parsed(settings: str) -> Wanted:
    return wanted_from(json.loads(settings))


def _columns(contact: Contact) -> dict[str, Any]:
    return {
        "phone": contact.phone,
        "email": contact.email,
        "push": None if contact.push is None else json.dumps(dict(contact.push), separators=(",", ":")),
        "language": contact.language,
        "stopped_at": contact.stopped_at,
    }

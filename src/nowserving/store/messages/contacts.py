"""Contacts: written, read with their ticket, stopped, erased."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, case, delete, func, insert, literal_column, or_, select, update

from nowserving.domain.messages.contact import Contact
from nowserving.domain.messages.wanted import Wanted, wanted_from
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import branches, contacts, message_settings, tickets
from nowserving.store.tickets.tickets import ticket_by_key

Source = Tx | Reader
# What no number and no address begins with: the trace of one that was erased.
_TRACE = "#"
_NO_TICKET = 0

_COLUMNS = tuple(contacts.c[name] for name in "phone email push language stopped_at allowed_at".split())
_OF = Statement(select(*_COLUMNS).where(contacts.c.ticket_id == bindparam("ticket_id")))
_INSERT = Statement(insert(contacts).values({column.name: bindparam(column.name) for column in contacts.c}))
_UPDATE = Statement(
    update(contacts)
    .where(contacts.c.ticket_id == bindparam("of_ticket"))
    .values({name: bindparam(name) for name in ("phone", "email", "push", "language")})
)
_SET_STOPPED = Statement(
    update(contacts).where(contacts.c.ticket_id == bindparam("of_ticket")).values(stopped_at=bindparam("at"))
)
_SET_ALLOWED = Statement(
    update(contacts)
    .where(contacts.c.ticket_id == bindparam("of_ticket"))
    .values(stopped_at=literal_column("NULL"), allowed_at=bindparam("at"))
)
_ITS = (contacts.c.phone == bindparam("its_phone"), contacts.c.email == bindparam("its_email"))
_ITS_TRACE = (contacts.c.phone == bindparam("phone_trace"), contacts.c.email == bindparam("email_trace"))
_DELETE = Statement(delete(contacts).where(contacts.c.ticket_id == bindparam("of_ticket")))
_REACH = Statement(
    update(tickets).where(tickets.c.id == bindparam("of_ticket")).values(reach=bindparam("new_reach"))
)
_STOP = Statement(
    update(contacts)
    # This branch's alone: it is their lock that is held. The others look when they claim.
    .where(contacts.c.stopped_at.is_(None), contacts.c.branch_id == bindparam("its_branch"), or_(*_ITS))
    .values(stopped_at=bindparam("at"))
)
# Whoever allowed messages again did so for the number, and not only for one visit.
_WAS_STOPPED = Statement(
    select(
        func.max(case((contacts.c.ticket_id != bindparam("but_ticket"), contacts.c.stopped_at))),
        func.max(contacts.c.allowed_at),
    ).where(or_(*_ITS, *_ITS_TRACE))
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
    .where(
        contacts.c.phone == bindparam("phone"),
        contacts.c.ticket_id != bindparam("but_ticket"),
        tickets.c.ended_at.is_(literal_column("NULL")),
    )
    .limit(literal_column("100"))
)
_OPEN_WITH_EMAIL = Statement(
    select(contacts.c.ticket_id)
    .join(tickets, tickets.c.id == contacts.c.ticket_id)
    .where(
        contacts.c.email == bindparam("email"),
        contacts.c.ticket_id != bindparam("but_ticket"),
        tickets.c.ended_at.is_(literal_column("NULL")),
    )
    .limit(literal_column("100"))
)


def contact_of(source: Source, ticket_id: int) -> Contact | None:
    """Return how the guest of a ticket can be told, or None."""
    found = source.run(_OF, ticket_id=ticket_id)
    if not found:
        return None
    phone, email, push, language, stopped_at, allowed_at = found[0]
    read = None if push is None else json.loads(push)
    phone, email = (None if one and one.startswith(_TRACE) else one for one in (phone, email))
    at = {"stopped_at": stopped_at, "allowed_at": allowed_at}
    return Contact(phone=phone, email=email, push=read, language=language, **at)


def contact_of_key(source: Source, key: str) -> Contact | None:
    """Return how the guest of a ticket key can be told, or None."""
    ticket = ticket_by_key(source, key)
    return None if ticket is None else contact_of(source, ticket.id)


def insert_contact(tx: Tx, ticket_id: int, branch_id: str, contact: Contact) -> None:
    """Insert the contact of a new ticket. What joins know of their queue stays true."""
    written = {**_columns(contact), "stopped_at": contact.stopped_at, "allowed_at": None}
    tx.run(_INSERT, ticket_id=ticket_id, branch_id=branch_id, created_at=tx.now, **written)


def update_contact(tx: Tx, ticket_id: int, contact: Contact) -> None:
    """Write the contact of a ticket that has one, but for `stopped_at`: only who means that writes it."""
    tx.change(_UPDATE, of_ticket=ticket_id, **_columns(contact))


def delete_contact(tx: Tx, ticket_id: int) -> None:
    """Erase the contact of a ticket."""
    tx.change(_DELETE, of_ticket=ticket_id)


def erase_contact(tx: Tx, ticket_id: int) -> None:
    """Erase the contact of a ticket. Of one that was stopped a trace stays as long as contacts are kept.

    Else whoever has the link of the ticket could begin to tell that number of things again.
    """
    found = tx.run(_OF, ticket_id=ticket_id)
    phone, email, _, _, stopped_at, _ = found[0] if found else (None,) * 6
    if stopped_at is None or not (phone or email):
        delete_contact(tx, ticket_id)
    else:
        traces = {"phone": _trace(phone), "email": _trace(email)}
        tx.change(_UPDATE, of_ticket=ticket_id, push=None, language="", **traces)


def set_stopped(tx: Tx, ticket_id: int, at: int | None) -> None:
    """Write since when (µs) the guest of a ticket wants to hear nothing more."""
    tx.change(_SET_STOPPED, of_ticket=ticket_id, at=at)


def set_reach(tx: Tx, ticket_id: int, reach: int) -> None:
    """Write whether a ticket's guest can be told anything (see `Ticket.reach`)."""
    tx.change(_REACH, of_ticket=ticket_id, new_reach=reach)


def stop_all(tx: Tx, branch_id: str, contact: Contact) -> int:
    """Tell nothing more to this number and address in any visit of a branch; returns how many stopped."""
    its = {"its_phone": contact.phone, "its_email": contact.email}
    return tx.change(_STOP, its_branch=branch_id, at=tx.now, **its)


def was_stopped(tx: Tx, contact: Contact, but_ticket: int = _NO_TICKET) -> bool:
    """Tell whether the number or the address of a contact wanted to hear nothing more, in another visit."""
    stopped_at, allowed_at = tx.run(
        _WAS_STOPPED, but_ticket=but_ticket, **_its(contact.phone, contact.email)
    )[0]
    return stopped_at is not None and stopped_at > (allowed_at or 0)


def was_allowed(tx: Tx, ticket_id: int) -> bool:
    """Tell whether a stop of a ticket's number or address was taken back before, in whatever visit."""
    phone, email = tx.run(_OF, ticket_id=ticket_id)[0][:2]
    return tx.run(_WAS_STOPPED, but_ticket=_NO_TICKET, **_its(phone, email))[0][1] is not None


def set_allowed(tx: Tx, ticket_id: int, at: int) -> None:
    """Take the stop of a ticket's guest back, and write when (µs)."""
    tx.change(_SET_ALLOWED, of_ticket=ticket_id, at=at)


def open_visits(tx: Tx, contact: Contact, but_ticket: int = _NO_TICKET) -> int:
    """Return to how many other open visits its number or address belongs, a hundred at most."""
    by_phone = tx.run(_OPEN_WITH_PHONE, phone=contact.phone, but_ticket=but_ticket) if contact.phone else ()
    by_email = tx.run(_OPEN_WITH_EMAIL, email=contact.email, but_ticket=but_ticket) if contact.email else ()
    return max(len(by_phone), len(by_email))


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
    }


def _its(phone: str | None, email: str | None) -> dict[str, str | None]:
    """Return by what rows of this number and address are found, erased ones too."""
    traces = {"phone_trace": _trace(phone), "email_trace": _trace(email)}
    return {"its_phone": phone, "its_email": email, **traces}


def _trace(value: str | None) -> str | None:
    """Return by what a number or an address is known again, and nobody can be told anything."""
    if value is None or value.startswith(_TRACE):
        return value
    return _TRACE + sha256(value.encode()).hexdigest()

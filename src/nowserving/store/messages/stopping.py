"""Stopping a number wherever it stands: what the stop word of a text message asks for."""

from __future__ import annotations

from sqlalchemy import bindparam, literal_column, select, update

from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import contacts, tickets

_ITS = (contacts.c.phone == bindparam("its_phone"), contacts.c.branch_id == bindparam("its_branch"))
_OPEN = (*_ITS, contacts.c.stopped_at.is_(None))
_WHERE = Statement(
    select(contacts.c.branch_id)
    .where(contacts.c.phone == bindparam("its_phone"), contacts.c.stopped_at.is_(None))
    .distinct()
)
_UNREACH = Statement(
    update(tickets)
    .where(tickets.c.id.in_(select(contacts.c.ticket_id).where(*_OPEN)))
    .values(reach=literal_column("0"))
)
_STOP = Statement(update(contacts).where(*_OPEN).values(stopped_at=bindparam("at")))


def branches_telling(reader: Reader, phone: str) -> list[str]:
    """Return the branches in which this number (E.164) may still be told something."""
    return [row[0] for row in reader.run(_WHERE, its_phone=phone)]


def stop_phone(tx: Tx, branch_id: str, phone: str) -> int:
    """Tell this number nothing more in any visit of a branch; returns in how many it could be told."""
    its = {"its_phone": phone, "its_branch": branch_id}
    tx.change(_UNREACH, **its)
    return tx.change(_STOP, at=tx.now, **its)

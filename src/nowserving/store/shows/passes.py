"""Passes as rows: what a signed token says counts only as far as its row does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import passes

Source = Tx | Reader


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass as it stands. Instants are µs UTC."""

    id: str
    branch_id: str
    performance_id: str
    ticket_id: int
    device_hash: str
    issued_at: int
    expires_at: int
    extended_at: int | None
    spent_at: int | None
    ended_at: int | None

    def live(self, now: int) -> bool:
        """Tell whether it opens anything now."""
        return self.ended_at is None and self.expires_at > now


_COLUMNS = tuple(passes.c[name] for name in Pass.__dataclass_fields__)
_BY_ID = Statement(select(*_COLUMNS).where(passes.c.id == bindparam("id")))
_LIVE_OF = Statement(
    select(*_COLUMNS).where(passes.c.ticket_id == bindparam("ticket_id"), passes.c.ended_at.is_(None))
)
_END = Statement(
    update(passes)
    .where(passes.c.ticket_id == bindparam("of_ticket"), passes.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"), ended_by=bindparam("by"))
)
_EXTEND = Statement(
    update(passes)
    .where(passes.c.id == bindparam("of_pass"), passes.c.extended_at.is_(None))
    .values(expires_at=bindparam("until"), extended_at=bindparam("at"))
)
_SPEND = Statement(
    update(passes)
    .where(passes.c.id == bindparam("of_pass"), passes.c.spent_at.is_(None))
    .values(spent_at=bindparam("at"))
)


def pass_by_id(source: Source, pass_id: str) -> Pass | None:
    """Return a pass, ended or not, or None for one that was never issued."""
    found = source.run(_BY_ID, id=pass_id)
    return Pass(*found[0]) if found else None


def live_pass_of(source: Source, ticket_id: int) -> Pass | None:
    """Return the pass of a ticket that nobody has ended, run out or not, or None."""
    found = source.run(_LIVE_OF, ticket_id=ticket_id)
    return Pass(*found[0]) if found else None


def insert_pass(tx: Tx, one: Pass) -> None:
    """Insert a pass."""
    tx.execute(insert(passes).values({name: getattr(one, name) for name in Pass.__dataclass_fields__}))


def end_of_ticket(tx: Tx, ticket_id: int, by: str) -> int:
    """End the live pass of a ticket, if it has one; returns how many ended."""
    return tx.change(_END, of_ticket=ticket_id, at=tx.now, by=by)


def extend_row(tx: Tx, pass_id: str, until: int) -> bool:
    """Let a pass last until then; False if that was done before."""
    return tx.change(_EXTEND, of_pass=pass_id, until=until, at=tx.now) == 1


def spend_row(tx: Tx, pass_id: str) -> bool:
    """Spend a pass at a website that we guard; False if that was done before."""
    return tx.change(_SPEND, of_pass=pass_id, at=tx.now) == 1

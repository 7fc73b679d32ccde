"""A word to everybody in a line: one statement, however many they are."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from nowserving.domain.messages.kinds import MOST_A_VISIT, Kind
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import messages, tickets

_COLUMNS = "id branch_id queue_id ticket_id kind occasion due_at created_at".split()
_HAD = and_(messages.c.ticket_id == tickets.c.id, messages.c.state != literal_column("'skipped'"))
_NO_TURN_YET = func.coalesce(func.max(case((messages.c.kind == literal_column("'turn'"), 1), else_=0)), 0)
# As `may_have` says: one of the messages of a visit is kept for "your turn", until that was told.
_ROOM: ColumnElement[int] = literal_column(str(MOST_A_VISIT - 1)) + _NO_TURN_YET
_NOW = cast(bindparam("now"), BigInteger)
_WHO = (
    select(
        cast(bindparam("base"), Text) + cast(tickets.c.id, Text),
        tickets.c.branch_id,
        tickets.c.queue_id,
        tickets.c.id,
        cast(bindparam("line"), Text),
        cast(bindparam("occasion"), BigInteger),
        _NOW,
        _NOW,
    )
    .join_from(tickets, messages, _HAD, isouter=True)
    .where(
        tickets.c.queue_id == bindparam("queue_id"),
        tickets.c.state == literal_column("'waiting'"),
        tickets.c.reach > literal_column("0"),
    )
    .group_by(tickets.c.id, tickets.c.branch_id, tickets.c.queue_id)
    .having(func.count(messages.c.id) < _ROOM)
)
_TELL = Statement(
    {
        name: kind.insert(messages)
        .from_select(_COLUMNS, _WHO, include_defaults=False)
        .on_conflict_do_nothing()
        for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)


def write_to_line(tx: Tx, queue_id: str, occasion: int) -> int:
    """Put a word to everybody who waits in a queue and can be told into the outbox, due now.

    Left out is whoever has had as many messages as a visit may have. Returns how many were written.
    """
    named = {"base": f"{tx.new_id()}-", "queue_id": queue_id, "line": Kind.LINE.value}
    return tx.change(_TELL, occasion=occasion, now=tx.now, **named)

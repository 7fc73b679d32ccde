"""Writing what a branch has set about messages, and reading what has become of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, desc, func, select
from sqlalchemy.dialects import postgresql, sqlite

from nowserving.domain.messages.kinds import MessageState
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import message_settings, messages, tickets

_WRITTEN = ("settings", "alert_url", "edited")
_WRITE = Statement(
    {
        name: kind.insert(message_settings)
        .values({column: bindparam(column) for column in ("branch_id", *_WRITTEN)})
        .on_conflict_do_update(
            index_elements=[message_settings.c.branch_id],
            set_={column: bindparam(column) for column in _WRITTEN},
        )
        for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """One message as staff see it: of which ticket, by which road, how it went. Never to which address."""

    id: str
    kind: str
    code: str | None
    channel: str
    state: str
    reason: str
    attempts: int
    created_at: int
    sent_at: int | None


def write_settings(tx: Tx, branch_id: str, settings: str, alert_url: str, edited: int) -> None:
    """Write what a branch has set: JSON, and the address of its alerts."""
    tx.change(_WRITE, branch_id=branch_id, settings=settings, alert_url=alert_url, edited=edited)


def messages_in(reader: Reader, branch_id: str, state: MessageState | None, most: int) -> list[Told]:
    """Return the latest messages of a branch in a state (None: in any), newest first."""
    table = messages
    wanted = (
        select(
            table.c.id,
            table.c.kind,
            tickets.c.code,
            table.c.channel,
            table.c.state,
            table.c.reason,
            table.c.attempts,
            table.c.created_at,
            table.c.sent_at,
        )
        .join_from(table, tickets, tickets.c.id == table.c.ticket_id, isouter=True)
        .where(table.c.branch_id == branch_id)
        .order_by(desc(table.c.created_at), table.c.id)
        .limit(most)
    )
    if state is not None:
        wanted = wanted.where(table.c.state == state.value)
    found: Any = reader.execute(wanted)
    return [Told(*row) for row in found]


def counts_in(reader: Reader, branch_id: str, since: int) -> dict[str, int]:
    """Return how many messages of a branch were written since an instant (µs), by state."""
    wanted = (
        select(messages.c.state, func.count())
        .where(messages.c.branch_id == branch_id, messages.c.created_at >= since)
        .group_by(messages.c.state)
    )
    found: Any = reader.execute(wanted)
    return {str(state): int(count) for state, count in found}

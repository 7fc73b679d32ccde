"""What memory knows of a branch's reservations: who is still to come soon, and how many lately came."""

from __future__ import annotations

from sqlalchemy import bindparam, literal_column, or_, select

from nowserving.domain.instants import DAY_US
from nowserving.domain.reservations.promises import Came, Outlook, Promised
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.reservations.services import services
from nowserving.store.schema import reservations

AHEAD_US = 2 * DAY_US
"""How far ahead memory looks: nobody is told a wait of more than a day."""

_HABIT_US = 60 * DAY_US
_MOST = 500
_OF_BRANCH = (
    reservations.c.branch_id == bindparam("branch_id"),
    reservations.c.start_at >= bindparam("from_us"),
    reservations.c.start_at < bindparam("to_us"),
)
_PROMISED = Statement(
    select(reservations.c.id, reservations.c.service_id, reservations.c.start_at).where(
        *_OF_BRANCH, reservations.c.state == literal_column("'confirmed'")
    )
)
_CAME = Statement(
    select(reservations.c.id, reservations.c.service_id, reservations.c.state == literal_column("'arrived'"))
    .where(
        *_OF_BRANCH,
        or_(
            reservations.c.state == literal_column("'arrived'"),
            reservations.c.state == literal_column("'no_show'"),
        ),
    )
    .order_by(reservations.c.since_at.desc(), reservations.c.id.desc())
    .limit(bindparam("most"))
)


def outlook(reader: Reader, branch_id: str, now: int) -> Outlook:
    """Return what a branch has promised for the next two days. Four statements."""
    until_at = now + AHEAD_US
    soon = reader.run(_PROMISED, branch_id=branch_id, from_us=now - DAY_US, to_us=until_at)
    lately = reader.run(_CAME, branch_id=branch_id, from_us=now - _HABIT_US, to_us=now + DAY_US, most=_MOST)
    return Outlook(
        tuple(services(reader, branch_id, archived=True)),
        tuple(Promised(*row) for row in soon),
        tuple(Came(row[0], row[1], bool(row[2])) for row in reversed(lately)),
        until_at,
    )

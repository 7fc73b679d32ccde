"""What belongs to an account, and what stands in a desk's calendar."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nowserving.domain.reservations.reservation import Reservation, ReservationState
from nowserving.domain.reservations.standby import Standby
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations.reservations import in_span, reservation_by_id
from nowserving.store.reservations.shown import Shown, shown_of
from nowserving.store.reservations.standbys import standby_by_id
from nowserving.store.schema import branches, desks, reservations, rosters, standbys

Source = Reader | Tx

_MOST = 100
_IN_CALENDAR = (ReservationState.PENDING, ReservationState.CONFIRMED, ReservationState.ARRIVED)


def reservations_of(source: Source, account_id: str) -> list[Shown]:
    """Return the latest hundred reservations of an account, the one furthest ahead first."""
    table = reservations
    wanted = (
        select(table.c.id)
        .where(table.c.account_id == account_id, table.c.name.is_not(None))
        .order_by(table.c.start_at.desc())
        .limit(_MOST)
    )
    found = [reservation_by_id(source, row.id) for row in source.execute(wanted).all()]
    shown = [shown_of(source, one) for one in found if one is not None]
    return [one for one in shown if one is not None]


def held_from(tx: Tx, booked_from: str, service_id: str) -> list[Reservation]:
    """Return what a device holds of a service now, the latest first."""
    table = reservations
    wanted = (
        select(table.c.id)
        .where(
            table.c.booked_from == booked_from,
            table.c.service_id == service_id,
            table.c.state == ReservationState.HELD.value,
            table.c.deadline_at > tx.now,
        )
        .order_by(table.c.id.desc())
    )
    found = [reservation_by_id(tx, row.id) for row in tx.execute(wanted).all()]
    return [one for one in found if one is not None]


def standbys_of(source: Source, account_id: str) -> list[Standby]:
    """Return the places in waiting lists that an account has and that have not ended."""
    table = standbys
    wanted = (
        select(table.c.id)
        .where(table.c.account_id == account_id, table.c.ended_at.is_(None))
        .order_by(table.c.id)
        .limit(_MOST)
    )
    found = [standby_by_id(source, row.id) for row in source.execute(wanted).all()]
    return [one for one in found if one is not None]


def desk_of_feed(source: Source, feed_hash: str) -> tuple[str, str, str, str] | None:
    """Return whose feed this is: desk id, its name, branch id, the branch's name; None for nobody's."""
    wanted = (
        select(desks.c.id, desks.c.name, rosters.c.public_name, branches.c.id, branches.c.name)
        .select_from(rosters)
        .join(desks, desks.c.id == rosters.c.desk_id)
        .join(branches, branches.c.id == rosters.c.branch_id)
        .where(
            rosters.c.feed_hash == feed_hash, desks.c.archived_at.is_(None), branches.c.archived_at.is_(None)
        )
    )
    found: list[Any] = source.execute(wanted).all()  # type: ignore[assignment]
    if not found:
        return None
    desk_id, name, public_name, branch_id, branch = found[0]
    return desk_id, public_name or name, branch_id, branch


def has_feed(source: Source, desk_id: str) -> bool:
    """Tell whether a desk's calendar has a link that opens it. The link itself is kept nowhere."""
    wanted = select(rosters.c.desk_id).where(rosters.c.desk_id == desk_id, rosters.c.feed_hash.is_not(None))
    return source.execute(wanted).first() is not None


def calendar_of_desk(
    source: Source, branch_id: str, desk_id: str, from_us: int, to_us: int
) -> list[Reservation]:
    """Return what a desk's calendar shows of a span: what is promised, and who has come."""
    found = in_span(source, branch_id, from_us, to_us)
    return [one for one in found if one.desk_id == desk_id and one.state in _IN_CALENDAR]

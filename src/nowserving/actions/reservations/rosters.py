"""When desks give services, and when not: rosters, special days, absences.

What was promised stays promised. What becomes possible is offered to the waiting list at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.editing import check_fresh, read_changes
from nowserving.actions.reservations.moving import move
from nowserving.actions.reservations.offering import offer_after, offer_free, offer_in_branch
from nowserving.actions.reservations.room import bookable_plan, take_place
from nowserving.actions.reservations.services import live_service
from nowserving.domain.calendar.hours import Hours, hours_to, intervals_to
from nowserving.domain.layout.branch import Desk
from nowserving.domain.people.roles import Role
from nowserving.domain.reservations.fields import ABSENCE, ROSTER, SPECIAL_DAY
from nowserving.domain.reservations.reservation import (
    PROMISED,
    Reservation,
    ReservationVerb,
)
from nowserving.domain.reservations.roster import Absence, Roster, SpecialDay
from nowserving.domain.values import read_fields
from nowserving.errors import N_, AppError, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.people.staff import staff_member
from nowserving.store.reservations import reservations as rows
from nowserving.store.reservations import rosters as kept
from nowserving.store.reservations.services import sharing_desk
from nowserving.store.rows import delete_where


@action(scope="desk_id")
def set_roster(tx: Tx, *, desk_id: str, changes: Mapping[str, object], expected: int | None = None) -> Roster:
    """Set when a desk gives its services (`hours`, null: as the branch), whose it is, and what guests read.

    Raises NotFound, Stale, Invalid.
    """
    desk = _live_desk(tx, desk_id)
    before = kept.roster(tx, desk_id) or Roster(desk_id=desk_id, branch_id=desk.branch_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, changes, ROSTER)
    if wanted.get("owner_id") is not None:
        _check_owner(tx, desk.branch_id, wanted["owner_id"])
    if not wanted:
        return before
    after = replace(before, **wanted, edited=before.edited + 1)
    kept.put_roster(tx, after)
    told: dict[str, Any] = {"before": _plain(before, wanted), "after": _plain(after, wanted)}
    # The desk stands in the data: what staff take back at a desk is never its roster.
    tx.emit("roster.edited", name=desk.name, of_desk=desk_id, **told)
    offer_free(tx, *sharing_desk(tx, desk_id))
    return after


@action(scope="branch_id")
def set_special_day(
    tx: Tx,
    *,
    branch_id: str,
    on_date: str,
    service_id: str | None = None,
    intervals: Sequence[Sequence[str]] = (),
    walk_ins_only: bool = False,
    reason: str = "",
) -> SpecialDay:
    """Give one date hours of its own, for the branch or one service; what was set for it is replaced.

    Without `intervals` nothing is given that day; with `walk_ins_only` people may come, at the hours given
    or as usual, and nothing can be reserved. Raises Invalid, also for a date on which the branch is closed.
    """
    live_branch(tx, branch_id)
    given = {
        "on_date": on_date,
        "service_id": service_id,
        "intervals": intervals,
        "walk_ins_only": walk_ins_only,
        "reason": reason,
    }
    read = read_fields(given, "", SPECIAL_DAY)
    if service_id is not None and live_service(tx, service_id).branch_id != branch_id:
        raise not_found()
    if any(one.covers(on_date) for one in layout.closures(tx, branch_id)):
        message = N_("The branch is closed on this day. Take the closure away first.")
        raise invalid_field("/on_date", "closed_then", message)
    before = kept.special_day_on(tx, branch_id, service_id, on_date)
    if before is not None:
        delete_where(tx, schema.special_days, schema.special_days.c.id == before.id)
    day = SpecialDay(id=tx.new_id(), branch_id=branch_id, **read)
    kept.insert_special_day(tx, day)
    told = _plain(day, SPECIAL_DAY)
    tx.emit("special_day.set", special_day_id=day.id, on_date=on_date, after=told)
    offer_in_branch(tx, branch_id)
    return day


@action(scope="special_day_id")
def remove_special_day(tx: Tx, *, special_day_id: str) -> SpecialDay:
    """Let a date be as usual again."""
    before = kept.special_day(tx, special_day_id)
    if before is None:
        raise not_found()
    delete_where(tx, schema.special_days, schema.special_days.c.id == special_day_id)
    told = _plain(before, SPECIAL_DAY)
    tx.emit("special_day.removed", special_day_id=special_day_id, on_date=before.on_date, before=told)
    offer_in_branch(tx, before.branch_id)
    return before


@action(scope="desk_id")
def add_absence(
    tx: Tx,
    *,
    desk_id: str,
    from_at: int,
    to_at: int,
    reason: str = "",
    replacement_id: str | None = None,
) -> Absence:
    """Say that a desk's owner is away. A replacement takes over whom it has room for, at the same times.

    Who does not fit in stays promised here until somebody moves them. Raises NotFound, Invalid.
    """
    desk = _live_desk(tx, desk_id)
    given = {"from_at": from_at, "to_at": to_at, "reason": reason, "replacement_id": replacement_id}
    read = read_fields(given, "", ABSENCE)
    if to_at <= from_at:
        raise invalid_field("/to_at", "before_start", N_("The end must be after the beginning."))
    if replacement_id is not None:
        other = layout.desk(tx, replacement_id)
        wrong = other is None or other.archived_at is not None or other.branch_id != desk.branch_id
        if wrong or replacement_id == desk_id:
            message = N_("This branch has no such other desk.")
            raise invalid_field("/replacement_id", "unknown_desk", message)
    absence = Absence(id=tx.new_id(), branch_id=desk.branch_id, desk_id=desk_id, **read)
    kept.insert_absence(tx, absence)
    told = {"from_at": from_at, "to_at": to_at, "replacement_id": replacement_id}
    tx.emit("absence.added", absence_id=absence.id, name=desk.name, of_desk=desk_id, after=told)
    if replacement_id is not None:
        _take_over(tx, absence, replacement_id)
    return absence


@action(scope="desk_id")
def import_absences(tx: Tx, *, desk_id: str, spans: Sequence[tuple[int, int, str]]) -> list[Absence]:
    """Add absences (from, to in µs, reason) that the desk does not have yet: all or, refused, none."""
    desk = _live_desk(tx, desk_id)
    known = {
        (one.from_at, one.to_at) for one in kept.absences_of(tx, desk.branch_id) if one.desk_id == desk_id
    }
    wanted = {(start, end): reason for start, end, reason in spans if (start, end) not in known}
    return [
        add_absence(tx, desk_id=desk_id, from_at=start, to_at=end, reason=reason)
        for (start, end), reason in sorted(wanted.items())
    ]


@action(scope="absence_id")
def remove_absence(tx: Tx, *, absence_id: str) -> Absence:
    """Say that a desk's owner is there after all. Whom a replacement took over stays with it."""
    before = kept.absence(tx, absence_id)
    if before is None:
        raise not_found()
    delete_where(tx, schema.absences, schema.absences.c.id == absence_id)
    desk = layout.desk(tx, before.desk_id)
    told = {"from_at": before.from_at, "to_at": before.to_at}
    name = desk.name if desk else ""
    tx.emit("absence.removed", absence_id=absence_id, name=name, of_desk=before.desk_id, before=told)
    offer_free(tx, *sharing_desk(tx, before.desk_id))
    return before


def _take_over(tx: Tx, absence: Absence, replacement_id: str) -> None:
    away = [
        one
        for one in rows.open_of_desk(tx, absence.desk_id, tx.now)
        if one.state in PROMISED and one.start_at < absence.to_at and absence.from_at < one.end_at
    ]
    moved = [one for one in away if _taken_over(tx, one, replacement_id)]
    offer_after(tx, *moved)


def _taken_over(tx: Tx, reservation: Reservation, replacement_id: str) -> bool:
    try:
        plan = bookable_plan(tx, reservation.service_id)
        wanted: dict[str, Any] = {"desk_id": replacement_id, "size": reservation.size, "by_staff": True}
        place = take_place(tx, plan, reservation.start_at, but_id=reservation.id, **wanted)
    except AppError:  # The other desk has no room then, or gives other services: the promise stays here.
        return False
    changes: dict[str, Any] = {"desk_id": place.giver.desk_id, "sequence": reservation.sequence + 1}
    # With the deadline that it has: its time has not changed.
    move(tx, reservation, ReservationVerb.MOVE, **changes)
    return True


def _live_desk(tx: Tx, desk_id: str) -> Desk:
    found = layout.desk(tx, desk_id)
    if found is None or found.archived_at is not None:
        raise not_found()
    return found


def _check_owner(tx: Tx, branch_id: str, owner_id: str) -> None:
    found = staff_member(tx, owner_id)
    works_here = found is not None and (found.role is Role.ADMIN or branch_id in found.branch_ids)
    if found is None or found.disabled_at is not None or not works_here:
        message = N_("Nobody of this branch's staff has this id.")
        raise invalid_field("/owner_id", "unknown_staff", message)


def _plain(value: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: getattr(value, name) for name in names}
    for name, one in plain.items():
        if isinstance(one, Hours):
            plain[name] = hours_to(one)
        elif name == "intervals":
            plain[name] = intervals_to(one)
    return plain

"""Services as an admin sets them up. What contradicts itself is refused, naming the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.editing import archived, check_fresh, read_changes, reorder, with_rest
from nowserving.actions.reservations.changing import give_up
from nowserving.actions.reservations.offering import offer_free
from nowserving.domain.calendar.hours import MIDNIGHT, Hours
from nowserving.domain.reservations.fields import SERVICE
from nowserving.domain.reservations.reservation import PROMISED
from nowserving.domain.reservations.service import DAY_S, Service, ServiceRules, service_rules_to
from nowserving.domain.values import read_fields
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store import layout, schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.reservations import reservations as rows
from nowserving.store.reservations import services as kept

CANCEL = "cancel"
_REQUIRED = frozenset({"name", "queue_id", "duration_s"})
_OPTIONAL: Mapping[str, Any] = {
    "description": "",
    "price": "",
    "hours": None,
    "questions": (),
    "desk_ids": (),
}


@action(scope="branch_id")
def create_service(
    tx: Tx,
    *,
    branch_id: str,
    name: str,
    queue_id: str,
    duration_s: int,
    description: str = "",
    price: str = "",
    hours: Mapping[str, Any] | None = None,
    questions: Sequence[Mapping[str, Any]] = (),
    rules: Mapping[str, Any] | None = None,
    desk_ids: Sequence[str] = (),
) -> Service:
    """Add a service at the end of the branch's list; rules that are left out have their defaults.

    Raises Invalid naming every field that is wrong, also where two of them contradict each other.
    """
    live_branch(tx, branch_id)
    given = {
        "name": name,
        "queue_id": queue_id,
        "duration_s": duration_s,
        "description": description,
        "price": price,
        "hours": hours,
        "questions": questions,
        "rules": rules or {},
        "desk_ids": desk_ids,
    }
    read = read_fields(given, "", SERVICE, required=_REQUIRED)
    place = len(kept.services(tx, branch_id, archived=True))
    service = Service(
        **{**_OPTIONAL, **read}, id=tx.new_id(), branch_id=branch_id, place=place, edited=1, archived_at=None
    )
    _check(tx, service)
    kept.insert_service(tx, service)
    tx.emit("service.created", service_id=service.id, after=_shown(service, SERVICE))
    return service


@action(scope="service_id")
def edit_service(
    tx: Tx, *, service_id: str, changes: Mapping[str, object], expected: int | None = None
) -> Service:
    """Change a service. Rules that are left out stay as they are. Raises Stale, Conflict, Invalid.

    What was promised stays promised, also where there is less room now; what there is more is offered to
    the waiting list at once.
    """
    before = live_service(tx, service_id)
    check_fresh(before.edited, expected)
    wanted = read_changes(before, with_rest(changes, "rules", service_rules_to(before.rules)), SERVICE)
    if not wanted:
        return before
    _check(tx, replace(before, **wanted))
    if wanted.get("desk_ids") and not before.desk_ids:
        _refuse_lost(tx, before)
    after = kept.update_service(tx, before, wanted)
    told: dict[str, Any] = {"before": _shown(before, wanted), "after": _shown(after, wanted)}
    tx.emit("service.edited", service_id=service_id, name=before.name, **told)
    offer_free(tx, service_id)
    return after


@action(scope="service_id")
def archive_service(tx: Tx, *, service_id: str, reservations: str | None = None) -> Service:
    """Take a service away for good. Its history stays.

    Raises Conflict `reservations_open` while anybody has been promised a time, unless `reservations` is
    "cancel"; then they are cancelled.
    """
    before = live_service(tx, service_id)
    promised = rows.open_of_service(tx, service_id, tx.now)
    real = [one for one in promised if one.state in PROMISED]
    if real and reservations != CANCEL:
        raise reservations_open(len(real))
    after = kept.update_service(tx, before, {"archived_at": tx.now})
    tx.emit("service.archived", service_id=service_id, name=before.name)
    for one in promised:
        give_up(tx, one, "", "staff")
    return after


@action(scope="branch_id")
def order_services(tx: Tx, *, branch_id: str, service_ids: Sequence[str]) -> None:
    """Put the services of a branch into this order; all of them must be named."""
    if reorder(tx, schema.services, kept.services(tx, branch_id), service_ids, "/service_ids"):
        tx.emit("service.ordered", order=list(service_ids))


def live_service(tx: Tx, service_id: str) -> Service:
    """Return a service that may be changed; raises NotFound, or Conflict `archived`."""
    found = kept.service(tx, service_id)
    if found is None:
        raise not_found()
    if found.archived_at is not None:
        raise archived()
    return found


def reservations_open(count: int) -> Conflict:
    """Return the refusal to take away what people have been promised, ready to raise."""
    message = N_(
        "Reservations still to come here: %(reservations)s. Say whether to cancel them, or move them first."
    )
    return Conflict("reservations_open", message, reservations=count)


def _check(tx: Tx, service: Service) -> None:
    """Refuse what can't be: a line or a desk of another place, and settings that leave no slot at all."""
    queues = {queue.id for queue in layout.counters(tx, service.branch_id)}
    if service.queue_id not in queues:
        raise invalid_field("/queue_id", "unknown_queue", N_("This branch has no such queue."))
    desks = {desk.id: desk for desk in layout.desks(tx, service.branch_id)}
    for place, desk_id in enumerate(service.desk_ids):
        if desk_id not in desks:
            message = N_("This branch has no such desk.")
            raise invalid_field(f"/desk_ids/{place}", "unknown_desk", message)
        if service.queue_id not in desks[desk_id].queue_ids:
            message = N_("This desk does not serve the queue that the service feeds.")
            raise invalid_field(f"/desk_ids/{place}", "serves_other_queues", message)
    _check_times(live_branch(tx, service.branch_id).hours, service, service.rules)


def _check_times(hours: Hours, service: Service, rules: ServiceRules) -> None:
    longest = _longest_s(service.hours or hours)
    if longest and service.duration_s > longest:
        message = N_("This is longer than the doors are ever open.")
        raise invalid_field("/duration_s", "longer_than_open", message)
    if rules.notice_s >= (rules.window_days + 1) * DAY_S:
        message = N_("Nothing could ever be booked: the notice is longer than the booking window.")
        raise invalid_field("/rules/notice_s", "beyond_window", message)


def _longest_s(hours: Hours) -> int:
    lengths = [
        ((closes + MIDNIGHT if closes < opens else closes) - opens) * 60
        for day in hours.weekly
        for opens, closes in day
    ]
    longest = max(lengths, default=0)
    # Days that touch at midnight are one opening: a night may be longer than each of its parts.
    return max(longest, 2 * DAY_S) if longest == DAY_S else longest


def _refuse_lost(tx: Tx, service: Service) -> None:
    """Refuse to give desks to a service whose guests were promised a time at none: nobody could say whose."""
    if any(one.desk_id is None for one in rows.open_of_service(tx, service.id, tx.now)):
        message = N_("People have reservations without a desk. Move or cancel them first.")
        raise invalid_field("/desk_ids", "reserved_without_desk", message)


def _shown(service: Service, names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: kept.service_plain(name, getattr(service, name)) for name in names}

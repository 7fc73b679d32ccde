"""Services as an admin sets them up, their public slots, and the line that they feed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import WithJsonSchema

from nowserving.actions.reservations.services import (
    archive_service,
    create_service,
    edit_service,
    order_services,
)
from nowserving.actions.tickets.advancing import Advanced, advance
from nowserving.domain.instants import DAY_US
from nowserving.domain.reservations.service import Service
from nowserving.domain.values import whole_from_text
from nowserving.errors import N_, invalid_field, not_found
from nowserving.store.reservations import services
from nowserving.store.reservations.slots import slots_between
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.api.reservations.shapes import (
    ServiceShape,
    SlotShape,
    instant_of,
    service_json,
    slot_json,
)
from nowserving.web.api.tickets.ticket_answers import branch_of_desk, staff_place, staff_ticket
from nowserving.web.api.tickets.ticket_models import StaffTicket
from nowserving.web.finding import seen
from nowserving.web.gate.auth import MaybeCaller, check_branch
from nowserving.web.house import house_of
from nowserving.web.wire.resource import (
    ONCE,
    Admin,
    Agent,
    Envelope,
    Expected,
    Flag,
    Form,
    Listing,
    Number,
    Object,
    QueueReader,
    Reader,
    Shape,
    Text,
    Texts,
    create,
    etag,
    resource,
)

router = resource("services")
Objects = Annotated[Any, WithJsonSchema({"type": "array", "items": {"type": "object"}})]
_MOST_US = 62 * DAY_US
_MOST_SHOWN = 200


class ServiceEdit(Form):
    """What changes in a service; rules that are left out stay as they are."""

    name: Text = None
    queue_id: Text = None
    duration_s: Number = None
    description: Text = None
    price: Text = None
    hours: Object = None
    questions: Objects = None
    rules: Object = None
    desk_ids: Texts = None


class NewService(Form):
    """A new service; rules that are left out have their defaults."""

    name: Text
    queue_id: Text
    duration_s: Number
    description: Text = ""
    price: Text = ""
    hours: Object = None
    questions: Objects = ()
    rules: Object = None
    desk_ids: Texts = ()


class ServiceOrder(Form):
    """All services of a branch in a new order."""

    service_ids: Texts


class Advance(Form):
    """At which desk, and whether who is there is passed over."""

    desk_id: Text
    skipped: Flag = False


class AdvancedShape(Shape):
    """Who was at the desk and who is served there now."""

    before: StaffTicket | None
    now: StaffTicket | None


@router.get(
    "/branches/{branch_id}/services", operation_id="listServices", response_model=Listing[ServiceShape]
)
async def index(request: Request, principal: Reader, branch_id: str) -> Any:
    """List the services of a branch in their order."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    return {"data": [service_json(one) for one in await house.store.read(services.services, branch.id)]}


@router.post(
    "/branches/{branch_id}/services",
    operation_id="createService",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[ServiceShape],
)
async def add(request: Request, principal: Admin, branch_id: str, form: NewService) -> Response:
    """Add a service at the end of the list."""
    check_branch(principal, branch_id)
    return await create(
        request, principal, create_service, _document, "services", branch_id=branch_id, **form.given()
    )


@router.put(
    "/branches/{branch_id}/services/order", operation_id="orderServices", response_model=Listing[ServiceShape]
)
async def order(request: Request, principal: Admin, branch_id: str, form: ServiceOrder) -> Any:
    """Put the services into another order; the list names each of them once."""
    check_branch(principal, branch_id)
    store = house_of(request).store
    await store.write(order_services, actor=principal.actor, branch_id=branch_id, **form.given())
    return await index(request, principal, branch_id)


@router.get("/services/{service_id}", operation_id="getService", response_model=Envelope[ServiceShape])
async def one(request: Request, response: Response, principal: Reader, service_id: str) -> Any:
    """Return a service. Its ETag is what an edit wants as If-Match."""
    found = await seen(house_of(request), principal, services.service, service_id)
    response.headers.update(etag(found.edited))
    return _document(found)


@router.patch("/services/{service_id}", operation_id="editService", response_model=Envelope[ServiceShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    service_id: str,
    form: ServiceEdit,
    expected: Expected,
) -> Any:
    """Change a service. What was promised stays promised; more room goes to the waiting list at once."""
    house = house_of(request)
    await seen(house, principal, services.service, service_id)
    changed = await house.store.write(
        edit_service, actor=principal.actor, service_id=service_id, changes=form.given(), expected=expected
    )
    response.headers.update(etag(changed.edited))
    return _document(changed)


@router.delete("/services/{service_id}", operation_id="archiveService", response_model=Envelope[ServiceShape])
async def archive(
    request: Request,
    principal: Admin,
    service_id: str,
    reservations: Annotated[
        str | None, Query(max_length=16, description='"cancel" cancels what people have been promised.')
    ] = None,
) -> Any:
    """Take a service away; 409 while people have reservations, unless they are to be cancelled."""
    house = house_of(request)
    await seen(house, principal, services.service, service_id)
    gone = await house.store.write(
        archive_service, actor=principal.actor, service_id=service_id, reservations=reservations
    )
    return _document(gone)


@router.get("/services/{service_id}/slots", operation_id="listSlots", response_model=Listing[SlotShape])
async def slots(
    request: Request,
    *,
    _principal: MaybeCaller,
    service_id: str,
    from_at: Annotated[str, Query(alias="from", max_length=40, description="With its offset.")],
    to_at: Annotated[str, Query(alias="to", max_length=40, description="62 days later at most.")],
    desk_id: Annotated[str | None, Query(max_length=64)] = None,
    size: Annotated[str | None, Query(max_length=6, description="Of the party; 1 unless told.")] = None,
) -> Any:
    """List the slots that can be booked now and begin in a span, full ones too. Open to everybody."""
    house = house_of(request)
    from_us, to_us = instant_of(from_at, "/from"), instant_of(to_at, "/to")
    if not 0 < to_us - from_us <= _MOST_US:
        message = N_("The end must be after the beginning, and 62 days later at most.")
        raise invalid_field("/to", "bad_span", message)
    people = 1 if size is None else whole_from_text(size, "/size", 1, 1_000)
    now = house.store.clock()
    found = await house.store.read(
        slots_between, service_id, from_us, to_us, now=now, desk_id=desk_id, size=people
    )
    return {"data": [slot_json(one) for one in found]}


@router.get(
    "/services/{service_id}/queue", operation_id="getServiceQueue", response_model=Listing[StaffTicket]
)
async def line(request: Request, principal: QueueReader, service_id: str) -> Any:
    """Return who waits in the queue that a service feeds, walk-ins and arrived reservations in one line."""
    house = house_of(request)
    service = await seen(house, principal, services.service, service_id)
    branch = house.relay.branches.get(service.branch_id)
    if branch is None:
        raise not_found()
    waiting = list(branch.lines.line(service.queue_id).since(-(1 << 62)))[:_MOST_SHOWN]
    return {"data": [staff_place(house, branch, place) for place in waiting]}


@router.post(
    "/services/{service_id}/advance", operation_id="advanceService", response_model=Envelope[AdvancedShape]
)
async def go_on(request: Request, principal: Agent, service_id: str, form: Advance) -> Any:
    """Finish who is in service at a desk and start the next of the queue that the service feeds."""
    house = house_of(request)
    service = await seen(house, principal, services.service, service_id)
    given = form.given()
    desk_id, skipped = str(given["desk_id"]), given.get("skipped", False)
    branch_of_desk(house, principal, desk_id)
    done: Advanced = await house.store.write(
        advance,
        actor=principal.actor,
        desk_id=desk_id,
        queue_id=service.queue_id,
        skipped=skipped is True,
    )
    shown = {name: getattr(done, name) for name in ("before", "now")}
    return {"data": {name: None if one is None else staff_ticket(house, one) for name, one in shown.items()}}


def _document(service: Service) -> dict[str, Any]:
    return {"data": service_json(service)}

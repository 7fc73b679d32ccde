"""The dates of a show, each with a lobby of its own."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from nowserving.actions.shows.organising import archive_performance, create_performance, edit_performance
from nowserving.domain.people.roles import Principal
from nowserving.store.shows import shows as rows
from nowserving.web.api.shows.finding import seen_date, with_instants
from nowserving.web.api.shows.shapes import PerformanceShape, performance_json
from nowserving.web.finding import in_use, seen
from nowserving.web.house import House, house_of
from nowserving.web.wire.resource import (
    ONCE,
    Admin,
    Envelope,
    Expected,
    Form,
    Listing,
    Object,
    Reader,
    Text,
    TextOrNull,
    create,
    etag,
    resource,
)

router = resource("shows")
_TIMES = ("starts_at", "doors_at")


class NewPerformance(Form):
    """A new date; `prices` are by category: words, and where known an amount in minor units."""

    starts_at: Text
    doors_at: TextOrNull = None
    prices: Object = None


class PerformanceEdit(Form):
    """What changes of a date; prices that are given replace all that there were."""

    starts_at: Text = None
    doors_at: TextOrNull = None
    prices: Object = None


@router.get(
    "/shows/{show_id}/performances",
    operation_id="listPerformances",
    response_model=Listing[PerformanceShape],
)
async def index(request: Request, principal: Reader, show_id: str) -> Any:
    """List the performances of a show by date."""
    house = house_of(request)
    show = await seen(house, principal, rows.show, show_id)
    found = await house.store.read(rows.performances, show_id)
    return {"data": [performance_json(show, one) for one in found]}


@router.post(
    "/shows/{show_id}/performances",
    operation_id="createPerformance",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[PerformanceShape],
)
async def add(request: Request, principal: Admin, show_id: str, form: NewPerformance) -> Response:
    """Add a date, with a lobby and the secret seed of its draw; a show that is on sale sells it at once."""
    house = house_of(request)
    show = await in_use(house, principal, rows.show, show_id)
    return await create(
        request,
        principal,
        create_performance,
        lambda made: {"data": performance_json(show, made)},
        "performances",
        show_id=show_id,
        **with_instants(form.given(), *_TIMES),
    )


@router.get(
    "/performances/{performance_id}",
    operation_id="getPerformance",
    response_model=Envelope[PerformanceShape],
)
async def one(request: Request, response: Response, principal: Reader, performance_id: str) -> Any:
    """Return a performance. Its ETag is what an edit wants as If-Match."""
    return await _shown(house_of(request), response, principal, performance_id)


@router.patch(
    "/performances/{performance_id}",
    operation_id="editPerformance",
    response_model=Envelope[PerformanceShape],
)
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    performance_id: str,
    form: PerformanceEdit,
    expected: Expected,
) -> Any:
    """Change the date, the doors or the prices."""
    house = house_of(request)
    await seen(house, principal, rows.performance, performance_id)
    changes = with_instants(form.given(), *_TIMES)
    await house.store.write(
        edit_performance,
        actor=principal.actor,
        performance_id=performance_id,
        changes=changes,
        expected=expected,
    )
    return await _shown(house, response, principal, performance_id)


@router.delete(
    "/performances/{performance_id}",
    operation_id="archivePerformance",
    response_model=Envelope[PerformanceShape],
)
async def archive(request: Request, response: Response, principal: Admin, performance_id: str) -> Any:
    """Take a date away; 409 while people can take places for its show: close or cancel that first."""
    house = house_of(request)
    await seen(house, principal, rows.performance, performance_id)
    await house.store.write(archive_performance, actor=principal.actor, performance_id=performance_id)
    return await _shown(house, response, principal, performance_id)


async def _shown(
    house: House, response: Response, principal: Principal, performance_id: str
) -> dict[str, Any]:
    found = await seen_date(house, principal, performance_id)
    response.headers.update(etag(found.performance.edited))
    return {"data": performance_json(found.show, found.performance)}

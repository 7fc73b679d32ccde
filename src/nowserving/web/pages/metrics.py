"""`/metrics` in the Prometheus text format (version 0.0.4), for whoever has the token of the settings."""

from __future__ import annotations

from collections.abc import Iterator
from hmac import compare_digest

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from nowserving.domain.layout.branch import DeskState
from nowserving.errors import not_found
from nowserving.web.house import House, house_of

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Answer with the gauges; without the right token there is no such page."""
    house = house_of(request)
    token = house.settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given.encode(), token.encode()):
        raise not_found()
    return PlainTextResponse("\n".join(_lines(house)) + "\n", media_type="text/plain; version=0.0.4")


def _lines(house: House) -> Iterator[str]:
    yield "# HELP nowserving_open_streams Live streams that are open."
    yield "# TYPE nowserving_open_streams gauge"
    yield f"nowserving_open_streams {len(house.hub.streams)}"
    yield "# HELP nowserving_waiting Tickets that wait, by branch and queue id."
    yield "# TYPE nowserving_waiting gauge"
    for branch in house.relay.branches.values():
        for queue_id in branch.queues:
            labels = f'branch="{branch.layout.branch.id}",queue="{queue_id}"'
            yield f"nowserving_waiting{{{labels}}} {len(branch.lines.line(queue_id))}"
    yield "# HELP nowserving_desks_open Desks at work, by branch id."
    yield "# TYPE nowserving_desks_open gauge"
    for branch_id, branch in house.relay.branches.items():
        at_work = sum(desk.state is DeskState.OPEN for desk in branch.desks.values())
        yield f'nowserving_desks_open{{branch="{branch_id}"}} {at_work}'
    yield "# HELP nowserving_branch_version Changes of a branch so far, by branch id."
    yield "# TYPE nowserving_branch_version counter"
    for branch_id, branch in house.relay.branches.items():
        yield f'nowserving_branch_version{{branch="{branch_id}"}} {branch.version}'

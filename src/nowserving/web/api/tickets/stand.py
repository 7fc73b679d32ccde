"""The host's stand of a queue that seats parties by itself, and what is told to its whole line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.layout.telling import MOST_LETTERS, tell_line
from nowserving.domain.people.roles import Principal
from nowserving.errors import not_found
from nowserving.live.branch import BranchLive
from nowserving.live.stand import is_stand, stand_view
from nowserving.web.api.given import Given, any_text, body, described
from nowserving.web.api.tickets.ticket_models import Stand, StandParty, Told
from nowserving.web.house import House, house_of
from nowserving.web.wire.resource import Agent, Envelope, QueueReader, resource
from nowserving.web.wire.ticket_json import instant

router = resource("stands")


def branch_of_queue(house: House, principal: Principal, queue_id: str) -> BranchLive:
    """Return the branch of a queue; raises NotFound unless the caller sees it."""
    branch = house.relay.branch_with_queue(queue_id)
    if branch is None or not principal.sees(branch.layout.branch.id):
        raise not_found()
    return branch


def branch_of_stand(house: House, principal: Principal, queue_id: str) -> BranchLive:
    """Return the branch of a queue that has a stand; raises NotFound for any other."""
    branch = branch_of_queue(house, principal, queue_id)
    if not is_stand(branch.queues[queue_id]):
        raise not_found()
    return branch


@router.get("/queues/{queue_id}/stand", operation_id="getStand", response_model=Envelope[Stand])
async def stand(request: Request, queue_id: str, principal: QueueReader) -> Any:
    """Return the stand of a queue that calls by itself: its seats, and who is called, seated and waiting."""
    house = house_of(request)
    branch = branch_of_stand(house, principal, queue_id)
    return {"data": _stand_json(stand_view(branch, queue_id), house.store.clock())}


@router.post(
    "/queues/{queue_id}/message",
    operation_id="tellQueue",
    response_model=Envelope[Told],
    openapi_extra=described(
        {"text": {"type": "string", "maxLength": MOST_LETTERS}},
        example={"text": "The kitchen is a little behind. Thank you for waiting."},
        required=("text",),
    ),
)
async def tell(
    request: Request,
    queue_id: str,
    principal: Agent,
    given: Annotated[Given, Depends(body({"text": any_text}, required=frozenset({"text"})))],
) -> Any:
    """Tell everybody in a line something: it stands on their pages for an hour. "" takes it back."""
    house = house_of(request)
    branch_of_queue(house, principal, queue_id)
    queue = await house.store.write(tell_line, actor=principal.actor, queue_id=queue_id, **given)
    return {"data": {"text": queue.told, "told_at": instant(queue.told_at)}}


def _stand_json(view: Mapping[str, Any], now: int) -> dict[str, Any]:
    told = view.get("told")
    return {
        "queue": {"id": view["queue"]["id"], "name": view["queue"]["name"]},
        **{name: view[name] for name in ("capacity", "used", "free", "over", "late_s")},
        "waiting_count": view["waiting_count"],
        "message": {"text": told["text"], "told_at": instant(told["at"])} if told else None,
        **{
            name: [_party_json(row, now) for row in view[name]]
            for name in ("called", "seated", "waiting", "missed")
        },
    }


def _party_json(row: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Return a party with every field, instants as RFC 3339, and whether its time is over."""
    shown = {name: row.get(name) for name in StandParty.model_fields}
    over_at = row.get("overstayed_at") or row.get("deadline_at")
    quoted = "quoted_high_s" in row
    return {
        **{name: instant(value) if name.endswith("_at") else value for name, value in shown.items()},
        "passed": row.get("passed", 0),
        "quoted": {"low_s": row["quoted_low_s"], "high_s": row["quoted_high_s"]} if quoted else None,
        "over": row["state"] == "serving" and over_at is not None and over_at <= now,
    }

"""What has become of a branch's messages, and another try for those that failed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request

from nowserving.actions.messages.settling import retry_message
from nowserving.domain.messages.kinds import MessageState
from nowserving.domain.values import choice
from nowserving.store.messages.settings import Told, messages_in
from nowserving.web.api.given import Nothing
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Admin, Envelope, Listing, Shape, limit_of, resource
from nowserving.web.wire.ticket_json import instant

router = resource("messages")


class MessageShape(Shape):
    """One message: of which ticket, by which channel, how it went. Never to which address."""

    id: str
    kind: str
    code: str | None
    channel: str
    state: str
    reason: str
    attempts: int
    created_at: str
    sent_at: str | None


class Retried(Shape):
    """A message that waits to be sent again."""

    id: str
    state: str


@router.get(
    "/branches/{branch_id}/messages", operation_id="listMessages", response_model=Listing[MessageShape]
)
async def index(
    request: Request,
    principal: Admin,
    branch_id: str,
    state: Annotated[str | None, Query(description="Only those in this state: failed, sent, …")] = None,
    limit: Annotated[str | None, Query(description="How many at most; 50 unless told, 200 at most.")] = None,
) -> Any:
    """Return the latest messages of a branch, newest first."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    wanted = None if state is None else choice(state, "/state", MessageState)
    found = await house.store.read(messages_in, branch.id, wanted, limit_of(limit))
    return {"data": [_json(one) for one in found]}


@router.post(
    "/branches/{branch_id}/messages/{message_id}/retry",
    operation_id="retryMessage",
    response_model=Envelope[Retried],
)
async def retry(request: Request, principal: Admin, branch_id: str, message_id: str, _given: Nothing) -> Any:
    """Try a failed message again, from the first channel on. 409 `not_failed` for any other."""
    check_branch(principal, branch_id)
    await house_of(request).store.write(
        retry_message, actor=principal.actor, branch_id=branch_id, message_id=message_id
    )
    return {"data": {"id": message_id, "state": MessageState.WAITING.value}}


def _json(told: Told) -> dict[str, Any]:
    return {
        "id": told.id,
        "kind": told.kind,
        "code": told.code,
        "channel": told.channel,
        "state": told.state,
        "reason": told.reason,
        "attempts": told.attempts,
        "created_at": instant(told.created_at),
        "sent_at": None if told.sent_at is None else instant(told.sent_at),
    }

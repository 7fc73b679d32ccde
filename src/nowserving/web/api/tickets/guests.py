"""What a guest says after the visit, and the wish to be forgotten: by whoever holds the ticket's key."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.guests.erasing import erase_guest
from nowserving.actions.guests.feedback import HAPPIEST, MOST_COMMENT, give_feedback
from nowserving.domain.values import whole_between
from nowserving.web.api.given import Given, Nothing, any_text, body, described
from nowserving.web.api.tickets.ticket_answers import branch_of_ticket, guest_ticket
from nowserving.web.api.tickets.ticket_models import Ticket
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Envelope, Shape, resource

router = resource("tickets")


class FeedbackShape(Shape):
    """What the guest of a ticket has said, but for the comment: that is for whoever manages the queue."""

    face: int


_SAID = {"face": whole_between(1, HAPPIEST), "comment": any_text}


@router.post(
    "/tickets/{key}/feedback",
    operation_id="giveFeedback",
    response_model=Envelope[FeedbackShape],
    openapi_extra=described(
        {
            "face": {"type": "integer", "minimum": 1, "maximum": HAPPIEST},
            "comment": {"type": "string", "maxLength": MOST_COMMENT},
        },
        example={"face": 5, "comment": "Quick and kind."},
        required=("face",),
    ),
)
async def feedback(
    request: Request,
    key: str,
    principal: MaybeCaller,
    given: Annotated[Given, Depends(body(_SAID, required=frozenset({"face"})))],
) -> Any:
    """Say how a visit was, from 1 (very bad) to 5 (very good). A second answer replaces the first.

    409 `wrong_state` unless the visit is done.
    """
    house = house_of(request)
    await branch_of_ticket(house, key)
    actor = principal.actor if principal else "guest"
    await house.store.write(give_feedback, actor=actor, key=key, **given)
    return {"data": {"face": given["face"]}}


@router.post("/tickets/{key}/erase", operation_id="eraseGuest", response_model=Envelope[Ticket])
async def erase(request: Request, key: str, principal: MaybeCaller, _given: Nothing) -> Any:
    """Erase name, note, phone, e-mail and comment of a ticket's guest, at once and for good.

    The ticket stays as a number, and so does its place in the line.
    """
    house = house_of(request)
    await branch_of_ticket(house, key)
    actor = principal.actor if principal else "guest"
    ticket = await house.store.write(erase_guest, actor=actor, key=key)
    return {"data": guest_ticket(house, ticket)}

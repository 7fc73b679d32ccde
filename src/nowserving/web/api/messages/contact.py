"""How the guest of a ticket is told. Whoever holds the key may change it, and is shown it half hidden."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.messages.contacts import allow_messages, change_contact, stop_messages
from nowserving.domain.messages.contact import Contact
from nowserving.store.messages.contacts import contact_of_key
from nowserving.web.api.given import Given, Nothing
from nowserving.web.api.tickets.ticket_answers import branch_of_ticket
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.wire.body import json_object
from nowserving.web.wire.resource import Envelope, Shape, resource

router = resource("messages")


class ContactShape(Shape):
    """How a guest is told: number and address half hidden, for a link may be shared."""

    phone: str | None
    email: str | None
    push: bool
    stopped: bool


_BODY = {
    "type": "object",
    "properties": {
        "phone": {"type": ["string", "null"], "description": "A number with its country, or null."},
        "email": {"type": ["string", "null"]},
        "push": {
            "type": ["object", "null"],
            "description": "What the browser's PushSubscription says.",
            "properties": {name: {"type": "string"} for name in ("endpoint", "p256dh", "auth")},
        },
    },
    "additionalProperties": False,
}
_EXAMPLE = {"phone": "+34 600 123 456"}


@router.get("/tickets/{key}/contact", operation_id="getContact", response_model=Envelope[ContactShape])
async def one(request: Request, key: str) -> Any:
    """Return how the guest of a ticket is told."""
    house = house_of(request)
    await branch_of_ticket(house, key)
    return {"data": contact_json(await house.store.read(contact_of_key, key))}


@router.put(
    "/tickets/{key}/contact",
    operation_id="changeContact",
    response_model=Envelope[ContactShape],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _BODY, "example": _EXAMPLE}},
        }
    },
)
async def change(
    request: Request, key: str, principal: MaybeCaller, given: Annotated[Given, Depends(json_object)]
) -> Any:
    """Change how a guest is told. What is left out stays, null takes it away."""
    house = house_of(request)
    await branch_of_ticket(house, key)
    after = await house.store.write(
        change_contact,
        actor=principal.actor if principal else "guest",
        key=key,
        changes=given,
        language=language_of(request),
        push_anywhere=house.settings.push_anywhere == "yes",
    )
    return {"data": contact_json(after)}


@router.post(
    "/tickets/{key}/stop-messages", operation_id="stopMessages", response_model=Envelope[ContactShape]
)
async def stop(request: Request, key: str, principal: MaybeCaller, _given: Nothing) -> Any:
    """Send this guest nothing more, nor anybody else with the same number or address."""
    house = house_of(request)
    await branch_of_ticket(house, key)
    actor = principal.actor if principal else "guest"
    await house.store.write(stop_messages, actor=actor, key=key)
    return await one(request, key)


@router.post(
    "/tickets/{key}/allow-messages", operation_id="allowMessages", response_model=Envelope[ContactShape]
)
async def allow(request: Request, key: str, principal: MaybeCaller, _given: Nothing) -> Any:
    """Take a stop back, once. 409 `messages_stopped` for a number or address that stopped a second time."""
    house = house_of(request)
    await branch_of_ticket(house, key)
    actor = principal.actor if principal else "guest"
    await house.store.write(allow_messages, actor=actor, key=key)
    return await one(request, key)


def contact_json(contact: Contact | None) -> dict[str, Any]:
    """Return a contact as its guest sees it."""
    found = contact or Contact()
    return {
        "phone": f"…{found.phone[-3:]}" if found.phone else None,
        "email": _half_hidden(found.email) if found.email else None,
        "push": found.push is not None,
        "stopped": found.stopped_at is not None,
    }


def _half_hidden(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"

"""What a branch has set about its messages, and a letter to try the senders with."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request, Response

from nowserving.actions.messages.setting import edit_messages
from nowserving.domain.messages.wanted import wanted_to
from nowserving.store.messages.contacts import Setup, setup_of
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.trying import check_understood, try_channel
from nowserving.web.wire.resource import (
    Admin,
    Envelope,
    Expected,
    Form,
    Number,
    Object,
    Shape,
    Text,
    TextOrNull,
    etag,
    resource,
)

router = resource("messages")


class MessageSettings(Shape):
    """What a branch has set. `alerts` says whether staff have an address for alerts; it is never shown."""

    quiet_from: str | None
    quiet_until: str | None
    sms_a_day: int
    country_code: str
    templates: dict[str, dict[str, dict[str, str]]]
    alerts: bool
    channels: list[str]


class MessageSettingsEdit(Form):
    """What changes. Of `templates`, each kind and language by itself; empty words are the product's own."""

    quiet_from: TextOrNull = None
    quiet_until: TextOrNull = None
    sms_a_day: Number = None
    country_code: Text = None
    templates: Object = None
    alert_url: Text = None


class Trial(Form):
    """Where a letter goes that tries a channel."""

    channel: Text
    to: Text = ""


class TrialShape(Shape):
    """How the try ended, and no word more: "sent", "again" (not now) or "never"."""

    outcome: str


@router.get(
    "/branches/{branch_id}/message-settings",
    operation_id="getMessageSettings",
    response_model=Envelope[MessageSettings],
)
async def one(request: Request, response: Response, principal: Admin, branch_id: str) -> Any:
    """Return what a branch has set about its messages, and the channels that this server can send by."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    return _answer(house, response, await house.store.read(setup_of, branch.id))


@router.patch(
    "/branches/{branch_id}/message-settings",
    operation_id="editMessageSettings",
    response_model=Envelope[MessageSettings],
)
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    branch_id: str,
    form: MessageSettingsEdit,
    expected: Expected,
) -> Any:
    """Change what a branch has set about its messages."""
    house = house_of(request)
    check_branch(principal, branch_id)
    changes = form.given()
    await asyncio.to_thread(check_understood, changes.get("alert_url"))
    after = await house.store.write(
        edit_messages, actor=principal.actor, branch_id=branch_id, changes=changes, expected=expected
    )
    return _answer(house, response, after)


@router.post(
    "/branches/{branch_id}/messages/test",
    operation_id="testMessage",
    response_model=Envelope[TrialShape],
)
async def trial(request: Request, principal: Admin, branch_id: str, form: Trial) -> Any:
    """Send one letter by a channel, now. Says how it ended and nothing of what the provider said."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    # As seldom as pairing a device: each may cost money.
    await house.limits.check("pairing", f"trial:{principal.actor}")
    end = await try_channel(house, branch, form.channel, form.to)
    return {"data": {"outcome": end}}


def _answer(house: House, response: Response, setup: Setup) -> dict[str, Any]:
    response.headers.update(etag(setup.edited))
    shown = {**wanted_to(setup.wanted), "alerts": bool(setup.alert_url)}
    return {"data": {**shown, "channels": sorted(house.senders)}}

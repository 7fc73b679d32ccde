"""What a provider hears by text message: a stop word stops every contact with the number that sent it.

The secret in the path is all that tells the provider from a stranger, so it is compared in constant time,
and a wrong one looks like an address that is not there. Whatever was found, the answer is the same.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from nowserving.actions.messages.stopping import stop_number
from nowserving.domain.messages.contact import phone_from
from nowserving.domain.messages.stop_word import is_stop_word
from nowserving.errors import N_, Invalid, invalid_field, not_found
from nowserving.store.messages.stopping import branches_telling
from nowserving.web.forms.forms import form_of
from nowserving.web.house import House, house_of
from nowserving.web.wire import asgi
from nowserving.web.wire.body import check_json_type, parse_json
from nowserving.web.wire.resource import resource

router = resource("messages")

# What providers call the two: Twilio, Vonage, MSG91, Plivo, Sinch, Infobip and the rest.
_FROM = ("From", "from", "msisdn", "sender", "mobile", "originator", "number")
_TEXT = ("Body", "body", "text", "Text", "message", "content", "keyword")
_BODY = {
    "type": "object",
    "description": f"The number under one of {', '.join(_FROM)}; the text under one of {', '.join(_TEXT)}.",
}
_EXAMPLE = {"from": "+34600123456", "text": "STOP"}


@router.post(
    "/sms/inbound/{secret}",
    operation_id="hearTextMessage",
    status_code=204,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": _BODY, "example": _EXAMPLE}
                for kind in ("application/json", "application/x-www-form-urlencoded")
            },
        }
    },
)
async def hear(request: Request, secret: str) -> Response:
    """Take a text message that a guest sent back. A stop word stops all messages to that number.

    Any other text is not kept. 404 unless the path holds the secret that the server was given.
    """
    house = house_of(request)
    if await house.limits.looked_up(request.scope, lambda: _ours(house, secret)) is None:
        raise not_found()
    given = await _given(request)
    phone = _phone_of(_first(given, _FROM, "/from"))
    if phone is not None and is_stop_word(_first(given, _TEXT, "/text")):
        for branch_id in await house.store.read(branches_telling, phone):
            await house.store.write(stop_number, actor="provider", branch_id=branch_id, phone=phone)
    return Response(status_code=204)


async def _ours(house: House, secret: str) -> bool | None:
    ours = house.settings.sms_inbound_secret.get_secret_value()
    return True if hmac.compare_digest(secret.encode(), ours.encode()) and ours else None


async def _given(request: Request) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return await form_of(request)
    check_json_type(request.scope)
    given = parse_json(await asgi.read_body(request.scope, request.receive))
    return given if isinstance(given, dict) else {}


def _first(given: Mapping[str, Any], names: tuple[str, ...], pointer: str) -> str:
    for name in names:
        value = given.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return str(value)
    raise invalid_field(pointer, "required", N_("This field is missing."))


def _phone_of(sender: str) -> str | None:
    """Return the number of a sender in E.164; None for a name, or what else can't be a guest's number."""
    digits = sender.strip()
    try:
        return phone_from(f"+{digits}" if digits.isascii() and digits.isdigit() else digits, "/from")
    except Invalid:
        return None

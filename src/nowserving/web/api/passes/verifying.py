"""What a website that is not ours asks: whether a pass that came with a guest is good. That takes it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.actions.shows.passing import end_spent_pass, spend_pass
from nowserving.web.api.given import Given, any_id, any_text, body, described
from nowserving.web.api.passes.shapes import SpentPassShape, spent_json
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.gate.guests.passes import claims_for_website
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Envelope, Shape, resource

router = resource("passes")

_READERS = {"token": any_text, "performance_id": any_id}
_WANTED = Annotated[Given, Depends(body(_READERS, required=frozenset(_READERS)))]
_BODY = described(
    {"token": {"type": "string"}, "performance_id": {"type": "string"}},
    example={"token": "eyJhbGciOi…", "performance_id": "p9b2d4f6h8j1k3m5p7r9t2v4x6"},
    required=("token", "performance_id"),
)


class EndedPassShape(Shape):
    """A pass that a website has ended."""

    performance_id: str
    ended: bool


@router.post(
    "/passes/verify",
    operation_id="verifyPass",
    response_model=Envelope[SpentPassShape],
    openapi_extra=_BODY,
)
async def verify(request: Request, principal: MaybeCaller, given: _WANTED) -> Any:
    """Take the pass with which a guest came to a website that a lobby guards; good once.

    403 `no_pass`, the same whatever is wrong with it: let nobody in. 410 `pass_lapsed`: send them back.
    """
    house, performance_id = house_of(request), given["performance_id"]
    claims = claims_for_website(house.settings, given["token"], performance_id, house.store.clock())
    actor = principal.actor if principal else "guest"
    wish = {"performance_id": performance_id, "pass_id": claims["jti"]}
    taken, ticket = await house.store.write(spend_pass, actor=actor, **wish)
    return {"data": spent_json(taken, ticket.key)}


@router.post(
    "/passes/end", operation_id="endPass", response_model=Envelope[EndedPassShape], openapi_extra=_BODY
)
async def end(request: Request, principal: MaybeCaller, given: _WANTED) -> Any:
    """Say that a guest is done at a website that has taken their pass: whoever is next is let in at once."""
    house, performance_id = house_of(request), given["performance_id"]
    claims = claims_for_website(
        house.settings, given["token"], performance_id, house.store.clock(), on_the_way=False
    )
    actor = principal.actor if principal else "guest"
    wish = {"performance_id": performance_id, "pass_id": claims["jti"]}
    await house.store.write(end_spent_pass, actor=actor, **wish)
    return {"data": {"performance_id": performance_id, "ended": True}}

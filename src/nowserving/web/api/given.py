"""What a request's body gives: read strictly, and described in the OpenAPI by the same table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.domain.values import Reader, optional, read_fields
from nowserving.errors import N_, invalid_field
from nowserving.web.wire import asgi
from nowserving.web.wire.body import check_json_type, parse_json

Given = dict[str, Any]

BY_DESK_SCHEMA = {
    "type": ["string", "null"],
    "description": "The desk that does so, for its log and its undo.",
}


def any_id(value: object, pointer: str) -> str:
    """Return `value` if it may be somebody's id; whose it is, the action finds out."""
    if not isinstance(value, str) or not 1 <= len(value) <= 64 or not value.isprintable():
        raise invalid_field(pointer, "not_an_id", N_("This must be an id."))
    return value


def any_text(value: object, pointer: str) -> str:
    """Return `value` if it is text at all; what may stand in it, the action says."""
    if not isinstance(value, str):
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    return value


BY_DESK: Mapping[str, Reader] = {"desk_id": optional(any_id)}
"""The member of a verb that a desk may do, and that may be done at none."""


def body(
    readers: Mapping[str, Reader], *, required: frozenset[str] = frozenset()
) -> Callable[[Request], Awaitable[Given]]:
    """Return a dependency that reads a JSON object with these members; no body is an empty object."""

    async def read(request: Request) -> Given:
        raw = await asgi.read_body(request.scope, request.receive)
        if raw:
            check_json_type(request.scope)
        return read_fields(parse_json(raw) if raw else {}, "", readers, required=required)

    return read


Nothing = Annotated[Given, Depends(body({}))]
"""The body of a verb that needs no more than its address."""


def described(
    properties: Mapping[str, Any], *, example: Mapping[str, Any], required: tuple[str, ...] = ()
) -> Any:
    """Return the OpenAPI part that describes such a body, for a route's `openapi_extra`."""
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
    content = {"application/json": {"schema": schema, "example": dict(example)}}
    return {"requestBody": {"required": bool(required), "content": content}}

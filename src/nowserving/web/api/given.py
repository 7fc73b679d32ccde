"""What a request's body gives: read strictly, and described in the OpenAPI by the same table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Request

from nowserving.domain.values import Reader, read_fields
from nowserving.web.wire import asgi
from nowserving.web.wire.body import check_json_type, parse_json

Given = dict[str, Any]


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

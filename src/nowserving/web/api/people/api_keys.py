"""Keys of programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from nowserving.actions.people.api_keys import create_api_key, revoke_api_key
from nowserving.errors import not_found
from nowserving.store.people import api_keys as kept
from nowserving.web.house import house_of
from nowserving.web.wire.resource import (
    HEADS,
    Envelope,
    Flag,
    Form,
    Head,
    Listing,
    Text,
    TextOrNull,
    resource,
)
from nowserving.web.wire.shapes import ApiKeyShape, api_key_json

router = resource("API keys")


class NewApiKey(Form):
    """A new key: for one branch, or for all if `branch_id` is null. `unlimited` frees it of rate limits."""

    name: Text
    role: Text
    branch_id: TextOrNull = None
    unlimited: Flag = False


class SecretShape(ApiKeyShape):
    """A key as it is shown once: `secret` is the key itself, and nobody can read it again."""

    secret: str


@router.get("/api-keys", operation_id="listApiKeys", dependencies=HEADS, response_model=Listing[ApiKeyShape])
async def index(
    request: Request,
    *,
    revoked: Annotated[bool, Query(description="With those that were revoked.")] = False,
) -> Any:
    """List the keys, newest first."""
    found = await house_of(request).store.read(kept.api_keys, revoked=revoked)
    return {"data": [api_key_json(key) for key in found]}


@router.post("/api-keys", operation_id="createApiKey", status_code=201, response_model=Envelope[SecretShape])
async def add(request: Request, response: Response, principal: Head, form: NewApiKey) -> Any:
    """Make a key. Its secret is in this answer and nowhere else, so no Idempotency-Key can bring it back."""
    made = await house_of(request).store.write(create_api_key, actor=principal.actor, **form.given())
    response.headers["Location"] = f"/api/v1/api-keys/{made.key.id}"
    return {"data": {**api_key_json(made.key), "secret": made.secret}}


@router.get(
    "/api-keys/{key_id}", operation_id="getApiKey", dependencies=HEADS, response_model=Envelope[ApiKeyShape]
)
async def one(request: Request, key_id: str) -> Any:
    """Return a key, without its secret."""
    key = await house_of(request).store.read(kept.api_key, key_id)
    if key is None:
        raise not_found()
    return {"data": api_key_json(key)}


@router.delete("/api-keys/{key_id}", operation_id="revokeApiKey", response_model=Envelope[ApiKeyShape])
async def revoke(request: Request, principal: Head, key_id: str) -> Any:
    """End a key for good; its next request is refused."""
    key = await house_of(request).store.write(revoke_api_key, actor=principal.actor, key_id=key_id)
    return {"data": api_key_json(key)}

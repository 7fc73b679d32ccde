"""What the resources of the API share: strict bodies, envelopes, ETags, cursors, stored replies."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from hashlib import sha256
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Depends, Header, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, WithJsonSchema
from starlette.responses import Response

from nowserving.domain.base64url import url_safe
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.values import pointer_part, whole_from_text
from nowserving.errors import N_, AppError, Forbidden, Malformed, Stale, invalid_field, not_found
from nowserving.secret_key import secret_key
from nowserving.store.engine.job import Once, Reply
from nowserving.web.doors import checked_key
from nowserving.web.gate.auth import Caller, require
from nowserving.web.house import house_of
from nowserving.web.wire import asgi
from nowserving.web.wire.body import check_json_type, parse_json

T = TypeVar("T")

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ETAG = re.compile(r'"([0-9]{1,18})"')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
# Every page and every refusal can be had in another language.
_EVERYWHERE = frozenset({"lang"})
_MOST_PARAMETERS = 100
JSON = "application/json"


class StrictRoute(APIRoute):
    """A route that reads its body as strictly as the hot doors do, and its query without guessing."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with a strict reading in front of it."""
        handle = super().get_route_handler()
        has_body = self.body_field is not None
        known = frozenset(_parameters(self.dependant)) | _EVERYWHERE

        async def strictly(request: Request) -> Response:
            _check_ids(request.path_params)
            _check_query(request, known)
            if has_body:
                request = _StrictRequest(request.scope, request.receive)
                await request.take_body()
            return await handle(request)

        return strictly


class _StrictRequest(Request):
    """A request whose body has been read and parsed by our own rules."""

    async def take_body(self) -> None:
        self._body = await asgi.read_body(self.scope, self.receive)
        check_json_type(self.scope)
        self._json = parse_json(self._body)


def _check_ids(path_params: Mapping[str, Any]) -> None:
    if not all(_ID.fullmatch(str(value)) for value in path_params.values()):
        raise not_found()


def _parameters(dependant: Dependant) -> Iterator[str]:
    """Yield the names of the query parameters that a route or what it depends on reads."""
    yield from (field.alias for field in dependant.query_params)
    for one in dependant.dependencies:
        yield from _parameters(one)


def _check_query(request: Request, known: frozenset[str]) -> None:
    given = request.query_params.multi_items()
    names = [name for name, _ in given[:_MOST_PARAMETERS]]
    for name, value in given:
        place = "/" + pointer_part(name)
        if name not in known:
            raise invalid_field(place, "unknown_parameter", N_("There is no parameter of this name."))
        if names.count(name) > 1:
            raise invalid_field(place, "twice", N_("This parameter may be there once."))
        if _CONTROL.search(value):
            raise invalid_field(place, "bad_character", N_("There is a character here that text can't have."))


class Shape(BaseModel):
    """A JSON object of the API, given out: exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Form(BaseModel):
    """A JSON object that a caller sends. It names the fields; what they may be is the domain's business."""

    model_config = ConfigDict(extra="forbid")

    def given(self) -> dict[str, Any]:
        """Return the fields that the caller has sent, as they were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Envelope(Shape, Generic[T]):
    """One thing."""

    data: T


class Listing(Shape, Generic[T]):
    """Several things; `next` leads on to more of them, or is null."""

    data: list[T]
    next: str | None = None


class FieldProblem(Shape):
    """One value that was refused."""

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """A refusal (RFC 9457). `code` is stable, `detail` is for people, in their language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] | None = None
    retry_after_s: int | None = None


# What fields of a Form may be, as the document tells it. The domain reads the values and refuses.
Text = Annotated[Any, WithJsonSchema({"type": "string"})]
TextOrNull = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]})]
Number = Annotated[Any, WithJsonSchema({"type": "integer"})]
NumberOrNull = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "null"}]})]
Flag = Annotated[Any, WithJsonSchema({"type": "boolean"})]
Object = Annotated[Any, WithJsonSchema({"type": "object"})]
ObjectOrNull = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "object"}, {"type": "null"}]})]
Texts = Annotated[Any, WithJsonSchema({"type": "array", "items": {"type": "string"}})]


def resource(tag: str) -> APIRouter:
    """Return the router of one resource, with strict routes. web/wire/openapi.py tells what they refuse."""
    return APIRouter(tags=[tag], route_class=StrictRoute)


def everywhere(permission: Permission) -> Callable[[Principal], Coroutine[Any, Any, Principal]]:
    """Like `require`, for what belongs to the whole organisation: a key for one branch may not."""

    async def of_the_house(principal: Caller) -> Principal:
        if not principal.may(permission) or principal.branch_ids is not None:
            raise Forbidden("forbidden", N_("You may not do this."))
        return principal

    return of_the_house


# Who may call a route, as the type of its first parameter.
Reader = Annotated[Principal, Depends(require(Permission.SEE_LAYOUT))]
QueueReader = Annotated[Principal, Depends(require(Permission.SEE_QUEUE))]
Agent = Annotated[Principal, Depends(require(Permission.CALL))]
Admin = Annotated[Principal, Depends(require(Permission.MANAGE))]
LogReader = Annotated[Principal, Depends(require(Permission.SEE_LOG))]
HeadAdmin = Annotated[Principal, Depends(everywhere(Permission.MANAGE))]
Head = Annotated[Principal, Depends(everywhere(Permission.MANAGE_STAFF))]
# The same for routes that need nothing else of their caller.
READERS = [Depends(require(Permission.SEE_LAYOUT))]
HEADS = [Depends(everywhere(Permission.MANAGE_STAFF))]
HEAD_LOG_READERS = [Depends(everywhere(Permission.SEE_LOG))]


def etag(edited: int) -> dict[str, str]:
    """Return the header that names a version of a row."""
    return {"ETag": f'"{edited}"'}


async def expected_version(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """Return the version that the caller has seen (If-Match), or None if they don't say."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Stale("stale", N_("Somebody else has changed this meanwhile. Look at it again, then save."))
    return int(found[1])


Expected = Annotated[int | None, Depends(expected_version)]


async def _idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="The same key and body again get the same answer again, and nothing happens twice.",
        ),
    ] = None,
) -> None:
    """Tell the document of the header that `create` obeys."""


# What a route that creates something depends on.
ONCE = [Depends(_idempotency_key)]


def cursor_of(version: int) -> str:
    """Return a version as an opaque cursor."""
    return url_safe(f"v{version}".encode())


def version_of(cursor: str | None) -> int | None:
    """Return the version that a cursor of ours names; raises Malformed for one that is not ours."""
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        return whole_from_text(text.removeprefix("v"), "/cursor", 1, 1 << 62)
    except (ValueError, binascii.Error, AppError):
        raise Malformed("bad_cursor", N_("This cursor is not one of ours.")) from None


def limit_of(limit: str | None, most: int = 200) -> int:
    """Return how many a page may hold: 50 unless told, `most` at most."""
    return 50 if limit is None else min(whole_from_text(limit, "/limit", 1, 1 << 62), most)


async def create(
    request: Request,
    principal: Principal | None,
    verb: Callable[..., T],
    render: Callable[[T], Any],
    collection: str,
    /,
    **arguments: Any,
) -> Response:
    """Run a verb that makes something and answer with it, once for each Idempotency-Key.

    `render` returns the whole document. The answer is stored in the verb's own transaction. In the
    `collection` the new thing is found by its id (Location).
    """
    by = (principal.actor, principal.actor) if principal else ("guest", _stranger(request))
    return await create_once(request, by, verb, render, collection, **arguments)


def _stranger(request: Request) -> str:
    """Return what a caller without a name is told from others by: where they ask from, sealed.

    Who guesses somebody's Idempotency-Key must not be given the answer, with its secret link, again.
    """
    house = house_of(request)
    address = house.limits.address_of(request.scope).encode()
    sealed = hmac.new(secret_key(house.settings), b"who repeats from " + address, sha256).hexdigest()
    return f"guest:{sealed[:32]}"


async def create_once(
    request: Request,
    by: tuple[str, str],
    verb: Callable[..., T],
    render: Callable[[T], Any],
    collection: str,
    /,
    **arguments: Any,
) -> Response:
    """Like `create`; `by` is who does it, and for whom alone an Idempotency-Key stands for the same."""
    house, (actor, keeper) = house_of(request), by

    def rendered(value: T) -> tuple[int, str]:
        return 201, asgi.encode(render(value)).decode()

    once = await _once(request, keeper, rendered)
    value: Any = await house.store.write(verb, actor=actor, once=once, **arguments)
    reply = value if isinstance(value, Reply) else Reply(*rendered(value))
    headers = {"Location": f"/api/v1/{collection}/{json.loads(reply.body)['data']['id']}"}
    if reply.repeated:
        headers["Idempotent-Replayed"] = "true"
    return Response(reply.body, reply.status, headers, JSON)


async def _once(request: Request, actor: str, render: Callable[[Any], tuple[int, str]]) -> Once | None:
    key = asgi.header_if_sent(request.scope, b"idempotency-key")
    if key is None:
        return None
    # Keyed, because a body may hold a password: what is kept must not help anybody to guess it.
    digest = hmac.new(secret_key(house_of(request).settings), await request.body(), sha256).hexdigest()
    return Once(actor, f"{request.method} {request.url.path}", checked_key(key), digest, render)

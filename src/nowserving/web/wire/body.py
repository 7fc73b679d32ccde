"""Reading JSON strictly: what a parser lets pass in silence is refused with a reason.

The standard parser accepts NaN, keeps the last of two equal keys, overflows on deep nesting and
long integers, and lets half a surrogate pass that breaks much later. Each would be a 500 or a lie.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import Request
from starlette.types import Scope

from nowserving.domain.values import pointer_part
from nowserving.errors import N_, AppError, Malformed, invalid_field
from nowserving.web.wire import asgi

_DEEPEST = 32
_SURROGATE = re.compile("[\ud800-\udfff]")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


# Made once: `json.loads` with hooks would make one for each body.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)


def _wrong_type() -> AppError:
    error = Malformed("unsupported_media_type", N_("Send this as application/json."))
    error.status = 415  # type: ignore[misc]
    return error


def check_json_type(scope: Scope) -> None:
    """Raise a 415 refusal unless the request says that it is JSON, uncompressed and in UTF-8."""
    if not _is_json(asgi.header(scope, b"content-type")):
        raise _wrong_type()
    if asgi.header(scope, b"content-encoding") not in ("", "identity"):
        raise _wrong_type()


@lru_cache(maxsize=64)
def _is_json(content_type: str) -> bool:
    name, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    return name.strip() == "application/json" and charset in ("", "charset=utf-8")


def parse_json(body: bytes) -> Any:
    """Return what a body says; raises Malformed for everything that is not one clear JSON value."""
    try:
        text = body.decode("utf-8")
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise _malformed() from None
    if "\\u" in text and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise _malformed()
    _check_depth(value, 0)
    return value


def read_object(
    scope: Scope, body: bytes, fields: Mapping[str, type], *, empty: bool = False
) -> dict[str, Any]:
    """Return the members of a JSON object; only `fields` may be there, text fields must be text.

    With `empty` a request without a body counts as {}. Numbers are checked where their range is known.
    """
    if empty and not body:
        return {}
    check_json_type(scope)
    if body == b"{}":
        return {}
    value = parse_json(body)
    if not isinstance(value, dict):
        raise invalid_field("", "not_an_object", N_("Send a JSON object."))
    for name, given in value.items():
        if name not in fields:
            raise invalid_field("/" + pointer_part(name), "unknown_field", N_("There is no such field."))
        if fields[name] is str and not isinstance(given, str):
            raise invalid_field("/" + name, "not_text", N_("This must be text."))
    return value


async def json_object(request: Request) -> dict[str, Any]:
    """Return the JSON object that a request carries (a FastAPI dependency); any members are allowed."""
    body = await asgi.read_body(request.scope, request.receive)
    check_json_type(request.scope)
    value = parse_json(body)
    if not isinstance(value, dict):
        raise invalid_field("", "not_an_object", N_("Send a JSON object."))
    return value


def _check_depth(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise _malformed()
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise _malformed()
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        _check_depth(one, depth + 1)


def _malformed() -> Malformed:
    return Malformed("malformed", N_("The request is no valid JSON."))

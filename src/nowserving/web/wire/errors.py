"""Refusals on their way out: problem+json for programs (RFC 9457), a kind page for people.

The sentence is translated here, in the language of whoever reads it. A mistake of our own says so
and nothing more; what went wrong is in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from nowserving.errors import N_, AppError, FieldError, Invalid, Malformed
from nowserving.web.looks.i18n import Localiser, language_of, localiser
from nowserving.web.looks.render import page
from nowserving.web.wire import asgi

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
_API = "/api/"
_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
_HEADINGS: Mapping[int, str] = {
    400: N_("That did not arrive in one piece"),
    401: N_("Please sign in"),
    403: N_("This is not for you"),
    404: N_("There is nothing here"),
    405: N_("That is not possible here"),
    409: N_("That is not possible now"),
    410: N_("This has lapsed"),
    412: N_("Somebody was quicker"),
    413: N_("That is too large"),
    415: N_("That is the wrong kind of data"),
    422: N_("Something is not right yet"),
    429: N_("A little slower, please"),
    500: N_("That is our fault"),
    503: N_("Just a moment"),
}
# After these nothing more is read from a connection: the rest is half a body, or a cheat's.
_LAST_WORDS = frozenset({"too_large", "incomplete", "bad_host", "header_twice"})
# A sentence for what the framework refuses by itself.
_PLAIN: Mapping[int, tuple[str, str]] = {
    404: ("not_found", N_("There is nothing here, or it is not yours.")),
    405: ("method_not_allowed", N_("This address does not do that.")),
    413: ("too_large", N_("The request is too large.")),
    415: ("unsupported_media_type", N_("Send this as application/json.")),
}
# What the framework finds wrong with a form, in the words of domain/values.py.
_FRAMEWORK_FIELDS: Mapping[str, tuple[str, str]] = {
    "missing": ("required", N_("This field is missing.")),
    "extra_forbidden": ("unknown_field", N_("There is no field of this name.")),
    "model_attributes_type": ("not_an_object", N_("This must be an object with named fields.")),
    "bool_parsing": ("not_flag", N_("This must be true or false.")),
}


def problem(scope: Scope, error: AppError) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return status, headers and body (problem+json) of a refusal, in the caller's language."""
    speaking = localiser(language_of(HTTPConnection(scope)))
    return error.status, headers_of(error), asgi.encode(problem_document(speaking, error))


def problem_document(speaking: Localiser, error: AppError) -> dict[str, Any]:
    """Return the members of RFC 9457 and ours: `code`, `errors` with JSON pointers, and the error's data."""
    document: dict[str, Any] = {
        "type": f"urn:nowserving:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": speaking.gettext(error.message, **error.data),
    }
    if error.fields:
        document["errors"] = [_field(speaking, field) for field in error.fields]
    if error.retry_after_s is not None:
        document["retry_after_s"] = error.retry_after_s
    return {**error.data, **document}


def _field(speaking: Localiser, field: FieldError) -> dict[str, str]:
    detail = speaking.gettext(field.message, **dict(field.data))
    return {"pointer": field.pointer, "code": field.code, "detail": detail}


def headers_of(error: AppError) -> list[tuple[bytes, bytes]]:
    """Return the headers that a refusal needs."""
    if error.status == 401:
        return [(b"www-authenticate", b"Bearer")]
    if error.retry_after_s is not None:
        return [(b"retry-after", b"%d" % error.retry_after_s)]
    return [(b"connection", b"close")] if error.code in _LAST_WORDS else []


def install_error_handlers(app: FastAPI) -> None:
    """Give every refusal of the app, ours and the framework's, the same shape."""
    app.add_exception_handler(AppError, _refusal)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _mistake)


async def _refusal(request: Request, error: Exception) -> Response:
    return respond(request, cast(AppError, error))


async def _validation(request: Request, error: Exception) -> Response:
    found = cast(RequestValidationError, error).errors()
    if any(one["type"] == "json_invalid" for one in found):
        return respond(request, Malformed("malformed", N_("The request is no valid JSON.")))
    fields = tuple(_framework_field(one) for one in found)
    return respond(request, Invalid("invalid", N_("Some values are not acceptable."), fields=fields))


def _framework_field(found: Any) -> FieldError:
    place = [str(part) for part in found["loc"] if part not in ("body", "query", "path", "header")]
    pointer = "/" + "/".join(place) if place else ""
    if found["type"] == "literal_error":
        choices = found["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        return FieldError(
            pointer, "not_a_choice", N_("This must be one of: %(choices)s."), (("choices", choices),)
        )
    default = (found["type"], N_("This value is not acceptable here."))
    code, message = _FRAMEWORK_FIELDS.get(found["type"], default)
    return FieldError(pointer, code, message)


async def _framework(request: Request, error: Exception) -> Response:
    refused = cast(HTTPException, error)
    code, message = _PLAIN.get(refused.status_code, ("refused", N_("This request is not acceptable.")))
    ours = AppError(code, message)
    ours.status = refused.status_code  # type: ignore[misc]
    response = respond(request, ours)
    for name, value in (refused.headers or {}).items():
        response.headers[name] = value
    if refused.status_code == 405:
        response.headers["Allow"] = ", ".join(_methods_of(request))
    return response


def _methods_of(request: Request) -> list[str]:
    """Return all methods that an address knows (RFC 9110, 10.2.1); the framework names those of one route."""
    routes = request.app.routes

    def knows(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in routes)

    return [method for method in _METHODS if knows(method)]


async def _mistake(request: Request, error: Exception) -> Response:
    log.error("a request failed: %s %s", request.method, request.url.path, exc_info=error)
    return respond(request, mistake())


def mistake() -> AppError:
    """Return what we say of a mistake of our own."""
    ours = AppError("our_fault", N_("Something went wrong on our side. It has been noted."))
    ours.status = 500  # type: ignore[misc]
    return ours


def respond(request: Request, error: AppError) -> Response:
    """Return a refusal as a page for people, or as problem+json for everybody else."""
    headers = {name.decode(): value.decode() for name, value in headers_of(error)}
    if request.url.path.startswith(_API) or _speaks_json(request):
        status, _, body = problem(request.scope, error)
        return Response(body, status, headers, PROBLEM)
    speaking = localiser(language_of(request))
    return page(
        request,
        "errors/error.html",
        status_code=error.status,
        headers=headers,
        heading=speaking.gettext(_HEADINGS.get(error.status, _HEADINGS[400])),
        detail=speaking.gettext(error.message, **error.data),
        retry_after_s=error.retry_after_s,
        status=error.status,
    )


def _speaks_json(request: Request) -> bool:
    """Say whether the caller is a program that sent JSON to a page's own address."""
    return request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"

"""The OpenAPI document, finished: who may call what, what is really refused where, and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from nowserving.web.wire.examples import EXAMPLES
from nowserving.web.wire.examples.clinic import CLINIC_EXAMPLES
from nowserving.web.wire.examples.passes import PASS_EXAMPLES
from nowserving.web.wire.examples.reservations import RESERVATION_EXAMPLES
from nowserving.web.wire.examples.seats import SEAT_EXAMPLES
from nowserving.web.wire.examples.shows import SHOW_EXAMPLES
from nowserving.web.wire.resource import Problem

_TAGS = {
    "tokens": "Signing in by programs that act for a person.",
    "me": "Who the caller is, and what they decide about themself.",
    "tickets": "A place in a queue: joining, reading, everything that staff and guests do with it.",
    "messages": "How guests are told, what a branch has set about it, and what could not be delivered.",
    "services": "What can be booked, when it is given, and the line that it feeds.",
    "reservations": "Promised times: slots, reservations, arriving, the waiting list.",
    "shows": "What is played and when, and what an organiser does with its sale.",
    "lobbies": "The line before the seats of a performance: its rules, its numbers, its draw, its places.",
    "passes": "Coming in from a lobby, and websites that are not ours and that a lobby guards.",
    "seat maps": "Plans of houses: drawn, imported, exported.",
    "seats": "The seats of a performance: which there are, which are taken.",
    "bookings": "Seats that were sold, and the waiting list of a house that is sold out.",
    "door": "Where the codes of seats are looked at.",
    "accounts": "Guests who come back: registering, signing in, what they booked.",
    "records": "Guests who come back to a clinic: who they are, and who has looked. Sealed where it is kept.",
    "visits": "What a clinic does with a ticket: whose it is, notes, triage, on to a station and back.",
    "stands": "What a host does where parties are called by a rule: seats, calls, more time, being late.",
    "desks": "Desks as they are set up, and the work that is done there.",
    "queues": "Queues with their rules.",
    "departments": "Named groups of queues and desks.",
    "branches": "Places with doors, a time zone and opening hours.",
    "organisation": "The house itself.",
    "staff": "People with accounts.",
    "API keys": "Keys of programs.",
    "devices": "Kiosks and displays, and how they are paired.",
    "log": "What happened, in words.",
    "checks": "What must always be true, asked of live data.",
    "quotes": "What guests were told on joining, against how long they waited.",
    "live": "Streams of server-sent events, and the same by polling.",
}
_SCHEMES = {
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "A program's own key."},
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token from `signIn`, an API key, or the credential of a paired device.",
    },
    "browser": {
        "type": "apiKey",
        "in": "cookie",
        "name": "ns_signin",
        "description": "A browser's sign-in; on HTTPS the cookie is called `__Host-ns_signin`.",
    },
}
_EXAMPLES = {
    **EXAMPLES,
    **RESERVATION_EXAMPLES,
    **CLINIC_EXAMPLES,
    **SEAT_EXAMPLES,
    **SHOW_EXAMPLES,
    **PASS_EXAMPLES,
}
_ANYBODY: tuple[Mapping[str, Any], ...] = ({},)
_SIGNED_IN: tuple[Mapping[str, Any], ...] = tuple({name: []} for name in _SCHEMES)
# Nobody is known here yet.
_BEFORE_SIGN_IN = frozenset(
    {
        *("signIn", "refreshTokens", "signOut", "beginPairing", "claimDevice"),
        # A guest's token is none of ours: it opens that guest's account and nothing else.
        *("registerGuest", "verifyGuest", "signGuestIn", "signGuestOut"),
        *("forgotGuestPassword", "resetGuestPassword", "getGuest", "listGuestReservations"),
    }
)
# Whoever holds a ticket's key is its guest; a queue may let guests join from afar; lines are public.
_GUESTS = frozenset(
    {
        "joinQueue",
        "getTicket",
        "leaveTicket",
        "undoLeaveTicket",
        "postponeTicket",
        "checkInTicket",
        "comingTicket",
        "rejoinTicket",
        "resizeTicket",
        "getSnapshots",
        "openStream",
        "listSlots",
        "createReservation",
        "holdSlot",
        "bookReservation",
        "getReservation",
        "editReservation",
        "cancelReservation",
        "checkInReservation",
        "createStandby",
        "getStandby",
        "takeOffer",
        "declineOffer",
        "leaveStandby",
        *("getSeats", "getTakenSeats", "getBooking", "cancelBooking", "transferBooking"),
        *("getLobby", "getDraw", "takePlace"),
        *("createSeatStandby", "getSeatStandby", "takeSeatOffer", "declineSeatOffer", "leaveSeatStandby"),
        *("enterTicket", "extendPass", "leaveSeats", "verifyPass", "endPass"),
        *("holdSeats", "getHold", "extendHold", "releaseHold", "bookSeats"),
    }
)
# What names a thing elsewhere than in its path.
_NAMING = frozenset(
    {
        *("claimDevice", "openStream", "getSnapshots", "registerGuest"),
        *("createReservation", "listReservations"),
    }
)
_LAPSING = frozenset(
    {
        "claimDevice",
        "editDevice",
        "reportDevice",
        "checkInTicket",
        "comingTicket",
        "rejoinTicket",
        "bookReservation",
        "editReservation",
        "cancelReservation",
        "checkInReservation",
        "confirmReservation",
        "verifyGuest",
        "resetGuestPassword",
        "takeOffer",
        "declineOffer",
        "takeSeatOffer",
        "declineSeatOffer",
        *("enterTicket", "extendPass", "leaveSeats", "verifyPass", "endPass"),
        *("holdSeats", "extendHold", "releaseHold", "bookSeats"),
    }
)
_REFUSALS = {
    400: "The request can't be read.",
    401: "Nobody is signed in, or the credential is not good.",
    403: "The caller may not do this.",
    404: "There is no such thing, or it is not the caller's.",
    409: "The thing is not in the state that this needs; the real state is told.",
    410: "It was there and has lapsed.",
    412: "If-Match names an older version.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    422: "A value is not acceptable; `errors` says which and why.",
    429: "Too many requests; Retry-After says when to come back.",
    503: "It can't be done just now; Retry-After says when to try again.",
}


def install_openapi(app: FastAPI) -> None:
    """Let the app tell the finished document; it is made once, when it is first asked for."""
    draft = app.openapi

    def finished() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _finished(draft())
        return app.openapi_schema

    app.openapi = finished  # type: ignore[method-assign]


def _finished(document: dict[str, Any]) -> dict[str, Any]:
    document["info"] |= {
        "summary": "One engine for everything that waits.",
        "license": {"name": "MIT", "identifier": "MIT"},
    }
    document["tags"] = [{"name": name, "description": words} for name, words in _TAGS.items()]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _finish(operation, path, method)
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _, refusal = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas |= refusal["$defs"]
    for name, example in _EXAMPLES.items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    document["components"]["securitySchemes"] = _SCHEMES
    return document


def _finish(operation: dict[str, Any], path: str, method: str) -> None:
    name = operation["operationId"]
    public = name in _BEFORE_SIGN_IN
    guests = (*_ANYBODY, *_SIGNED_IN)
    operation["security"] = [] if public else list(guests if name in _GUESTS else _SIGNED_IN)
    operation["summary"] = operation["description"].partition(". ")[0].partition("\n")[0].rstrip(".")
    # The last tag is the route's own, the one before it the router's.
    operation["tags"] = operation["tags"][-1:]
    for one in (*operation.get("parameters", ()), *_bodies(operation)):
        _drop_null(one)
    answers = operation["responses"]
    good = {code: answer for code, answer in answers.items() if code < "400"}
    operation["responses"] = good | {
        str(code): _refusal(_REFUSALS[code]) for code in _refusals(operation, path, method)
    }


def _bodies(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from operation.get("requestBody", {}).get("content", {}).values()


def _drop_null(place: dict[str, Any]) -> None:
    """Say of what may be left out what it is when it is there: a header can't be null."""
    kinds = place["schema"].get("anyOf", ())
    there = [kind for kind in kinds if kind != {"type": "null"}]
    if len(there) == 1:
        rest = {name: value for name, value in place["schema"].items() if name not in ("anyOf", "title")}
        place["schema"] = {**rest, **there[0]}


def _refusals(operation: Mapping[str, Any], path: str, method: str) -> Iterator[int]:
    """Yield the refusals that a caller may meet here."""
    name = operation["operationId"]
    parameters = {one["name"].lower() for one in operation.get("parameters", ())}
    changes = method != "get"
    possible = {
        400: True,
        401: name not in ("beginPairing", "claimDevice", "signOut", "getTicket"),
        403: True if changes else name not in ("getTicket", "getMe"),
        404: "{" in path or name in _NAMING,
        409: changes,
        410: name in _LAPSING,
        412: "if-match" in parameters,
        413: "requestBody" in operation,
        415: "requestBody" in operation,
        422: True,
        429: True,
        503: True,
    }
    return (code for code, can_be in possible.items() if can_be)


def _refusal(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}

"""Reading the plan of a house from a request: larger than other bodies, and away from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import Request

from nowserving.domain.seats.csv_file import plan_from_csv
from nowserving.domain.seats.plan import Plan, read_plan
from nowserving.domain.values import pointer_part
from nowserving.errors import N_, FieldError, Invalid, invalid_field
from nowserving.web.wire import asgi
from nowserving.web.wire.body import check_json_type, parse_json

MOST_PLAN = 24 * 1024 * 1024
"""A hundred thousand seats in the open format, as JSON."""


async def plan_body(request: Request, members: Mapping[str, bool]) -> dict[str, Any]:
    """Return the JSON object of a request; `members` says by name which there may be, True for must be.

    Raises Invalid, TooLarge, Malformed.
    """
    raw = await asgi.read_body(request.scope, request.receive, MOST_PLAN)
    check_json_type(request.scope)
    # Ten megabytes take a second to parse: nobody else waits for it.
    value = await asyncio.to_thread(parse_json, raw)
    if not isinstance(value, dict):
        raise invalid_field("", "not_an_object", N_("Send a JSON object."))
    for name in value:
        if name not in members:
            raise invalid_field("/" + pointer_part(name), "unknown_field", N_("There is no such field."))
    for name, needed in members.items():
        if needed and name not in value:
            raise invalid_field("/" + name, "required", N_("This field is missing."))
    return value


async def plan_of(value: object, pointer: str = "/plan") -> Plan:
    """Return a plan that stands in a body at `pointer`; raises Invalid that names places in the body."""
    try:
        return await asyncio.to_thread(read_plan, value)
    except Invalid as refusal:
        raise _deeper(refusal, pointer) from None


async def plan_of_table(value: object, name: str) -> Plan:
    """Return the plan that a table in a body (`csv`) describes; raises Invalid naming line and column."""
    if not isinstance(value, str):
        raise invalid_field("/csv", "not_text", N_("This must be text."))
    return await asyncio.to_thread(plan_from_csv, value, name)


def _deeper(refusal: Invalid, pointer: str) -> Invalid:
    fields = (FieldError(pointer + one.pointer, one.code, one.message, one.data) for one in refusal.fields)
    return Invalid(refusal.code, refusal.message, fields=tuple(fields))

"""What must always be true, asked of live data."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from nowserving.store.care.checks import run_checks
from nowserving.web.house import house_of
from nowserving.web.wire.resource import HEADS, Envelope, Shape, resource
from nowserving.web.wire.ticket_json import instant

router = resource("checks")


class CheckShape(Shape):
    """One law: how many things it was asked of, and a sentence for each that breaks it."""

    name: str
    checked: int
    violations: list[str]


class ChecksShape(Shape):
    """Every law, and how often all of them together are broken: 0 in a sound house."""

    at: str
    violations: int
    checks: list[CheckShape]


@router.get("/check", operation_id="runChecks", dependencies=HEADS, response_model=Envelope[ChecksShape])
async def check(request: Request) -> Any:
    """Ask live data whether everything is true that must always be true, as `nowserving check` does.

    It reads the whole database: seconds, when there is much history.
    """
    store = house_of(request).store
    now = store.clock()
    found = await store.read(run_checks, now)
    checks = [{"name": one.name, "checked": one.checked, "violations": list(one.violations)} for one in found]
    violations = sum(len(one.violations) for one in found)
    return {"data": {"at": instant(now), "violations": violations, "checks": checks}}

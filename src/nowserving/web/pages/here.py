"""Pairing a screen from the server's own machine, for `nowserving kiosk|display --data DIR`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from nowserving.actions.people.devices import Claimed, approve_pairing, begin_pairing, claim_device
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.fields import DEVICE
from nowserving.domain.people.credentials import DeviceKind
from nowserving.domain.text import typed
from nowserving.domain.values import one_of, read_fields, whole_between
from nowserving.errors import N_, Forbidden, invalid_field
from nowserving.web.gate.here import is_here
from nowserving.web.house import House, house_of
from nowserving.web.wire.body import json_object

router = APIRouter(include_in_schema=False)

PATH = "/devices/here"
_ACTOR = "console"
_FIELDS = {
    "kind": one_of(DeviceKind),
    "name": DEVICE["name"],
    "branch": typed(100, required=False),
    "at_s": whole_between(0, 1 << 40),
    "proof": typed(64),
}


@router.post(PATH)
async def pair_here(request: Request, given: Annotated[dict[str, Any], Depends(json_object)]) -> Response:
    """Make a device of a branch, for somebody who can read the server's key; answer with its credential."""
    house = house_of(request)
    await house.limits.check("pairing", house.limits.address_of(request.scope))
    read = read_fields(given, "", _FIELDS, required=frozenset(_FIELDS))
    now_s = house.store.clock() // SECOND_US
    if not is_here(house.settings, read["kind"].value, read["at_s"], read["proof"], now_s):
        raise Forbidden("not_here", N_("This does not come from the machine of the server."))
    branch_id = _branch_id(house, read["branch"])
    claimed = await _paired(house, read["kind"].value, read["name"], branch_id)
    return JSONResponse({"data": {"id": claimed.device.id, "credential": claimed.secret}}, 201)


def _branch_id(house: House, wanted: str) -> str:
    """Return the branch of this name or id; without a name, the only one there is."""
    branches = [live.layout.branch for live in house.relay.branches.values()]
    found = [one.id for one in branches if wanted in (one.id, one.name) or not wanted]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(one.name for one in branches))
    raise invalid_field("/branch", "which_branch", N_("Name one of these branches: %(names)s."), names=names)


async def _paired(house: House, kind: str, name: str, branch_id: str) -> Claimed:
    write = house.store.write
    lifetime_s = house.settings.pairing_s
    begun = await write(begin_pairing, actor=_ACTOR, kind=kind, lifetime_s=lifetime_s)
    device = await write(approve_pairing, actor=_ACTOR, branch_id=branch_id, code=begun.code, name=name)
    return await write(claim_device, device_id=device.id, claim=begun.claim)

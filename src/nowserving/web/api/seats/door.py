"""The door of a performance: a code is looked at, also without a network, and lets one in once."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from nowserving.actions.seats.admitting import Looked, Scan, look_at_stubs
from nowserving.domain.people.roles import Principal
from nowserving.domain.seats.stub import MOST_LETTERS, DoorAnswer
from nowserving.domain.text import clean_text
from nowserving.domain.values import listed
from nowserving.errors import N_, invalid_field
from nowserving.store.seats.bookings import stubs_of_performance
from nowserving.store.seats.seating import branch_of_performance
from nowserving.web.api.given import described
from nowserving.web.api.reservations.shapes import instant_of
from nowserving.web.api.seats.bodies import plan_body
from nowserving.web.api.seats.keys import key_of
from nowserving.web.api.seats.shapes import LookedShape
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.wire.resource import Agent, Envelope, Form, Listing, Shape, Text, resource
from nowserving.web.wire.ticket_json import instant

router = resource("door")

WORDS = {
    DoorAnswer.YES: N_("Welcome"),
    DoorAnswer.ALREADY_IN: N_("Somebody came in by this code already"),
    DoorAnswer.WRONG_PERFORMANCE: N_("This is for another performance"),
    DoorAnswer.VOID: N_("This code is void: the seat was handed on or given back"),
    DoorAnswer.UNKNOWN: N_("This is no code of ours"),
}
_MOST_SCANS = 5_000
_MERGE = described(
    {"scans": {"type": "array", "items": {"type": "object"}}},
    example={"scans": [{"code": "NS1.k.p.s.1.x", "at": "2026-11-24T19:00:00Z"}]},
    required=("scans",),
)


class CodeShown(Form):
    """What a camera or a scanner has read."""

    code: Text


class DoorKeyShape(Shape):
    """A public key (Ed25519, raw, base64url) that checks the codes which name it."""

    id: str
    public: str


class DoorStubShape(Shape):
    """A stub as a door without a network needs it."""

    serial: str
    version: int
    seat: str
    state: str
    came_at: str | None


@router.get("/door-keys", operation_id="listDoorKeys", response_model=Listing[DoorKeyShape])
async def keys(request: Request, _principal: Agent) -> Any:
    """List the public keys with which codes can be checked."""
    key = key_of(request)
    return {"data": [{"id": key.id, "public": key.public}]}


@router.get(
    "/performances/{performance_id}/door-list",
    operation_id="getDoorList",
    response_model=Listing[DoorStubShape],
)
async def door_list(request: Request, principal: Agent, performance_id: str) -> Any:
    """Return every stub of a performance, to be taken along where there is no network."""
    await _check(request, principal, performance_id)
    found = await house_of(request).store.read(stubs_of_performance, performance_id)
    return {
        "data": [
            {
                "serial": stub.serial,
                "version": stub.version,
                "seat": stub.seat,
                "state": stub.state.value,
                "came_at": instant(stub.came_at),
            }
            for stub in found
        ]
    }


@router.post(
    "/performances/{performance_id}/door", operation_id="lookAtStub", response_model=Envelope[LookedShape]
)
async def look(request: Request, principal: Agent, performance_id: str, form: CodeShown) -> Any:
    """Let in whom a code lets in, once; and say in words why not."""
    await _check(request, principal, performance_id)
    scan = Scan(key_of(request).read(clean_text(form.code, "/code", MOST_LETTERS)))
    looked = await house_of(request).store.write(
        look_at_stubs, actor=principal.actor, performance_id=performance_id, scans=[scan]
    )
    return {"data": _json(request, looked[0])}


@router.post(
    "/performances/{performance_id}/door-merge",
    operation_id="mergeDoor",
    response_model=Listing[LookedShape],
    openapi_extra=_MERGE,
)
async def merge(request: Request, principal: Agent, performance_id: str) -> Any:
    """Take over what was scanned without a network, in its order: each stub counts once."""
    await _check(request, principal, performance_id)
    given = await plan_body(request, {"scans": True})
    scans = [
        _scan(request, one, f"/scans/{nth}")
        for nth, one in enumerate(listed(given["scans"], "/scans", _MOST_SCANS))
    ]
    looked = await house_of(request).store.write(
        look_at_stubs, actor=principal.actor, performance_id=performance_id, scans=scans
    )
    return {"data": [_json(request, one) for one in looked]}


async def _check(request: Request, principal: Principal, performance_id: str) -> None:
    check_branch(principal, await house_of(request).store.read(branch_of_performance, performance_id))


def _scan(request: Request, given: object, pointer: str) -> Scan:
    if not isinstance(given, dict) or set(given) != {"code", "at"}:
        raise invalid_field(pointer, "not_a_scan", N_("A scan has a code and an instant (at)."))
    code = clean_text(given["code"], f"{pointer}/code", MOST_LETTERS)
    return Scan(key_of(request).read(code), instant_of(given["at"], f"{pointer}/at"))


def _json(request: Request, looked: Looked) -> dict[str, Any]:
    stub = looked.stub
    return {
        "answer": looked.answer.value,
        "words": localiser(language_of(request)).gettext(WORDS[looked.answer]),
        "seat": stub.seat if stub else None,
        "holder": stub.holder if stub else None,
        "came_at": instant(stub.came_at) if stub else None,
    }

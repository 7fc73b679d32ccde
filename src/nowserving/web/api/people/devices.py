"""Kiosks and displays: pairing, settings, what they report, their end."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Request, Response

from nowserving.actions.people.devices import (
    approve_pairing,
    begin_pairing,
    claim_device,
    edit_device,
    report_device,
    revoke_device,
)
from nowserving.domain.people.credentials import Device, secret_hash, shown_code
from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import N_, Gone, not_found
from nowserving.store.people import devices as kept
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.finding import seen
from nowserving.web.gate.auth import DEVICE_COOKIE, check_branch, cookie_name, require
from nowserving.web.house import house_of
from nowserving.web.wire.resource import (
    ONCE,
    Admin,
    Envelope,
    Expected,
    Form,
    Listing,
    Object,
    Shape,
    Text,
    create,
    etag,
    resource,
)
from nowserving.web.wire.shapes import DeviceShape, device_json
from nowserving.web.wire.ticket_json import instant

router = resource("devices")

Reporter = Annotated[Principal, Depends(require(Permission.REPORT))]
POLL_AFTER_S = 2
_TEN_YEARS_S = 10 * 365 * 24 * 3600


class NewPairing(Form):
    """What wants to be paired: "kiosk" or "display"."""

    kind: Text


class PairingShape(Shape):
    """A pairing that waits: `code` is for the device's screen, `claim` is its secret to ask with."""

    code: str
    claim: str
    expires_at: str | None
    poll_after_s: int


class Claim(Form):
    """The secret of a pairing."""

    claim: Text


class ClaimShape(Shape):
    """Whether somebody has typed the code; once they have, the device and its credential, one time."""

    state: Literal["waiting", "paired"]
    poll_after_s: int | None = None
    device: DeviceShape | None = None
    credential: str | None = None


class NewDevice(Form):
    """The code that a device shows, and what it shall be called."""

    code: Text
    name: Text


class DeviceEdit(Form):
    """What changes in a device; settings that are left out stay as they are."""

    name: Text = None
    settings: Object = None


class Report(Form):
    """What a device lacks, in words; empty when all is well."""

    fault: Text = ""


@router.post("/pairings", operation_id="beginPairing", status_code=201, response_model=Envelope[PairingShape])
async def begin(request: Request, form: NewPairing) -> Any:
    """Begin to pair a device: it shows `code`, and asks with `claim` until an admin has typed it."""
    house = house_of(request)
    await house.limits.check("pairing", house.limits.address_of(request.scope))
    begun = await house.store.write(
        begin_pairing, actor="guest", lifetime_s=house.settings.pairing_s, **form.given()
    )
    data = {
        "code": shown_code(begun.code),
        "claim": begun.claim,
        "expires_at": instant(begun.expires_at),
        "poll_after_s": POLL_AFTER_S,
    }
    return {"data": data}


@router.post("/pairings/claim", operation_id="claimDevice", response_model=Envelope[ClaimShape])
async def claim(request: Request, response: Response, form: Claim) -> Any:
    """Ask whether the code was typed. The first time that it was, take the device's credential.

    A browser gets it as a cookie too. 404 for a pairing that is unknown or done, 410 for one that
    has lapsed: begin again.
    """
    house = house_of(request)
    secret = form.claim if isinstance(form.claim, str) else ""
    pairing = await house.store.read(kept.pairing_by_claim, secret_hash(secret))
    if pairing is None:
        raise not_found()
    if pairing.device_id is None:
        if pairing.expires_at <= house.store.clock():
            raise Gone("pairing_lapsed", N_("This pairing has lapsed. Begin again with a new code."))
        return {"data": {"state": "waiting", "poll_after_s": POLL_AFTER_S}}
    claimed = await house.store.write(claim_device, device_id=pairing.device_id, claim=secret)
    set_device_cookie(request, response, claimed.secret)
    data = {"state": "paired", "device": device_json(claimed.device), "credential": claimed.secret}
    return {"data": data}


@router.get("/branches/{branch_id}/devices", operation_id="listDevices", response_model=Listing[DeviceShape])
async def index(request: Request, principal: Admin, branch_id: str) -> Any:
    """List the paired devices of a branch, by name."""
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    found = await house.store.read(kept.devices, branch.id)
    return {"data": [device_json(device) for device in found]}


@router.post(
    "/branches/{branch_id}/devices",
    operation_id="approvePairing",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[DeviceShape],
)
async def approve(request: Request, principal: Admin, branch_id: str, form: NewDevice) -> Response:
    """Make the device that shows `code` one of this branch."""
    limits = house_of(request).limits
    await limits.check("pairing", limits.caller_of(request.scope, principal))
    check_branch(principal, branch_id)
    return await create(
        request, principal, approve_pairing, _document, "devices", branch_id=branch_id, **form.given()
    )


@router.get("/devices/{device_id}", operation_id="getDevice", response_model=Envelope[DeviceShape])
async def one(request: Request, response: Response, principal: Admin, device_id: str) -> Any:
    """Return a device. Its ETag is what an edit wants as If-Match."""
    device = await seen(house_of(request), principal, kept.device, device_id)
    response.headers.update(etag(device.edited))
    return _document(device)


@router.patch("/devices/{device_id}", operation_id="editDevice", response_model=Envelope[DeviceShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Admin,
    device_id: str,
    form: DeviceEdit,
    expected: Expected,
) -> Any:
    """Rename a device or change its settings."""
    house = house_of(request)
    await seen(house, principal, kept.device, device_id)
    device = await house.store.write(
        edit_device, actor=principal.actor, device_id=device_id, changes=form.given(), expected=expected
    )
    response.headers.update(etag(device.edited))
    return _document(device)


@router.delete("/devices/{device_id}", operation_id="revokeDevice", response_model=Envelope[DeviceShape])
async def revoke(request: Request, principal: Admin, device_id: str) -> Any:
    """Shut a device out at once and for good."""
    house = house_of(request)
    await seen(house, principal, kept.device, device_id)
    return _document(await house.store.write(revoke_device, actor=principal.actor, device_id=device_id))


@router.post("/devices/{device_id}/report", operation_id="reportDevice", response_model=Envelope[DeviceShape])
async def report(request: Request, principal: Reporter, device_id: str, form: Report) -> Any:
    """Say that this device lives, and what it lacks ("paper out"). A device reports on itself alone."""
    if principal.kind != "device" or principal.id != device_id:
        raise not_found()
    store = house_of(request).store
    return _document(
        await store.write(report_device, actor=principal.actor, device_id=device_id, **form.given())
    )


def set_device_cookie(request: Request, response: Response, secret: str) -> None:
    """Give a browser the credential of the device that it is."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        cookie_name(DEVICE_COOKIE, secure=secure),
        secret,
        max_age=_TEN_YEARS_S,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def _document(device: Device) -> dict[str, Any]:
    return {"data": device_json(device)}

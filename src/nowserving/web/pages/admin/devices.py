"""The devices of a branch: pair one by the code it shows, rename, set up, shut out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.people.devices import approve_pairing, edit_device, revoke_device
from nowserving.domain.instants import SECOND_US
from nowserving.domain.layout.screens import DEVICE, LANGUAGES, LAYOUTS, PAPERS, THEMES
from nowserving.domain.people.credentials import Device
from nowserving.domain.people.roles import Principal
from nowserving.errors import AppError, not_found
from nowserving.store import layout
from nowserving.store.people import devices as kept
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import House, house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

# A device reports every half minute; one that missed a few reports is probably off.
_ALIVE_US = 120 * SECOND_US


@router.get("/admin/branches/{branch_id}/devices")
async def index(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the devices and the form that pairs another."""
    return await _index(request, principal, branch_id, FormState())


@router.post("/admin/branches/{branch_id}/devices")
async def pair(request: Request, principal: Admin, branch_id: str) -> Response:
    """Pair the device that shows a code."""
    form = await form_of(request)
    house = house_of(request)
    await branch_of_page(request, principal, branch_id)
    try:
        # A code is short enough to guess, given enough tries; there are not enough.
        await house.limits.check("pairing", principal.actor)
        await house.store.write(
            approve_pairing,
            actor=principal.actor,
            branch_id=branch_id,
            code=form.get("code", ""),
            name=form.get("name", ""),
        )
    except AppError as error:
        return await _index(request, principal, branch_id, refused(request, form, error))
    return go_to(request, f"/admin/branches/{branch_id}/devices", "paired")


async def _index(request: Request, principal: Principal, branch_id: str, form: FormState) -> Response:
    house = house_of(request)
    branch = await branch_of_page(request, principal, branch_id)
    found = await house.store.read(kept.devices, branch_id)
    alive_since = house.store.clock() - _ALIVE_US
    return await admin_page(
        request,
        principal,
        "admin/devices.html",
        section="devices",
        form=form,
        branch=branch,
        rows=[{"device": one, "alive": one.seen_at > alive_since} for one in found],
    )


@router.get("/admin/devices/{device_id}")
async def details(request: Request, principal: Admin, device_id: str) -> Response:
    """Show a device's name and settings."""
    device = await _found(house_of(request), principal, device_id)
    return await _details(request, principal, device, FormState())


@router.post("/admin/devices/{device_id}")
async def save(request: Request, principal: Admin, device_id: str) -> Response:
    """Change a device's name and settings."""
    form = await form_of(request)
    house = house_of(request)
    device = await _found(house, principal, device_id)
    try:
        await house.store.write(
            edit_device,
            actor=principal.actor,
            device_id=device_id,
            changes={"name": form.get("name", ""), "settings": _settings(form)},
            expected=number(form.get("edited")),
        )
    except AppError as error:
        return await _details(request, principal, device, refused(request, form, error))
    return go_to(request, f"/admin/branches/{device.branch_id}/devices", "saved")


@router.post("/admin/devices/{device_id}/revoke")
async def revoke(request: Request, principal: Admin, device_id: str) -> Response:
    """Shut a device out at once."""
    house = house_of(request)
    device = await _found(house, principal, device_id)
    await house.store.write(revoke_device, actor=principal.actor, device_id=device_id)
    return go_to(request, f"/admin/branches/{device.branch_id}/devices", "revoked")


async def _details(request: Request, principal: Principal, device: Device, form: FormState) -> Response:
    branch = await branch_of_page(request, principal, device.branch_id)
    return await admin_page(
        request,
        principal,
        "admin/device.html",
        section="devices",
        form=form,
        branch=branch,
        device=device,
        settings={**DEVICE, **device.settings},
        queues=await house_of(request).store.read(layout.counters, device.branch_id),
        choices={"theme": THEMES, "layout": LAYOUTS, "paper": PAPERS, "language": ("", *LANGUAGES)},
    )


def _settings(form: dict[str, str]) -> dict[str, Any]:
    """Return the settings that the form spells; no ticked queue means all, what it has no field for stays."""
    settings: dict[str, Any] = {
        "queue_ids": [name.removeprefix("queue-") for name in form if name.startswith("queue-")]
    }
    for field, value in form.items():
        name = field.removeprefix("settings-")
        if name != field:
            settings[name] = _READ.get(name, str)(value)
    return settings


_READ: Mapping[str, Callable[[str], Any]] = {
    "volume": number,
    "mute_from": lambda text: text or None,
    "mute_until": lambda text: text or None,
}


async def _found(house: House, principal: Principal, device_id: str) -> Device:
    device = await house.store.read(kept.device, device_id)
    if device is None or device.revoked_at is not None or not principal.sees(device.branch_id):
        raise not_found()
    return device

"""What the pages of kiosks and displays have in common: whose page it is, and what it must know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from nowserving.actions.people.devices import report_device
from nowserving.domain.layout.branch import Branch, Organisation
from nowserving.domain.layout.screens import DEVICE
from nowserving.domain.messages.channels import Channel
from nowserving.domain.people.credentials import DEVICE_MARK, Device, DeviceKind, secret_hash
from nowserving.domain.people.roles import Permission
from nowserving.domain.text import typed
from nowserving.domain.values import Reader, read_fields
from nowserving.errors import N_, Unauthorized
from nowserving.store.engine.reader import Reader as Source
from nowserving.store.layout import branch as branch_by_id
from nowserving.store.layout import organisation
from nowserving.store.people import devices as kept
from nowserving.store.reservations.services import services as services_of
from nowserving.web.gate.auth import DEVICE_COOKIE, cookie_name
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import LANGUAGES, localiser
from nowserving.web.looks.render import icon_names, page, render
from nowserving.web.looks.static_files import static_files

_PULSE: Mapping[str, Reader] = {
    "fault": typed(200, required=False),
}
# What staff need who look at a screen in their own browser.
_TO_LOOK = {DeviceKind.KIOSK: Permission.JOIN, DeviceKind.DISPLAY: Permission.SEE_DISPLAY}


@dataclass(frozen=True, slots=True)
class Showing:
    """A screen of a branch: on its device, or (device None) looked at by staff in a browser."""

    kind: DeviceKind
    organisation: Organisation
    branch: Branch
    device: Device | None
    reservations: Mapping[str, bool] | None = None
    """What a kiosk must know where times can be reserved: whether name and birth date are enough."""
    roads: tuple[str, ...] = ()
    """The channels by which a guest of a kiosk can be told, where the house has senders for them."""

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the device, every one filled in."""
        return {**DEVICE, **(self.device.settings if self.device else {})}

    @property
    def language(self) -> str:
        """The language that the screen speaks by itself."""
        own = str(self.settings["language"])
        return own or self.organisation.languages[0]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it may change to: the own one first if the house has not chosen it."""
        chosen = self.organisation.languages
        return chosen if self.language in chosen else (self.language, *chosen)


async def device_of(request: Request) -> Device | None:
    """Return the device whose credential the browser holds, unless it was revoked."""
    name = cookie_name(DEVICE_COOKIE, secure=request.url.scheme == "https")
    secret = request.cookies.get(name, "")
    if not secret.startswith(DEVICE_MARK):
        return None
    found: Device | None = await house_of(request).store.read(kept.device_by_token, secret_hash(secret))
    return found if found is not None and found.revoked_at is None else None


async def showing_of(request: Request, kind: DeviceKind) -> Showing | None:
    """Return the screen to show to this browser, or None when it has to be paired first."""
    house = house_of(request)
    principal = await house.credentials.principal_of(request.scope)
    await house.limits.check_request(request.scope, principal)
    device = await device_of(request)
    roads = tuple(road.value for road in (Channel.SMS, Channel.EMAIL) if road in house.senders)
    if device is not None and device.kind is kind:
        return await house.store.read(_showing, kind, device.branch_id, device, roads)
    branch_id = request.query_params.get("branch", "")
    if principal is None or not principal.may(_TO_LOOK[kind]) or not principal.sees(branch_id):
        return None
    return await house.store.read(_showing, kind, branch_id, None, roads)


def _showing(
    reader: Source, kind: DeviceKind, branch_id: str, device: Device | None, roads: tuple[str, ...]
) -> Showing | None:
    found = branch_by_id(reader, branch_id)
    if found is None or found.archived_at is not None:
        return None
    if kind is not DeviceKind.KIOSK:
        return Showing(kind, organisation(reader), found, device)
    return Showing(kind, organisation(reader), found, device, _reservations(reader, branch_id), roads)


def _reservations(reader: Source, branch_id: str) -> dict[str, bool] | None:
    offered = services_of(reader, branch_id)
    return {"by_birth_date": any(one.rules.ask_birth_date for one in offered)} if offered else None


def config_of(showing: Showing) -> dict[str, Any]:
    """Return what the page's script must know; `mark` changes whenever something in it does."""
    device = showing.device
    config: dict[str, Any] = {
        "kind": showing.kind.value,
        "topic": f"{showing.kind.value}:{showing.branch.id}",
        "organisation": showing.organisation.name,
        "accent": showing.organisation.accent,
        "branch": {
            "id": showing.branch.id,
            "name": showing.branch.name,
            "time_zone": showing.branch.time_zone,
        },
        "language": showing.language,
        "languages": [
            {"code": code, "name": LANGUAGES[code].name, "direction": LANGUAGES[code].direction}
            for code in showing.languages
        ],
        "device": {"id": device.id, "name": device.name, "settings": showing.settings} if device else None,
        "build": static_files().hash,
    }
    if showing.reservations is not None:
        config["reservations"] = dict(showing.reservations)
    if showing.roads:
        config["roads"] = list(showing.roads)
    mark = hashlib.blake2b(json.dumps(config, sort_keys=True).encode(), digest_size=8).hexdigest()
    return {**config, "mark": mark}


def screen_page(showing: Showing, template: str) -> Response:
    """Return the page of a screen in its own language, whatever the browser prefers."""
    speaking = localiser(showing.language)
    config = {
        **config_of(showing),
        "fault": showing.device.fault if showing.device else "",
        "icons": sorted(icon_names()),
        "catalogues": _catalogues(showing),
    }
    html = render(
        template,
        speaking,
        config=config,
        showing=showing,
        accent=showing.organisation.accent,
    )
    return HTMLResponse(html, headers={"Content-Language": speaking.code})


def _catalogues(showing: Showing) -> dict[str, Any]:
    """Return what a kiosk says in every language, so that each guest may change it without the server."""
    if showing.kind is not DeviceKind.KIOSK:
        return {}
    return {code: json.loads(localiser(code).script_messages) for code in showing.languages}


async def show(request: Request, kind: DeviceKind, template: str) -> Response:
    """Answer with the screen of the device that asks, or with the code to pair it with."""
    showing = await showing_of(request, kind)
    if showing is None:
        address = house_of(request).settings.base_url or str(request.base_url).rstrip("/")
        return page(request, "device/pairing.html", kind=kind.value, address=address)
    return screen_page(showing, template)


async def pulse(request: Request, kind: DeviceKind, given: Mapping[str, object]) -> Response:
    """Note that a device lives and what it lacks, and tell it which page is the present one.

    Staff who look at a screen in a browser are no device: they are told, and nothing is noted.
    """
    read = read_fields(given, "", _PULSE)
    showing = await showing_of(request, kind)
    if showing is None:
        raise Unauthorized("not_paired", N_("This device is not paired (any more)."))
    fault = ""
    if showing.device is not None:
        # What another has reported for it (a script that watches the printer) stands until it is lifted.
        fault = read.get("fault", showing.device.fault)
        actor = f"device:{showing.device.id}"
        await house_of(request).store.write(
            report_device, actor=actor, device_id=showing.device.id, fault=fault
        )
    return JSONResponse({"mark": config_of(showing)["mark"], "fault": fault})

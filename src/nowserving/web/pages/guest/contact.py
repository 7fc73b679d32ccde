"""Changing how one is told, from the own page, and the page behind the opt-out link of every message."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.messages.contacts import change_contact, stop_messages
from nowserving.errors import AppError
from nowserving.store.messages.contacts import contact_of_key
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.api.messages.contact import contact_json
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.looks.qr import is_key
from nowserving.web.pages.guest.frame import HEADERS, guest_page, nothing_here
from nowserving.web.pages.guest.place import place_page

router = APIRouter(include_in_schema=False)


@router.post("/t/{key}/contact")
async def change(request: Request, key: str) -> Response:
    """Change phone and e-mail. An empty field stays as it is; a ticked box takes one away."""
    form = await form_of(request)
    changes = _changes(form)
    try:
        if is_key(key) and changes:
            language = language_of(request)
            await house_of(request).store.write(
                change_contact, actor="guest", key=key, changes=changes, language=language
            )
    except AppError as error:
        return await place_page(request, key, error)
    return RedirectResponse(f"/t/{key}", 303, HEADERS)


@router.get("/stop/{key}")
async def ask(request: Request, key: str) -> Response:
    """Ask whether messages shall stop. Looking stops nothing: mail programs look at every link."""
    return await _stop_page(request, key)


@router.post("/stop/{key}")
async def stop(request: Request, key: str) -> Response:
    """Stop all messages to this guest. Mail programs post here too, when one unsubscribes there."""
    if is_key(key) and await house_of(request).store.read(ticket_by_key, key) is not None:
        await house_of(request).store.write(stop_messages, actor="guest", key=key)
    return await _stop_page(request, key)


async def _stop_page(request: Request, key: str) -> Response:
    house = house_of(request)
    ticket = await house.store.read(ticket_by_key, key) if is_key(key) else None
    branch = house.relay.branches.get(ticket.branch_id) if ticket else None
    if ticket is None or branch is None:
        return nothing_here(request, "guest/unknown.html")
    contact = await house.store.read(contact_of_key, key)
    return guest_page(
        request,
        "guest/stop.html",
        place_name=branch.layout.branch.name,
        key=key,
        told=contact is not None and contact.stopped_at is None,
        contact=contact_json(contact),
    )


def _changes(form: Mapping[str, str]) -> dict[str, str | None]:
    given: dict[str, str | None] = {
        name: form[name] for name in ("phone", "email") if form.get(name, "").strip()
    }
    return given | {name: None for name in ("phone", "email", "push") if f"no_{name}" in form}

"""How one is told: the page that changes it, and the page behind the opt-out link of every message."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.messages.contacts import allow_messages, change_contact, stop_messages
from nowserving.domain.messages.contact import Contact
from nowserving.domain.tickets.ticket import FINAL, State
from nowserving.errors import AppError
from nowserving.store.messages.contacts import contact_of_key
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.api.messages.contact import contact_json
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.i18n import language_of
from nowserving.web.looks.qr import is_key
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, guest_page, nothing_here, words_of
from nowserving.web.pages.guest.place import shown_ticket
from nowserving.web.pages.guest.reach import roads_of

router = APIRouter(include_in_schema=False)


@router.get("/t/{key}/contact")
async def told(request: Request, key: str) -> Response:
    """Show how one is told, and the form that changes it. It does not read itself again."""
    return await _page(request, key, {})


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
        return await _page(request, key, form, error)
    return RedirectResponse(f"/t/{key}/contact{'?saved' if changes else ''}", 303, HEADERS)


@router.post("/t/{key}/allow-messages")
async def allow(request: Request, key: str) -> Response:
    """Take a stop back: only by this button, which nothing presses by itself."""
    try:
        if is_key(key):
            await house_of(request).store.write(allow_messages, actor="guest", key=key)
    except AppError as error:
        return await _page(request, key, {}, error)
    return RedirectResponse(f"/t/{key}/contact?allowed", 303, HEADERS)


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


async def _page(
    request: Request, key: str, form: Mapping[str, str], error: AppError | None = None
) -> Response:
    shown = await shown_ticket(request, key)
    if shown is None:
        return nothing_here(request, "guest/unknown.html")
    roads = roads_of(request, shown.branch.queues.get(shown.state["queue"]["id"]))
    if error is None and (not roads or State(shown.state["state"]) in FINAL):
        return RedirectResponse(f"/t/{key}", 303, HEADERS)
    contact = await house_of(request).store.read(contact_of_key, key)
    errors = field_words_of(request, error)
    return guest_page(
        request,
        "guest/contact_change.html",
        status_code=error.status if error else 200,
        ticket=shown.state,
        place_name=shown.branch.layout.branch.name,
        roads=roads,
        contact=contact_json(contact),
        may_allow=_may_allow(contact),
        saved=next((one for one in ("saved", "allowed") if one in request.query_params), ""),
        typed=form,
        errors=errors,
        error=words_of(request, error) if error and not errors else "",
    )


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
        may_change=ticket.state not in FINAL and _may_allow(contact),
        contact=contact_json(contact),
    )


def _may_allow(contact: Contact | None) -> bool:
    """Tell whether a stop can be taken back: once, for whoever has the link may not own the number."""
    return contact is not None and contact.stopped_at is not None and contact.allowed_at is None


def _changes(form: Mapping[str, str]) -> dict[str, str | None]:
    given: dict[str, str | None] = {
        name: form[name] for name in ("phone", "email") if form.get(name, "").strip()
    }
    return given | {name: None for name in ("phone", "email", "push") if f"no_{name}" in form}

"""One party of the stand: its name and note, to be corrected, and its phone number, for who asks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.tickets import hosting
from nowserving.domain.people.roles import Permission, Principal
from nowserving.errors import AppError, not_found
from nowserving.store.messages.contacts import contact_of
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.api.tickets.stand import branch_of_stand
from nowserving.web.api.tickets.ticket_answers import check_ticket
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.looks.render import page
from nowserving.web.pages.desk.doorkeeper import check_may, to_sign_in

router = APIRouter(include_in_schema=False)


@router.get("/stand/{queue_id}/party/{key}")
async def one(request: Request, queue_id: str, key: str, principal: MaybeCaller) -> Response:
    """Show a party's name and note. Its phone number is shown to who asks for it, by a form."""
    if principal is None:
        return to_sign_in(request)
    return await _shown(request, principal, queue_id, key, FormState())


@router.post("/stand/{queue_id}/party/{key}")
async def act(request: Request, queue_id: str, key: str, principal: MaybeCaller) -> Response:
    """Correct a party's name and note, or show its phone number, which goes on record."""
    if principal is None:
        return to_sign_in(request)
    check_may(principal, Permission.CALL)
    house, form = house_of(request), await form_of(request)
    await check_ticket(house, principal, key)
    if form.get("verb") == "phone":
        phone = await house.store.write(hosting.show_phone, actor=principal.actor, key=key)
        return await _shown(request, principal, queue_id, key, FormState(), phone=phone)
    asked: dict[str, Any] = {name: form.get(name, "") for name in ("name", "note")}
    try:
        await house.store.write(hosting.correct, actor=principal.actor, key=key, **asked)
    except AppError as error:
        return await _shown(request, principal, queue_id, key, refused(request, form, error))
    return RedirectResponse(f"/stand/{queue_id}", 303)


async def _shown(
    request: Request,
    principal: Principal,
    queue_id: str,
    key: str,
    form: FormState,
    *,
    phone: str | None = None,
) -> Response:
    check_may(principal, Permission.CALL)
    house = house_of(request)
    branch = branch_of_stand(house, principal, queue_id)
    await check_ticket(house, principal, key)
    ticket: Any = await house.store.read(ticket_by_key, key)
    if ticket is None or ticket.queue_id != queue_id:
        raise not_found()
    contact = await house.store.read(contact_of, ticket.id)
    return page(
        request,
        "stand/party.html",
        status_code=form.code,
        caller=principal,
        branch=branch.layout.branch,
        queue=branch.queues[queue_id],
        ticket=ticket,
        form=form,
        phone=phone,
        has_phone=contact is not None and contact.phone is not None,
    )

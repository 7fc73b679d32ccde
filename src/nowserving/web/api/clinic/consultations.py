"""Consultations: a note and an outcome, for clinicians only, and to change by whoever wrote them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from nowserving.actions.clinic.consulting import edit_note, finish_consultation, read_own, write_note
from nowserving.domain.clinic.visit import MOST_NOTE, clean_note
from nowserving.domain.values import Reader
from nowserving.errors import N_, invalid_field, not_found
from nowserving.store.engine.scopes import branch_of
from nowserving.store.tickets.tickets import ticket_by_key
from nowserving.web.api.clinic.looking import Clinician, branch_live, day_of, reading_of
from nowserving.web.api.clinic.shapes import ConsultationShape, Rewritten, consultation_json
from nowserving.web.api.given import Given, body, described
from nowserving.web.api.tickets.ticket_answers import check_ticket, staff_ticket
from nowserving.web.api.tickets.ticket_models import StaffTicket
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Envelope, Expected, Listing, etag, resource

router = resource("visits")


def _outcome(value: object, pointer: str) -> str:
    if not isinstance(value, str) or len(value) > 100:
        raise invalid_field(pointer, "not_text", N_("This must be text."))
    return value


_NOTE: dict[str, Reader] = {"note": clean_note, "outcome": _outcome}
_BODY: dict[str, Any] = {
    "note": {"type": "string", "maxLength": MOST_NOTE},
    "outcome": {"type": "string", "description": 'One of the queue\'s outcomes, or "".'},
}
_EXAMPLE = {"note": "Rest, tea.", "outcome": "recovered"}
_Written = Annotated[Given, Depends(body(_NOTE))]


@router.put(
    "/tickets/{key}/consultation",
    operation_id="writeNote",
    response_model=Envelope[StaffTicket],
    openapi_extra=described(_BODY, example=_EXAMPLE),
)
async def write(request: Request, key: str, principal: Clinician, given: _Written) -> Any:
    """Write into the consultation that goes on, in place of what stood there.

    409 `wrong_state` unless the ticket is being served, `not_clinical` where its queue has no consultations.
    """
    house = house_of(request)
    await check_ticket(house, principal, key)
    await house.store.write(write_note, actor=principal.actor, key=key, cabinet=house.cabinet, **given)
    ticket = await house.store.read(ticket_by_key, key)
    if ticket is None:
        raise not_found()
    return {"data": staff_ticket(house, ticket)}


@router.post(
    "/tickets/{key}/consultation/finish",
    operation_id="finishConsultation",
    response_model=Envelope[StaffTicket],
    openapi_extra=described(_BODY, example=_EXAMPLE),
)
async def finish(request: Request, key: str, principal: Clinician, given: _Written) -> Any:
    """End a consultation with a note and an outcome; who was called and not started is started first."""
    house = house_of(request)
    await check_ticket(house, principal, key)
    done = await house.store.write(
        finish_consultation, actor=principal.actor, key=key, cabinet=house.cabinet, **given
    )
    return {"data": staff_ticket(house, done)}


@router.patch(
    "/consultations/{consultation_id}",
    operation_id="editNote",
    response_model=Envelope[Rewritten],
    openapi_extra=described(_BODY, example=_EXAMPLE, required=("note",)),
)
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Clinician,
    consultation_id: str,
    given: Annotated[Given, Depends(body(_NOTE, required=frozenset({"note"})))],
    expected: Expected,
) -> Any:
    """Change the note and the outcome of a consultation of one's own. If-Match: its `edited` in quotes."""
    house = house_of(request)
    check_branch(principal, await house.store.read(branch_of, "consultation_id", consultation_id))
    edited = await house.store.write(
        edit_note,
        actor=principal.actor,
        consultation_id=consultation_id,
        cabinet=house.cabinet,
        expected=expected,
        **given,
    )
    response.headers.update(etag(edited))
    return {"data": {"id": consultation_id, "edited": edited}}


@router.get(
    "/branches/{branch_id}/consultations",
    operation_id="listOwnConsultations",
    response_model=Listing[ConsultationShape],
)
async def own(request: Request, principal: Clinician, branch_id: str) -> Any:
    """Return what the caller has done at a branch today, the latest first, the one that goes on too."""
    house = house_of(request)
    branch = branch_live(house, principal, branch_id)
    found = await house.store.write(
        read_own,
        actor=principal.actor,
        branch_id=branch_id,
        agent_id=principal.actor,
        since_at=day_of(branch, house.store.clock())[0],
        cabinet=house.cabinet,
        reading=reading_of(request, principal),
    )
    return {"data": [consultation_json(branch, one) for one in found]}

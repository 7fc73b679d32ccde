"""Records of guests who come back: found, made, opened, changed, exported, erased. Every look is on record.

Whoever is searched for, and why somebody looks, is sent in a body: addresses stand in the logs of proxies.
"""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request, Response

from nowserving.actions.clinic.consulting import read_history
from nowserving.actions.clinic.erasing import erase_record
from nowserving.actions.clinic.exporting import export_record
from nowserving.actions.clinic.records import create_record, edit_record, read_record, search_records
from nowserving.domain.clinic.record import Record
from nowserving.domain.people.roles import Principal
from nowserving.domain.text import clean_text
from nowserving.store.care.log_file import empty_log
from nowserving.web.api.clinic.looking import (
    Clinician,
    Looker,
    RecordKeeper,
    branch_live,
    check_record,
    reading_of,
)
from nowserving.web.api.clinic.shapes import (
    ConsultationShape,
    ExportShape,
    RecordMade,
    RecordShape,
    consultation_json,
    export_json,
    made_json,
    record_json,
)
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import house_of
from nowserving.web.wire.resource import (
    ONCE,
    Envelope,
    Expected,
    Form,
    Listing,
    Text,
    TextOrNull,
    create,
    etag,
    resource,
)

router = resource("records")
_MOST_WORDS, _MOST_WHY = 120, 300


class RecordSearch(Form):
    """Parts of a name, a phone, a number or a birth date; and why, for whom it is no daily work."""

    find: Text
    why: Text = ""


class RecordOpening(Form):
    """Why somebody looks whose daily work it is not."""

    why: Text


class NewRecord(Form):
    """Somebody who comes to a branch."""

    name: Text
    birth_date: TextOrNull = None
    phone: TextOrNull = None
    email: TextOrNull = None
    number: Text = ""


class RecordEdit(Form):
    """What changes; what is left out stays."""

    name: Text = None
    birth_date: TextOrNull = None
    phone: TextOrNull = None
    email: TextOrNull = None
    number: Text = None


@router.post(
    "/branches/{branch_id}/records/search",
    operation_id="searchRecords",
    response_model=Listing[RecordShape],
)
async def search(request: Request, principal: Looker, branch_id: str, form: RecordSearch) -> Any:
    """Return up to twenty records that fit, the latest first; the search and whom it found are on record.

    403 `why_needed` for somebody whose daily work it is not and who gives no reason.
    """
    house = house_of(request)
    check_branch(principal, branch_id)
    found = await house.store.write(
        search_records,
        actor=principal.actor,
        branch_id=branch_id,
        cabinet=house.cabinet,
        text=clean_text(form.find, "/find", _MOST_WORDS),
        reading=reading_of(request, principal, clean_text(form.why, "/why", _MOST_WHY, required=False)),
    )
    return {"data": [record_json(one) for one in found]}


@router.post(
    "/branches/{branch_id}/records",
    operation_id="createRecord",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[RecordMade],
)
async def add(request: Request, principal: RecordKeeper, branch_id: str, form: NewRecord) -> Response:
    """Make the record of somebody who comes to a branch. The answer says nothing of them: it is stored."""
    house = house_of(request)
    check_branch(principal, branch_id)
    given = {"branch_id": branch_id, "cabinet": house.cabinet, "given": form.given()}
    return await create(request, principal, create_record, _made, "records", **given)


@router.get("/records/{record_id}", operation_id="getRecord", response_model=Envelope[RecordShape])
async def one(request: Request, response: Response, principal: RecordKeeper, record_id: str) -> Any:
    """Open a record; that is on record. Its ETag is what an edit wants as If-Match."""
    return await _opened(request, response, principal, record_id)


@router.post("/records/{record_id}/open", operation_id="openRecord", response_model=Envelope[RecordShape])
async def open_(
    request: Request, response: Response, *, principal: Looker, record_id: str, form: RecordOpening
) -> Any:
    """Open a record with a reason, for somebody whose daily work it is not: the reason is on record too."""
    why = clean_text(form.why, "/why", _MOST_WHY, required=False)
    return await _opened(request, response, principal, record_id, why)


@router.patch("/records/{record_id}", operation_id="editRecord", response_model=Envelope[RecordShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: RecordKeeper,
    record_id: str,
    form: RecordEdit,
    expected: Expected,
) -> Any:
    """Change what a record says."""
    house = house_of(request)
    await check_record(house, principal, record_id)
    after = await house.store.write(
        edit_record,
        actor=principal.actor,
        record_id=record_id,
        cabinet=house.cabinet,
        changes=form.given(),
        expected=expected,
    )
    response.headers.update(etag(after.edited))
    return {"data": record_json(after)}


@router.get(
    "/records/{record_id}/consultations",
    operation_id="listConsultations",
    response_model=Listing[ConsultationShape],
)
async def history(request: Request, principal: Clinician, record_id: str) -> Any:
    """Return the latest fifty consultations of a record, with their notes; every note is a look on record."""
    house = house_of(request)
    branch = branch_live(house, principal, await check_record(house, principal, record_id))
    found = await _look(request, principal, read_history, record_id)
    return {"data": [consultation_json(branch, each) for each in found]}


@router.get("/records/{record_id}/data", operation_id="exportRecord", response_model=Envelope[ExportShape])
async def data(request: Request, response: Response, principal: Clinician, record_id: str) -> Any:
    """Return all that is kept of a person, for that person; the export is on record."""
    await check_record(house_of(request), principal, record_id)
    found = await _look(request, principal, export_record, record_id)
    response.headers["Cache-Control"] = "no-store"
    return {"data": export_json(found)}


@router.delete("/records/{record_id}", operation_id="eraseRecord", status_code=204)
async def erase(request: Request, principal: Clinician, record_id: str) -> Response:
    """Erase a person everywhere, for good: record, notes, reasons, tickets, contacts."""
    house = house_of(request)
    await check_record(house, principal, record_id)
    await house.store.write(erase_record, actor=principal.actor, record_id=record_id)
    # What was erased must not be read in the log of the database either.
    await asyncio.to_thread(empty_log, house.store.url)
    return Response(status_code=204)


async def _opened(
    request: Request, response: Response, principal: Principal, record_id: str, why: str = ""
) -> Any:
    await check_record(house_of(request), principal, record_id)
    found: Record = await _look(request, principal, read_record, record_id, why)
    response.headers.update(etag(found.edited))
    return {"data": record_json(found)}


async def _look(request: Request, principal: Principal, verb: Any, record_id: str, why: str = "") -> Any:
    """Run a verb that shows something of a record: it puts on record who has looked, where from and why."""
    house = house_of(request)
    return await house.store.write(
        verb,
        actor=principal.actor,
        record_id=record_id,
        cabinet=house.cabinet,
        reading=reading_of(request, principal, why),
    )


def _made(made: Record) -> dict[str, Any]:
    return {"data": made_json(made)}

"""Records: finding, making, opening and changing them, and joining one to a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.clinic.consulting import read_history
from nowserving.actions.clinic.records import create_record, edit_record, read_record, search_records
from nowserving.actions.clinic.visiting import attach
from nowserving.domain.people.roles import Permission, Principal
from nowserving.domain.values import whole_from_text
from nowserving.errors import AppError, Forbidden
from nowserving.live.branch import BranchLive
from nowserving.store.people.staff import names
from nowserving.web.api.clinic.looking import branch_live, reading_of
from nowserving.web.api.tickets.ticket_answers import check_ticket
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.clinic.frame import Agent, branch_of_record, clinic_page
from nowserving.web.pages.clinic.promised import said_of_person
from nowserving.web.pages.desk.context import people_at

router = APIRouter(include_in_schema=False)

_MOST_WORDS = 120
_FIELDS = ("name", "birth_date", "phone", "email", "number")
Form = Mapping[str, str]


@router.get("/clinic/{branch_id}/records")
async def search(request: Request, principal: Agent, branch_id: str) -> Response:
    """Show what a search finds; with `key`, to join one of them to that ticket."""
    house = house_of(request)
    branch = branch_live(house, principal, branch_id)
    asked: dict[str, str] = dict(request.query_params)
    key = asked.get("key", "")
    if key and "find" not in asked:
        # Whoever has booked has said who they are: nobody types that again.
        await check_ticket(house, principal, key)
        said = await house.store.read(said_of_person, key)
        asked = {**said, **asked, "find": said.get("name", "")}
    return await _search(request, principal, branch, asked)


@router.post("/clinic/{branch_id}/records")
async def act(request: Request, principal: Agent, branch_id: str) -> Response:
    """Search with a reason, make a record, or join one to a ticket."""
    house = house_of(request)
    branch = branch_live(house, principal, branch_id)
    form = await form_of(request)
    key, verb = form.get("key", ""), form.get("verb", "search")
    try:
        if verb == "create":
            made = await house.store.write(
                create_record,
                actor=principal.actor,
                branch_id=branch_id,
                cabinet=house.cabinet,
                given=_given(form),
            )
            await _join(request, principal, key, made.id)
            return go_to(request, f"/clinic/records/{made.id}", "created")
        if verb == "join":
            await branch_of_record(house, principal, form.get("record_id", ""))
            await _join(request, principal, key, form["record_id"])
            return go_to(request, f"/clinic/{branch_id}/records?key={key}", "saved")
    except AppError as error:
        return _found(request, principal, branch, (), form, error=error)
    return await _search(request, principal, branch, form, form.get("why", ""))


@router.get("/clinic/records/{record_id}")
async def one(request: Request, principal: Agent, record_id: str) -> Response:
    """Show a record; to clinicians with its consultations. Who looks is on record."""
    return await _record(request, principal, record_id)


@router.post("/clinic/records/{record_id}")
async def change(request: Request, principal: Agent, record_id: str) -> Response:
    """Open a record with a reason, or change what it says."""
    house = house_of(request)
    await branch_of_record(house, principal, record_id)
    form = await form_of(request)
    if form.get("verb") != "save":
        return await _record(request, principal, record_id, why=form.get("why", ""))
    if not principal.may(Permission.SEE_RECORDS):
        return await _record(request, principal, record_id)
    try:
        await house.store.write(
            edit_record,
            actor=principal.actor,
            record_id=record_id,
            cabinet=house.cabinet,
            changes=_given(form),
            expected=whole_from_text(form.get("edited", ""), "/edited", 1, 1 << 60),
        )
    except AppError as error:
        return await _record(request, principal, record_id, error=error)
    return go_to(request, f"/clinic/records/{record_id}", "saved")


async def _join(request: Request, me: Principal, key: str, record_id: str) -> None:
    if key:
        house = house_of(request)
        await check_ticket(house, me, key)
        await house.store.write(attach, actor=me.actor, key=key, cabinet=house.cabinet, record_id=record_id)


async def _search(
    request: Request, me: Principal, branch: BranchLive, given: Form, why: str = ""
) -> Response:
    house = house_of(request)
    typed = {name: given[name] for name in _FIELDS if name in given}
    asked = {**typed, "find": given.get("find", "")[:_MOST_WORDS], "key": given.get("key", "")}
    if not asked["find"].strip():
        return _found(request, me, branch, (), asked)
    try:
        found = await house.store.write(
            search_records,
            actor=me.actor,
            branch_id=branch.layout.branch.id,
            cabinet=house.cabinet,
            text=asked["find"],
            reading=reading_of(request, me, why),
        )
    except Forbidden as error:
        return clinic_page(request, me, "clinic/why.html", branch, error, asked=asked)
    except AppError as error:
        return _found(request, me, branch, (), asked, error=error)
    return _found(request, me, branch, found, asked)


def _found(
    request: Request,
    me: Principal,
    branch: BranchLive,
    found: Any,
    asked: Form,
    *,
    error: AppError | None = None,
) -> Response:
    shown = {"find": "", "key": "", **dict.fromkeys(_FIELDS, ""), **asked}
    return clinic_page(request, me, "clinic/records.html", branch, error, found=found, asked=shown)


async def _record(
    request: Request, me: Principal, record_id: str, *, why: str = "", error: AppError | None = None
) -> Response:
    house = house_of(request)
    branch = await branch_of_record(house, me, record_id)
    looked: dict[str, Any] = {
        "actor": me.actor,
        "record_id": record_id,
        "cabinet": house.cabinet,
        "reading": reading_of(request, me, why),
    }
    try:
        record = await house.store.write(read_record, **looked)
        clinical = me.may(Permission.CLINICAL)
        history = await house.store.write(read_history, **looked) if clinical else ()
    except Forbidden as refusal:
        return clinic_page(request, me, "clinic/why.html", branch, refusal, asked={})
    return clinic_page(
        request,
        me,
        "clinic/record.html",
        branch,
        error,
        record=record,
        history=history,
        queues={one.id: one.name for one in branch.layout.queues},
        people=people_at(await house.store.read(names)),
    )


def _given(form: Form) -> dict[str, Any]:
    return {name: form[name] for name in _FIELDS if name in form}

"""The doctor's part of the desk: who is here and why, the note, the way on and back, today's patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.clinic.calling import call_after
from nowserving.actions.clinic.consulting import edit_note, finish_consultation, read_own, write_note
from nowserving.actions.clinic.pausing import pause_and_tell
from nowserving.actions.clinic.sending import send_back, send_on
from nowserving.actions.clinic.visiting import attach, read_visits
from nowserving.actions.tickets.calling import recall
from nowserving.actions.tickets.serving import finish, no_show, start
from nowserving.actions.tickets.undoing import undo
from nowserving.domain.people.roles import Principal
from nowserving.domain.values import whole_from_text
from nowserving.errors import N_, AppError, Invalid, not_found
from nowserving.live.branch import BranchLive
from nowserving.live.places import Place
from nowserving.live.screens import told_view
from nowserving.store.clinic.day import reservations_due
from nowserving.store.clinic.visits import codes_of
from nowserving.store.engine.scopes import branch_of
from nowserving.store.people.staff import staff_member
from nowserving.web.api.clinic.looking import day_of, reading_of
from nowserving.web.api.tickets.ticket_answers import branch_of_desk, check_ticket
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House, house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.pages.clinic.frame import Clinician, clinic_page
from nowserving.web.pages.clinic.promised import promised_to
from nowserving.web.pages.desk.context import undo_open

router = APIRouter(include_in_schema=False)

_NEXT = 30
_BACK_IN = N_("Back in %(minutes)s min.")
Form = Mapping[str, str]


@router.get("/desk/{desk_id}/clinic")
async def panel(request: Request, principal: Clinician, desk_id: str) -> Response:
    """Show the doctor's desk."""
    return await _page(request, principal, desk_id)


@router.post("/desk/{desk_id}/clinic")
async def act(request: Request, principal: Clinician, desk_id: str) -> Response:
    """Do one verb of the doctor's desk, then show it again."""
    house = house_of(request)
    branch_of_desk(house, principal, desk_id)
    form = await form_of(request)
    try:
        await _do(request, principal, desk_id, form)
    except AppError as error:
        return await _page(request, principal, desk_id, error, typed=form)
    return RedirectResponse(f"/desk/{desk_id}/clinic", 303)


async def _do(request: Request, me: Principal, desk_id: str, form: Form) -> None:
    house, verb = house_of(request), form.get("verb", "")
    write = house.store.write
    if verb == "call-next":
        await _call_next(house, me, desk_id, form)
    elif verb == "undo":
        await write(undo, actor=me.actor, desk_id=desk_id)
    elif verb == "pause":
        minutes = whole_from_text(form.get("minutes", ""), "/minutes", 1, 240)
        text = localiser(language_of(request)).gettext(_BACK_IN, minutes=minutes)
        await write(pause_and_tell, actor=me.actor, desk_id=desk_id, text=text)
    elif verb == "edit-note":
        await _edit_note(house, me, form)
    else:
        await check_ticket(house, me, form.get("key", ""))
        await _on_ticket(house, me, desk_id, verb, form)


_ON_TICKET: Mapping[str, Callable[..., Any]] = {
    "recall": recall,
    "start": start,
    "no-show": no_show,
    # Of a queue without consultations.
    "end": finish,
}
_WRITTEN: Mapping[str, Callable[..., Any]] = {"note": write_note, "finish": finish_consultation}


async def _call_next(house: House, me: Principal, desk_id: str, form: Form) -> None:
    """Call the next, for whoever saw what the form says at this desk; what they have written goes along."""
    await house.store.write(
        call_after,
        actor=me.actor,
        desk_id=desk_id,
        seen=form.get("key", ""),
        cabinet=house.cabinet,
        note=form.get("note", ""),
        outcome=form.get("outcome", ""),
    )


async def _on_ticket(house: House, me: Principal, desk_id: str, verb: str, form: Form) -> None:
    write, key = house.store.write, form["key"]
    words: dict[str, Any] = {"note": form.get("note", ""), "outcome": form.get("outcome", "")}
    if verb in _ON_TICKET:
        await write(_ON_TICKET[verb], actor=me.actor, key=key)
    elif verb in _WRITTEN:
        await write(_WRITTEN[verb], actor=me.actor, key=key, cabinet=house.cabinet, **words)
    elif verb in ("send-on", "send-back"):
        # What was written goes along: whoever sends somebody on has mostly just typed why.
        if "note" in form:
            await write(write_note, actor=me.actor, key=key, cabinet=house.cabinet, **words)
        if verb == "send-back":
            await write(send_back, actor=me.actor, key=key, desk_id=desk_id)
        else:
            queue_id = form.get("queue_id", "")
            await write(send_on, actor=me.actor, key=key, queue_id=queue_id, desk_id=desk_id)
    elif verb == "reason":
        reason = form.get("reason", "")
        await write(attach, actor=me.actor, key=key, cabinet=house.cabinet, reason=reason)
    else:
        raise Invalid("unknown_verb", N_("There is no such verb."))


async def _edit_note(house: House, me: Principal, form: Form) -> None:
    consultation_id = form.get("consultation_id", "")
    check_branch(me, await house.store.read(branch_of, "consultation_id", consultation_id))
    await house.store.write(
        edit_note,
        actor=me.actor,
        consultation_id=consultation_id,
        cabinet=house.cabinet,
        note=form.get("note", ""),
        outcome=form.get("outcome", ""),
        expected=whole_from_text(form.get("edited", ""), "/edited", 1, 1 << 60),
    )


async def _page(
    request: Request, me: Principal, desk_id: str, error: AppError | None = None, typed: Form | None = None
) -> Response:
    house = house_of(request)
    branch = branch_of_desk(house, me, desk_id)
    desk, now = branch.desks[desk_id], house.store.clock()
    clinical = [one for one in desk.queue_ids if one in branch.queues and branch.queues[one].rules.clinical]
    if not clinical:
        raise not_found()
    current = branch.lines.at_desk.get(desk_id)
    upcoming = [place for one in clinical for place in branch.lines.line(one).first(_NEXT)][:_NEXT]
    seen = await _seen(request, me, branch, [*([current] if current else []), *upcoming])
    promised = await promised_to(request, [one.id for one in ([current] if current else []) + upcoming])
    due = await house.store.read(reservations_due, branch.layout.branch.id, *day_of(branch, now))
    queue = branch.queues.get(current.queue_id) if current else None
    own = await _own(request, me, branch, current)
    state = house.relay.teller.snapshot(branch, f"desk:{desk_id}") or {}
    member = await house.store.read(staff_member, me.id)
    return clinic_page(
        request,
        me,
        "clinic/console.html",
        branch,
        error,
        desk=desk,
        current=current,
        queue=queue,
        visit=seen.get(current.id) if current else None,
        promise=promised.get(current.id) if current else None,
        promised=promised,
        note=_note(own, current, typed),
        line=[(place, branch.queues[place.queue_id], seen.get(place.id)) for place in upcoming],
        due=[one for one in due if one.desk_id in (None, desk_id) and one.queue_id in clinical],
        own=[one for one in own if one.to_at is not None],
        codes=await house.store.read(codes_of, [one.ticket_id for one in own]),
        queues=branch.queues,
        stations=_stations(branch, current),
        back_to=_back_to(branch, seen.get(current.id) if current else None, current),
        may_undo=undo_open(state, now),
        told=_told(branch, clinical, now),
        keyboard=member.keyboard if member else True,
    )


async def _seen(
    request: Request, me: Principal, branch: BranchLive, places: list[Place]
) -> Mapping[int, Any]:
    """Return what is known of these tickets' visits; each look is on record."""
    house = house_of(request)
    seen: Mapping[int, Any] = await house.store.write(
        read_visits,
        actor=me.actor,
        branch_id=branch.layout.branch.id,
        ticket_ids=[place.id for place in places],
        cabinet=house.cabinet,
        reading=reading_of(request, me),
    )
    return seen


async def _own(request: Request, me: Principal, branch: BranchLive, current: Place | None) -> Sequence[Any]:
    """Return today's consultations of this clinician, the latest first."""
    house = house_of(request)
    start_at = day_of(branch, house.store.clock())[0]
    found: Sequence[Any] = await house.store.write(
        read_own,
        actor=me.actor,
        branch_id=branch.layout.branch.id,
        agent_id=me.actor,
        since_at=min(start_at, current.since_at) if current else start_at,
        cabinet=house.cabinet,
        reading=reading_of(request, me),
    )
    return found


def _note(own: Sequence[Any], current: Place | None, typed: Form | None) -> Mapping[str, str]:
    """Return what stands in the fields of the note: what was typed and refused, or else what is kept."""
    if typed and current and typed.get("key") == current.key and "note" in typed:
        return {"note": typed["note"], "outcome": typed.get("outcome", "")}
    going_on = (one for one in own if current and one.ticket_id == current.id and one.to_at is None)
    found = next(going_on, None)
    return {"note": found.note if found else "", "outcome": found.outcome if found else ""}


def _told(branch: BranchLive, queue_ids: Sequence[str], now: int) -> list[str]:
    """Return what the lines of these queues are being told, each sentence once."""
    views = (told_view(branch.queues[one]) for one in queue_ids)
    return list(dict.fromkeys(one["text"] for one in views if one and one["until_at"] > now))


def _stations(branch: BranchLive, current: Place | None) -> list[tuple[str, str]]:
    """Return the queues that a guest can be sent on to, the clinical ones first."""
    others = [one for one in branch.layout.counters if current and one.id != current.queue_id]
    return [(one.id, one.name) for one in sorted(others, key=lambda one: not one.rules.clinical)]


def _back_to(branch: BranchLive, visit: Any, current: Place | None) -> str:
    """Return the name of the desk that a guest was sent from, where it is another than this queue's."""
    if visit is None or current is None or visit.back_to_queue_id in (None, current.queue_id):
        return ""
    desk = branch.desks.get(visit.back_to_desk_id or "")
    queue = branch.queues.get(visit.back_to_queue_id)
    return desk.name if desk else queue.name if queue else ""

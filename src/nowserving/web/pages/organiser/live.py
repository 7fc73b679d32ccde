"""A sale as it goes: who waits, who chooses, what is sold; and the hand on the tap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.shows.lobbying import pause_lobby, resume_lobby, set_rate, tell_lobby
from nowserving.actions.shows.overseeing import overseen
from nowserving.domain.people.roles import Principal
from nowserving.errors import N_, AppError, Invalid, not_found
from nowserving.live.screens import line_view
from nowserving.store.shows.shows import performance
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

GATE_WORDS = {
    "closed": N_("Closed"),
    "early": N_("Not open yet"),
    "open": N_("Open"),
    "paused": N_("Paused"),
    "ended": N_("Over"),
}
Form = Mapping[str, str]
_VERBS: Mapping[str, tuple[Callable[..., Any], Callable[[Form], dict[str, Any]]]] = {
    "pause": (pause_lobby, lambda form: {}),
    "resume": (resume_lobby, lambda form: {}),
    "rate": (
        set_rate,
        lambda form: {
            "choosing": number(form.get("choosing")),
            "admit_per_minute": number(form.get("admit_per_minute")),
        },
    ),
    "tell": (tell_lobby, lambda form: {"text": form.get("text", "")}),
}


@router.get("/organiser/{performance_id}")
async def watch(request: Request, principal: Admin, performance_id: str) -> Response:
    """Show the numbers of a sale, and what can be done with its line."""
    return await _page(request, principal, performance_id, None)


@router.post("/organiser/{performance_id}")
async def act(request: Request, principal: Admin, performance_id: str) -> Response:
    """Pause or resume a line, say how fast people are let in, or tell everybody in it something."""
    form = await form_of(request)
    house = house_of(request)
    await in_use(house, principal, performance, performance_id)
    try:
        if form.get("verb") not in _VERBS:
            raise Invalid("unknown_verb", N_("There is no such verb."))
        verb, given = _VERBS[form["verb"]]
        await house.store.write(verb, actor=principal.actor, performance_id=performance_id, **given(form))
    except AppError as error:
        return await _page(request, principal, performance_id, refused(request, form, error))
    return go_to(request, f"/organiser/{performance_id}", "saved")


async def _page(
    request: Request, principal: Principal, performance_id: str, form: FormState | None
) -> Response:
    house = house_of(request)
    found = await in_use(house, principal, performance, performance_id)
    branch = await branch_of_page(request, principal, found.branch_id)
    numbers = await house.store.read(overseen, performance_id, house.store.clock())
    live = house.relay.branches.get(branch.id)
    if numbers is None or live is None:
        raise not_found()
    line = line_view(live, found.queue_id) if found.queue_id in live.queues else {}
    rate = {
        "choosing": str(numbers.limit),
        "admit_per_minute": str(numbers.admit_per_minute or ""),
        "text": "",
    }
    return await admin_page(
        request,
        principal,
        "organiser/live.html",
        section="shows",
        branch=branch,
        numbers=numbers,
        gate_words=GATE_WORDS,
        told=line.get("told"),
        form=form or FormState(rate),
    )

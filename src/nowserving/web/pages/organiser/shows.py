"""Shows in the back office: the list, one show with its rules and its dates, and the verbs of its life."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.shows.organising import archive_show, create_show, edit_show
from nowserving.actions.shows.selling import ShowChange, change_show
from nowserving.domain.people.roles import Principal
from nowserving.domain.shows.show import GATHERING, SHOW_TRANSITIONS, Performance, Show, ShowState, ShowVerb
from nowserving.domain.values import choice
from nowserving.errors import N_, AppError
from nowserving.store.engine.reader import Reader
from nowserving.store.seats.maps import seat_maps_of
from nowserving.store.shows.shows import performances, show, shows_of
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.forms.show_form import date_fields, show_changes, show_fields
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

STATE_WORDS = {
    ShowState.DRAFT: N_("Draft"),
    ShowState.UPCOMING: N_("Announced"),
    ShowState.OPEN: N_("On sale"),
    ShowState.ON_GOING: N_("Being played"),
    ShowState.CLOSED: N_("Sale closed"),
    ShowState.CANCELLED: N_("Cancelled"),
    ShowState.POSTPONED: N_("Postponed"),
}
VERB_WORDS = {
    ShowVerb.ANNOUNCE: (
        N_("Announce"),
        N_("Guests see it, and may come into the line before the sale opens."),
    ),
    ShowVerb.OPEN: (N_("Open the sale"), N_("Who came early is drawn by lot, and the first are called.")),
    ShowVerb.BEGIN: (N_("It is being played"), N_("The sale goes on as it is.")),
    ShowVerb.CLOSE: (
        N_("Close the sale"),
        N_("Everybody in line is told, and seats that are held are free. What is booked stays."),
    ),
    ShowVerb.POSTPONE: (
        N_("Postpone"),
        N_("Everybody in line is told, and the sale ends. What is booked stays; announce it again later."),
    ),
    ShowVerb.CANCEL: (N_("Cancel the show"), N_("Everybody in line is told, and it never comes back.")),
}
# What is not taken back by the next press is asked for twice.
GRAVE = frozenset({ShowVerb.CLOSE, ShowVerb.POSTPONE, ShowVerb.CANCEL})


@router.get("/admin/branches/{branch_id}/shows")
async def index(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show what is played at a branch."""
    branch = await branch_of_page(request, principal, branch_id)
    return await admin_page(
        request,
        principal,
        "organiser/shows.html",
        section="shows",
        branch=branch,
        shows=await house_of(request).store.read(_with_dates, branch_id),
        state_words=STATE_WORDS,
    )


@router.get("/admin/branches/{branch_id}/shows/new")
async def new(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the form of a new show."""
    branch = await branch_of_page(request, principal, branch_id)
    return await _page(request, principal, branch_id, None, FormState(show_fields(None, branch)))


@router.post("/admin/branches/{branch_id}/shows/new")
async def add(request: Request, principal: Admin, branch_id: str) -> Response:
    """Add a show as a draft."""
    form = await form_of(request)
    branch = await branch_of_page(request, principal, branch_id)
    given = show_changes(form, branch)
    try:
        made = await house_of(request).store.write(
            create_show, actor=principal.actor, branch_id=branch_id, **given
        )
    except AppError as error:
        return await _page(request, principal, branch_id, None, refused(request, form, error))
    return go_to(request, f"/admin/shows/{made.id}", "created")


@router.get("/admin/shows/{show_id}")
async def one(request: Request, principal: Admin, show_id: str) -> Response:
    """Show a show with its rules, its dates and what can be done with it."""
    found = await in_use(house_of(request), principal, show, show_id)
    return await _page(request, principal, found.branch_id, found, None)


@router.post("/admin/shows/{show_id}")
async def save(request: Request, principal: Admin, show_id: str) -> Response:
    """Change a show. Its rules hold in its lobbies at once."""
    form = await form_of(request)
    house = house_of(request)
    found = await in_use(house, principal, show, show_id)
    branch = await branch_of_page(request, principal, found.branch_id)
    try:
        await house.store.write(
            edit_show,
            actor=principal.actor,
            show_id=show_id,
            changes=show_changes(form, branch),
            expected=number(form.get("edited")),
        )
    except AppError as error:
        return await _page(request, principal, found.branch_id, found, refused(request, form, error))
    return go_to(request, f"/admin/shows/{show_id}", "saved")


@router.post("/admin/shows/{show_id}/change")
async def change(request: Request, principal: Admin, show_id: str) -> Response:
    """Move a show by a verb, and show what that did to the line of each date."""
    form = await form_of(request)
    house = house_of(request)
    found = await in_use(house, principal, show, show_id)
    try:
        verb = choice(form.get("verb", ""), "/verb", ShowVerb)
        done = await house.store.write(
            change_show, actor=principal.actor, show_id=show_id, to=verb, message=form.get("message", "")
        )
    except AppError as error:
        state = refused(request, {}, error)
        return await _page(request, principal, found.branch_id, found, state)
    return await _page(request, principal, found.branch_id, done.show, None, done=done)


@router.post("/admin/shows/{show_id}/archive")
async def archive(request: Request, principal: Admin, show_id: str) -> Response:
    """Take a show away for good."""
    house = house_of(request)
    found = await in_use(house, principal, show, show_id)
    try:
        await house.store.write(archive_show, actor=principal.actor, show_id=show_id)
    except AppError as error:
        return await _page(request, principal, found.branch_id, found, refused(request, {}, error))
    return go_to(request, f"/admin/branches/{found.branch_id}/shows", "archived")


async def _page(
    request: Request,
    principal: Principal,
    branch_id: str,
    found: Show | None,
    form: FormState | None,
    *,
    done: ShowChange | None = None,
) -> Response:
    store = house_of(request).store
    branch = await branch_of_page(request, principal, branch_id)
    verbs = [verb for (state, verb) in SHOW_TRANSITIONS if found and state is found.state]
    context: dict[str, Any] = {
        "show": found,
        "dates": await store.read(performances, found.id) if found else [],
        "maps": await store.read(seat_maps_of, branch_id),
        "verbs": [(verb, *VERB_WORDS[verb], verb in GRAVE) for verb in verbs],
        "state_words": STATE_WORDS,
        "done": done,
        "gathers": found is not None and found.state in GATHERING,
        "date_form": FormState(date_fields(None, branch)),
    }
    return await admin_page(
        request,
        principal,
        "organiser/show.html",
        section="shows",
        branch=branch,
        form=form or FormState(show_fields(found, branch)),
        **context,
    )


def _with_dates(reader: Reader, branch_id: str) -> list[tuple[Show, list[Performance]]]:
    return [(one, performances(reader, one.id)) for one in shows_of(reader, branch_id)]

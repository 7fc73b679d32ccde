"""The first run: one page of answers makes a working house."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.layout.organisation import first_run
from nowserving.actions.people.sign_ins import sign_in
from nowserving.domain.calendar.hours import WEEKDAYS
from nowserving.domain.layout.first_run import first_run_from
from nowserving.errors import N_, AppError, FieldError, Invalid, invalid_field
from nowserving.store.people.staff import anybody
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.forms.set_up import PATH, is_set_up_secret
from nowserving.web.gate.passwords import new_password
from nowserving.web.gate.signing_in import give_cookies
from nowserving.web.house import House, house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.looks.render import page
from nowserving.web.looks.zones import zones_by_region

router = APIRouter(include_in_schema=False)

MOST_QUEUES = 12
_DAYS = {"mon-fri": WEEKDAYS[:5], "mon-sat": WEEKDAYS[:6], "all": WEEKDAYS}
_QUEUE_FIELD = re.compile(r"queues-([0-9]+)-(.+)")


@router.get(PATH)
async def ask(request: Request) -> Response:
    """Show the questions to whoever has the secret; who has not is told where it stands."""
    house = house_of(request)
    if await house.store.read(anybody):
        return RedirectResponse("/sign-in", 303)
    secret = request.query_params.get("secret", "")
    if not await _may(request, house, secret):
        return page(
            request, "admin/first_run_secret.html", wrong=bool(secret), status_code=403 if secret else 200
        )
    return _form(request, FormState(), secret)


@router.post(PATH)
async def answer(request: Request) -> Response:
    """Make the house, and sign its first admin in."""
    house = house_of(request)
    if await house.store.read(anybody):
        return RedirectResponse("/sign-in", 303)
    form = await form_of(request)
    secret = form.get("secret", "")
    if not await _may(request, house, secret):
        return page(request, "admin/first_run_secret.html", wrong=True, status_code=403)
    try:
        return await _set_up(request, house, form)
    except AppError as error:
        typed = {name: value for name, value in form.items() if name != "password"}
        places = _queue_places(form)
        return _form(request, refused(request, typed, error, lambda name: _field(name, places)), secret)


async def _set_up(request: Request, house: House, form: Mapping[str, str]) -> Response:
    answers = answers_from(form)
    password = _checked(answers, form)
    password_hash = await house.passwords.hash(password)
    admin, branch = await house.store.write(
        first_run, answers=answers, password_hash=password_hash, actor="guest"
    )
    made = await house.store.write(
        sign_in,
        staff_id=admin.id,
        credential_version=admin.credential_version,
        browser=request.headers.get("user-agent", ""),
        lifetime_s=house.settings.sign_in_lifetime_s,
    )
    response = go_to(request, f"/admin/branches/{branch.id}", "welcome")
    give_cookies(request, response, admin, made.secret)
    return response


def _checked(answers: dict[str, Any], form: Mapping[str, str]) -> str:
    """Return the password if all answers are acceptable; raise one Invalid that names all that are not."""
    wrong: list[FieldError] = []
    password = form.get("password", "")
    try:
        first_run_from(answers)
    except Invalid as error:
        wrong += error.fields
    try:
        new_password(password, form.get("admin-login", ""), form.get("organisation-name", ""))
    except Invalid as error:
        wrong += error.fields
    if wrong:
        raise Invalid("invalid", N_("Some values are not acceptable."), fields=tuple(wrong))
    return password


def answers_from(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers as the action wants them. What is wrong with them is for the domain to say."""
    days = _DAYS.get(form.get("days", ""))
    if days is None:
        raise invalid_field("/days", "not_a_choice", N_("Choose one of these."))
    interval = [form.get("opens", ""), _end_of_day(form.get("closes", ""))]
    queues = [
        {"name": form[f"queues-{place}-name"], "prefix": form.get(f"queues-{place}-prefix", "")}
        for place in _queue_places(form)
    ]
    return {
        "organisation": {"name": form.get("organisation-name", "")},
        "admin": {"name": form.get("admin-name", ""), "login": form.get("admin-login", "")},
        "branch": {
            "name": form.get("branch-name", ""),
            "time_zone": form.get("branch-time_zone", ""),
            "hours": {"weekly": {day: [interval] for day in days}},
        },
        "queues": queues,
        "desks": number(form.get("desks")),
        "desk_name": form.get("desk_name", ""),
    }


def _end_of_day(closes: str) -> str:
    # A time field can't say 24:00; midnight as a closing time is the end of the day.
    return "24:00" if closes == "00:00" else closes


def _queue_places(form: Mapping[str, str]) -> list[int]:
    """Return the numbers of the rows of queues in which anything was typed."""
    return [
        place
        for place in range(MOST_QUEUES)
        if form.get(f"queues-{place}-name", "").strip() or form.get(f"queues-{place}-prefix", "").strip()
    ]


def _field(name: str, places: list[int]) -> str:
    """Return the field of the page that a refusal is about."""
    if name.startswith("branch-hours"):
        return "closes"
    found = _QUEUE_FIELD.fullmatch(name)
    return f"queues-{places[int(found[1])]}-{found[2]}" if found else name


async def _may(request: Request, house: House, secret: str) -> bool:
    if not secret:
        return False
    await house.limits.check("sign_in", "first run", house.limits.address_of(request.scope))
    return is_set_up_secret(house.settings, secret)


def _form(request: Request, state: FormState, secret: str) -> Response:
    return page(
        request,
        "admin/first_run.html",
        status_code=state.code,
        form=state,
        secret=secret,
        zones=zones_by_region(),
        most_queues=MOST_QUEUES,
    )

"""Public holidays: choose a country and a year, tick the dates, and they become closed days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale
from babel.core import get_global
from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.layout.branches import add_closure
from nowserving.domain.calendar.day import service_day, zone_of
from nowserving.domain.layout.branch import Branch, Closure
from nowserving.domain.people.roles import Principal
from nowserving.errors import AppError
from nowserving.outside.public_holidays import countries, public_holidays, regions
from nowserving.store import layout
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.looks.i18n import language_of
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

_YEARS_AHEAD = 2


@router.get("/admin/branches/{branch_id}/holidays")
async def offered(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the holidays of a country and year; without a choice, those of the branch's time zone."""
    return await _page(request, principal, branch_id, request.query_params, FormState())


@router.post("/admin/branches/{branch_id}/holidays")
async def close(request: Request, principal: Admin, branch_id: str) -> Response:
    """Close the branch on the ticked dates, each under the name that stands beside it."""
    form = await form_of(request)
    branch = await branch_of_page(request, principal, branch_id)
    store = house_of(request).store
    ticked = sorted(name.removeprefix("on-") for name in form if name.startswith("on-"))
    known = await store.read(layout.closures, branch.id)
    for day in ticked:
        if _closed(known, day):
            continue
        reason = form.get(f"name-{day}", "")
        try:
            await store.write(
                add_closure,
                actor=principal.actor,
                branch_id=branch_id,
                starts_on=day,
                ends_on=day,
                reason=reason,
            )
        except AppError as error:
            state = refused(request, form, error, lambda _, day=day: f"name-{day}")  # type: ignore[misc]
            return await _page(request, principal, branch_id, form, state)
    return go_to(request, f"/admin/branches/{branch_id}/closures", "created" if ticked else "")


async def _page(
    request: Request, principal: Principal, branch_id: str, chosen: Mapping[str, str], form: FormState
) -> Response:
    store = house_of(request).store
    branch = await branch_of_page(request, principal, branch_id)
    today = service_day(store.clock(), zone_of(branch.time_zone), branch.hours.day_starts_at)
    country, region, year = _choice(branch, chosen, int(today[:4]))
    known = await store.read(layout.closures, branch.id)
    language = language_of(request)
    found = public_holidays(country, region, year, language) if country else []
    return await admin_page(
        request,
        principal,
        "admin/services/holidays.html",
        section="closures",
        form=form,
        branch=branch,
        country=country,
        region=region,
        year=year,
        years=range(int(today[:4]), int(today[:4]) + _YEARS_AHEAD + 1),
        countries=_countries(language),
        regions=regions(country) if country else {},
        holidays=[_row(day, name, known, today) for day, name in found],
    )


def _choice(branch: Branch, chosen: Mapping[str, str], this_year: int) -> tuple[str, str, int]:
    """Return country, region and year as chosen, as far as there are such ones."""
    guess = get_global("zone_territories").get(branch.time_zone, "")
    country = chosen.get("country", guess)
    if country not in countries():
        return "", "", this_year
    region = chosen.get("region", "")
    year = chosen.get("year", "")
    years = {str(one): one for one in range(this_year, this_year + _YEARS_AHEAD + 1)}
    return country, region if region in countries()[country] else "", years.get(year, this_year)


def _countries(language: str) -> list[tuple[str, str]]:
    """Return the known countries by code, named and ordered in the reader's language."""
    names = Locale.parse(language).territories
    return sorted(((code, names.get(code, code)) for code in countries()), key=lambda pair: pair[1])


def _row(day: date, name: str, known: list[Closure], today: str) -> dict[str, Any]:
    shown = day.isoformat()
    return {"day": shown, "date": day, "name": name, "past": shown < today, "closed": _closed(known, shown)}


def _closed(known: list[Closure], day: str) -> bool:
    return any(one.covers(day) for one in known)

"""What a branch sets about its messages: quiet hours, limits, alerts, words in each language."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.messages.setting import edit_messages
from nowserving.domain.layout.branch import Branch
from nowserving.domain.messages.kinds import FOR_GUESTS, OF_RESERVATIONS
from nowserving.domain.messages.templates import DEFAULTS, VARIABLES
from nowserving.domain.people.roles import Principal
from nowserving.errors import N_, AppError
from nowserving.store.messages.contacts import Setup, setup_of
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.looks.i18n import LANGUAGES, localiser
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page
from nowserving.web.trying import check_understood

router = APIRouter(include_in_schema=False)

KIND_WORDS = {
    "joined": N_("After joining"),
    "nearly": N_("Nearly their turn"),
    "turn": N_("Their turn"),
    "missed": N_("Missed"),
    "line": N_("A word to the line"),
    "requested": N_("Reservation: requested"),
    "verify": N_("Reservation: please confirm the address"),
    "booked": N_("Reservation: confirmed"),
    "moved": N_("Reservation: moved"),
    "cancelled": N_("Reservation: cancelled"),
    "reminder": N_("Reservation: reminder"),
    "offered": N_("Reservation: a time has come free"),
    "standby": N_("Reservation: in the waiting list"),
}
# The box that takes the alerts' address away: an empty field leaves it as it is, for it is never shown.
NO_ALERTS = "no_alerts"


@router.get("/admin/branches/{branch_id}/messages")
async def show(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show what a branch has set."""
    branch = await branch_of_page(request, principal, branch_id)
    return await settings_page(request, principal, branch, None)


@router.post("/admin/branches/{branch_id}/messages")
async def save(request: Request, principal: Admin, branch_id: str) -> Response:
    """Change what a branch has set."""
    form = await form_of(request)
    branch = await branch_of_page(request, principal, branch_id)
    try:
        changes = _changes(form)
        await asyncio.to_thread(check_understood, changes.get("alert_url"))
        await house_of(request).store.write(
            edit_messages,
            actor=principal.actor,
            branch_id=branch_id,
            changes=changes,
            expected=number(form.get("edited")),
        )
    except AppError as error:
        return await settings_page(request, principal, branch, refused(request, form, error))
    return go_to(request, f"/admin/branches/{branch_id}/messages", "saved")


async def settings_page(
    request: Request, principal: Principal, branch: Branch, form: FormState | None, tried: str = ""
) -> Response:
    """Return the page of a branch's messages; `tried` says how a test has just ended."""
    house = house_of(request)
    setup = await house.store.read(setup_of, branch.id)
    return await admin_page(
        request,
        principal,
        "admin/messages.html",
        section="messages",
        form=form or FormState(_fields(setup)),
        branch=branch,
        setup=setup,
        kinds=KIND_WORDS,
        all_languages=LANGUAGES.values(),
        own_words=_own_words(),
        variables=VARIABLES,
        channels=sorted(house.senders),
        base_url=house.settings.base_url,
        tried=tried,
    )


def _own_words() -> dict[str, dict[str, str]]:
    """Return the product's own words by language and kind, as a hint of what an empty field says."""
    return {
        code: {
            kind.value: localiser(code).gettext(DEFAULTS[kind].text)
            for kind in (*FOR_GUESTS, *OF_RESERVATIONS)
        }
        for code in LANGUAGES
    }


def _fields(setup: Setup) -> dict[str, str]:
    wanted = setup.wanted
    fields = {
        "quiet_from": wanted.quiet_from or "",
        "quiet_until": wanted.quiet_until or "",
        "sms_a_day": str(wanted.sms_a_day),
        "country_code": wanted.country_code,
    }
    for kind, languages in wanted.templates.items():
        for code, words in languages.items():
            fields[f"templates-{kind}-{code}-text"] = words.text
    return fields


def _changes(form: Mapping[str, str]) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "quiet_from": form.get("quiet_from") or None,
        "quiet_until": form.get("quiet_until") or None,
        "sms_a_day": number(form.get("sms_a_day")),
        "country_code": form.get("country_code", "").strip(),
        "templates": {
            kind: {code: {"text": form.get(f"templates-{kind}-{code}-text", "")} for code in LANGUAGES}
            for kind in KIND_WORDS
        },
    }
    if form.get("alert_url", "").strip() or NO_ALERTS in form:
        changes["alert_url"] = "" if NO_ALERTS in form else form["alert_url"].strip()
    return changes

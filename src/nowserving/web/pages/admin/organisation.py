"""The house itself in the back office (name, colour, languages), and what a branch's screens do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.layout.branches import edit_branch
from nowserving.actions.layout.organisation import edit_organisation, edition_of
from nowserving.domain.layout.branch import Branch
from nowserving.domain.layout.screens import SCREENS
from nowserving.domain.people.roles import Principal
from nowserving.errors import AppError
from nowserving.store import layout
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.looks.i18n import LANGUAGES
from nowserving.web.pages.admin.frame import Admin, Head, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

PATH = "/admin/organisation"
_BOXES = ("chime", "voice", "voice_twice", "show_waiting", "print_tickets")
_NUMBERS = ("paper_mm", "reset_after_s", "idle_after_s")
_LINES = ("welcome", "ticker")


@router.get(PATH)
async def show(request: Request, principal: Head) -> Response:
    """Show the organisation."""
    return await _show(request, principal, FormState())


@router.post(PATH)
async def save(request: Request, principal: Head) -> Response:
    """Change the organisation."""
    form = await form_of(request)
    changes: dict[str, Any] = {
        "name": form.get("name", ""),
        "accent": form.get("accent", "").strip(),
        "languages": _spoken(form, "language"),
    }
    try:
        await house_of(request).store.write(
            edit_organisation, actor=principal.actor, changes=changes, expected=number(form.get("edited"))
        )
    except AppError as error:
        return await _show(request, principal, refused(request, form, error))
    return go_to(request, PATH, "saved")


async def _show(request: Request, principal: Principal, form: FormState) -> Response:
    found = await house_of(request).store.read(layout.organisation)
    return await admin_page(
        request,
        principal,
        "admin/organisation.html",
        section="organisation",
        form=form,
        edition=edition_of(found),
        all_languages=LANGUAGES.values(),
    )


@router.get("/admin/branches/{branch_id}/screens")
async def screens(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show what the kiosks and displays of a branch do."""
    branch = await branch_of_page(request, principal, branch_id)
    return await _screens(request, principal, branch, FormState(_fields(branch)))


@router.post("/admin/branches/{branch_id}/screens")
async def save_screens(request: Request, principal: Admin, branch_id: str) -> Response:
    """Change what the kiosks and displays of a branch do; they follow at once."""
    form = await form_of(request)
    branch = await branch_of_page(request, principal, branch_id)
    wanted: dict[str, Any] = {name: f"screens-{name}" in form for name in _BOXES}
    wanted |= {name: number(form.get(f"screens-{name}")) for name in _NUMBERS}
    wanted |= {name: form.get(f"screens-{name}", "") for name in _LINES}
    wanted["voice_languages"] = _spoken(form, "voice")
    try:
        await house_of(request).store.write(
            edit_branch,
            actor=principal.actor,
            branch_id=branch_id,
            changes={"screens": wanted},
            expected=number(form.get("edited")),
        )
    except AppError as error:
        return await _screens(request, principal, branch, refused(request, form, error))
    return go_to(request, f"/admin/branches/{branch_id}/screens", "saved")


def _spoken(form: Mapping[str, str], group: str) -> list[str]:
    """Return the languages ticked in a group of boxes, in the product's order."""
    return [code for code in LANGUAGES if f"{group}-{code}" in form]


def _fields(branch: Branch) -> dict[str, str]:
    known = {**SCREENS, **branch.screens}
    fields = {f"screens-{name}": "on" for name in _BOXES if known[name]}
    fields |= {f"screens-{name}": str(known[name]) for name in (*_NUMBERS, *_LINES)}
    return fields | {f"voice-{code}": "on" for code in known["voice_languages"]}


async def _screens(request: Request, principal: Principal, branch: Branch, form: FormState) -> Response:
    return await admin_page(
        request,
        principal,
        "admin/screens.html",
        section="screens",
        form=form,
        branch=branch,
        all_languages=LANGUAGES.values(),
    )

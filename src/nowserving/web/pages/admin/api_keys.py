"""Keys of programs: make one, see it once, revoke it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.people.api_keys import create_api_key, revoke_api_key
from nowserving.domain.people.roles import Principal, Role
from nowserving.errors import AppError
from nowserving.store import layout
from nowserving.store.people import api_keys as kept
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Head, admin_page

router = APIRouter(include_in_schema=False)


@router.get("/admin/api-keys")
async def index(request: Request, principal: Head) -> Response:
    """Show the keys and the form that makes another."""
    return await _index(request, principal, FormState())


@router.post("/admin/api-keys")
async def add(request: Request, principal: Head) -> Response:
    """Make a key and show it, this once."""
    form = await form_of(request)
    try:
        made = await house_of(request).store.write(
            create_api_key,
            actor=principal.actor,
            name=form.get("name", ""),
            role=form.get("role", ""),
            branch_id=form.get("branch_id") or None,
        )
    except AppError as error:
        return await _index(request, principal, refused(request, form, error))
    return await _index(request, principal, FormState(), secret=made.secret)


@router.post("/admin/api-keys/{key_id}/revoke")
async def revoke(request: Request, principal: Head, key_id: str) -> Response:
    """End a key for good."""
    await house_of(request).store.write(revoke_api_key, actor=principal.actor, key_id=key_id)
    return go_to(request, "/admin/api-keys", "key_revoked")


async def _index(request: Request, principal: Principal, form: FormState, secret: str = "") -> Response:
    store = house_of(request).store
    branches = await store.read(layout.branches, None, archived=True)
    return await admin_page(
        request,
        principal,
        "admin/api_keys.html",
        section="api_keys",
        form=form,
        keys=await store.read(kept.api_keys),
        branches=[one for one in branches if one.archived_at is None],
        names={one.id: one.name for one in branches},
        roles=[role.value for role in Role],
        secret=secret,
    )

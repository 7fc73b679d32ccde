"""One's own account: name, password, keyboard letters, and where one is signed in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.people.sign_ins import end_sign_ins
from nowserving.actions.people.staff import edit_account, set_password
from nowserving.domain.people.roles import Principal
from nowserving.errors import AppError, not_found
from nowserving.store.people import sign_ins as kept
from nowserving.store.people import staff as people
from nowserving.web.api.people.me import changed_password
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.browsers import browser_words
from nowserving.web.gate.signing_in import give_cookies, sign_in_hash
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import SignedIn, admin_page

router = APIRouter(include_in_schema=False)
PATH = "/account"


@router.get(PATH)
async def show(request: Request, principal: SignedIn) -> Response:
    """Show one's own account."""
    return await _show(request, principal, FormState())


@router.post(PATH)
async def save(request: Request, principal: SignedIn) -> Response:
    """Change one's name, or switch keyboard letters on or off."""
    form = await form_of(request)
    changes = {"name": form.get("name", ""), "keyboard": "keyboard" in form}
    try:
        await house_of(request).store.write(
            edit_account, actor=principal.actor, staff_id=principal.id, changes=changes
        )
    except AppError as error:
        return await _show(request, principal, refused(request, form, error))
    return go_to(request, PATH, "saved")


@router.post(f"{PATH}/password")
async def change_password(request: Request, principal: SignedIn) -> Response:
    """Change one's password; every other browser is signed out."""
    form = await form_of(request)
    house = house_of(request)
    try:
        password_hash = await changed_password(
            request, principal, form.get("password", ""), form.get("new_password", "")
        )
        member, secret = await house.store.write(
            set_password,
            actor=principal.actor,
            staff_id=principal.id,
            password_hash=password_hash,
            keep=sign_in_hash(request),
        )
    except AppError as error:
        # Passwords are never sent back into a page.
        return await _show(request, principal, refused(request, {"password": "", "new_password": ""}, error))
    response = go_to(request, PATH, "password")
    if secret:
        give_cookies(request, response, member, secret)
    return response


@router.post(f"{PATH}/sign-out-elsewhere")
async def sign_out_elsewhere(request: Request, principal: SignedIn) -> Response:
    """End every other sign-in."""
    await house_of(request).store.write(
        end_sign_ins, actor=principal.actor, staff_id=principal.id, keep=sign_in_hash(request)
    )
    return go_to(request, PATH, "signed_out_everywhere")


async def _show(request: Request, principal: Principal, form: FormState) -> Response:
    store = house_of(request).store
    member = await store.read(people.staff_member, principal.id)
    if principal.kind != "staff" or member is None:
        raise not_found()
    return await admin_page(
        request,
        principal,
        "admin/account.html",
        section="account",
        form=form,
        member=member,
        sign_ins=await store.read(kept.sign_ins_of, principal.id, store.clock()),
        current=sign_in_hash(request),
        browser_words=browser_words,
    )

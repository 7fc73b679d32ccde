"""People in the back office: who has an account, what they may do, where they work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.people.sign_ins import end_sign_ins
from nowserving.actions.people.staff import (
    create_staff,
    disable_staff,
    edit_staff,
    enable_staff,
    set_password,
)
from nowserving.domain.people.roles import Principal
from nowserving.domain.people.staff import StaffMember
from nowserving.errors import AppError, not_found
from nowserving.store import layout
from nowserving.store.people import staff as people
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.passwords import new_password
from nowserving.web.house import House, house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Head, admin_page

router = APIRouter(include_in_schema=False)

_MOST_FIELDS = 1000


@router.get("/admin/staff")
async def index(request: Request, principal: Head) -> Response:
    """Show everybody with an account, those whose access was taken away last."""
    store = house_of(request).store
    found = await store.read(people.staff, disabled=True)
    return await admin_page(
        request,
        principal,
        "admin/staff.html",
        section="staff",
        staff=sorted(found, key=lambda one: one.disabled_at is not None),
        branches={one.id: one.name for one in await store.read(layout.branches)},
    )


@router.get("/admin/staff/new")
async def new(request: Request, principal: Head) -> Response:
    """Show the form of a new account."""
    return await _form(request, principal, None, FormState({"role": "agent"}))


@router.post("/admin/staff/new")
async def add(request: Request, principal: Head) -> Response:
    """Add somebody with an account."""
    form = await form_of(request, _MOST_FIELDS)
    house = house_of(request)
    given = _given(form)
    try:
        password = new_password(form.get("password", ""), given["login"], given["name"])
        password_hash = await house.passwords.hash(password)
        await house.store.write(create_staff, actor=principal.actor, password_hash=password_hash, **given)
    except AppError as error:
        typed = {name: value for name, value in form.items() if name != "password"}
        return await _form(request, principal, None, refused(request, {**typed, "password": ""}, error))
    return go_to(request, "/admin/staff", "created")


@router.get("/admin/staff/{staff_id}")
async def one(request: Request, principal: Head, staff_id: str) -> Response:
    """Show one account."""
    member = await _found(house_of(request), staff_id)
    return await _form(request, principal, member, FormState(_fields(member)))


@router.post("/admin/staff/{staff_id}")
async def save(request: Request, principal: Head, staff_id: str) -> Response:
    """Change an account."""
    form = await form_of(request, _MOST_FIELDS)
    house = house_of(request)
    member = await _found(house, staff_id)
    try:
        await house.store.write(
            edit_staff,
            actor=principal.actor,
            staff_id=staff_id,
            changes=_given(form),
            expected=number(form.get("edited")),
        )
    except AppError as error:
        return await _form(request, principal, member, refused(request, form, error))
    return go_to(request, "/admin/staff", "saved")


@router.post("/admin/staff/{staff_id}/password")
async def give_password(request: Request, principal: Head, staff_id: str) -> Response:
    """Give somebody a new password; they are signed out everywhere."""
    form = await form_of(request)
    house = house_of(request)
    member = await _found(house, staff_id)
    try:
        password = new_password(form.get("password", ""), member.login, member.name)
        password_hash = await house.passwords.hash(password)
        await house.store.write(
            set_password, actor=principal.actor, staff_id=staff_id, password_hash=password_hash
        )
    except AppError as error:
        state = refused(request, {**_fields(member), "password": ""}, error)
        return await _form(request, principal, member, state)
    return go_to(request, f"/admin/staff/{staff_id}", "password_given")


@router.post("/admin/staff/{staff_id}/disable")
async def disable(request: Request, principal: Head, staff_id: str) -> Response:
    """Take somebody's access away at once."""
    house = house_of(request)
    member = await _found(house, staff_id)
    try:
        await house.store.write(disable_staff, actor=principal.actor, staff_id=staff_id)
    except AppError as error:
        return await _form(request, principal, member, refused(request, _fields(member), error))
    return go_to(request, "/admin/staff", "disabled")


@router.post("/admin/staff/{staff_id}/enable")
async def enable(request: Request, principal: Head, staff_id: str) -> Response:
    """Give somebody their access back."""
    await house_of(request).store.write(enable_staff, actor=principal.actor, staff_id=staff_id)
    return go_to(request, "/admin/staff", "enabled")


@router.post("/admin/staff/{staff_id}/sign-out")
async def sign_out(request: Request, principal: Head, staff_id: str) -> Response:
    """Sign somebody out of every browser and program."""
    house = house_of(request)
    await _found(house, staff_id)
    await house.store.write(end_sign_ins, actor=principal.actor, staff_id=staff_id)
    return go_to(request, f"/admin/staff/{staff_id}", "signed_out_everywhere")


def _given(form: Mapping[str, str]) -> dict[str, Any]:
    ticked = [name.removeprefix("at-") for name in form if name.startswith("at-")]
    fields = {name: form.get(name, "") for name in ("name", "login", "role")}
    return {**fields, "branch_ids": ticked, "clinical": "clinical" in form}


def _fields(member: StaffMember) -> dict[str, str]:
    fields = {"name": member.name, "login": member.login, "role": member.role.value}
    fields |= {"clinical": "on"} if member.clinical else {}
    return fields | {f"at-{branch_id}": "on" for branch_id in member.branch_ids}


async def _form(
    request: Request, principal: Principal, member: StaffMember | None, form: FormState
) -> Response:
    return await admin_page(
        request,
        principal,
        "admin/person.html",
        section="staff",
        form=form,
        member=member,
        branches=await house_of(request).store.read(layout.branches),
    )


async def _found(house: House, staff_id: str) -> StaffMember:
    member = await house.store.read(people.staff_member, staff_id)
    if member is None:
        raise not_found()
    return member

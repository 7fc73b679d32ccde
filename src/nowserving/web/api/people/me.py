"""Who is asking, and what they decide about themself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Request, Response

from nowserving.actions.people.sign_ins import end_sign_ins
from nowserving.actions.people.staff import edit_account, set_password
from nowserving.domain.people.roles import Principal
from nowserving.errors import N_, Forbidden, invalid_field, not_found
from nowserving.store.people import sign_ins as kept
from nowserving.store.people import staff as people
from nowserving.web.api.people.staff import Ended
from nowserving.web.gate.auth import Caller
from nowserving.web.gate.passwords import new_password
from nowserving.web.gate.signing_in import give_cookies, sign_in_hash
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Envelope, Flag, Form, Listing, Shape, Text, resource
from nowserving.web.wire.shapes import RoleName, SignInShape, StaffShape, sign_in_json, staff_json

router = resource("me")


class MeShape(Shape):
    """The caller: a person, a program with a key, or a device. `branch_ids` null means all branches."""

    kind: Literal["staff", "key", "device", "guest"]
    id: str
    name: str
    role: RoleName | None
    branch_ids: list[str] | None


class AccountEdit(Form):
    """What a person changes about themself."""

    name: Text = None
    keyboard: Flag = None


class PasswordChange(Form):
    """The old password and the new one."""

    password: Text
    new_password: Text


async def person(principal: Caller) -> Principal:
    """Return the caller if it is a person; a key or a device has no account."""
    if principal.kind != "staff":
        raise Forbidden("no_account", N_("Only a person has an account."))
    return principal


Person = Annotated[Principal, Depends(person)]


@router.get("/me", operation_id="getMe", response_model=Envelope[MeShape])
async def me(principal: Caller) -> Any:
    """Return who the caller is and what it may see."""
    branch_ids = None if principal.branch_ids is None else sorted(principal.branch_ids)
    role = principal.role.value if principal.role else None
    data = {"kind": principal.kind, "id": principal.id, "name": principal.name, "role": role}
    return {"data": {**data, "branch_ids": branch_ids}}


@router.patch("/me", operation_id="editMe", response_model=Envelope[StaffShape])
async def edit(request: Request, principal: Person, form: AccountEdit) -> Any:
    """Change one's own name, or switch keyboard shortcuts on or off."""
    store = house_of(request).store
    member = await store.write(
        edit_account, actor=principal.actor, staff_id=principal.id, changes=form.given()
    )
    return {"data": staff_json(member)}


@router.put("/me/password", operation_id="changePassword", response_model=Envelope[StaffShape])
async def change_password(
    request: Request, response: Response, principal: Person, form: PasswordChange
) -> Any:
    """Change one's own password; every other browser and program is signed out."""
    house = house_of(request)
    password_hash = await changed_password(request, principal, form.password, form.new_password)
    member, secret = await house.store.write(
        set_password,
        actor=principal.actor,
        staff_id=principal.id,
        password_hash=password_hash,
        keep=sign_in_hash(request),
    )
    if secret:
        give_cookies(request, response, member, secret)
    return {"data": staff_json(member)}


async def changed_password(request: Request, principal: Principal, old: object, new: object) -> str:
    """Return the hash of somebody's new password, if the old one is right; raises Invalid, TooMany."""
    house = house_of(request)
    await house.limits.check("sign_in", principal.actor)
    account = await house.store.read(people.account, principal.id)
    if account is None:
        raise not_found()
    if not await house.passwords.fits(account.password_hash, old if isinstance(old, str) else ""):
        raise invalid_field("/password", "wrong_password", N_("This is not your present password."))
    chosen = new_password(new, account.member.login, account.member.name, pointer="/new_password")
    return await house.passwords.hash(chosen)


@router.get("/me/sign-ins", operation_id="listMySignIns", response_model=Listing[SignInShape])
async def sign_ins(request: Request, principal: Person) -> Any:
    """List the browsers in which the caller is signed in, latest use first."""
    store = house_of(request).store
    found = await store.read(kept.sign_ins_of, principal.id, store.clock())
    current = sign_in_hash(request)
    return {"data": [sign_in_json(one, current) for one in found]}


@router.delete("/me/sign-ins", operation_id="endMySignIns", response_model=Envelope[Ended])
async def end(request: Request, principal: Person) -> Any:
    """Sign out of every other browser and program."""
    ended = await house_of(request).store.write(
        end_sign_ins, actor=principal.actor, staff_id=principal.id, keep=sign_in_hash(request)
    )
    return {"data": {"ended": ended}}

"""People and their accounts, for those who manage them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Request, Response

from nowserving.actions.people.sign_ins import end_sign_ins
from nowserving.actions.people.staff import (
    check_new_staff,
    create_staff,
    disable_staff,
    edit_staff,
    enable_staff,
    set_password,
)
from nowserving.domain.people.roles import Principal
from nowserving.domain.people.staff import StaffMember
from nowserving.errors import not_found
from nowserving.store.people import staff as people
from nowserving.web.gate.passwords import new_password
from nowserving.web.house import House, house_of
from nowserving.web.wire.resource import (
    HEADS,
    ONCE,
    Envelope,
    Expected,
    Flag,
    Form,
    Head,
    Listing,
    Shape,
    Text,
    Texts,
    create,
    etag,
    resource,
)
from nowserving.web.wire.shapes import StaffShape, staff_json

router = resource("staff")


class NewStaff(Form):
    """Somebody new. An agent sees the branches listed, an admin all."""

    name: Text
    login: Text
    role: Text
    password: Text
    branch_ids: Texts = ()
    clinical: Flag = False


class StaffEdit(Form):
    """What changes in an account; what is left out stays."""

    name: Text = None
    login: Text = None
    role: Text = None
    branch_ids: Texts = None
    clinical: Flag = None


class NewPassword(Form):
    """A new password."""

    password: Text


class Ended(Shape):
    """How many sign-ins were ended."""

    ended: int


@router.get("/staff", operation_id="listStaff", dependencies=HEADS, response_model=Listing[StaffShape])
async def index(
    request: Request,
    *,
    disabled: Annotated[bool, Query(description="With those whose access was taken away.")] = False,
) -> Any:
    """List everybody with an account, by name."""
    found = await house_of(request).store.read(people.staff, disabled=disabled)
    return {"data": [staff_json(member) for member in found]}


@router.post(
    "/staff",
    operation_id="createStaff",
    status_code=201,
    dependencies=ONCE,
    response_model=Envelope[StaffShape],
)
async def add(request: Request, principal: Head, form: NewStaff) -> Response:
    """Add somebody with an account."""
    given = form.given()
    # A hash is slow on purpose: what is refused anyway gets none.
    check_new_staff(**{name: value for name, value in given.items() if name != "password"})
    password = new_password(given.pop("password"), str(form.login), str(form.name))
    password_hash = await house_of(request).passwords.hash(password)
    return await create(
        request, principal, create_staff, _document, "staff", **given, password_hash=password_hash
    )


@router.get(
    "/staff/{staff_id}", operation_id="getStaff", dependencies=HEADS, response_model=Envelope[StaffShape]
)
async def one(request: Request, response: Response, staff_id: str) -> Any:
    """Return one person. The ETag is what an edit wants as If-Match."""
    member = await _found(house_of(request), staff_id)
    response.headers.update(etag(member.edited))
    return _document(member)


@router.patch("/staff/{staff_id}", operation_id="editStaff", response_model=Envelope[StaffShape])
async def edit(
    request: Request,
    response: Response,
    *,
    principal: Head,
    staff_id: str,
    form: StaffEdit,
    expected: Expected,
) -> Any:
    """Change an account. A new role signs the person out everywhere; the last admin stays one."""
    member = await house_of(request).store.write(
        edit_staff, actor=principal.actor, staff_id=staff_id, changes=form.given(), expected=expected
    )
    response.headers.update(etag(member.edited))
    return _document(member)


@router.put("/staff/{staff_id}/password", operation_id="setPassword", response_model=Envelope[StaffShape])
async def password(request: Request, principal: Head, staff_id: str, form: NewPassword) -> Any:
    """Give somebody a new password; they are signed out everywhere."""
    house = house_of(request)
    member = await _found(house, staff_id)
    chosen = new_password(form.password, member.login, member.name)
    password_hash = await house.passwords.hash(chosen)
    after, _ = await house.store.write(
        set_password, actor=principal.actor, staff_id=staff_id, password_hash=password_hash
    )
    return _document(after)


@router.post("/staff/{staff_id}/disable", operation_id="disableStaff", response_model=Envelope[StaffShape])
async def disable(request: Request, principal: Head, staff_id: str) -> Any:
    """Take somebody's access away at once."""
    return await _carry_out(disable_staff, request, principal, staff_id)


@router.post("/staff/{staff_id}/enable", operation_id="enableStaff", response_model=Envelope[StaffShape])
async def enable(request: Request, principal: Head, staff_id: str) -> Any:
    """Give somebody their access back."""
    return await _carry_out(enable_staff, request, principal, staff_id)


@router.delete("/staff/{staff_id}/sign-ins", operation_id="endSignIns", response_model=Envelope[Ended])
async def sign_out(request: Request, principal: Head, staff_id: str) -> Any:
    """Sign somebody out of every browser and program."""
    house = house_of(request)
    await _found(house, staff_id)
    ended = await house.store.write(end_sign_ins, actor=principal.actor, staff_id=staff_id)
    return {"data": {"ended": ended}}


async def _carry_out(
    verb: Callable[..., StaffMember], request: Request, principal: Principal, staff_id: str
) -> dict[str, Any]:
    store = house_of(request).store
    return _document(await store.write(verb, actor=principal.actor, staff_id=staff_id))


async def _found(house: House, staff_id: str) -> StaffMember:
    member = await house.store.read(people.staff_member, staff_id)
    if member is None:
        raise not_found()
    return member


def _document(member: StaffMember) -> dict[str, Any]:
    return {"data": staff_json(member)}

"""Names of people, what they type to sign in, and what a password may be."""

from __future__ import annotations

import pytest

from nowserving.domain.people.roles import Role
from nowserving.domain.people.staff import (
    MOST_PASSWORD,
    StaffMember,
    check_password,
    clean_login,
    clean_person,
    fits_password,
    staff_role,
)
from nowserving.errors import Invalid
from tests.told import refused


def member(role: Role) -> StaffMember:
    return StaffMember(
        id="maria",
        name="Maria",
        login="maria",
        role=role,
        branch_ids=frozenset({"town-hall"}),
        credential_version=1,
        keyboard=True,
        edited=1,
        created_at=0,
        disabled_at=None,
    )


def test_an_admin_sees_every_branch_and_an_agent_their_own() -> None:
    assert member(Role.ADMIN).sees is None
    assert member(Role.AGENT).sees == frozenset({"town-hall"})


@pytest.mark.parametrize("typed", ["Maria", " maria ", "MARIA"])
def test_a_login_is_the_same_however_it_is_typed(typed: str) -> None:
    assert clean_login(typed) == "maria"


@pytest.mark.parametrize(
    "typed", ["", "m", "-maria", "maria lopez", "mаria", "m" * 65, "maria\nlopez", "ﬁona"]
)
def test_what_is_no_login_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean_login(typed)
    assert refused(caught) == {"/login": "bad_login"}


@pytest.mark.parametrize("typed", [None, 7, b"maria"])
def test_a_login_is_text(typed: object) -> None:
    with pytest.raises(Invalid) as caught:
        clean_login(typed)
    assert refused(caught) == {"/login": "not_text"}


@pytest.mark.parametrize("name", ["O'Brien-Ñandú Jr.", "李", "Анна Anna", "أمير", "Null", "3rd shift"])
def test_a_name_stays_as_it_is(name: str) -> None:
    assert clean_person(name) == name


@pytest.mark.parametrize("name", ["аdmin", "Οlga", "Mariя"])
def test_a_word_that_mixes_alphabets_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean_person(name)
    assert refused(caught) == {"/name": "mixed_alphabets"}


def test_a_person_is_an_admin_or_an_agent() -> None:
    assert (staff_role("admin"), staff_role(Role.AGENT)) == (Role.ADMIN, Role.AGENT)
    for wrong in ("kiosk", "Admin", "", None, 1, ["admin"]):
        with pytest.raises(Invalid):
            staff_role(wrong)


@pytest.mark.parametrize(
    "password", ["8 chars!", "ä" * MOST_PASSWORD, "  leading and trailing  ", "🎉🎉🎉🎉🎉🎉🎉🎉"]
)
def test_a_password_is_kept_exactly(password: str) -> None:
    assert check_password(password) == password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        (None, "not_text"),
        (12345678, "not_text"),
        ("", "too_short"),
        ("7 chars", "too_short"),
        ("x" * (MOST_PASSWORD + 1), "bad_password"),
        ("tab\tinside", "bad_password"),
        ("nul\x00inside", "bad_password"),
        ("half \ud800 a pair", "bad_password"),
    ],
)
def test_what_can_be_no_password_is_refused(password: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(password)
    assert refused(caught) == {"/password": code}


def test_no_work_is_spent_on_what_can_be_nobodys_password() -> None:
    assert fits_password("short")
    assert not fits_password("x" * 100_000)
    assert not fits_password("a\x00b")

"""People, their accounts, and how their access ends."""

from __future__ import annotations

from typing import Any

import pytest

from nowserving.actions.people.sign_ins import SignedIn, sign_in
from nowserving.actions.people.staff import (
    create_staff,
    disable_staff,
    edit_account,
    edit_staff,
    enable_staff,
    set_password,
)
from nowserving.actions.people.tokens import open_family
from nowserving.domain.event import ORGANISATION
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.people.roles import Role
from nowserving.domain.people.staff import StaffMember
from nowserving.errors import Conflict, Invalid, NotFound, Stale, Unauthorized
from nowserving.store import schema
from nowserving.store.people import sign_ins as kept
from nowserving.store.people import staff as people
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.told import latest, refused, verbs


@pytest.fixture
def olga(build: Builder) -> str:
    return build.admin("Olga Admin")


def signed_in(store: Store, staff_id: str, version: int = 1) -> SignedIn:
    return store.write_now(
        sign_in, staff_id=staff_id, credential_version=version, browser="Firefox", lifetime_s=3600
    )


def still_signed_in(store: Store, one: SignedIn) -> bool:
    return store.read_now(kept.sign_in, secret_hash(one.secret)) is not None


def member(store: Store, staff_id: str) -> StaffMember:
    found = store.read_now(people.staff_member, staff_id)
    assert found is not None
    return found


def test_an_agent_sees_the_branches_listed_and_an_admin_all(store: Store, town_hall: TownHall) -> None:
    agent = store.write_now(
        create_staff,
        name="Lena Berg",
        login=" Lena@Example.ORG ",
        role="agent",
        password_hash="x",
        branch_ids=[town_hall.branch_id],
    )
    assert (agent.login, agent.role, agent.sees) == (
        "lena@example.org",
        Role.AGENT,
        frozenset({town_hall.branch_id}),
    )
    admin = store.write_now(
        create_staff, name="Ada", login="ada", role="admin", password_hash="x", branch_ids=["library"]
    )
    assert (admin.sees, admin.branch_ids) == (None, frozenset())
    assert member(store, agent.id) == agent
    assert latest(store, ORGANISATION).data == {"staff_id": admin.id, "name": "Ada", "role": "admin"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "Lеna"}, {"/name": "mixed_alphabets"}),
        ({"login": "a"}, {"/login": "bad_login"}),
        ({"login": "lena berg"}, {"/login": "bad_login"}),
        ({"login": "аdmin"}, {"/login": "bad_login"}),
        ({"login": None}, {"/login": "not_text"}),
        ({"login": "maria-lopez"}, {"/login": "taken"}),
        ({"role": "kiosk"}, {"/role": "not_a_choice"}),
        ({"role": ["admin"]}, {"/role": "not_a_choice"}),
        ({"branch_ids": ["library", "nowhere"]}, {"/branch_ids/1": "unknown_branch"}),
    ],
)
def test_a_bad_account_is_refused(
    store: Store, town_hall: TownHall, given: dict[str, Any], expected: dict[str, str]
) -> None:
    fields: dict[str, Any] = {"name": "Lena", "login": "lena", "role": "agent", "password_hash": "x", **given}
    with pytest.raises(Invalid) as caught:
        store.write_now(create_staff, **fields)
    assert refused(caught) == expected


def test_a_name_in_two_whole_alphabets_is_fine(store: Store) -> None:
    made = store.write_now(
        create_staff, name="Анна (Anna) Ὀδυσσεύς 李", login="anna", role="agent", password_hash="x"
    )
    assert made.name == "Анна (Anna) Ὀδυσσεύς 李"


def test_an_edit_moves_an_agent_to_another_branch(store: Store, town_hall: TownHall) -> None:
    changes = {"name": "María López", "login": "maria", "branch_ids": ["library"]}
    after = store.write_now(edit_staff, staff_id=town_hall.maria, changes=changes, expected=1)
    assert (after.name, after.login, after.branch_ids) == ("María López", "maria", frozenset({"library"}))
    assert member(store, town_hall.maria) == after
    assert latest(store, ORGANISATION).data["after"]["branch_ids"] == ["library"]
    with pytest.raises(Stale):
        store.write_now(edit_staff, staff_id=town_hall.maria, changes={}, expected=1)


def test_an_edit_that_changes_nothing_is_no_event(store: Store, town_hall: TownHall) -> None:
    store.write_now(
        edit_staff, staff_id=town_hall.maria, changes={"name": "Maria Lopez", "login": "maria-lopez"}
    )
    store.write_now(edit_account, staff_id=town_hall.maria, changes={"keyboard": True})
    assert verbs(store, ORGANISATION) == []


def test_an_edit_can_not_take_a_login_or_name_a_branch_that_is_not_there(
    store: Store, town_hall: TownHall
) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_staff, staff_id=town_hall.maria, changes={"login": "amir-khan"})
    assert refused(caught) == {"/login": "taken"}
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_staff, staff_id=town_hall.maria, changes={"branch_ids": ["nowhere"]})
    assert refused(caught) == {"/branch_ids/0": "unknown_branch"}


def test_a_new_role_ends_every_sign_in_of_the_person_alone(store: Store, town_hall: TownHall) -> None:
    maria, amir = signed_in(store, town_hall.maria), signed_in(store, town_hall.amir)
    after = store.write_now(edit_staff, staff_id=town_hall.maria, changes={"role": "admin"})
    assert (after.role, after.credential_version, after.branch_ids) == (Role.ADMIN, 2, frozenset())
    assert not still_signed_in(store, maria)
    assert still_signed_in(store, amir)
    with pytest.raises(Unauthorized):
        signed_in(store, town_hall.maria, version=1)


def test_the_last_admin_stays_one(store: Store, olga: str, build: Builder) -> None:
    for verb, more in ((disable_staff, {}), (edit_staff, {"changes": {"role": "agent"}})):
        with pytest.raises(Conflict) as caught:
            store.write_now(verb, staff_id=olga, **more)  # type: ignore[arg-type]
        assert caught.value.code == "last_admin"
    build.admin("Second Admin")
    assert store.write_now(edit_staff, staff_id=olga, changes={"role": "agent"}).role is Role.AGENT


def test_a_disabled_person_is_out_at_once_and_can_come_back(store: Store, town_hall: TownHall) -> None:
    maria = signed_in(store, town_hall.maria)
    gone = store.write_now(disable_staff, staff_id=town_hall.maria)
    assert store.write_now(disable_staff, staff_id=town_hall.maria) == gone
    assert gone.disabled_at is not None
    assert not still_signed_in(store, maria)
    assert town_hall.maria not in [one.id for one in store.read_now(people.staff)]
    with pytest.raises(Unauthorized):
        signed_in(store, town_hall.maria, version=gone.credential_version)
    back = store.write_now(enable_staff, staff_id=town_hall.maria)
    assert store.write_now(enable_staff, staff_id=town_hall.maria) == back
    assert back.disabled_at is None
    assert verbs(store, ORGANISATION) == ["staff.signed_in", "staff.disabled", "staff.enabled"]


def test_a_new_password_signs_out_everywhere_but_here(store: Store, town_hall: TownHall) -> None:
    here, elsewhere = signed_in(store, town_hall.maria), signed_in(store, town_hall.maria)
    store.write_now(open_family, staff_id=town_hall.maria, credential_version=1, lifetime_s=60)
    after, secret = store.write_now(
        set_password, staff_id=town_hall.maria, password_hash="new", keep=secret_hash(here.secret)
    )
    assert after.credential_version == 2
    assert secret is not None
    renewed = store.read_now(kept.sign_in, secret_hash(secret))
    assert renewed is not None
    assert (renewed.credential_version, renewed.browser) == (2, "Firefox")
    assert not still_signed_in(store, here)
    assert not still_signed_in(store, elsewhere)
    account = store.read_now(people.account, town_hall.maria)
    assert account is not None
    assert account.password_hash == "new"


def test_a_password_set_by_an_admin_signs_out_everywhere(store: Store, town_hall: TownHall) -> None:
    maria, amir = signed_in(store, town_hall.maria), signed_in(store, town_hall.amir)
    _, secret = store.write_now(set_password, staff_id=town_hall.maria, password_hash="new")
    assert secret is None
    assert not still_signed_in(store, maria)
    _, secret = store.write_now(
        set_password, staff_id=town_hall.maria, password_hash="new", keep=secret_hash(amir.secret)
    )
    assert secret is None
    assert still_signed_in(store, amir)


def test_people_decide_about_their_own_name_and_keys(store: Store, town_hall: TownHall) -> None:
    changes = {"name": "Maria L.", "keyboard": False}
    after = store.write_now(edit_account, staff_id=town_hall.maria, changes=changes)
    assert (after.name, after.keyboard) == ("Maria L.", False)
    assert member(store, town_hall.maria) == after
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_account, staff_id=town_hall.maria, changes={"role": "admin"})
    assert refused(caught) == {"/role": "unknown_field"}


def test_an_unknown_person_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.write_now(disable_staff, staff_id="nobody")


def test_whether_anybody_has_an_account_and_what_they_are_called(
    store: Store, build: Builder, town_hall: TownHall
) -> None:
    assert store.read_now(people.anybody)
    assert store.read_now(people.names)[town_hall.maria] == "Maria Lopez"
    build.change(schema.staff, town_hall.maria, disabled_at=1)
    assert len(store.read_now(people.staff, disabled=True)) == len(store.read_now(people.staff)) + 1

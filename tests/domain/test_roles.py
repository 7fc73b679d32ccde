import pytest

from nowserving.domain.people.roles import Permission, Principal, Role, may

ALLOWED = {
    Role.ADMIN: "join call see_queue see_layout see_display see_log manage manage_staff",
    Role.AGENT: "join call see_queue see_layout see_display see_records",
    Role.KIOSK: "join see_layout report",
    Role.DISPLAY: "see_layout see_display report",
}


def somebody(**given: object) -> Principal:
    person = {
        "kind": "staff",
        "id": "s1",
        "name": "Amal",
        "role": Role.AGENT,
        "branch_ids": frozenset({"town"}),
    }
    return Principal(**(person | given))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_its_row_says_and_nothing_else(role: Role) -> None:
    assert {permission.value for permission in Permission if may(role, permission)} == set(
        ALLOWED[role].split()
    )


@pytest.mark.parametrize("permission", Permission)
def test_a_guest_has_no_permission_by_role(permission: Permission) -> None:
    guest = somebody(kind="guest", role=None)
    assert not guest.may(permission)
    assert not may(None, permission)


def test_a_principal_may_what_its_role_may() -> None:
    assert may(somebody(), Permission.CALL)
    assert somebody().may(Permission.CALL)
    assert not somebody().may(Permission.MANAGE)


@pytest.mark.parametrize(
    ("kind", "actor"), [("staff", "staff:s1"), ("key", "key:s1"), ("device", "device:s1"), ("guest", "guest")]
)
def test_the_log_names_who_did_it_and_no_guest(kind: str, actor: str) -> None:
    assert somebody(kind=kind).actor == actor


def test_a_principal_sees_its_own_branches_only() -> None:
    assert somebody().sees("town")
    assert not somebody().sees("clinic")
    assert not somebody(branch_ids=frozenset()).sees("town")


def test_no_list_of_branches_means_all_of_them() -> None:
    assert somebody(branch_ids=None).sees("clinic")


def test_nobody_is_free_of_limits_unless_it_is_said() -> None:
    assert not somebody().unlimited


def test_notes_are_for_people_who_were_given_them_and_for_no_role() -> None:
    doctor = somebody(clinical=True)
    assert doctor.may(Permission.CLINICAL)
    assert doctor.may(Permission.SEE_RECORDS)
    assert not doctor.may(Permission.MANAGE)
    for role in Role:
        assert not somebody(role=role).may(Permission.CLINICAL)
        assert not somebody(role=role, kind="key", clinical=True).may(Permission.CLINICAL)
    assert not somebody(role=Role.ADMIN).may(Permission.SEE_RECORDS)
    assert somebody(role=Role.ADMIN, clinical=True).may(Permission.CLINICAL)

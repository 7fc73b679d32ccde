"""Browsers and programs that sign in, and how that ends."""

from __future__ import annotations

import pytest

from nowserving.actions.people.sign_ins import (
    SignedIn,
    end_sign_ins,
    refuse_sign_in,
    sign_in,
    sign_out,
    touch_sign_in,
)
from nowserving.actions.people.tokens import Issued, end_family, open_family, refresh
from nowserving.domain.event import ORGANISATION
from nowserving.domain.people.credentials import secret_hash
from nowserving.errors import Unauthorized
from nowserving.store import schema
from nowserving.store.people import sign_ins as kept
from nowserving.store.store import Store
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.told import latest, verbs


def signed_in(store: Store, staff_id: str) -> SignedIn:
    return store.write_now(
        sign_in, staff_id=staff_id, credential_version=1, browser="Firefox" * 100, lifetime_s=3600
    )


def issued(store: Store, staff_id: str) -> Issued:
    return store.write_now(open_family, staff_id=staff_id, credential_version=1, lifetime_s=3600)


def test_a_sign_in_is_known_by_the_hash_of_its_secret(
    store: Store, town_hall: TownHall, clock: Clock
) -> None:
    made = signed_in(store, town_hall.maria)
    found = store.read_now(kept.sign_in, secret_hash(made.secret))
    assert found is not None
    assert made.secret not in (found.token_hash, found.browser)
    assert len(made.secret) == 43
    assert len(found.browser) == 200
    assert found.expires_at == found.created_at + 3600 * 1_000_000
    event = latest(store, ORGANISATION)
    assert (event.verb, event.actor) == ("staff.signed_in", f"staff:{town_hall.maria}")


def test_two_sign_ins_never_share_a_secret(store: Store, town_hall: TownHall) -> None:
    assert len({signed_in(store, town_hall.maria).secret for _ in range(5)}) == 5


@pytest.mark.parametrize("change", [{"credential_version": 2}, {"disabled_at": 1}])
def test_nobody_signs_in_with_a_password_that_was_checked_before_a_change(
    store: Store, build: Builder, town_hall: TownHall, change: dict[str, int]
) -> None:
    build.change(schema.staff, town_hall.maria, **change)
    with pytest.raises(Unauthorized):
        signed_in(store, town_hall.maria)


def test_nobody_signs_in_without_an_account(store: Store) -> None:
    with pytest.raises(Unauthorized):
        signed_in(store, "nobody")


def test_a_wrong_password_is_on_record_without_what_was_typed(store: Store, town_hall: TownHall) -> None:
    store.write_now(refuse_sign_in, staff_id=town_hall.maria)
    event = latest(store, ORGANISATION)
    assert (event.verb, event.actor, event.data) == (
        "staff.sign_in_refused",
        "guest",
        {"staff_id": town_hall.maria},
    )


def test_signing_out_ends_the_sign_in(store: Store, town_hall: TownHall) -> None:
    made = signed_in(store, town_hall.maria)
    for _ in range(2):
        store.write_now(sign_out, token_hash=secret_hash(made.secret))
    assert store.read_now(kept.sign_in, secret_hash(made.secret)) is None
    assert verbs(store, ORGANISATION) == ["staff.signed_in", "staff.signed_out"]


def test_all_other_sign_ins_can_be_ended(store: Store, town_hall: TownHall, clock: Clock) -> None:
    here = secret_hash(signed_in(store, town_hall.maria).secret)
    for _ in range(2):
        signed_in(store, town_hall.maria)
    issued(store, town_hall.maria)
    assert store.write_now(end_sign_ins, staff_id=town_hall.maria, keep=here) == 3
    assert store.write_now(end_sign_ins, staff_id=town_hall.maria, keep=here) == 0
    now = [one.token_hash for one in store.read_now(kept.sign_ins_of, town_hall.maria, clock())]
    assert now == [here]


def test_a_list_of_sign_ins_shows_those_that_are_good(
    store: Store, build: Builder, town_hall: TownHall, clock: Clock
) -> None:
    signed_in(store, town_hall.maria)
    assert len(store.read_now(kept.sign_ins_of, town_hall.maria, clock())) == 1
    assert store.read_now(kept.sign_ins_of, town_hall.maria, clock() + 3601 * 1_000_000) == []
    build.change(schema.staff, town_hall.maria, credential_version=2)
    assert store.read_now(kept.sign_ins_of, town_hall.maria, clock()) == []


def test_use_is_remembered_without_an_event(store: Store, town_hall: TownHall, clock: Clock) -> None:
    made = secret_hash(signed_in(store, town_hall.maria).secret)
    clock.advance(600)
    store.write_now(touch_sign_in, token_hash=made)
    found = store.read_now(kept.sign_in, made)
    assert found is not None
    assert found.seen_at - found.created_at >= 600 * 1_000_000
    assert verbs(store, ORGANISATION) == ["staff.signed_in"]


def test_a_refresh_token_is_exchanged_for_the_next_of_its_family(store: Store, town_hall: TownHall) -> None:
    first = issued(store, town_hall.maria)
    second = store.write_now(refresh, token_hash=secret_hash(first.secret))
    assert second is not None
    assert (second.family, second.expires_at, second.member.id) == (
        first.family,
        first.expires_at,
        town_hall.maria,
    )
    assert second.secret != first.secret
    assert store.write_now(refresh, token_hash=secret_hash(second.secret)) is not None


def test_a_refresh_token_used_twice_ends_its_family_and_no_other(store: Store, town_hall: TownHall) -> None:
    first, other = issued(store, town_hall.maria), issued(store, town_hall.maria)
    second = store.write_now(refresh, token_hash=secret_hash(first.secret))
    assert second is not None
    assert store.write_now(refresh, token_hash=secret_hash(first.secret)) is None
    assert latest(store, ORGANISATION).verb == "staff.token_reused"
    assert store.write_now(refresh, token_hash=secret_hash(second.secret)) is None
    assert not store.read_now(kept.family_open, first.family)
    assert store.read_now(kept.family_open, other.family)


def test_a_refresh_token_lapses(store: Store, town_hall: TownHall, clock: Clock) -> None:
    first = issued(store, town_hall.maria)
    clock.advance(3601)
    assert store.write_now(refresh, token_hash=secret_hash(first.secret)) is None


@pytest.mark.parametrize("change", [{"credential_version": 2}, {"disabled_at": 1}])
def test_a_refresh_token_dies_with_the_access_it_was_given_for(
    store: Store, build: Builder, town_hall: TownHall, change: dict[str, int]
) -> None:
    first = issued(store, town_hall.maria)
    build.change(schema.staff, town_hall.maria, **change)
    assert store.write_now(refresh, token_hash=secret_hash(first.secret)) is None


def test_an_unknown_refresh_token_is_worth_nothing(store: Store) -> None:
    assert store.write_now(refresh, token_hash=secret_hash("guess")) is None


def test_a_program_signs_out(store: Store, town_hall: TownHall) -> None:
    first = issued(store, town_hall.maria)
    for _ in range(2):
        store.write_now(end_family, token_hash=secret_hash(first.secret))
    assert store.write_now(refresh, token_hash=secret_hash(first.secret)) is None
    assert verbs(store, ORGANISATION) == ["staff.signed_in", "staff.signed_out"]

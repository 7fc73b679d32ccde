"""Guests' accounts: the address is proved, nobody learns who has one, and a new password ends what was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from nowserving.actions.accounts.changing import change_account_password, delete_account, edit_account
from nowserving.actions.accounts.registering import (
    NO_PASSWORD,
    Sent,
    ask_for_reset,
    register,
    reset_password,
    verify_account,
)
from nowserving.actions.accounts.signing_in import GuestSignedIn, sign_guest_in, sign_guest_out
from nowserving.actions.accounts.tidying import tidy_accounts
from nowserving.domain.event import ORGANISATION
from nowserving.domain.people.account import PROOF_S, Purpose, account_email
from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.retention import UNPROVED_KEPT_US
from nowserving.errors import Gone, Invalid, NotFound, Unauthorized
from nowserving.store import schema
from nowserving.store.accounts import accounts as kept
from nowserving.store.store import Store
from tests.conftest import Clock
from tests.told import verbs

ANA = "ana@example.org"
LIFETIME_S = 3600


def registered(store: Store, email: str = ANA, **more: Any) -> Sent:
    return store.write_now(register, email=email, name="Ana", **more)


def verified(store: Store) -> str:
    """Return the id of an account whose address is proved."""
    secret = registered(store).secret
    assert secret
    return store.write_now(verify_account, secret=secret, password_hash="hash-1").id


def signed_in(store: Store, account_id: str, version: int = 1) -> GuestSignedIn:
    return store.write_now(
        sign_guest_in,
        account_id=account_id,
        credential_version=version,
        browser="Firefox" * 100,
        lifetime_s=LIFETIME_S,
    )


def whose(store: Store, clock: Clock, secret: str) -> str | None:
    found = store.read_now(kept.account_signed_in, secret_hash(secret), clock())
    return found.id if found else None


def test_a_new_account_waits_for_its_address_to_be_proved(store: Store) -> None:
    sent = registered(store, language="es", phone="+34600123456")
    found = store.read_now(kept.account_by_email, ANA)
    assert found is not None
    assert found.account == sent.account
    assert found.password_hash == NO_PASSWORD
    assert (found.account.name, found.account.language, found.account.verified_at) == ("Ana", "es", None)

    assert sent.secret is not None
    store.write_now(verify_account, secret=sent.secret, password_hash="hash-1")
    after = store.read_now(kept.locked_account, sent.account.id)
    assert after is not None
    assert after.account.verified_at is not None
    assert after.password_hash == "hash-1"
    assert verbs(store, ORGANISATION)[-2:] == ["account.registered", "account.verified"]


def test_only_the_hash_of_a_proof_is_kept(store: Store) -> None:
    secret = registered(store).secret
    assert secret is not None
    rows = store.read_now(lambda reader: reader.execute(select(schema.account_proofs)).all())
    assert secret not in str(rows)
    assert secret_hash(secret) in str(rows)


def test_no_event_says_who_somebody_is(store: Store) -> None:
    account_id = verified(store)
    store.write_now(
        edit_account, account_id=account_id, changes={"name": "Ana Ruiz", "phone": "+34600123456"}
    )
    told = str(store.read_now(lambda reader: reader.execute(select(schema.events)).all()))
    assert account_id in told
    assert ANA not in told
    assert "Ana" not in told
    assert "600123456" not in told


def test_an_account_that_is_proved_is_not_touched_by_another_registration(store: Store) -> None:
    account_id = verified(store)
    again = store.write_now(register, email=ANA, name="Eve")
    assert (again.account.id, again.secret) == (account_id, None)
    locked = store.read_now(kept.locked_account, account_id)
    assert locked is not None
    assert (locked.password_hash, locked.account.name) == ("hash-1", "Ana")


def test_an_address_that_was_never_proved_starts_afresh(store: Store) -> None:
    first = registered(store)
    second = store.write_now(register, email=ANA, name="The real Ana")
    assert first.secret
    assert second.secret

    # What a stranger has sent to this address before opens nothing any more.
    with pytest.raises(Gone):
        store.write_now(verify_account, secret=first.secret, password_hash="hash-1")
    store.write_now(verify_account, secret=second.secret, password_hash="hash-2")
    locked = store.read_now(kept.account_by_email, ANA)
    assert locked is not None
    assert locked.password_hash == "hash-2"


def reset(store: Store, secret: str) -> object:
    return store.write_now(reset_password, secret=secret, password_hash="hash-9")


def verify(store: Store, secret: str) -> object:
    return store.write_now(verify_account, secret=secret, password_hash="hash-1")


def secret_for(store: Store, purpose: Purpose) -> str:
    sent = registered(store) if purpose is Purpose.VERIFY else store.write_now(ask_for_reset, email=ANA)
    assert sent is not None
    assert sent.secret is not None
    return sent.secret


@pytest.mark.parametrize(("purpose", "use"), [(Purpose.VERIFY, verify), (Purpose.RESET, reset)])
def test_a_proof_is_good_once(store: Store, purpose: Purpose, use: Callable[[Store, str], object]) -> None:
    registered(store)
    secret = secret_for(store, purpose)
    use(store, secret)
    with pytest.raises(Gone):
        use(store, secret)


@pytest.mark.parametrize(("purpose", "use"), [(Purpose.VERIFY, verify), (Purpose.RESET, reset)])
def test_a_proof_is_good_for_its_time_and_no_longer(
    store: Store, clock: Clock, purpose: Purpose, use: Callable[[Store, str], object]
) -> None:
    registered(store)
    secret = secret_for(store, purpose)
    clock.advance(PROOF_S[purpose] + 1)
    with pytest.raises(Gone):
        use(store, secret)


def test_a_proof_is_good_for_what_it_was_made_for(store: Store) -> None:
    secret = registered(store).secret
    assert secret
    with pytest.raises(Gone):
        reset(store, secret)
    with pytest.raises(Gone):
        verify(store, secret_for(store, Purpose.RESET))
    with pytest.raises(Gone):
        verify(store, "made up")


def test_a_new_reset_makes_the_one_before_worthless(store: Store) -> None:
    verified(store)
    old = secret_for(store, Purpose.RESET)
    new = secret_for(store, Purpose.RESET)
    with pytest.raises(Gone):
        reset(store, old)
    reset(store, new)


def test_an_unknown_address_gets_nothing_to_reset(store: Store) -> None:
    before = verbs(store, ORGANISATION)
    assert store.write_now(ask_for_reset, email="nobody@example.org") is None
    assert verbs(store, ORGANISATION) == before


def test_a_reset_signs_everybody_out_and_proves_the_address(store: Store, clock: Clock) -> None:
    account_id = registered(store).account.id
    secret = signed_in(store, account_id).secret
    reset(store, secret_for(store, Purpose.RESET))

    assert whose(store, clock, secret) is None
    locked = store.read_now(kept.locked_account, account_id)
    assert locked is not None
    assert locked.account.verified_at is not None
    assert (locked.password_hash, locked.account.credential_version) == ("hash-9", 2)


def test_a_sign_in_is_known_by_the_hash_of_its_secret_and_ends_in_time(store: Store, clock: Clock) -> None:
    account_id = verified(store)
    made = signed_in(store, account_id)
    assert whose(store, clock, made.secret) == account_id
    assert made.expires_at == pytest.approx(clock() + LIFETIME_S * 1_000_000, abs=1_000_000)
    clock.advance(LIFETIME_S + 1)
    assert whose(store, clock, made.secret) is None
    # The next sign-in clears away what is over.
    signed_in(store, account_id)
    assert store.read_now(kept.account_sign_in, secret_hash(made.secret)) is None


def test_nobody_signs_in_with_a_password_that_was_checked_before_a_change(store: Store) -> None:
    account_id = verified(store)
    with pytest.raises(Unauthorized):
        signed_in(store, account_id, version=2)
    with pytest.raises(Unauthorized):
        signed_in(store, "nobody")


def test_signing_out_ends_this_browser_alone(store: Store, clock: Clock) -> None:
    account_id = verified(store)
    here, there = signed_in(store, account_id).secret, signed_in(store, account_id).secret
    store.write_now(sign_guest_out, token_hash=secret_hash(here))
    store.write_now(sign_guest_out, token_hash=secret_hash(here))
    assert whose(store, clock, here) is None
    assert whose(store, clock, there) == account_id


def test_a_new_password_keeps_only_the_browser_that_set_it(store: Store, clock: Clock) -> None:
    account_id = verified(store)
    here, there = signed_in(store, account_id).secret, signed_in(store, account_id).secret
    change: dict[str, Any] = {"account_id": account_id, "credential_version": 1, "password_hash": "hash-2"}
    store.write_now(change_account_password, **change, keep=secret_hash(here))
    assert whose(store, clock, here) == account_id
    assert whose(store, clock, there) is None
    with pytest.raises(NotFound):
        store.write_now(change_account_password, **change)


def test_name_and_phone_can_be_changed_and_are_checked(store: Store) -> None:
    account_id = verified(store)
    changes = {"name": " Ana  Ruiz ", "phone": "+34 600 123 456"}
    after = store.write_now(edit_account, account_id=account_id, changes=changes)
    assert (after.name, after.phone, after.edited) == ("Ana Ruiz", "+34600123456", 2)
    assert store.write_now(edit_account, account_id=account_id, changes={"phone": None}).phone is None
    with pytest.raises(Invalid):
        store.write_now(edit_account, account_id=account_id, changes={"email": "eve@example.org"})


def test_a_deleted_account_leaves_nothing(store: Store, clock: Clock) -> None:
    account_id = verified(store)
    secret = signed_in(store, account_id).secret
    secret_for(store, Purpose.RESET)
    store.write_now(delete_account, account_id=account_id)

    assert whose(store, clock, secret) is None
    for table in (schema.accounts, schema.account_sign_ins, schema.account_proofs):
        rows = select(table)
        assert store.read_now(lambda reader, rows=rows: list(reader.execute(rows))) == []  # type: ignore[misc]
    with pytest.raises(NotFound):
        store.write_now(delete_account, account_id=account_id)


def test_an_account_has_a_good_address() -> None:
    assert account_email(" Ana@Example.ORG ") == "ana@example.org"
    for bad in ("", "ana", None):
        with pytest.raises(Invalid):
            account_email(bad)


def test_what_nobody_needs_any_more_is_tidied_away(store: Store, clock: Clock) -> None:
    account_id = verified(store)
    secret = signed_in(store, account_id).secret
    registered(store, "nobody@example.org")
    clock.advance(UNPROVED_KEPT_US / 1_000_000 - 60)
    store.write_now(tidy_accounts)
    assert store.read_now(kept.account_by_email, "nobody@example.org") is not None
    assert store.read_now(kept.account_sign_in, secret_hash(secret)) is None
    assert store.read_now(lambda reader: list(reader.execute(select(schema.account_proofs)))) == []

    clock.advance(120)
    store.write_now(tidy_accounts)
    assert store.read_now(kept.account_by_email, "nobody@example.org") is None
    assert store.read_now(kept.account, account_id) is not None

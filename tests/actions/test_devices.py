"""Pairing a kiosk or display, its settings, what it reports, its end. And the keys of programs."""

from __future__ import annotations

import pytest

from nowserving.actions.people import devices as verbs_of_devices
from nowserving.actions.people.api_keys import create_api_key, revoke_api_key
from nowserving.actions.people.devices import (
    Begun,
    approve_pairing,
    begin_pairing,
    claim_device,
    edit_device,
    report_device,
    revoke_device,
)
from nowserving.domain.event import ORGANISATION
from nowserving.domain.layout.screens import DEVICE
from nowserving.domain.people.credentials import CODE_ALPHABET, Device, DeviceKind, secret_hash, shown_code
from nowserving.domain.people.roles import Role
from nowserving.errors import Busy, Gone, Invalid, NotFound, Stale
from nowserving.store.people import api_keys, devices
from nowserving.store.store import Store
from tests.builders import TownHall
from tests.conftest import Clock
from tests.told import latest, refused, verbs


def begun(store: Store, kind: str = "kiosk") -> Begun:
    return store.write_now(begin_pairing, kind=kind, lifetime_s=300)


def paired(store: Store, town_hall: TownHall, name: str = "By the door") -> Device:
    code = begun(store).code
    return store.write_now(approve_pairing, branch_id=town_hall.branch_id, code=code, name=name)


def test_a_code_is_easy_to_read_across_a_room(store: Store) -> None:
    code = begun(store).code
    assert len(code) == 8
    assert set(code) <= set(CODE_ALPHABET)
    assert not set("0O1I") & set(CODE_ALPHABET)
    assert shown_code("ABCD2345") == "ABCD-2345"


def test_a_device_is_paired_by_its_code_and_claims_its_credential_once(
    store: Store, town_hall: TownHall
) -> None:
    start = begun(store)
    device = store.write_now(
        approve_pairing,
        branch_id=town_hall.branch_id,
        code=shown_code(start.code).lower(),
        name=" By the  door ",
    )
    assert (device.kind, device.kind.role, device.name) == (DeviceKind.KIOSK, Role.KIOSK, "By the door")
    pairing = store.read_now(devices.pairing_by_claim, secret_hash(start.claim))
    assert pairing is not None
    assert pairing.device_id == device.id
    claimed = store.write_now(claim_device, device_id=device.id, claim=start.claim)
    assert claimed.secret.startswith("nsd_")
    found = store.read_now(devices.device_by_token, secret_hash(claimed.secret))
    assert found is not None
    assert found.id == device.id
    with pytest.raises(NotFound):
        store.write_now(claim_device, device_id=device.id, claim=start.claim)
    assert verbs(store, town_hall.branch_id) == ["device.paired", "device.claimed"]
    assert store.read_now(devices.devices, town_hall.branch_id) == [found]


def test_nobody_is_a_device_before_it_has_claimed(store: Store, town_hall: TownHall) -> None:
    device = paired(store, town_hall)
    for guess in ("", device.id, f"unclaimed:{device.id}"):
        assert store.read_now(devices.device_by_token, secret_hash(guess)) is None


@pytest.mark.parametrize("typed", ["ABCD-2345", "abcd 2345"])
def test_a_code_that_no_device_shows_is_refused(store: Store, town_hall: TownHall, typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(approve_pairing, branch_id=town_hall.branch_id, code=typed, name="Door")
    assert refused(caught) == {"/code": "unknown_code"}


@pytest.mark.parametrize("typed", ["", "ABC", "ABCD-23456", "ABCD-234O", "ÄBCD-2345", None, 12345678])
def test_what_is_no_code_at_all_is_refused(store: Store, town_hall: TownHall, typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(approve_pairing, branch_id=town_hall.branch_id, code=typed, name="Door")
    assert refused(caught) == {"/code": "bad_code"}


def test_a_code_works_once(store: Store, town_hall: TownHall) -> None:
    code = begun(store).code
    store.write_now(approve_pairing, branch_id=town_hall.branch_id, code=code, name="Door")
    with pytest.raises(Invalid) as caught:
        store.write_now(approve_pairing, branch_id=town_hall.branch_id, code=code, name="Door")
    assert refused(caught) == {"/code": "unknown_code"}


def test_a_code_lapses_and_is_swept_away(store: Store, town_hall: TownHall, clock: Clock) -> None:
    start = begun(store)
    clock.advance(300)
    with pytest.raises(Invalid):
        store.write_now(approve_pairing, branch_id=town_hall.branch_id, code=start.code, name="Door")
    assert store.read_now(devices.pairings_open) == 1
    clock.advance(301)
    begun(store)
    assert store.read_now(devices.pairing_by_claim, secret_hash(start.claim)) is None


def test_a_claim_that_comes_too_late_or_after_a_revocation_is_refused(
    store: Store, town_hall: TownHall, clock: Clock
) -> None:
    late, revoked = begun(store), begun(store)
    ids = [
        store.write_now(approve_pairing, branch_id=town_hall.branch_id, code=one.code, name="Door").id
        for one in (late, revoked)
    ]
    store.write_now(revoke_device, device_id=ids[1])
    with pytest.raises(Gone):
        store.write_now(claim_device, device_id=ids[1], claim=revoked.claim)
    clock.advance(600)
    with pytest.raises(Gone):
        store.write_now(claim_device, device_id=ids[0], claim=late.claim)


def test_a_claim_fits_its_own_device_only(store: Store, town_hall: TownHall) -> None:
    mine, other = begun(store), paired(store, town_hall)
    for claim in (mine.claim, "guess"):
        with pytest.raises(NotFound):
            store.write_now(claim_device, device_id=other.id, claim=claim)


def test_only_so_many_pairings_wait_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs_of_devices, "_MOST_PAIRINGS", 2)
    begun(store)
    begun(store)
    with pytest.raises(Busy):
        begun(store)


def test_only_a_kiosk_or_a_display_is_paired(store: Store) -> None:
    with pytest.raises(Invalid) as caught:
        begun(store, "admin")
    assert refused(caught) == {"/kind": "not_a_choice"}


def test_a_device_has_a_name_and_settings(store: Store, town_hall: TownHall) -> None:
    device = paired(store, town_hall)
    store.write_now(edit_device, device_id=device.id, changes={"settings": {"volume": 30}}, expected=1)
    changes = {
        "name": "Hall",
        "settings": {"queue_ids": [town_hall.passports], "mute_from": "20:00", "mute_until": "08:00"},
    }
    after = store.write_now(edit_device, device_id=device.id, changes=changes)
    assert after.name == "Hall"
    assert after.settings == {
        **DEVICE,
        "queue_ids": [town_hall.passports],
        "volume": 30,
        "mute_from": "20:00",
        "mute_until": "08:00",
    }
    store.write_now(edit_device, device_id=device.id, changes=changes)
    assert verbs(store, town_hall.branch_id) == ["device.paired", "device.edited", "device.edited"]
    with pytest.raises(Stale):
        store.write_now(edit_device, device_id=device.id, changes={}, expected=1)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"volume": 101}, {"/settings/volume": "out_of_range"}),
        ({"mute_from": "20:00"}, {"/settings/mute_until": "required"}),
        ({"mute_from": "25:00", "mute_until": None}, {"/settings/mute_from": "not_a_time"}),
        ({"queue_ids": ["loans"]}, {"/settings/queue_ids/0": "unknown_queue"}),
    ],
)
def test_bad_settings_are_refused(
    store: Store, town_hall: TownHall, settings: dict[str, object], expected: dict[str, str]
) -> None:
    device = paired(store, town_hall)
    with pytest.raises(Invalid) as caught:
        store.write_now(edit_device, device_id=device.id, changes={"settings": settings})
    assert refused(caught) == expected


def test_a_revoked_device_stays_out(store: Store, town_hall: TownHall) -> None:
    device = paired(store, town_hall)
    for _ in range(2):
        assert store.write_now(revoke_device, device_id=device.id).revoked_at is not None
    assert verbs(store, town_hall.branch_id) == ["device.paired", "device.revoked"]
    assert store.read_now(devices.devices, town_hall.branch_id) == []
    assert len(store.read_now(devices.devices, town_hall.branch_id, revoked=True)) == 1
    with pytest.raises(Gone):
        store.write_now(report_device, device_id=device.id)


def test_only_a_changed_fault_is_an_event(store: Store, town_hall: TownHall, clock: Clock) -> None:
    device = paired(store, town_hall)
    for fault in ("", "paper out", "paper out", ""):
        clock.advance(60)
        store.write_now(report_device, device_id=device.id, fault=fault)
    clock.advance(60)
    now = store.write_now(report_device, device_id=device.id)
    assert now.seen_at - device.seen_at >= 300 * 1_000_000
    assert verbs(store, town_hall.branch_id) == ["device.paired", "device.faulted", "device.recovered"]


def test_an_unknown_device_is_not_found(
    store: Store, town_hall: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = paired(store, town_hall)
    with pytest.raises(NotFound):
        store.write_now(revoke_device, device_id="nowhere")
    monkeypatch.setattr(devices, "device", lambda *_: None)
    for verb in (revoke_device, report_device):
        with pytest.raises(NotFound):
            store.write_now(verb, device_id=device.id)


def test_a_key_is_shown_once_and_kept_as_a_hash(store: Store, town_hall: TownHall) -> None:
    made = store.write_now(create_api_key, name="Door counter", role="kiosk", branch_id=town_hall.branch_id)
    assert made.secret.startswith("nsk_")
    assert (made.key.role, made.key.hint, made.key.unlimited) == (Role.KIOSK, made.secret[-4:], False)
    assert store.read_now(api_keys.api_key_by_hash, secret_hash(made.secret)) == made.key
    assert made.secret not in str(latest(store, ORGANISATION))


def test_a_revoked_key_stays_revoked(store: Store) -> None:
    key = store.write_now(create_api_key, name="Load test", role="admin", unlimited=True).key
    for _ in range(2):
        assert store.write_now(revoke_api_key, key_id=key.id).revoked_at is not None
    assert verbs(store, ORGANISATION) == ["api_key.created", "api_key.revoked"]
    assert store.read_now(api_keys.api_keys) == []
    assert len(store.read_now(api_keys.api_keys, revoked=True)) == 1
    with pytest.raises(NotFound):
        store.write_now(revoke_api_key, key_id="nowhere")


def test_a_bad_key_is_refused(store: Store) -> None:
    with pytest.raises(Invalid) as caught:
        store.write_now(create_api_key, name="", role="root", unlimited=1)
    assert refused(caught) == {"/name": "empty", "/role": "not_a_choice", "/unlimited": "not_flag"}
    with pytest.raises(Invalid) as caught:
        store.write_now(create_api_key, name="X", role="admin", branch_id="nowhere")
    assert refused(caught) == {"/branch_id": "unknown_branch"}

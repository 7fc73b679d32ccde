"""The key ring: made once, kept beside the database and not in it, turned without losing a record."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nowserving.actions.clinic.records import create_record, read_record
from nowserving.cli import app
from nowserving.clinic_keys import FILE_NAME, add_key, open_cabinet, read_ring
from nowserving.domain.clinic.visit import Reading
from nowserving.errors import Busy
from nowserving.outside.cabinet import BadRing, KeyedCabinet, LockedCabinet, new_key, ring_of
from nowserving.settings import BadSettings, Settings, load
from nowserving.store.care.migrate import migrate
from nowserving.store.store import Store
from tests.builders import Builder


def settings(folder: Path, **more: str) -> Settings:
    return load(data_dir=str(folder), **more)


def test_a_key_is_made_once_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    first = open_cabinet(settings(tmp_path), anything_sealed=False)
    path = tmp_path / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second = open_cabinet(settings(tmp_path), anything_sealed=True)
    assert second.open(first.seal("Rest", "note:1"), "note:1") == "Rest"


def test_a_key_that_is_lost_locks_the_clinic_and_none_is_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        cabinet = open_cabinet(settings(tmp_path), anything_sealed=True)
    assert isinstance(cabinet, LockedCabinet)
    assert "the clinic is locked" in caplog.text
    assert not (tmp_path / FILE_NAME).exists()
    with pytest.raises(Busy):
        _ = cabinet.newest
    with pytest.raises(Busy):
        cabinet.seal("a", "b")
    with pytest.raises(Busy):
        cabinet.open("a", "b")
    with pytest.raises(Busy):
        cabinet.hashes("a")


def test_keys_can_come_from_a_setting(tmp_path: Path) -> None:
    keys = f"{new_key()},{new_key()}"
    cabinet = open_cabinet(settings(tmp_path, clinic_keys=keys), anything_sealed=True)
    assert len(cabinet.hashes("a")) == 2
    assert not (tmp_path / FILE_NAME).exists()
    with pytest.raises(BadSettings) as refusal:
        add_key(settings(tmp_path, clinic_keys=keys))
    assert "behind a comma" in str(refusal.value)


@pytest.mark.parametrize("text", ["short", "!" * 43, f"{'A' * 43}\nshort"])
def test_what_is_no_key_is_refused_by_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadRing):
        ring_of(text)
    with pytest.raises(BadSettings):
        read_ring(settings(tmp_path, clinic_keys=text))


def test_a_ring_that_others_can_read_is_refused(tmp_path: Path) -> None:
    open_cabinet(settings(tmp_path), anything_sealed=False)
    (tmp_path / FILE_NAME).chmod(0o644)
    with pytest.raises(BadSettings):
        read_ring(settings(tmp_path))


def test_a_sealed_text_that_was_tampered_with_opens_nothing() -> None:
    cabinet = KeyedCabinet(ring_of(new_key()))
    sealed = cabinet.seal("Rest", "note:1")
    assert sealed.startswith(f"{cabinet.newest}.")
    assert cabinet.seal("Rest", "note:1") != sealed
    flipped = sealed[:-3] + ("A" if sealed[-3] != "A" else "B") + sealed[-2:]
    for broken in (flipped, f"{cabinet.newest}.", f"{cabinet.newest}.x", "gone", "other.AAAA"):
        with pytest.raises(Busy):
            cabinet.open(broken, "note:1")
    with pytest.raises(Busy):
        cabinet.open(sealed, "note:2")


def test_a_ring_that_another_process_has_turned_is_read_again(tmp_path: Path) -> None:
    old = open_cabinet(settings(tmp_path), anything_sealed=False)
    sealed = add_key(settings(tmp_path)).seal("Rest", "note:1")
    assert old.open(sealed, "note:1") == "Rest"
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(Busy):
        old.open("unknown.AAAA", "note:1")


def test_the_command_turns_the_keys_and_an_old_one_is_needed_no_more(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowserving.sqlite3"
    migrate(url)
    build = Builder(url)
    branch_id = build.branch("Clinic")
    build.close()
    cabinet = open_cabinet(settings(tmp_path), anything_sealed=False)
    store = Store(url)
    store.open()
    record = store.write_now(create_record, branch_id=branch_id, cabinet=cabinet, given={"name": "Ana"})
    store.close()

    turned = CliRunner().invoke(app, ["keys", "rotate", "--data", str(tmp_path)])

    assert turned.exit_code == 0, turned.output
    assert "Sealed 1 rows" in turned.output
    newest = read_ring(settings(tmp_path))[-1:]
    again = CliRunner().invoke(app, ["keys", "rotate", "--data", str(tmp_path), "--reseal-only"])
    assert "Sealed 0 rows" in again.output
    store.open()
    read = store.write_now(read_record, record_id=record.id, cabinet=KeyedCabinet(newest), reading=Reading())
    store.close()
    assert read.person.name == "Ana"


def test_without_a_ring_there_is_nothing_to_turn(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/nowserving.sqlite3")
    for more in ([], ["--reseal-only"]):
        turned = CliRunner().invoke(app, ["keys", "rotate", "--data", str(tmp_path), *more])
        assert turned.exit_code == 2

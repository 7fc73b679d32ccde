"""The demo's first start may be broken off at any moment; the next one must not stand in half a town."""

from __future__ import annotations

from pathlib import Path

import pytest

from nowserving.commands.demo import DOCUMENT, UNFINISHED, clear_unfinished
from nowserving.errors import Busy
from nowserving.settings import Settings
from nowserving.store.engine.lock import FileLock

FILES = ("nowserving.sqlite3", "nowserving.sqlite3-wal")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name in FILES:
        (tmp_path / name).touch()
    return Settings(data_dir=tmp_path)


def left(settings: Settings) -> list[str]:
    return [name for name in FILES if (settings.data_dir / name).exists()]


def test_half_a_demo_is_thrown_away(settings: Settings) -> None:
    (settings.data_dir / UNFINISHED).touch()
    clear_unfinished(settings)
    assert left(settings) == []
    assert not (settings.data_dir / UNFINISHED).exists()


def test_a_database_that_is_no_half_demo_is_kept(settings: Settings) -> None:
    clear_unfinished(settings)
    assert left(settings) == [*FILES]


def test_a_whole_demo_is_kept_even_if_its_mark_was_left(settings: Settings) -> None:
    (settings.data_dir / UNFINISHED).touch()
    (settings.data_dir / DOCUMENT).touch()
    clear_unfinished(settings)
    assert left(settings) == [*FILES]


def test_a_demo_that_is_being_built_is_left_alone(settings: Settings) -> None:
    (settings.data_dir / UNFINISHED).touch()
    lock = FileLock(settings.data_dir / FILES[0])
    lock.take()
    with pytest.raises(Busy):
        clear_unfinished(settings)
    lock.release()
    assert left(settings) == [*FILES]

"""The whole demo as of a Monday noon: built once for all tests that look at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders import MONDAY_MORNING_US

NOON = MONDAY_MORNING_US + 3 * 3600 * 1_000_000


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """Return the demo's database and its document. Whoever changes anything takes a copy."""
    # Only here: every worker reads this module, and few build a demo.
    from nowserving.demo.build import build
    from nowserving.store.care.migrate import migrate

    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'nowserving.sqlite3'}"
    migrate(url)
    return url, build(url, NOON, "no password")


def copy_of(url: str, folder: Path) -> str:
    """Copy the demo's database into a folder; return the URL of the copy."""
    copy = folder / "living.sqlite3"
    copy.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
    return f"sqlite:///{copy}"

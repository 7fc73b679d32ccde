"""What is installed is pinned, hashed and the same everywhere; no lock says where it is downloaded from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins(lock: str) -> dict[str, str]:
    """Return name and version of everything in a lock."""
    found = re.findall(r"^([a-z0-9-]+)(?:\[[^]]*])?==(\S+)", (REQUIREMENTS / lock).read_text(), re.MULTILINE)
    return dict(found)


def names(requirements: list[str]) -> set[str]:
    """Return the bare names of requirements such as "psycopg[binary]>=3.3"."""
    lines = (line for line in requirements if line and not line.startswith(("#", "-")))
    return {re.split(r"[\[<>=!~; ]", line)[0].lower().replace("_", "-") for line in lines}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_a_hash_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    blocks = re.split(r"\n(?=[a-z])", text[text.index("make lock") :])[1:]

    assert blocks
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


def test_the_locks_hold_everything_that_is_asked_for() -> None:
    extras = PROJECT["optional-dependencies"].values()
    tools = [line for path in REQUIREMENTS.glob("*.in") for line in path.read_text().splitlines()]

    assert names(PROJECT["dependencies"]) - pins("core.txt").keys() == set()
    assert names([line for extra in extras for line in extra]) - pins("all.txt").keys() == set()
    assert names(tools) - pins("dev.txt").keys() - pins("bootstrap.txt").keys() == set()


@pytest.mark.parametrize("larger", ["all.txt", "dev.txt"])
def test_a_larger_lock_holds_the_same_core(larger: str) -> None:
    core = pins("core.txt")
    assert {name: pins(larger).get(name) for name in core} == core


def test_actions_are_pinned_by_commit() -> None:
    workflows = [path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml")]
    used = [action for text in workflows for action in re.findall(r"uses: (\S+)", text)]

    assert used
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []

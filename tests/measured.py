"""Which tests are measured for coverage: to trace one costs half as much again as to run it.

Everything below tests/domain and tests/actions is measured, for of that code every branch must be run.
Of the other tests the first case of each is: further cases try other values on the same lines. Not measured
is what looks at texts, simulates, kills, besieges, or runs a second time on PostgreSQL. So a figure is never
more than what the tests really run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage

_TESTS = Path(__file__).resolve().parent
_WHOLE = ("domain", "actions")
_NEVER = ("races", "worlds", "test_house.py", "test_docs.py", "test_benchmarks.py")
_UNMEASURED = pytest.StashKey[bool]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Choose: the choice is always the same, in whatever order and by whichever worker tests are run."""
    seen: set[str] = set()
    for one in sorted(items, key=lambda one: one.nodeid):
        name = one.nodeid.partition("[")[0]
        one.stash[_UNMEASURED] = not _measured(one, again=name in seen)
        if not one.stash[_UNMEASURED]:
            seen.add(name)


def _measured(one: pytest.Item, *, again: bool) -> bool:
    if any(one.get_closest_marker(name) for name in ("postgres", "siege", "browser", "prove")):
        return False
    room = one.path.relative_to(_TESTS).parts[0] if one.path.is_relative_to(_TESTS) else ""
    return room in _WHOLE or (room not in _NEVER and not again)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Pause the measuring, if there is any, for the length of a test that is not measured."""
    measuring = Coverage.current() if item.stash[_UNMEASURED] else None
    if measuring is None:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()

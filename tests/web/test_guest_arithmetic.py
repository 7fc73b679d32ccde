"""A phone works its estimate out by itself: the same numbers as the server's, for every line there may be."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nowserving.domain.tickets.estimate import Pace, estimate
from nowserving.web.looks.i18n import localiser

_MODULES = Path(__file__).resolve().parents[2] / "src" / "nowserving" / "web" / "static" / "js"


def by_phone(script: str, cases: list[Any]) -> list[Any]:
    """Return what a script of the pages makes of each case."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no node on this machine")
    body = f"{script}\nprocess.stdout.write(JSON.stringify({json.dumps(cases)}.map(work)))"
    words = [node, "--input-type=module", "-e", body]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found: list[Any] = json.loads(done.stdout)
    return found


def test_the_phones_estimate_is_the_servers() -> None:
    random = Random(20261123)
    cases: list[Any] = []
    for _ in range(500):
        low, middle, high = sorted(round(random.uniform(1, 2000), 1) for _ in range(3))
        pace = {"desks": random.randrange(6), "median_s": middle, "p10_s": low, "p90_s": high}
        cases.append({"ahead": random.randrange(200), "pace": pace})
    script = (
        f'import {{ estimate }} from "{_MODULES.as_uri()}/guest/estimate.js";'
        " const work = ({ ahead, pace }) => estimate(ahead, pace);"
    )
    expected = []
    for case in cases:
        pace = case["pace"]
        known = Pace(pace["median_s"], pace["p10_s"], pace["p90_s"], 40)
        wait = estimate(case["ahead"], known, pace["desks"])
        expected.append({"low_s": wait.low_s, "high_s": wait.high_s} if wait else None)

    assert by_phone(script, cases) == expected


def test_the_phone_says_a_range_as_the_server_does() -> None:
    cases = [[low, low + more] for low in (0, 30, 90, 600, 1500, 2400) for more in (30, 90, 400, 1900)]
    script = (
        f'import {{ waitingRange }} from "{_MODULES.as_uri()}/time.js";'
        " const work = ([low, high]) => waitingRange(low, high);"
    )

    assert by_phone(script, cases) == [localiser("en").format_wait(*case) for case in cases]

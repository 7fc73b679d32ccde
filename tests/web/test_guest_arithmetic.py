"""A phone works its estimate out by itself: the same numbers as the server's, for every line there may be."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nowserving.domain.tickets.coming import Coming
from nowserving.domain.tickets.estimate import Pace, Range, estimate, still_to_come
from nowserving.live.branch import pace_json
from nowserving.web.looks.i18n import LANGUAGES, localiser

_NOON = 1_795_608_000_000_000
_MODULES = Path(__file__).resolve().parents[2] / "src" / "nowserving" / "web" / "static" / "js"


def by_phone(script: str, cases: list[Any]) -> list[Any]:
    """Return what a script of the pages makes of each case."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no node on this machine")
    body = f"{script}\nprocess.stdout.write(JSON.stringify({json.dumps(cases)}.map(work)))"
    # By the input, for an argument has no room for so many cases.
    words = [node, "--input-type=module", "-"]
    done = subprocess.run(words, check=True, capture_output=True, text=True, input=body)
    found: list[Any] = json.loads(done.stdout)
    return found


def _pace(random: Random) -> Pace:
    places = [Range(low, low + random.randrange(4000)) for low in (random.randrange(9000) for _ in range(6))]
    some: list[Range | None] = [None if random.random() < 0.1 else one for one in places]
    return Pace(
        desks=random.randrange(9),
        idle=random.choice([0, 0, 1, 3]),
        mean_s=random.choice([None, *(round(random.uniform(0, 3000), 1) for _ in range(9))]),
        variation=round(random.choice([0, 1, 3]) * random.random(), 3),
        stays=round(random.uniform(0.3, 1), 3),
        samples=random.randrange(101),
        median_s=200.0,
        late_s=random.choice([0, 0, 600]),
        places=tuple(some[: random.choice([0, 0, 1, 6])]),
        coming=tuple(sorted(_coming(random) for _ in range(random.choice([0, 0, 1, 4])))),
    )


def _coming(random: Random) -> Coming:
    start_at = _NOON + random.randrange(-3600, 7200) * 1_000_000
    shows = round(random.random(), 3)
    return Coming(
        start_at - 600_000_000, start_at, start_at + 900_000_000, random.choice([300.0, 1800.0]), shows
    )


def test_the_phones_estimate_is_the_servers() -> None:
    random = Random(20261123)
    paces = [(random.choice([0, 1, 5, 20, 200, 5000]), _pace(random)) for _ in range(500)]
    script = (
        f'import {{ estimate, stillToCome }} from "{_MODULES.as_uri()}/guest/estimate.js";'
        " const work = ({ ahead, pace, rank, now }) =>"
        " [estimate(ahead, pace, rank, now), stillToCome(ahead, pace, rank, now).many];"
    )
    waits = [estimate(ahead, pace, _NOON, _NOON) for ahead, pace in paces]
    counts = [still_to_come(ahead, pace, _NOON, _NOON).many for ahead, pace in paces]
    expected = [[wait and wait._asdict(), count] for wait, count in zip(waits, counts, strict=True)]
    assert sum(wait is not None for wait in waits) > 250
    assert sum(map(bool, counts)) > 40

    told = [{"ahead": ahead, "pace": pace_json(pace), "rank": _NOON, "now": _NOON} for ahead, pace in paces]

    assert by_phone(script, told) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phone_says_a_wait_as_the_server_does(language: str) -> None:
    starts = (0, 30, 90, 600, 1500, 2400, 3600, 7200, 10800, 36000, 39600)
    cases = [[low, low + more] for low in starts for more in (30, 90, 400, 1900, 7300, 12000)]
    speaking = localiser(language)
    script = (
        f'import {{ aboutRange, duration, waitingRange }} from "{_MODULES.as_uri()}/time.js";'
        f'import {{ speak }} from "{_MODULES.as_uri()}/i18n.js";'
        f" speak({speaking.script_messages});"
        " const work = (case_) => [waitingRange(...case_), aboutRange(...case_), duration(case_[1])];"
    )

    assert by_phone(script, cases) == [
        [speaking.format_wait(*case), speaking.format_about(*case), speaking.format_duration(case[1])]
        for case in cases
    ]

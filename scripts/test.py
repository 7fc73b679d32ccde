"""Everything a change must pass, in one command: `make test`. CI runs exactly this.

The checks that only read the code; the tests on SQLite and PostgreSQL; the journeys in a real
browser; the coverage. PostgreSQL, Redis and Chromium are found, or installed where that is
possible, and started; what can't be had is not tested, and the last lines say so loudly.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import checks
import services
from checks import BIN, ROOT, Outcome

NOTHING_COLLECTED = 5
ROOM = 3 << 30
# Every line and every branch of these is run by some test; pyproject.toml says what the whole needs.
CORE = "src/nowserving/domain/*,src/nowserving/actions/*"
# The profile "ci" of Hypothesis tries the same examples each time and knows no deadline on a busy machine.
ALWAYS = ("-q", "--durations=5", "--hypothesis-profile=ci")
ORDINARY = "not browser and not prove"
JOURNEYS = "browser and not prove"
# Named, because to read all other tests only to leave them out takes every worker fifteen seconds.
JOURNEYS_IN = "tests/journeys"
SHARED = ("--dist=worksteal", "-m")
COVERAGE = ("--cov", "--cov-report=", "--cov-fail-under=0")


@dataclass
class Run:
    """What has been done so far, and with what outcome."""

    outcomes: list[Outcome] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def count(self, junit: Path) -> None:
        """Add the numbers of one run of pytest."""
        # pytest wrote this file a moment ago.
        tree = ET.parse(junit).getroot() if junit.exists() else ET.Element("testsuites")  # noqa: S314
        for suite in tree.iter("testsuite"):
            total, failures, errors, skipped = (
                int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
            )
            self.failed += failures + errors
            self.skipped += skipped
            self.passed += total - failures - errors - skipped


def step(run: Run, name: str, *command: str, env: dict[str, str] | None = None) -> None:
    """Run one command with its output on the terminal, and note how it went."""
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, check=False, env=env).returncode
    good = code == 0 or (code == NOTHING_COLLECTED and "pytest" in command[0])
    run.outcomes.append(Outcome(name, good, time.monotonic() - started))


def pytest(run: Run, name: str, *options: str, env: dict[str, str] | None = None) -> None:
    """Run pytest once and count what it did."""
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder) / "junit.xml"
        step(run, name, f"{BIN}/pytest", *ALWAYS, f"--junitxml={junit}", *options, env=env)
        run.count(junit)


def journeys(run: Run, env: dict[str, str]) -> None:
    """Run the journeys, and those that failed once more, one after the other.

    A browser on a busy machine may miss its moment. What passes the second time is counted as passed
    and named at the end, so that it is mended and not forgotten; what fails twice has failed.
    """
    first, again = Run(), Run()
    pytest(first, "journeys", JOURNEYS_IN, "-n2", *SHARED, JOURNEYS, env=env)
    if first.failed:
        pytest(
            again, "journeys that failed, once more", JOURNEYS_IN, "--last-failed", "-m", JOURNEYS, env=env
        )
        if again.passed == first.failed:
            run.unsteady.append(f"{again.passed} journeys needed a second attempt")
            first.outcomes[-1] = replace(first.outcomes[-1], good=True)
        first.failed -= again.passed
    run.outcomes += first.outcomes + again.outcomes
    run.passed += first.passed + again.passed
    run.failed += first.failed
    run.skipped += first.skipped


def scratch_in_memory() -> None:
    """Put databases and other scratch in memory where there is room: a slow disk trebles the time.

    The proofs that need a real disk (`make prove`, `make bench`) do not come by here.
    """
    memory = Path("/dev/shm")  # noqa: S108
    if "TMPDIR" not in os.environ and memory.is_dir() and shutil.disk_usage(memory).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix="nowserving-", dir=memory)
        atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)


def test_all(run: Run) -> None:
    """Run the whole suite with its services, then judge the coverage of it all."""
    scratch_in_memory()
    print("\n== services", flush=True)
    with services.running() as got:
        run.missing += got.missing
        env = got.environment()
        print(*sorted(got.settings), sep="\n", flush=True)
        # All in one run, for to read them takes long; tests/measured.py says which are measured.
        pytest(run, "tests", "-n2", *SHARED, ORDINARY, *COVERAGE, env=env)
        # By themselves, for a browser's driver keeps an event loop that other tests would meet.
        journeys(run, env)
    coverage = (sys.executable, "-m", "coverage", "report", "--show-missing", "--skip-covered")
    step(run, "coverage", *coverage)
    step(run, "core coverage", *coverage, f"--include={CORE}", "--fail-under=100")


def conclude(run: Run, seconds: float) -> int:
    """Print every step with its time, what was not run, and the numbers; return the exit code."""
    print("\n== summary", *run.outcomes, sep="\n")
    if run.missing:
        print("", "!" * 78, "NOT RUN, because this machine lacks something:", sep="\n")
        print(*(f"  - {absence}" for absence in run.missing), "!" * 78, sep="\n")
    if run.unsteady:
        print("", "!" * 78, "UNSTEADY:", *(f"  - {what}" for what in run.unsteady), "!" * 78, sep="\n")
    failed = [outcome.name for outcome in run.outcomes if not outcome.good]
    if run.missing and os.environ.get("CI") == "true":
        failed.append("CI must run everything")
    print(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All good'}, in {seconds:.0f} s.")
    print(f"{run.passed} passed, {run.failed} failed, {run.skipped} skipped", flush=True)
    return 1 if failed else 0


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="Run the checks and the tests.")
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--lint", action="store_true", help="the checks alone")
    scope.add_argument("--fast", action="store_true", help="the checks and the tests that need no database")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, services.stop_gently)
    started = time.monotonic()
    run = Run()
    print("== checks", flush=True)
    if arguments.lint or arguments.fast:
        run.outcomes += checks.run_all()
        if arguments.fast:
            pytest(run, "fast tests", "tests/domain", "tests/test_house.py")
    else:
        # The tests often wait for something, and the slowest check has one core to itself.
        with ThreadPoolExecutor(1) as beside:
            checking = beside.submit(checks.run_all)
            test_all(run)
            run.outcomes[:0] = checking.result()
    sys.exit(conclude(run, time.monotonic() - started))


if __name__ == "__main__":
    main()

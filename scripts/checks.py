"""The checks that read the code without running it. Each is one command; a failing one shows its output."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TEMPLATES = "src/nowserving/web/templates"


@dataclass(frozen=True)
class Outcome:
    """How one step went."""

    name: str
    good: bool
    seconds: float
    output: str = ""

    def __str__(self) -> str:
        return f"{'ok  ' if self.good else 'FAIL'}  {self.name:<13}{self.seconds:7.1f} s"


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield every check that has something to look at: its name and its command."""
    yield "types", [f"{BIN}/mypy", *_existing("src", "tests", "scripts", "benchmarks")]
    yield "format", [f"{BIN}/ruff", "format", "--check", "."]
    yield "lint", [f"{BIN}/ruff", "check", "--quiet", "--output-format=concise", "."]
    if any((ROOT / TEMPLATES).rglob("*.html")):
        yield "templates", [f"{BIN}/djlint", "--lint", "--quiet", TEMPLATES]
    if _existing("scripts/check_i18n.py"):
        yield "translations", [sys.executable, "scripts/check_i18n.py"]
    yield "javascript", [sys.executable, "scripts/check_js.py"]


def run_all() -> list[Outcome]:
    """Run the checks two at a time, tell each as it ends, and return them all."""
    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for waiting in [pool.submit(_run, name, command) for name, command in commands()]:
            outcome = waiting.result()
            print(outcome, flush=True)
            if not outcome.good:
                print(outcome.output, flush=True)
            outcomes.append(outcome)
    return outcomes


def _run(name: str, command: list[str]) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    output = (done.stdout + done.stderr).rstrip()
    return Outcome(name, done.returncode == 0, time.monotonic() - started, output)


def _existing(*paths: str) -> list[str]:
    return [path for path in paths if (ROOT / path).exists()]

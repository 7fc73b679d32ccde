"""Every line and every branch of domain/ and actions/ is run by some test. Run after the tests."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TypedDict

WHOLE = ("src/nowserving/domain/", "src/nowserving/actions/")


class Gaps(TypedDict):
    """What coverage says of one file, as far as we read it."""

    missing_lines: list[int]
    missing_branches: list[tuple[int, int]]


def report() -> dict[str, Gaps]:
    """Return coverage's report on the folders that must be covered whole, by file."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "coverage.json"
        coverage = [sys.executable, "-m", "coverage", "json", "--quiet", "--fail-under=0", "-o", str(target)]
        subprocess.run([*coverage, f"--include={','.join(part + '*' for part in WHOLE)}"], check=True)
        files: dict[str, Gaps] = json.loads(target.read_text())["files"]
        return files


def main() -> None:
    """Name each line and branch that no test reaches; fail when there is one."""
    gaps = []
    files = report()
    for name, file in sorted(files.items()):
        gaps += [f"{name}:{line} is never run" for line in file["missing_lines"]]
        gaps += [
            f"{name}: the branch {start} -> {end} is never taken" for start, end in file["missing_branches"]
        ]
    if gaps:
        sys.exit("\n".join(gaps))
    print(f"{len(files)} modules of domain and actions: every line and every branch is run")


if __name__ == "__main__":
    main()

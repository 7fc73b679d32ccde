"""`make prove`: the long proofs and their controls, and docs/evidence/proofs.md from what they found.

    make prove                                     everything that is marked prove or control
    make prove ARGS="tests/races/rush"             only these; the other rows of the page stay
    PROVE_OPERATIONS=1000000 PROVE_KILLS=500 PROVE_SEED=7 make prove ARGS="tests/races/rush"

A row is noted by a test that has ended well, and by nothing else. All rows are kept in
docs/evidence/proofs.json, each with its date and machine; a run replaces those that it made anew.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

import proofs_page
import services
from checks import BIN, ROOT

FOLDER = ROOT / "docs" / "evidence"
Row = dict[str, Any]


def machine(postgres_url: str | None) -> str:
    """Say on what the proofs ran: processor, cores, and the versions of all that took part."""
    parts = [f"{processor()}, {os.cpu_count()} cores", platform.system()]
    parts += [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    if postgres_url:
        with psycopg.connect(postgres_url) as connection:
            parts.append(f"PostgreSQL {connection.info.parameter_status('server_version')}")
    return ", ".join(parts)


def processor() -> str:
    """Return the name of the processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def run(arguments: list[str], notes: Path) -> tuple[int, str]:
    """Run the proofs; return pytest's exit code and the machine."""
    with services.running() as got:
        for missing in got.missing:
            print(f"NOT PROVED: {missing}", flush=True)
        environment = {**got.environment(), "PROOFS_TO": str(notes)}
        words = [f"{BIN}/pytest", "-m", marks_for(arguments), "--timeout", "7200", *arguments]
        code = subprocess.run(words, cwd=ROOT, check=False, env=environment).returncode
        return code, machine(got.environment().get("NOWSERVING_TEST_POSTGRES_URL"))


def marks_for(arguments: list[str]) -> str:
    """Return which marks pytest shall choose by: a test that is named is run whatever its marks are.

    Some rows are noted by tests that `make test` runs every time; the page names them one by one.
    """
    return "" if any("::" in one for one in arguments) else "prove or control"


def merge(old: list[Row], new: list[Row]) -> list[Row]:
    """Return all rows; those of the same test and place are replaced, those of lost tests dropped."""
    rows = {(row["kind"], row["test"], row["where"]): row for row in [*old, *new]}
    kept = [row for row in rows.values() if is_there(row["test"])]
    return sorted(kept, key=lambda row: (row["kind"], row["test"], row["where"]))


def is_there(test: str) -> bool:
    """Tell whether the test of a row still exists, so that a reader can run it again."""
    file, _, name = test.partition("::")
    path = ROOT / file
    return path.exists() and f"def {name.partition('[')[0]}(" in path.read_text(encoding="utf-8")


def main() -> None:
    """Prove, and write the page."""
    signal.signal(signal.SIGTERM, services.stop_gently)
    FOLDER.mkdir(exist_ok=True)
    stored = FOLDER / "proofs.json"
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.touch()
        code, here = run(sys.argv[1:], notes)
        new = [json.loads(line) | {"machine": here} for line in notes.read_text().splitlines()]
    old = json.loads(stored.read_text()) if stored.exists() else []
    rows = merge(old, new)
    stored.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (FOLDER / "proofs.md").write_text(proofs_page.page(rows), encoding="utf-8")
    print(f"{len(new)} rows written to docs/evidence/proofs.md", flush=True)
    sys.exit(code)


if __name__ == "__main__":
    main()

"""Write requirements/*.txt: every package pinned and hashed, and no download address anywhere.

`make lock` keeps what is pinned and adds what is missing; `make lock UPGRADE=1` takes the newest.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each lock and what it is made from. The later ones are held to the pins of the first, so that the
# tests run on exactly what is installed at a town hall.
LOCKS: dict[str, list[str]] = {
    "core.txt": ["pyproject.toml"],
    "all.txt": ["pyproject.toml", "--all-extras", "--constraint", "requirements/core.txt"],
    "dev.txt": [
        "pyproject.toml",
        "requirements/test.in",
        "requirements/bench.in",
        "requirements/browser.in",
        "requirements/lint.in",
        "--all-extras",
    ],
    "bootstrap.txt": ["requirements/bootstrap.in"],
}

OPTIONS = [
    "--quiet",
    "--universal",
    "--fork-strategy=fewest",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
]


def write(name: str, sources: list[str], *, upgrade: bool) -> None:
    """Resolve `sources` into requirements/`name`; refuse a result that names an address."""
    target = ROOT / "requirements" / name
    more = ["--upgrade"] if upgrade else []
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "compile", *sources, *OPTIONS, *more, "--output-file", str(target)]
    subprocess.run(command, cwd=ROOT, check=True)
    text = target.read_text()
    if re.search(r"https?://|file://", text):
        sys.exit(f"{target.name} names a download address: a lock must work with any index.")
    print(f"requirements/{name}: {len(re.findall('^[a-z]', text, re.MULTILINE))} packages")


def main() -> None:
    """Write every lock, the core first."""
    upgrade = os.environ.get("UPGRADE", "") not in {"", "0"}
    for name, sources in LOCKS.items():
        write(name, sources, upgrade=upgrade)


if __name__ == "__main__":
    main()

"""Every JavaScript module of ours parses, and the tests in tests/js pass. Without node: nothing to say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src" / "nowserving" / "web" / "static"
# Reads each file as a module, without running it, and names those that can't be read.
_PARSE = """
import { readFileSync } from "node:fs";
import { SourceTextModule } from "node:vm";
for (const name of process.argv.slice(1)) {
  try {
    new SourceTextModule(readFileSync(name, "utf8"));
  } catch {
    console.log(name);
  }
}
"""


def modules() -> list[Path]:
    """Return our own modules: the vendored files are somebody else's business."""
    return [path for path in sorted(STATIC.rglob("*.js")) if "vendor" not in path.parts]


def suspects(node: str, paths: list[Path]) -> list[Path]:
    """Return those modules that can't be read. One node reads them all, for each takes its time to start."""
    command = [node, "--experimental-vm-modules", "--no-warnings", "--input-type=module", "-e", _PARSE]
    names = [str(path) for path in paths]
    done = subprocess.run([*command, *names], check=True, capture_output=True, text=True)
    return [Path(name) for name in done.stdout.splitlines()]


def fault(node: str, module: Path) -> str:
    """Return what node has against `module`, or nothing. Read from stdin it is judged as a module."""
    with module.open() as source:
        command = [node, "--input-type=module", "--check"]
        done = subprocess.run(command, stdin=source, check=False, capture_output=True, text=True)
    return done.stderr.replace("[stdin]", str(module.relative_to(ROOT))) if done.returncode else ""


def main() -> None:
    """Check each module, then run node's own tests."""
    node = shutil.which("node")
    if not node:
        print("no node on this machine: JavaScript is not checked")
        return
    faults = [fault(node, module) or f"{module} can't be read" for module in suspects(node, modules())]
    if faults:
        sys.exit("\n".join(faults))
    tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "js").rglob("*.test.*js"))
    if tests:
        sys.exit(subprocess.run([node, "--test", *tests], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()

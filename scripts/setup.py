"""Make .venv hold exactly what the locks say. Standard library only: this is what runs first.

    python3 scripts/setup.py core    what the server needs (make demo)
    python3 scripts/setup.py dev     that, the extras, and everything the tests and checks need

A stamp in .venv remembers what was installed, so a second run with nothing changed is instant.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "nowserving-setup.json"
OLDEST = (3, 11)
LEVELS = ("core", "dev")


class SetupError(Exception):
    """Something is missing that we can't get ourselves; the message says how to get it."""


def say(text: str) -> None:
    """Print one line at once, so that a slow step shows what it is."""
    print(f"setup: {text}", flush=True)


def run(*command: str | Path, quiet: bool = False) -> bool:
    """Run `command` in the repository; return whether it went well."""
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=ROOT, check=False, stdout=output, stderr=output).returncode == 0


def fingerprint(level: str) -> str:
    """Return a hash of everything that the installation of `level` depends on.

    Its place too: a .venv that was copied with its checkout still leads to the code of the first one.
    """
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (lock(level), ROOT / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def installed() -> dict[str, str]:
    """Return what the stamp says: level and fingerprint of what is installed."""
    if not PYTHON.exists() or not STAMP.exists():
        return {}
    stamp: dict[str, str] = json.loads(STAMP.read_text())
    return stamp


def is_ready(level: str) -> bool:
    """Say whether `level`, or a level that contains it, is installed as the locks are now."""
    stamp = installed()
    have = stamp.get("level")
    return have in LEVELS[LEVELS.index(level) :] and stamp.get("fingerprint") == fingerprint(str(have))


def make_venv() -> None:
    """Create .venv, or create it anew when its Python no longer runs or is too old."""
    test = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    if PYTHON.exists() and run(PYTHON, "-c", test, quiet=True):
        return
    if VENV.exists():
        say("the Python of .venv is gone or too old; making it anew")
        shutil.rmtree(VENV)
    if not run(sys.executable, "-m", "venv", "--without-pip", VENV):
        raise SetupError("python3 -m venv failed. On Debian and Ubuntu: apt-get install python3-venv")


def find_uv() -> Path | None:
    """Return the uv that installs fast: the environment's, the machine's, or one we fetch now."""
    own = VENV / "bin" / "uv"
    on_path = shutil.which("uv")
    if not own.exists() and on_path:
        return Path(on_path)
    if not own.exists():
        say("fetching uv, the installer")
        run(*pip(), "install", "-qq", "--require-hashes", "-r", lock("bootstrap"))
    return own if own.exists() and run(own, "--version", quiet=True) else None


def pip() -> list[str | Path]:
    """Return the command of a pip that installs into .venv.

    This Python's own pip can do it from outside, which saves the seconds that putting pip into the
    environment takes. Not every Python has one.
    """
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", PYTHON]
    if run(PYTHON, "-m", "ensurepip", "--default-pip", quiet=True):
        return [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    raise SetupError(
        "this Python has neither pip nor ensurepip. On Debian and Ubuntu: apt-get install python3-venv"
    )


def install(level: str) -> None:
    """Install the lock of `level` and the package itself, with uv where it can be had, else pip."""
    uv = find_uv()
    if uv and install_fast(uv, level):
        return
    if uv:
        say("uv could not install; trying pip, which may know another index")
    slow = [*pip(), "install", "-qq", "--no-compile"]
    hashed = ("--no-deps", "--require-hashes", "-r", lock(level))  # A lock is complete: nothing to resolve.
    if not (run(*slow, *hashed) and run(*slow, "--no-deps", "-e", ROOT)):
        raise SetupError("the packages could not be installed; the lines above say why")


def install_fast(uv: Path, level: str) -> bool:
    """Install with uv; return whether it went well.

    A demo is started once: it compiles the half of the packages that it uses, while it starts. The
    tests start many servers: for them, everything a server needs is compiled now, on all cores.
    """
    steps: list[tuple[str | Path, ...]] = [("--require-hashes", "-r", lock(level)), ("--no-deps", "-e", ROOT)]
    if level == "dev":
        steps.insert(0, ("--compile-bytecode", "--require-hashes", "-r", lock("core")))
    return all(run(uv, "pip", "install", "--quiet", "--python", PYTHON, *step) for step in steps)


def lock(level: str) -> Path:
    """Return the lock of `level`."""
    return ROOT / "requirements" / f"{level}.txt"


def set_up(level: str) -> None:
    """Bring .venv to `level`. What is there already stays: dev is never taken back to core."""
    if is_ready(level):
        return
    if installed().get("level") in LEVELS[LEVELS.index(level) :]:
        level = installed()["level"]
    started = time.monotonic()
    say(f"installing the {level} packages into .venv")
    make_venv()
    STAMP.unlink(missing_ok=True)
    install(level)
    STAMP.write_text(json.dumps({"level": level, "fingerprint": fingerprint(level)}))
    say(f"done in {time.monotonic() - started:.1f} s")


def newer_python() -> str | None:
    """Return the newest Python on PATH that is new enough, for machines whose python3 is old."""
    names = [f"python3.{minor}" for minor in range(20, OLDEST[1] - 1, -1)]
    found = (shutil.which(name) for name in names)
    test = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    return next((path for path in found if path and run(path, "-c", test, quiet=True)), None)


def main() -> None:
    """Set up the level named on the command line; explain in one line what stands in the way."""
    if sys.version_info < OLDEST:
        better = newer_python()
        if not better:
            sys.exit(
                "setup: Now Serving needs Python 3.11 or newer; python3 here is " + sys.version.split()[0]
            )
        os.execv(better, [better, *sys.argv])  # noqa: S606 - the same script under a newer Python
    level = sys.argv[1] if len(sys.argv) > 1 else "dev"
    if level not in LEVELS:
        sys.exit(f"setup: say one of {', '.join(LEVELS)}, not {level}")
    try:
        set_up(level)
    except SetupError as problem:
        sys.exit(f"setup: {problem}")


if __name__ == "__main__":
    main()

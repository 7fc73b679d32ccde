"""What this machine has: find a program, or get it from Debian's packages when we may."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PR_SET_PDEATHSIG = 1


def find(*names: str, also: str = "") -> Path | None:
    """Return the first of `names` on PATH, or in the folders that the pattern `also` matches."""
    for name in names:
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path)
    found = sorted(Path("/").glob(also.lstrip("/"))) if also else []
    return found[-1] if found else None


def free_port() -> int:
    """Return a TCP port of the loopback address that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def scratch(prefix: str) -> Path:
    """Make a folder that another user can be given; /tmp, because TMPDIR may be root's alone."""
    folder = "/tmp" if os.geteuid() == 0 and Path("/tmp").is_dir() else None  # noqa: S108
    return Path(tempfile.mkdtemp(prefix=prefix, dir=folder))


def ends_with_us(how: signal.Signals) -> None:
    """Run in a new process: have the kernel end it when we are killed and can't end it ourselves."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)


def install(package: str) -> bool:
    """Install a Debian package; return False where that is not possible or not allowed."""
    if not _may_install():
        return False
    print(f"services: installing {package} with apt-get", flush=True)
    return _apt_get_update() and _apt_get("install", "-y", "--no-install-recommends", package)


@cache
def _may_install() -> bool:
    """Say whether apt-get is here and we are root, or sudo asks for no password."""
    if not shutil.which("apt-get"):
        return False
    if os.geteuid() == 0:
        return True
    sudo = shutil.which("sudo")
    return (
        sudo is not None
        and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0
    )


@cache
def _apt_get_update() -> bool:
    return _apt_get("update")


def _apt_get(*arguments: str) -> bool:
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    command = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        print(done.stdout[-2000:] + done.stderr[-2000:], flush=True)
    return done.returncode == 0

"""How long `make demo` takes from a clone to the first page, when the packages are in the cache."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 180.0


def make_demo_s() -> float:
    """Clone what is committed, run `make demo` there, and return the seconds to the first page."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "now-serving"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        port = free_port()
        began = time.perf_counter()
        making = subprocess.Popen(
            ["make", "demo", f"PORT={port}"],
            cwd=clone,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            while not _shows(port):
                if time.perf_counter() - began > _PATIENCE_S or making.poll() is not None:
                    raise RuntimeError("make demo showed no page")
                time.sleep(0.05)
            return time.perf_counter() - began
        finally:
            os.killpg(making.pid, signal.SIGTERM)
            making.wait()


def _shows(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return page.status == 200 and b"</html>" in page.read()
    except OSError:
        return False

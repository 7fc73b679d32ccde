"""A PostgreSQL of our own for the length of a run: made in a scratch folder, thrown away at the end."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import IO, Self

import machine

OLDEST = 14
# Fast and forgetful: the cluster lives for one run. The proofs about power cuts make their own,
# with these three left as PostgreSQL ships them.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def find_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server here that is new enough."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    newest = max(folders, key=_version, default=None)
    return newest if newest and _version(newest) >= OLDEST else None


def _version(folder: Path) -> int:
    said = subprocess.run(
        [folder / "postgres", "--version"], check=False, capture_output=True, text=True
    ).stdout
    number = re.search(r"\d+", said)
    return int(number[0]) if number else 0


def _other_user() -> str | None:
    """Return the user to run as: PostgreSQL refuses root, so root hands it to somebody else."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


class Cluster:
    """A running server: `with Cluster(binaries) as cluster: cluster.url`."""

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        self._binaries = binaries
        self._options = () if durable else FORGETFUL
        self._user = _other_user()
        self._folder = machine.scratch("nowserving-postgres-")
        self._port = machine.free_port()
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the server's own database, for a client that needs no password."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Self:
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = (
            f"port={self._port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
            "max_connections=200",
            *self._options,
        )
        options = [part for setting in settings for part in ("-c", setting)]
        log = self._folder / "log"
        with log.open("ab") as output:
            self._server = self._popen("postgres", "-D", str(self._data), *options, output=output)
        ready = [str(self._binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        patience = time.monotonic() + 60
        while subprocess.run(ready, check=False).returncode:
            if self._server.poll() is not None or time.monotonic() > patience:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT as an operator would, SIGQUIT as a crash does."""
        if self._server and self._server.poll() is None:
            self._server.send_signal(how)
            self._server.wait(30)
        self._server = None

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _make(self) -> None:
        made = self._popen(
            "initdb",
            *("-D", str(self._data), "-U", "postgres", "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C"),
            output=subprocess.PIPE,
        )
        said = made.communicate()[0].decode(errors="replace")
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{said[-3000:]}")

    def _popen(self, program: str, *arguments: str, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        """Start one of PostgreSQL's programs under its user, away from the terminal's Ctrl-C."""
        return subprocess.Popen(
            [str(self._binaries / program), *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
            start_new_session=True,
            preexec_fn=partial(machine.ends_with_us, signal.SIGQUIT),
        )

"""A wire to PostgreSQL that can be cut at the worst moment: around a COMMIT."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from typing import Literal, Self

from sqlalchemy import URL

# before: the COMMIT never arrives. after: it is done, and its answer never arrives.
# late: we hear nothing more, and the COMMIT arrives while we already ask whether it did.
Cut = Literal["before", "after", "late"]


class Proxy:
    """Passes everything on, until `cut_next_commit` says how the next COMMIT shall end."""

    def __init__(self, url: URL) -> None:
        self._server = (url.host or "127.0.0.1", url.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._cut: Cut | None = None
        self._closing = threading.Event()
        self._refusing = False
        self.cuts = 0
        self.url = url.set(host="127.0.0.1", port=self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._listener.close()

    def cut_next_commit(self, cut: Cut) -> None:
        """Break the connection on which the next COMMIT is sent."""
        self._cut = cut

    def refuse_from_now_on(self) -> None:
        """Let nobody in any more; who is connected stays so."""
        self._refusing = True

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                client.close()
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(self._server)
        with client, server, contextlib.suppress(OSError):
            while not self._closing.is_set():
                ready, _, _ = select.select([client, server], [], [], 0.2)
                if server in ready and not _pass_on(server, client):
                    return
                if client in ready and not self._listen(client, server):
                    return

    def _listen(self, client: socket.socket, server: socket.socket) -> bool:
        said = client.recv(65536)
        if b"COMMIT\0" in said and self._cut is not None:
            cut, self._cut = self._cut, None
            self.cuts += 1
            _end(cut, said, client, server)
            return False
        server.sendall(said)
        return bool(said)


def _end(cut: Cut, commit: bytes, client: socket.socket, server: socket.socket) -> None:
    if cut == "late":
        # Both directions, as the network would: the client sees the end at once.
        client.shutdown(socket.SHUT_RDWR)
        time.sleep(0.3)
    if cut != "before":
        server.sendall(commit)
        server.recv(65536)


def _pass_on(source: socket.socket, target: socket.socket) -> bool:
    said = source.recv(65536)
    if said:
        target.sendall(said)
    return bool(said)

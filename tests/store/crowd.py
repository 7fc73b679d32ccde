"""A crowd whose wishes all come into one group of the writer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nowserving.store.store import Store
from tests.store import verbs


class Crowd:
    """Callers in threads of their own, who all get their answers at the end of the block."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.answers: list[Any] = []
        self._threads: list[threading.Thread] = []

    def ask(self, verb: Callable[..., Any], **arguments: Any) -> None:
        """Call an action; its answer, or refusal, gets this place among the answers."""
        place = len(self.answers)
        self.answers.append(None)

        def call() -> None:
            try:
                self.answers[place] = self.store.write_now(verb, **arguments)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer.
                self.answers[place] = error

        before = self.store._writers[0]._inbox.qsize()
        self._threads.append(threading.Thread(target=call))
        self._threads[-1].start()
        while self.store._writers[0]._inbox.qsize() == before:
            threading.Event().wait(0.001)

    def join(self) -> None:
        """Wait until everybody is answered."""
        for thread in self._threads:
            thread.join(30)


@contextmanager
def one_group(store: Store) -> Iterator[Crowd]:
    """Hold the writer still while a crowd asks, so that they all are one group."""
    writers, store._writers = store._writers, store._writers[:1]
    started, go = threading.Event(), threading.Event()
    blocker = threading.Thread(
        target=lambda: store.write_now(verbs.wait_for, branch_id="library", started=started, go=go)
    )
    blocker.start()
    assert started.wait(10)
    crowd = Crowd(store)
    try:
        yield crowd
    finally:
        go.set()
        blocker.join()
        crowd.join()
        store._writers = writers

"""What the processes of a race do. Each says over its pipe what it was told, as soon as it was told."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from nowserving.actions.tickets.calling import call_next
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.errors import AppError
from nowserving.store.store import Store, wall_clock
from nowserving.store.tickets.tickets import waiting_in
from tests.races import sabotage


@contextmanager
def opened(url: str, without: Sequence[str]) -> Iterator[Store]:
    """Open a store in this process, with some guards taken out."""
    sabotage.apply(without)
    store = Store(url)
    store.open()
    try:
        yield store
    finally:
        store.close()


def outcome(write: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[str, Any]:
    """Return ("ok", value) or the code of a refusal; anything else that is raised by its class's name."""
    try:
        return "ok", write(*arguments, **named)
    except AppError as error:
        return error.code, None
    except Exception as error:  # noqa: BLE001 - a control ends like this.
        return type(error).__name__, None


def call_until_empty(
    pipe: Connection, url: str, without: Sequence[str], desk_ids: Sequence[str], n: int
) -> None:
    """Call next at one desk as fast as it goes, from "go" until nobody waits."""
    with opened(url, without) as store:
        pipe.send("ready")
        pipe.recv()
        while True:
            code, called = outcome(store.write_now, call_next, desk_id=desk_ids[n])
            if code == "queue_empty":
                return
            pipe.send((code, called.ticket.code if called else None))


def join_many(pipe: Connection, url: str, without: Sequence[str], queue_id: str, count: int, _n: int) -> None:
    """Join so many times as fast as it goes."""
    with opened(url, without) as store:
        pipe.send("ready")
        pipe.recv()
        for _ in range(count):
            code, joined = outcome(store.write_now, join, queue_id=queue_id)
            pipe.send((code, joined.ticket.key if joined else None))


def join_for_ever(pipe: Connection, url: str, without: Sequence[str], queue_id: str) -> None:
    """Join from eight threads at once, until this process is ended or told to stop."""
    with opened(url, without) as store:
        gate = threading.Lock()
        stop = threading.Event()

        def rush() -> None:
            while not stop.is_set():
                code, joined = outcome(store.write_now, join, queue_id=queue_id)
                with gate:
                    pipe.send((code, joined.ticket.key if joined else None))

        guests = [threading.Thread(target=rush, daemon=True) for _ in range(8)]
        for guest in guests:
            guest.start()
        pipe.recv()
        stop.set()
        for guest in guests:
            guest.join()


def hold(pipe: Connection, url: str, without: Sequence[str]) -> None:
    """Open a store, say so or say why not, and keep it until told to stop."""
    try:
        with opened(url, without):
            pipe.send("open")
            pipe.recv()
    except AppError as error:
        pipe.send(error.code)


def obey(pipe: Connection, url: str, without: Sequence[str], queue_id: str) -> None:
    """Do what is asked: ("join", count), ("limit", bytes that a file may have, or None), ("read",)."""
    with opened(url, without) as store:
        for verb, *arguments in iter(pipe.recv, ("stop",)):
            if verb == "join":
                pipe.send([outcome(store.write_now, join, queue_id=queue_id)[0] for _ in range(*arguments)])
            elif verb == "limit":
                _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
                resource.setrlimit(resource.RLIMIT_FSIZE, (arguments[0] or hard, hard))
            else:
                pipe.send(store.read_now(waiting_in, queue_id))


def join_from_threads(pipe: Connection, url: str, queue_id: str, threads: int, count: int, _n: int) -> None:
    """Join from many threads; say of each ticket when it was asked for, when it was there, and its number."""
    with opened(url, ()) as store:
        gate = threading.Lock()

        def rush() -> None:
            for _ in range(count):
                asked_at = time.monotonic_ns()
                number = store.write_now(join, queue_id=queue_id).ticket.number
                with gate:
                    pipe.send((asked_at, time.monotonic_ns(), number))

        guests = [threading.Thread(target=rush) for _ in range(threads)]
        pipe.send("ready")
        pipe.recv()
        for guest in guests:
            guest.start()
        for guest in guests:
            guest.join()


def sweep_for_ever(
    pipe: Connection, url: str, without: Sequence[str], branch_id: str, skew_s: float, n: int
) -> None:
    """Lapse what is overdue, again and again, by a clock that is `n` times `skew_s` late; tell each find."""
    sabotage.apply(without)
    store = Store(url, clock=lambda: wall_clock() - round(n * skew_s * 1_000_000))
    store.open()
    pipe.send("ready")
    pipe.recv()
    while True:
        code, found = outcome(store.write_now, lapse_overdue, branch_id=branch_id)
        if found or code != "ok":
            pipe.send((code, found))
        time.sleep(0.01)

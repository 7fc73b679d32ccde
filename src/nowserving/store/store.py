"""The store: the only door to the database. `write` runs an action, `read` runs a query."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random
from typing import Any, Concatenate, ParamSpec, TypeVar
from zlib import crc32

from sqlalchemy import URL, Engine
from sqlalchemy.exc import TimeoutError as NoReaderFree

from nowserving.domain.event import ORGANISATION, Event
from nowserving.errors import not_found
from nowserving.store.database import READERS, parse_url, reader_engine, sqlite_file, writer_engine
from nowserving.store.engine.action import Verb, scope_by
from nowserving.store.engine.faults import DATABASE_ERRORS, kind_of
from nowserving.store.engine.job import Job, Once
from nowserving.store.engine.lock import FileLock
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.refusals import closing, unreadable
from nowserving.store.engine.scopes import branch_of
from nowserving.store.engine.writer import Writer

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_POSTGRES_WRITERS = 4
_READ_TRIES = 3


def wall_clock() -> int:
    """Return the time in µs since the epoch, UTC."""
    return time.time_ns() // 1000


class Store:
    """Readers and writers of one database.

    `on_commit` is called in the event loop with the events of each commit, before any caller of
    that commit is answered; if it returns something to wait for, they are answered after that. So
    who has been told sees their own change in every later read.
    `known_scope` may answer which branch a ticket key belongs to without a query.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        clock: Callable[[], int] = wall_clock,
        random: Random | None = None,
    ) -> None:
        self.url = parse_url(url) if isinstance(url, str) else url
        self.clock = clock
        self.on_commit: Callable[[Sequence[Event]], Awaitable[None] | None] = lambda events: None
        self._telling: set[asyncio.Future[None]] = set()
        self.known_scope: Callable[[str], str | None] = lambda key: None
        self._random = random
        self._scopes: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writers: list[Writer] = []
        self._readers: Engine | None = None
        self._threads: ThreadPoolExecutor | None = None
        path = sqlite_file(self.url)
        self._lock = FileLock(path) if path else None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self._lock is not None

    def open(self) -> None:
        """Take the file lock (SQLite) and start readers and writers. Raises Busy when it is taken."""
        if self._lock is not None:
            self._lock.take()
        self.open_for_reading()
        self._start()

    def _start(self) -> None:
        """Start the writers. A store that writes in a way of its own (`store/alone.py`) begins here."""
        engine = writer_engine(self.url)
        count = 1 if self.is_sqlite else _POSTGRES_WRITERS
        self._writers = [
            Writer(engine, self._deliver, self.clock, self._random, f"writer-{n}") for n in range(count)
        ]
        for writer in self._writers:
            writer.start()

    def open_for_reading(self) -> None:
        """Start the readers only: a look at a database that another process serves."""
        self._readers = reader_engine(self.url)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say in which event loop callers wait and `on_commit` runs; else it is the first writer's."""
        self._loop = loop

    def close(self) -> None:
        """Commit what waits, then stop. Safe to call twice."""
        for writer in self._writers:
            writer.stop()
        threads, self._threads = self._threads, None
        readers, self._readers = self._readers, None
        if threads is not None:
            threads.shutdown()
        if readers is not None:
            readers.dispose()
        if self._lock is not None:
            self._lock.release()

    async def write(
        self, verb: Callable[..., T], *, actor: str = "rule", once: Once | None = None, **arguments: Any
    ) -> T:
        """Run an action in its branch's writer and return its value once that is on disk.

        With `once` the value is a Reply, stored or new. Raises the action's AppError, NotFound for
        an unknown scope and Busy when the database can't take it now.
        """
        scope_id = self._cached_scope(verb, arguments)
        if scope_id is None:
            found = await self.read(branch_of, *scope_query(verb, arguments))
            scope_id = self._found_scope(verb, found, arguments)
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self.attach(loop)
        job = Job(verb, scope_id, arguments, actor, once, loop.create_future())
        self._writer_of(scope_id).put(job)
        value: T = await job.future
        return value

    def write_now(
        self, verb: Callable[..., T], *, actor: str = "rule", once: Once | None = None, **arguments: Any
    ) -> T:
        """Like `write`, for a thread that has no event loop (command line, tests)."""
        scope_id = self._cached_scope(verb, arguments)
        if scope_id is None:
            found = self.read_now(branch_of, *scope_query(verb, arguments))
            scope_id = self._found_scope(verb, found, arguments)
        job = Job(verb, scope_id, arguments, actor, once, Future())
        self._writer_of(scope_id).put(job)
        value: T = job.future.result()
        return value

    async def read(self, query: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `query(reader, ...)` in a reader's thread, on one snapshot.

        Raises Busy if the database is away.
        """
        if self._threads is None:
            raise closing()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self.read_now(query, *args, **kwargs))

    def read_now(self, query: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `read`, in this thread."""
        for attempt in range(_READ_TRIES):
            if self._readers is None:
                raise closing()
            try:
                with self._readers.connect() as connection, connection.begin():
                    return query(Reader(connection), *args, **kwargs)
            except DATABASE_ERRORS as error:
                if kind_of(error) == "mistake":
                    raise
                time.sleep(0.02 * 4**attempt)
            except NoReaderFree:
                break
        raise unreadable()

    def _cached_scope(self, verb: Verb, arguments: dict[str, Any]) -> str | None:
        by = scope_by(verb)
        if by is None:
            return ORGANISATION
        value = arguments[by]
        if by == "branch_id":
            return str(value)
        return self.known_scope(value) if by == "key" else self._scopes.get(value)

    def _found_scope(self, verb: Verb, found: str | None, arguments: dict[str, Any]) -> str:
        if found is None:
            raise not_found()
        by = scope_by(verb)
        # Keys come and go in their thousands; what an admin sets up is there to stay.
        if by is not None and not by.endswith("key"):
            self._scopes[arguments[by]] = found
        return found

    def _writer_of(self, scope_id: str) -> Writer:
        if not self._writers:
            raise closing()
        return self._writers[crc32(scope_id.encode()) % len(self._writers)]

    def _deliver(self, jobs: Sequence[Job], events: Sequence[Event]) -> None:
        """Hand a group over to the event loop in one step. Called on a writer's thread."""
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._tell, jobs, events)
            except RuntimeError:  # The loop is closed: nobody waits there any more.
                log.debug("%d answers came after the end", len(jobs))
            else:
                return
        self._tell(jobs, events)

    def _tell(self, jobs: Sequence[Job], events: Sequence[Event]) -> None:
        try:
            told = self.on_commit(events) if events else None
        except Exception:  # A screen that can't be told must not keep anybody from their answer.
            log.exception("the events of a commit could not be told")
            told = None
        if told is None:
            _answer_all(jobs)
            return
        telling = asyncio.ensure_future(told)
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)
        telling.add_done_callback(lambda _: _answer_all(jobs))


def _answer_all(jobs: Sequence[Job]) -> None:
    for job in jobs:
        _answer(job)


def _answer(job: Job) -> None:
    if job.future.done():  # The caller has gone away; the change stands all the same.
        return
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.value)


def scope_query(verb: Verb, arguments: dict[str, Any]) -> tuple[str, str]:
    """Return what `branch_of` is asked to find out what a verb locks."""
    by = str(scope_by(verb))
    return by, arguments[by]

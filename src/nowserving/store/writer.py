"""The writer: one thread, one connection, everything that waits in one commit.

Whatever is in the inbox when a commit ends makes the next group, so an idle server adds no delay
and a busy one pays for one fsync per group instead of one per request.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from random import Random, SystemRandom

from sqlalchemy import Connection, Engine

from nowserving.errors import N_, AppError, Busy, Conflict, not_found
from nowserving.store import replies
from nowserving.store.faults import DATABASE_ERRORS, kind_of
from nowserving.store.job import Deliver, Job
from nowserving.store.tx import Group, Tx

log = logging.getLogger(__name__)

MAX_GROUP = 512
MAX_WAITING = 20_000
_TRIES = 4


class Writer(threading.Thread):
    """A thread that owns one connection and runs the actions of its branches in groups.

    `clock` returns wall time in µs since the epoch. `deliver` is called with every finished group.
    """

    def __init__(
        self,
        engine: Engine,
        deliver: Deliver,
        clock: Callable[[], int],
        random: Random | None = None,
        name: str = "writer",
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._engine = engine
        self._deliver = deliver
        self._clock = clock
        self._random = random or SystemRandom()
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._connection: Connection | None = None

    def put(self, job: Job) -> None:
        """Hand over a job; raises Busy when more wait than could be served in a reasonable time."""
        if self._inbox.qsize() >= MAX_WAITING:
            raise busy()
        self._inbox.put(job)

    def stop(self) -> None:
        """Finish what waits, then end the thread and close the connection."""
        self._inbox.put(None)
        self.join()

    def run(self) -> None:
        """Serve the inbox until `stop`."""
        going = True
        while going:
            jobs, going = self._gather()
            if jobs:
                self._serve(jobs)
        self._disconnect()

    def _gather(self) -> tuple[list[Job], bool]:
        first = self._inbox.get()
        if first is None:
            return [], False
        jobs = [first]
        while len(jobs) < MAX_GROUP:
            try:
                job = self._inbox.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return jobs, False
            jobs.append(job)
        return jobs, True

    def _serve(self, jobs: Sequence[Job]) -> None:
        """Run a group; when one of its actions spoiled the transaction, run them one by one."""
        try:
            if self._attempt(jobs):
                return
            for job in jobs:
                if len(jobs) == 1 or not self._attempt([job]):
                    self._deliver([job], [])
        except Exception as error:  # The thread must outlive every surprise: callers wait for it.
            log.exception("the writer failed")
            self._disconnect()
            self._fail(jobs, error)

    def _attempt(self, jobs: Sequence[Job]) -> bool:
        """Run one group with retries. False: it was rolled back because one action spoiled it."""
        for attempt in range(_TRIES):
            group: Group | None = None
            try:
                group = self._begin(jobs)
                return self._transaction(group, jobs)
            except DATABASE_ERRORS as error:
                self._disconnect()
                kind = kind_of(error)
                log.warning("group of %d not committed, try %d (%s): %s", len(jobs), attempt + 1, kind, error)
                if kind == "integrity":
                    return self._refused_by_schema(jobs)
                if kind == "mistake":
                    raise
                if group is not None and group.commit_began and not self._may_repeat(group, jobs):
                    return True
                if kind == "lasting":
                    break
            time.sleep(self._random.uniform(0.01, 0.05) * 4**attempt)
        self._fail(jobs, busy())
        return True

    def _refused_by_schema(self, jobs: Sequence[Job]) -> bool:
        if len(jobs) == 1:
            jobs[0].error = Conflict("already_exists", N_("There is one like this already."))
        return False

    def _may_repeat(self, group: Group, jobs: Sequence[Job]) -> bool:
        """After a commit that was not answered: find out whether it happened, to do it once only.

        The first event of the group tells: its random content stands in the table if and only if
        the transaction was committed. A group without events can't be told apart, so it is not
        repeated; its callers hear "busy".
        """
        if not group.events:
            self._fail(jobs, busy())
            return False
        try:
            done = group.is_stored(self._connected())
        except DATABASE_ERRORS:
            self._disconnect()
            self._fail(jobs, busy())
            return False
        if done:
            self._deliver(jobs, group.events)
        return not done

    def _fail(self, jobs: Sequence[Job], error: BaseException) -> None:
        for job in jobs:
            job.value, job.error = None, error
        self._deliver(jobs, [])

    def _begin(self, jobs: Sequence[Job]) -> Group:
        for job in jobs:
            job.value = job.error = None
        connection = self._connected()
        connection.begin()
        return Group(connection, connection.dialect.name)

    def _transaction(self, group: Group, jobs: Sequence[Job]) -> bool:
        try:
            group.lock({job.scope_id for job in jobs})
            for job in jobs:
                if not self._perform(group, job):
                    group.connection.rollback()
                    return False
            group.finish()
            group.commit_began = True
            group.connection.commit()
        except BaseException:
            self._roll_back(group)
            raise
        self._deliver(jobs, group.events)
        return True

    def _roll_back(self, group: Group) -> None:
        try:
            group.connection.rollback()
        except DATABASE_ERRORS:
            self._disconnect()

    def _perform(self, group: Group, job: Job) -> bool:
        """Run one action. False: it failed after it had written, so the transaction is spoiled."""
        scope = group.scopes.get(job.scope_id)
        if scope is None:
            job.error = not_found()
            return True
        tx = Tx(group, scope, self._clock(), self._random, job.actor)
        try:
            job.value = self._answer(tx, job)
        except DATABASE_ERRORS:
            raise
        except Exception as error:
            job.error = error
            return not tx.wrote
        tx.keep()
        return True

    def _answer(self, tx: Tx, job: Job) -> object:
        if job.once is None:
            return job.verb(tx, **job.arguments)
        stored = replies.find(tx, job.once)
        if stored is not None:
            return stored
        return replies.keep(tx, job.once, job.verb(tx, **job.arguments))

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            try:
                self._connection.invalidate()
                self._connection.close()
            except DATABASE_ERRORS:
                log.debug("the broken connection could not be closed in order")
            self._connection = None


def busy() -> AppError:
    """Return the refusal for a database that is away, full or overloaded; nothing was changed."""
    return Busy(
        "busy", N_("We can't save this just now. Nothing was changed; please try again."), retry_after_s=2
    )

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

from nowserving.domain.event import Event
from nowserving.errors import not_found
from nowserving.store.engine import replies
from nowserving.store.engine.faults import DATABASE_ERRORS, flush_failed, kind_of
from nowserving.store.engine.job import Deliver, Job
from nowserving.store.engine.refusals import busy, closing, exists_already, unsure
from nowserving.store.engine.tx import Group, Tx
from nowserving.store.kernel_random import KernelRandom

log = logging.getLogger(__name__)

MAX_GROUP = 512
MAX_WAITING = 20_000
_TRIES = 4
# Not the actions' randomness: a replay from a seed must not depend on how often a write was retried.
_jitter = SystemRandom()


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
        self._tell = deliver
        self._clock = clock
        self._random = random or KernelRandom()
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._gate = threading.Lock()
        self._stopped = False

    def put(self, job: Job) -> None:
        """Hand over a job; raises Busy when more wait than could be served in a reasonable time."""
        # The gate makes sure that no job lands behind the end mark, where nobody would answer it.
        with self._gate:
            if self._stopped:
                raise closing()
            if self._inbox.qsize() >= MAX_WAITING:
                raise busy()
            self._inbox.put(job)

    def stop(self) -> None:
        """Finish what waits, then end the thread and close the connection. Safe to call twice."""
        with self._gate:
            if not self._stopped:
                self._stopped = True
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
        if not self._answered(jobs):
            for job in jobs:
                self._answered([job])

    def _answered(self, jobs: Sequence[Job]) -> bool:
        """Run a group and answer its callers. False: rolled back, because one of several spoiled it."""
        try:
            return self._attempt(jobs)
        except Exception as error:  # The thread must outlive every surprise: callers wait for it.
            self._disconnect()
            if len(jobs) > 1:
                return False
            log.exception("an action failed")
            jobs[0].value, jobs[0].error = None, error
            self._deliver(jobs, [])
            return True

    def _attempt(self, jobs: Sequence[Job]) -> bool:
        """Run one group, again if the database was only disturbed. False: as `_answered`."""
        for attempt in range(_TRIES):
            group: Group | None = None
            try:
                group = self._begin(jobs)
                return self._transaction(group, jobs)
            except DATABASE_ERRORS as error:
                kind = kind_of(error)
                log.warning("group of %d not committed, try %d (%s): %s", len(jobs), attempt + 1, kind, error)
                if kind == "mistake":
                    raise
                if kind == "integrity":
                    if len(jobs) > 1:
                        return False
                    # Once more: when two did the same at once, the second now sees what the first wrote.
                    if attempt:
                        return self._refuse(jobs, exists_already)
                    continue
                self._disconnect()
                if group is not None and group.commit_began and not self._may_repeat(group, jobs, error):
                    return True
                if kind == "lasting":
                    break
            _pause(attempt)
        return self._refuse(jobs, busy)

    def _may_repeat(self, group: Group, jobs: Sequence[Job], error: BaseException) -> bool:
        """After a commit that was not answered: find out whether it happened, to do it once only.

        If it did, its callers are told so. A group without events can't be told apart, so it is not
        repeated; its callers hear that we don't know.
        """
        if not group.writes:
            return True
        happened = self._happened(group) if group.events and not flush_failed(error) else None
        if happened:
            self._deliver(jobs, group.events)
        elif happened is None:
            self._refuse(jobs, unsure)
        return happened is False

    def _happened(self, lost: Group) -> bool | None:
        """Return whether a group stands in the database; None when that can't be found out.

        Its first event tells, but only under the lock of its scopes: until the lost transaction has
        ended, one way or the other, it holds that lock, and its commit may still be on its way.
        """
        for attempt in range(_TRIES):
            try:
                group = self._begin()
                group.lock(lost.scopes)
                found = group.contains(lost.events[0])
                group.connection.rollback()
                return found
            except DATABASE_ERRORS as error:
                log.warning("can't see whether a commit happened, try %d: %s", attempt + 1, error)
                self._disconnect()
            _pause(attempt)
        return None

    def _begin(self, jobs: Sequence[Job] = ()) -> Group:
        connection = self._connected()
        connection.begin()
        desks = {job.arguments["desk_id"]: None for job in jobs if job.arguments.get("desk_id")}
        return Group(connection, connection.dialect.name, len(jobs), {"desk_id": tuple(desks)})

    def _transaction(self, group: Group, jobs: Sequence[Job]) -> bool:
        try:
            group.lock({job.scope_id for job in jobs})
            if not all(self._perform(group, job) for job in jobs):
                group.connection.rollback()
                if len(jobs) > 1:
                    return False
                self._deliver(jobs, [])
                return True
            group.finish()
            group.commit_began = True
            group.connection.commit()
        except BaseException as error:
            self._roll_back(group)
            if group.commit_began and not isinstance(error, DATABASE_ERRORS):
                # Ours, and not the database's. What may have been committed is never run again.
                log.exception("a commit ended in a surprise")
                return self._refuse(jobs, unsure)
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
        job.value = job.error = None
        scope = group.scopes.get(job.scope_id)
        if scope is None:
            job.error = not_found()
            return True
        tx = Tx(group, scope, self._clock(), self._random, job.actor)
        try:
            job.value = self._answer(tx, job)
        except DATABASE_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is its caller's and nobody else's.
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

    def _refuse(self, jobs: Sequence[Job], error: Callable[[], BaseException]) -> bool:
        for job in jobs:
            job.value, job.error = None, error()
        self._deliver(jobs, [])
        return True

    def _deliver(self, jobs: Sequence[Job], events: Sequence[Event]) -> None:
        try:
            self._tell(jobs, events)
        except Exception:  # What is committed is never run again because of a listener.
            log.exception("an answer could not be delivered")

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


def _pause(attempt: int) -> None:
    time.sleep(_jitter.uniform(0.01, 0.05) * 4**attempt)

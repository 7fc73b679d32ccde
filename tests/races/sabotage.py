"""Guards, taken out of a child process by name: the controls that every race must catch.

Nothing in the product knows of this. A child is told which guard to lose when it starts.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Text, bindparam, select, update

from nowserving import serve
from nowserving.actions.messages import settling
from nowserving.actions.tickets import admitting
from nowserving.domain.messages.kinds import Kind
from nowserving.domain.seats.sale import Hold
from nowserving.domain.tickets.ticket import Ticket
from nowserving.live.hub import Topic
from nowserving.store import database, schema
from nowserving.store.engine import tx, writer
from nowserving.store.engine.job import Job
from nowserving.store.engine.lock import FileLock
from nowserving.store.engine.statement import Changes, Statement, one_of
from nowserving.store.engine.tx import Group, Tx
from nowserving.store.engine.writer import Writer
from nowserving.store.messages import outbox
from nowserving.store.seats import seating
from nowserving.store.tickets.moves import MOVED
from nowserving.web.wire import asgi


def apply(names: Sequence[str]) -> None:
    """Lose these guards, in this process only."""
    for name in names:
        GUARDS[name]()


def no_branch_lock() -> None:
    """Read the branch's version without taking the branch."""
    read = {
        table.name: Statement(select(table.c.version, table.c.clock_at).where(table.c.id == bindparam("id")))
        for table in (schema.branches, schema.organisations)
    }
    tx.__dict__["_LOCK"].update(read)


def no_conditions() -> None:
    """Move a ticket whatever state it is in by now."""

    class Heedless(Changes):
        """Changes of tickets by their ids alone."""

        def change(self, cursor: Any, dialect: str, rows: Sequence[tuple[Any, ...]]) -> int:
            super().change(cursor, dialect, [(row[0], *row[2:]) for row in rows])
            return len(rows)

    tx.__dict__["MOVES"] = Heedless(schema.tickets, ("id",), MOVED)


def no_file_lock() -> None:
    """Let a second server on the same file."""

    def take(self: FileLock, patience_s: float = 0.0) -> None:
        """Do nothing."""

    FileLock.take = take  # type: ignore[method-assign]


def answer_before_the_commit() -> None:
    """Tell the callers first, and commit after."""

    def hasty(self: Writer, group: Group, jobs: Sequence[Job]) -> bool:
        group.lock({job.scope_id for job in jobs})
        for job in jobs:
            self._perform(group, job)
        group.finish()
        self._deliver(jobs, group.events)
        time.sleep(0.1)
        group.connection.commit()
        return True

    Writer._transaction = hasty  # type: ignore[method-assign]


def believe_the_server() -> None:
    """Take a PostgreSQL as it is set, also one that answers before it is on disk."""
    database.__dict__["_prepare_postgres"] = lambda _engine: None


def no_second_try() -> None:
    """Tell every fault of the database to the caller as it is."""
    writer.__dict__["DATABASE_ERRORS"] = ()


def no_replies() -> None:
    """Forget every answer at once, so that a request that is sent again is done again."""

    def afresh(self: Writer, tx: Tx, job: Job) -> object:
        return job.verb(tx, **job.arguments)

    Writer._answer = afresh  # type: ignore[method-assign]


def no_replay() -> None:
    """Tell a program that comes back nothing of what it missed."""

    def nothing(self: Topic, version: int) -> list[bytes] | None:
        return [] if version >= self.resumable_from else None

    Topic.since = nothing  # type: ignore[method-assign]


def endless_patience() -> None:
    """Wait for a head or a body as long as it takes."""
    serve.__dict__["_HEADERS_MS"] = 3_600_000
    asgi.__dict__["PATIENCE_S"] = 3_600


def no_fence() -> None:
    """Let anybody settle a message who has ever claimed it."""
    messages, changed = schema.messages, outbox.__dict__["_CHANGED"]
    anybody = bindparam("held_fence") >= 0
    where = (messages.c.id == bindparam("message_id"), anybody, bindparam("expected_state", type_=Text) != "")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changed}
    outbox.__dict__["_SETTLE"] = Statement(update(messages).where(*where).values(values))
    settling.__dict__["_holds"] = lambda _message, _fence: True


def no_lease() -> None:
    """Call a message sent as soon as it is claimed."""
    messages = schema.messages
    outbox.__dict__["_CLAIM"] = Statement(
        update(messages)
        .where(messages.c.id == bindparam("message_id"))
        .values(
            state="sent",
            channel=bindparam("new_channel"),
            attempts=bindparam("new_attempts"),
            fence=messages.c.fence + 1,
            due_at=bindparam("lease_until"),
            tried_at=bindparam("now"),
            sent_at=bindparam("now"),
        )
    )


def tell_at_once() -> None:
    """Hand a message to the provider where it is written, inside the act, and write it as well."""
    written = outbox.write_message

    def told(tx: Tx, kind: Kind, **more: Any) -> None:
        address = urlsplit(os.environ["PROVIDER_URL"])
        link = HTTPConnection(str(address.hostname), address.port, timeout=5)
        link.request("POST", address.path, json.dumps({"id": tx.new_id(), "text": kind.value}))
        link.getresponse().read()
        written(tx, kind, **more)

    outbox.write_message = told


def no_rate() -> None:
    """Let in whom there is room for, however many were called in the last minute."""
    admitting.__dict__["_left_by_rate"] = lambda _tx, _queue: None


def last_come_first() -> None:
    """Call from the end of the line."""
    in_order = admitting.__dict__["_line"]

    def backwards(tx: Tx, queue_id: str) -> Iterator[Ticket]:
        yield from reversed(list(in_order(tx, queue_id)))

    admitting.__dict__["_line"] = backwards


def any_seat_is_free() -> None:
    """Look at no seat before it is held, and take it from whoever has it."""
    seats = schema.seats
    seating.__dict__["taken_of"] = lambda _source, sale, _now: bytearray(len(sale.house.seats))
    seating.__dict__["_TAKE"] = Statement(
        one_of(
            seats.c.guid,
            lambda chosen: (
                update(seats)
                .where(seats.c.performance_id == bindparam("of"), chosen)
                .values(hold_id=bindparam("holder"), held_until=bindparam("until"), booking_id=None)
            ),
        )
    )


def no_clock_of_holds() -> None:
    """Book what is held, also after its time."""
    seats = schema.seats

    def live(self: Hold, now: int) -> bool:
        """Tell whether it is held, whatever the clock says."""
        return self.state.value == "held" and now > 0

    Hold.live = live  # type: ignore[method-assign]
    seating.__dict__["_SELL"] = Statement(
        update(seats)
        .where(seats.c.hold_id == bindparam("holder"), bindparam("now") == bindparam("now"))
        .values(hold_id=None, held_until=None, booking_id=bindparam("buyer"))
        .returning(seats.c.id, seats.c.place)
    )


GUARDS: Mapping[str, Callable[[], None]] = {
    guard.__name__: guard
    for guard in (
        no_branch_lock,
        no_conditions,
        no_file_lock,
        answer_before_the_commit,
        believe_the_server,
        no_second_try,
        no_replies,
        no_replay,
        endless_patience,
        no_fence,
        no_lease,
        tell_at_once,
        no_rate,
        last_come_first,
        any_seat_is_free,
        no_clock_of_holds,
    )
}

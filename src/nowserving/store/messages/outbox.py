"""The outbox: written with what it tells of, claimed under a fence, settled by whoever holds the claim."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, case, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.kinds import Kind, Message, MessageState
from nowserving.domain.tickets.ticket import Ticket
from nowserving.store.engine.reader import Reader
from nowserving.store.engine.statement import Statement
from nowserving.store.engine.tx import Tx
from nowserving.store.schema import messages, tickets
from nowserving.store.tickets.tickets import ticket_by_id

Source = Tx | Reader

_FIELDS = tuple(field.name for field in fields(Message))
_COLUMNS = tuple(messages.c[name] for name in _FIELDS)
# Literals, so that the partial indexes serve.
_OPEN = messages.c.state.in_([literal_column("'waiting'"), literal_column("'sending'")])
_WAITING = tickets.c.state == literal_column("'waiting'")

_ABOUT = "ticket_id reservation_id standby_id booking_id seat_standby_id".split()
_WRITTEN = ["id", "branch_id", "queue_id", *_ABOUT, "kind", "occasion", "due_at", "created_at"]
_INSERT = Statement(
    {
        name: kind.insert(messages)
        .values({column: bindparam(column) for column in _WRITTEN})
        # Told already: this call, this announcement.
        .on_conflict_do_nothing()
        for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)
_HAD = Statement(
    select(messages.c.kind).where(
        messages.c.ticket_id == bindparam("ticket_id"), messages.c.state != bindparam("but_not")
    )
)
_DUE = Statement(
    select(*_COLUMNS)
    .where(
        _OPEN,
        messages.c.due_at <= bindparam("now"),
        # Not the bare column: SQLite would read the whole history of the branch by its index.
        (messages.c.branch_id + literal_column("''")) == bindparam("branch_id"),
        messages.c.channel.not_in([bindparam(f"but_{channel.value}") for channel in Channel]),
    )
    # A call can't wait behind a word to three hundred guests.
    .order_by(
        case((messages.c.kind == literal_column("'turn'"), 0), else_=1), messages.c.due_at, messages.c.id
    )
    .limit(bindparam("most"))
)
_DUE_BRANCHES = Statement(
    select(messages.c.branch_id).where(_OPEN, messages.c.due_at <= bindparam("now")).distinct()
)
_CLAIM = Statement(
    update(messages)
    .where(messages.c.id == bindparam("message_id"))
    .values(
        state=MessageState.SENDING.value,
        channel=bindparam("new_channel"),
        attempts=bindparam("new_attempts"),
        sms_tries=messages.c.sms_tries + bindparam("by_sms"),
        fence=messages.c.fence + 1,
        due_at=bindparam("lease_until"),
        tried_at=bindparam("now"),
    )
)
_CHANGED = "channel state attempts due_at reason sent_at".split()
_SETTLE = Statement(
    update(messages)
    .where(
        messages.c.id == bindparam("message_id"),
        # The fence: whoever claimed it later has the say, and who was frozen meanwhile has none.
        messages.c.fence == bindparam("held_fence"),
        messages.c.state == bindparam("expected_state"),
    )
    .values({f"{name}": bindparam(f"new_{name}") for name in _CHANGED})
)
_BY_ID = Statement(select(*_COLUMNS).where(messages.c.id == bindparam("id")))
_SPENT = Statement(
    select(func.coalesce(func.sum(messages.c.sms_tries), 0)).where(
        messages.c.branch_id == bindparam("branch_id"),
        messages.c.sms_tries > literal_column("0"),
        messages.c.tried_at >= bindparam("since"),
    )
)
_LATEST = Statement(
    select(func.max(messages.c.occasion)).where(
        messages.c.ticket_id == bindparam("ticket_id"), messages.c.kind == bindparam("kind")
    )
)
_TO_TELL = Statement(
    select(tickets.c.id, tickets.c.rank)
    .where(tickets.c.queue_id == bindparam("queue_id"), _WAITING, tickets.c.reach == literal_column("1"))
    .order_by(tickets.c.rank)
    .limit(bindparam("most"))
)


def message_from(row: tuple[Any, ...]) -> Message:
    """Return a row in the order of `_COLUMNS` as a message."""
    values = dict(zip(_FIELDS, row, strict=True))
    values["kind"], values["state"] = Kind(values["kind"]), MessageState(values["state"])
    return Message(**values)


def write_message(
    tx: Tx,
    kind: Kind,
    *,
    queue_id: str | None,
    ticket_id: int | None,
    occasion: int = 0,
    reservation_id: int | None = None,
    standby_id: int | None = None,
    booking_id: int | None = None,
    seat_standby_id: int | None = None,
    due_at: int | None = None,
) -> None:
    """Put a message into the outbox, due now or at an instant (µs).

    One that is there for this occasion stays the only one.
    """
    tx.run(
        _INSERT,
        id=tx.new_id(),
        branch_id=tx.scope_id,
        queue_id=queue_id,
        ticket_id=ticket_id,
        reservation_id=reservation_id,
        standby_id=standby_id,
        booking_id=booking_id,
        seat_standby_id=seat_standby_id,
        kind=kind.value,
        occasion=occasion,
        due_at=tx.now if due_at is None else due_at,
        created_at=tx.now,
    )


def had_by(tx: Tx, ticket_id: int) -> list[Kind]:
    """Return the kinds of the messages of a visit, sent or to be sent; skipped ones don't count."""
    found = tx.run(_HAD, ticket_id=ticket_id, but_not=MessageState.SKIPPED.value)
    return [Kind(row[0]) for row in found]


def due(tx: Tx, branch_id: str, most: int, full: Collection[str] = ()) -> list[Message]:
    """Return up to `most` messages of a branch that somebody should look at now: calls, then the oldest.

    Those that are known to wait for one of the `full` channels are left where they are.
    """
    but_not = {f"but_{channel.value}": channel.value if channel in full else "-" for channel in Channel}
    found = tx.run(_DUE, branch_id=branch_id, now=tx.now, most=most, **but_not)
    return [message_from(row) for row in found]


def branches_due(reader: Reader, now: int) -> list[str]:
    """Return the branches that have a message to look at."""
    return [row[0] for row in reader.run(_DUE_BRANCHES, now=now)]


def claim(tx: Tx, message: Message, channel: str, attempts: int, lease_us: int) -> int:
    """Take a message for sending until the lease is over; return the fence that settles it."""
    tx.change(
        _CLAIM,
        message_id=message.id,
        new_channel=channel,
        new_attempts=attempts,
        by_sms=int(channel == Channel.SMS),
        lease_until=tx.now + lease_us,
        now=tx.now,
    )
    return message.fence + 1


def settle(tx: Tx, message: Message, fence: int, **changes: Any) -> bool:
    """Write how it ended, if nobody has claimed the message since and it is still in that state."""
    values = {name: changes.get(name, getattr(message, name)) for name in _CHANGED}
    wanted = {f"new_{name}": getattr(value, "value", value) for name, value in values.items()}
    held = {"message_id": message.id, "held_fence": fence, "expected_state": message.state.value}
    return tx.change(_SETTLE, **held, **wanted) == 1


def message(source: Source, message_id: str) -> Message | None:
    """Return a message or None."""
    found = source.run(_BY_ID, id=message_id)
    return message_from(found[0]) if found else None


def sms_since(source: Source, branch_id: str, since: int) -> int:
    """Return how many text messages a branch has tried to send since an instant."""
    return int(source.run(_SPENT, branch_id=branch_id, since=since)[0][0])


def latest_of(source: Source, message_: Message) -> int:
    """Return the latest occasion of a message's kind in its visit."""
    return int(source.run(_LATEST, ticket_id=message_.ticket_id, kind=message_.kind.value)[0][0])


def first_to_tell(source: Source, queue_id: str, most: int) -> list[tuple[int, int]]:
    """Return ticket and rank of the first who wait, can be told and don't know that they are near."""
    if not source.floor.can_tell(queue_id):
        return []
    found = [(row[0], row[1]) for row in source.run(_TO_TELL, queue_id=queue_id, most=most)]
    if not found:
        source.floor.nobody_to_tell(queue_id)
    return found


def ticket_of(source: Source, message_: Message) -> Ticket | None:
    """Return the ticket that a message is about, or None."""
    return None if message_.ticket_id is None else ticket_by_id(source, message_.ticket_id)

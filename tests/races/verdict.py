"""What a race asks of the database once it is over."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nowserving.store.care.checks import run_checks
from nowserving.store.engine.reader import Reader
from nowserving.store.schema import events, tickets
from nowserving.store.store import Store, wall_clock


class Verdict:
    """What is true in a database: the tickets, the calls, and every violation."""

    def __init__(self, url: str) -> None:
        store = Store(url)
        store.open_for_reading()
        self.keys = store.read_now(_column, tickets.c.key)
        self.numbers = store.read_now(_column, tickets.c.number)
        self.called = store.read_now(_calls)
        self.violations = store.read_now(_violations)
        store.close()


def _column(reader: Reader, column: Any) -> list[Any]:
    return list(reader.execute(select(column).order_by(tickets.c.id)).scalars())


def _calls(reader: Reader) -> list[int]:
    called = select(events.c.ticket_id).where(events.c.verb == "ticket.called").order_by(events.c.version)
    return list(reader.execute(called).scalars())


def _violations(reader: Reader) -> list[str]:
    return [f"{one.name}: {said}" for one in run_checks(reader, wall_clock()) for said in one.violations]

"""People, queues and desks for tests: rows with readable names and ids, inserted as they stand.

`build.queue("Passports", branch, prefix="A")` returns the id "passports" (or "passports-2" when that is
taken). No event is written and no version is bumped: what a builder makes was always there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, insert, select, update

from nowserving.domain.calendar.hours import ALWAYS_OPEN, Hours, hours_to
from nowserving.domain.tickets.rules import QueueRules, rules_to
from nowserving.store import schema
from nowserving.store.database import parse_url, writer_engine

# Monday, 23 November 2026, 09:00 UTC.
MONDAY_MORNING_US = 1_795_424_400_000_000

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class TownHall:
    """A branch as most tests want it: two queues, three desks that serve both, two people."""

    branch_id: str
    department_id: str
    passports: str
    licences: str
    desk_1: str
    desk_2: str
    desk_3: str
    maria: str
    amir: str

    @property
    def queue_ids(self) -> tuple[str, str]:
        """Both queues in the order in which the desks serve them."""
        return self.passports, self.licences

    @property
    def desk_ids(self) -> tuple[str, str, str]:
        """All desks."""
        return self.desk_1, self.desk_2, self.desk_3


class Builder:
    """Inserts rows into one database, each in a transaction of its own."""

    def __init__(self, url: str, created_at: int = MONDAY_MORNING_US) -> None:
        self._engine = writer_engine(parse_url(url))
        # One for all rows: to connect takes PostgreSQL longer than to insert.
        self._line: Connection | None = None
        self._created_at = created_at
        self._made: list[tuple[Table, dict[str, Any]]] = []

    def close(self) -> None:
        """Let go of the database."""
        if self._line is not None:
            self._line.close()
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._line is None or self._line.invalidated:
            self._line = self._engine.connect()
        with self._line.begin():
            yield self._line

    def once(self, make: Callable[[Builder], Made]) -> Made:
        """Let `make` build on an empty database; the next time in this process insert its rows at once."""
        if make not in _MADE:
            before = len(self._made)
            made = make(self)
            _MADE[make] = made, _by_table(self._made[before:])
            return made
        made, rows = _MADE[make]
        with self._transaction() as connection:
            for table, of_table in rows:
                connection.execute(insert(table), of_table)
        found: Made = made
        return found

    def insert(self, table: Table, **row: Any) -> None:
        """Insert one row of any table."""
        with self._transaction() as connection:
            self._insert(connection, table, row)

    def change(self, table: Table, id: str | int, **values: Any) -> None:
        """Change the row with this id."""
        with self._transaction() as connection:
            connection.execute(update(table).where(table.c.id == id).values(values))

    def empty(self, *tables: Table) -> None:
        """Delete every row of these tables."""
        with self._transaction() as connection:
            for table in tables:
                connection.execute(delete(table))

    def branch(
        self, name: str = "Town Hall", *, time_zone: str = "Europe/Madrid", hours: Hours = ALWAYS_OPEN
    ) -> str:
        """Make a branch, open day and night unless `hours` says otherwise."""
        return self._named(
            schema.branches,
            name,
            time_zone=time_zone,
            hours=json.dumps(hours_to(hours)),
            created_at=self._created_at,
        )

    def department(self, name: str, branch_id: str) -> str:
        """Make a department."""
        return self._named(schema.departments, name, branch_id=branch_id)

    def queue(
        self,
        name: str,
        branch_id: str,
        *,
        prefix: str = "A",
        rules: QueueRules | None = None,
        department_id: str | None = None,
    ) -> str:
        """Make a queue; without `rules` it has every default."""
        return self._named(
            schema.queues,
            name,
            branch_id=branch_id,
            department_id=department_id,
            prefix=prefix,
            rules=json.dumps(rules_to(rules or QueueRules())),
        )

    def desk(
        self,
        name: str,
        branch_id: str,
        *,
        serves: Sequence[str],
        agent_id: str | None = None,
        department_id: str | None = None,
    ) -> str:
        """Make a desk that serves these queues in this order; open if an agent sits there."""
        desk_id = self._named(
            schema.desks,
            name,
            branch_id=branch_id,
            department_id=department_id,
            state="open" if agent_id else "closed",
            agent_id=agent_id,
        )
        for place, queue_id in enumerate(serves):
            self.insert(schema.desk_queues, desk_id=desk_id, queue_id=queue_id, place=place)
        return desk_id

    def agent(
        self, name: str, *branch_ids: str, role: str = "agent", password_hash: str = "nobody can sign in"
    ) -> str:
        """Make a member of staff who sees these branches; the login is the id."""
        staff_id = self._named(
            schema.staff,
            name,
            login=slug(name),
            password_hash=password_hash,
            role=role,
            created_at=self._created_at,
        )
        for branch_id in branch_ids:
            self.insert(schema.staff_branches, staff_id=staff_id, branch_id=branch_id)
        return staff_id

    def admin(self, name: str = "Olga Admin", **rest: Any) -> str:
        """Make a member of staff who may do everything."""
        return self.agent(name, role="admin", **rest)

    def api_key(self, name: str, secret: str, *, role: str = "admin", branch_id: str | None = None) -> str:
        """Make an API key whose secret is `secret`."""
        return self._named(
            schema.api_keys,
            name,
            key_hash=sha256(secret.encode()).hexdigest(),
            hint=secret[-4:],
            role=role,
            branch_id=branch_id,
            created_at=self._created_at,
        )

    def town_hall(self, name: str = "Town Hall") -> TownHall:
        """Make the branch that most tests want, everybody at work."""
        branch_id = self.branch(name)
        department_id = self.department("Citizens", branch_id)
        within: dict[str, Any] = {"branch_id": branch_id, "department_id": department_id}
        maria, amir = self.agent("Maria Lopez", branch_id), self.agent("Amir Khan", branch_id)
        passports = self.queue("Passports", **within, prefix="A")
        licences = self.queue("Licences", **within, prefix="B")
        served: dict[str, Any] = {**within, "serves": (passports, licences)}
        return TownHall(
            branch_id,
            department_id,
            passports,
            licences,
            self.desk("Desk 1", **served, agent_id=maria),
            self.desk("Desk 2", **served, agent_id=amir),
            self.desk("Desk 3", **served),
            maria,
            amir,
        )

    def _named(self, table: Table, name: str, **row: Any) -> str:
        with self._transaction() as connection:
            chosen = _free_id(connection, table, slug(name))
            if table is schema.staff and chosen != slug(name):
                row["login"] = chosen
            self._insert(connection, table, {"id": chosen, "name": name, **row})
        return chosen

    def _insert(self, connection: Connection, table: Table, row: dict[str, Any]) -> None:
        connection.execute(insert(table), row)
        self._made.append((table, row))


# What `once` has made in this process, and with which rows.
_MADE: dict[Callable[..., Any], tuple[Any, list[tuple[Table, list[dict[str, Any]]]]]] = {}


def _by_table(made: Sequence[tuple[Table, dict[str, Any]]]) -> list[tuple[Table, list[dict[str, Any]]]]:
    """Return rows by their tables, those before that others point at."""
    rows = {table: [row for of, row in made if of is table] for table in schema.metadata.sorted_tables}
    return [(table, of_table) for table, of_table in rows.items() if of_table]


def slug(name: str) -> str:
    """Return a name as an id: "Town Hall" becomes "town-hall"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _free_id(connection: Connection, table: Table, wanted: str) -> str:
    taken = set(connection.execute(select(table.c.id)).scalars())
    choices = [wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))]
    return next(choice for choice in choices if choice not in taken)

"""Laws of the verbs that no single file shows: who may write a ticket, and what every event is called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from nowserving.actions.tickets.moving import EVENT_OF
from nowserving.actions.tickets.undoing import UNDOABLE
from nowserving.domain.tickets.ticket import TRANSITIONS, Verb
from nowserving.store.tickets.moves import MUTABLE
from nowserving.web.looks.event_words import SENTENCES
from tests import house
from tests.house import ROOT, SOURCE, Module

MODULES = house.read(SOURCE)
THE_MOVER = "src/nowserving/actions/tickets/moving.py"
ITS_STATEMENTS = "src/nowserving/store/tickets/tickets.py"
_DOCUMENTED = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \|", re.MULTILINE)
_WRITES_TICKETS = re.compile(r"update(_where)?\((tx, )?([a-z_]+\.)?tickets\b")
_VALUES_UNKNOWN = re.compile(r"\.values\([^)=]*\)$")
_EVENT = re.compile(
    r"(ticket|desk|queue|branch|closure|department|device|staff|account|api_key|organisation|feedback|guest"
    r"|record|visit|consultation|reservation|standby|service|roster|absence|special_day"
    r"|seat_map|seats|hold|booking|stub|seat_standby|show|performance|lobby|pass)"
    r"\.[a-z_]+"
)


def only_the_mover_moves(module: Module) -> Iterator[str]:
    """Only the mover calls `update_ticket`, and nothing else writes what a move may change."""
    if module.name in {THE_MOVER, ITS_STATEMENTS}:
        return
    for call in module.calls():
        written = {name for name in MUTABLE if name in {keyword.arg for keyword in call.keywords}}
        if ast.unparse(call.func).endswith("update_ticket"):
            yield f"{module.name}:{call.lineno}: only the mover calls update_ticket()"
        if _WRITES_TICKETS.match(ast.unparse(call)) and (
            written or _VALUES_UNKNOWN.search(ast.unparse(call))
        ):
            yield f"{module.name}:{call.lineno}: writes {sorted(written) or 'who knows what'} of tickets"


def test_only_one_module_moves_tickets() -> None:
    assert [offence for module in MODULES for offence in only_the_mover_moves(module)] == []


@pytest.mark.parametrize(
    "text",
    [
        'rows.update_ticket(tx, ticket, replace(ticket, state="done"))',
        'update_where(tx, schema.tickets, schema.tickets.c.id == 1, state="done")',
        'tx.execute(update(schema.tickets).values(state="done"))',
        "tx.execute(update(tickets).where(tickets.c.id == 1).values(changes))",
    ],
)
def test_a_second_mover_is_seen(text: str) -> None:
    assert len(list(only_the_mover_moves(Module(SOURCE / "actions/shortcut.py", text)))) == 1


def test_a_name_may_be_erased_by_others() -> None:
    text = "tx.execute(update(tickets).where(tickets.c.id.in_(found)).values(name=None))"

    assert list(only_the_mover_moves(Module(SOURCE / "actions/tickets/tidying.py", text))) == []


def test_the_mover_is_where_the_law_looks_for_it() -> None:
    (mover,) = (module for module in MODULES if module.name == THE_MOVER)

    assert [ast.unparse(call.func) for call in mover.calls()].count("rows.update_ticket") == 1


def test_every_verb_has_a_row_of_the_table_and_an_event() -> None:
    assert {verb for _, verb in TRANSITIONS} == set(Verb) == set(EVENT_OF)
    assert len(set(EVENT_OF.values())) == len(EVENT_OF)


def emitted() -> set[str]:
    """Return every event verb that the actions can write, read from their source."""
    texts = (
        node.value
        for module in MODULES
        if module.room == "actions"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text for text in texts if _EVENT.fullmatch(text)}


def test_every_event_is_documented_and_nothing_else_is() -> None:
    documented = _DOCUMENTED.findall((ROOT / "docs" / "events.md").read_text())

    assert sorted(documented) == sorted(emitted())


def test_every_event_can_be_told_in_words() -> None:
    assert emitted() - SENTENCES.keys() == set()


def test_what_can_be_undone_is_an_event_of_a_ticket() -> None:
    assert {verb for verb in emitted() if verb.startswith("ticket.")} >= UNDOABLE

"""The documentation says what is so: its tables, commands, links, paths and names are those of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import docs_tables
from nowserving import settings
from nowserving.cli import app
from nowserving.domain import retention
from nowserving.domain.instants import DAY_US
from tests import house
from tests.house import ROOT, SOURCE

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
MODULES = house.read(SOURCE)
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]

FENCED = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"^ *```\w*\n(.*?)^ *```|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"(?<![\w/-])(?:\.venv/bin/)?nowserving +([a-z][a-z-]*)([^\n#|&;]*)")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
REFUSALS = set(
    "Malformed Unauthorized Forbidden NotFound Conflict Gone TooLarge Stale Invalid TooMany Busy".split()
)
PATH = re.compile(r"\w[\w./-]*/[\w.-]*|[\w/-]+\.(py|js|css|html|md|toml|yaml)")
# Where a path that a page names may begin.
FOLDERS = [ROOT, ROOT / "docs", ROOT / "scripts", SOURCE, SOURCE / "web", SOURCE / "web" / "static" / "js"]
EVENT = re.compile(
    r"(ticket|desk|queue|branch|department|closure|device|staff|api_key|organisation"
    r"|reservation|standby|service|roster|absence|special_day)\.[a-z_]+"
)
# Refused on the command line, where nobody asks for a code.
ON_THE_CONSOLE = {
    "store/care/backup.py",
    "store/care/migrate.py",
    "store/engine/lock.py",
    "store/database.py",
    "serve.py",
}


def code_in(page: Path) -> Iterator[str]:
    """Yield everything on a page that is set as code, block by block and word by word."""
    for block, word in CODE.findall(TEXTS[page]):
        yield block or word


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


every_page = pytest.mark.parametrize("page", PAGES, ids=named)


def test_the_tables_say_what_the_code_says() -> None:
    assert docs_tables.stale() == [], "`make docs` writes them anew"


def test_every_command_is_explained() -> None:
    shown = {found[1] for page in PAGES for code in code_in(page) for found in COMMAND.finditer(code)}
    assert sorted(set(COMMANDS) - shown) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    answer = CliRunner().invoke(app, [name, "--help"])
    assert answer.exit_code == 0
    assert COMMANDS[name].help.strip().endswith("."), "help is a sentence"


@every_page
def test_every_command_that_is_shown_exists_with_its_flags(page: Path) -> None:
    wrong = []
    for code in code_in(page):
        for found in COMMAND.finditer(code):
            name, rest = found.groups()
            unknown = set(re.findall(r"(?<!\S)--[a-z][a-z-]*", rest)) - flags_of(name)
            wrong += [f"nowserving {name} {flag}" for flag in sorted(unknown)]
            wrong += [] if name in COMMANDS else [f"nowserving {name}"]
    assert wrong == []


def flags_of(command: str) -> set[str]:
    """Return the flags that a command takes; `serve` takes every setting as one."""
    known = {"--help"} | (
        {f"--{name.replace('_', '-')}" for name in fields()} if command == "serve" else set()
    )
    if command in COMMANDS:
        known |= {flag for one in COMMANDS[command].params for flag in one.opts}
    return known


def fields() -> set[str]:
    return set(settings.Settings.model_fields)


@every_page
def test_every_variable_that_is_named_exists(page: Path) -> None:
    files = [*(ROOT / "deploy").iterdir(), ROOT / "compose.yaml", ROOT / "scripts" / "services.py"]
    known = {f"NOWSERVING_{name.upper()}" for name in fields()}
    known |= {f"NOWSERVING_{name.upper()}_FILE" for name in settings.secret_names()} | {"NOWSERVING_CONFIG"}
    for text in [*(module.text for module in MODULES), *(file.read_text() for file in files)]:
        known |= set(re.findall(r"NOWSERVING_[A-Z_]*[A-Z]", text))
    known |= {f"NOWSERVING_TEST_{name}" for name in ("POSTGRES_URL", "POSTGRES_BIN", "REDIS_URL", "CHROMIUM")}
    assert sorted(set(re.findall(r"NOWSERVING_[A-Z_]*[A-Z]", TEXTS[page])) - known) == []


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in (first or second for first, second in LINK.findall(FENCED.sub("", TEXTS[page]))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (heading and heading not in headings(target)):
            lost.append(link)
    assert lost == []


def headings(page: Path) -> set[str]:
    """Return the headings of a page as a link names them."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_every_path_that_is_named_exists(page: Path) -> None:
    paths = {code for code in code_in(page) if PATH.fullmatch(code)} - {"nowserving.toml"}
    assert sorted(path for path in paths if not any((folder / path).exists() for folder in FOLDERS)) == []


@every_page
def test_every_method_that_is_named_exists(page: Path) -> None:
    words = {code for code in code_in(page) if re.fullmatch(r"[A-Z][a-z]\w+\.[a-z_]\w*", code)}
    assert sorted(words - methods()) == []


@cache
def methods() -> set[str]:
    return {
        f"{node.name}.{inner.name}"
        for module in MODULES
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@every_page
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = {word for code in code_in(page) for word in re.findall(r"^make ([a-z0-9-]+)", code, re.MULTILINE)}
    assert sorted(used - targets) == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(page.name for page in folder.glob("0*.md"))
    assert re.findall(r"\]\((0[^)]+)\)", TEXTS[folder / "README.md"]) == records
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    for name in records:
        title = TEXTS[folder / name].partition("\n")[0].removeprefix(f"# {name[:4]}: ")
        assert f"| {title} |" in TEXTS[folder / "README.md"]


def test_the_glossary_explains_a_word_once() -> None:
    words = re.findall(r"^\| \*\*([^*]+)\*\* \|", TEXTS[ROOT / "docs" / "glossary.md"], re.MULTILINE)
    assert len(words) > 100
    assert sorted(word for word in set(words) if words.count(word) > 1) == []


@pytest.mark.parametrize("room", ["domain", "store", "actions"])
def test_the_project_structure_names_every_folder_of_a_room(room: str) -> None:
    tree = FENCED.findall(TEXTS[ROOT / "docs" / "project-structure.md"])[0]
    named_there = re.search(rf"^  {room}/ .*\n(?:    .*\n)*", tree, re.MULTILINE)
    folders = {module.path.parent.name for module in MODULES if module.path.parent.parent == SOURCE / room}
    assert named_there is not None
    assert sorted(folders - set(re.findall(r"(\w+)/", named_there[0]))) == []


@pytest.mark.parametrize(
    ("page", "row", "kept_us"),
    [
        ("privacy.md", "| name on a ticket", retention.NAMES_KEPT_US),
        ("privacy.md", "| phone, e-mail, push |", retention.CONTACTS_KEPT_US),
        ("privacy.md", "| reservation: name", retention.RESERVATIONS_KEPT_US),
        ("privacy.md", "| reason of a visit |", retention.REASONS_KEPT_US),
        ("privacy.md", "| read: who", retention.READS_KEPT_US),
        ("guests.md", "| name, staff's note", retention.NAMES_KEPT_US),
        ("guests.md", "| the comment of an answer |", retention.COMMENTS_KEPT_US),
        ("messages.md", "without any address", retention.MESSAGES_KEPT_US),
        ("security.md", "| replies to requests", retention.REPLIES_KEPT_US),
    ],
)
def test_what_is_kept_goes_when_the_pages_say(page: str, row: str, kept_us: int) -> None:
    spans = {1: "24 hours|a day", 30: "30 days|a month", 6 * 366: "six years"}
    said = next(line for line in TEXTS[ROOT / "docs" / page].splitlines() if row in line)
    assert re.search(spans[kept_us // DAY_US], said)


def test_every_refusal_is_in_the_api_reference() -> None:
    assert sorted(set(refusal_codes()) - words_of(ROOT / "docs" / "api.md")) == []


def test_every_event_is_in_the_list_of_events() -> None:
    assert sorted(set(event_verbs()) - words_of(ROOT / "docs" / "events.md")) == []


def words_of(page: Path) -> set[str]:
    """Return every word that a page sets as code."""
    return set(re.findall(r"`([a-z_.]+)`", TEXTS[page]))


def refusal_codes() -> Iterator[str]:
    """Yield the code of every refusal that a caller of the API can get."""
    for module in MODULES:
        inside = str(module.path.relative_to(SOURCE))
        if inside in ON_THE_CONSOLE or module.room in {"commands", "cli"}:
            continue
        for call in module.calls():
            if getattr(call.func, "id", "") in REFUSALS:
                yield from texts_of(call.args[:1])


def event_verbs() -> Iterator[str]:
    """Yield the name of every event that an action can append."""
    for module in MODULES:
        if module.room != "actions":
            continue
        for node in module.nodes:
            if isinstance(node, ast.Constant) and EVENT.fullmatch(str(node.value)):
                yield str(node.value)


def texts_of(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_this_test_can_see_codes_and_events() -> None:
    assert {"queue_empty", "at_other_desk", "wrong_state"} <= set(refusal_codes())
    assert {"ticket.joined", "ticket.called", "desk.opened", "api_key.revoked"} <= set(event_verbs())

"""The laws of the house (the design's rooms, sizes and words) hold for every file, and each can be broken."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest

from tests import house
from tests.house import ROOT, SOURCE, Module

MODULES = house.read(SOURCE)
TOOLS = [module for folder in ("scripts", "benchmarks", "tests") for module in house.read(ROOT / folder)]
Law = Callable[[Module], Iterator[str]]

# Each law with an offence it must see: a law that can't be broken is no law.
LAWS: list[tuple[Law, str, str]] = [
    (house.imports_point_one_way, "domain/tickets/rank.py", "from nowserving.store.engine.tx import Tx"),
    (house.imports_point_one_way, "domain/tickets/rank.py", "from ...store import tx"),
    (house.imports_point_one_way, "store/tickets/tickets.py", "import nowserving.actions.tickets.moving"),
    (
        house.imports_point_one_way,
        "actions/tickets/moving.py",
        "def late():\n    from nowserving.web import live",
    ),
    (house.imports_point_one_way, "web/live.py", "from nowserving import app"),
    (house.packages_stay_in_their_rooms, "domain/calendar/day.py", "import babel"),
    (house.packages_stay_in_their_rooms, "web/api/layout/desks.py", "from sqlalchemy import select"),
    (house.packages_stay_in_their_rooms, "actions/tickets/tidying.py", "from sqlalchemy import update"),
    (house.packages_stay_in_their_rooms, "live/hub.py", "from starlette.types import Send"),
    (house.names_are_the_glossarys, "store/utils.py", ""),
    (house.names_are_the_glossarys, "store/people/staff.py", "class SessionStore: ..."),
    (house.names_are_the_glossarys, "web/desk.py", "def list_items(): ..."),
    (house.names_are_the_glossarys, "web/desk.py", "def queue_entries(): ..."),
    (house.sql_is_never_glued, "store/x.py", 'run.execute(text(f"SELECT {name}"))'),
    (house.sql_is_never_glued, "store/x.py", 'text("SELECT " + name)'),
    (house.sql_is_never_glued, "store/x.py", 'text("SELECT %s" % name)'),
    (house.sql_is_never_glued, "store/x.py", 'db.execute("SELECT {}".format(name))'),
    (house.verbs_leave_statements_to_the_store, "actions/tickets/joining.py", "tx.execute(QUEUE)"),
    (house.verbs_leave_statements_to_the_store, "actions/tickets/joining.py", "tx.run(_QUEUE, id=queue_id)"),
    (house.nothing_dangerous_is_loaded, "store/x.py", "import pickle"),
    (house.nothing_dangerous_is_loaded, "settings.py", "settings = yaml.load(file)"),
    (house.rules_and_verbs_are_pure, "domain/calendar/day.py", "now = datetime.now(UTC)"),
    (house.rules_and_verbs_are_pure, "actions/tickets/joining.py", "key = secrets.token_hex()"),
    (house.rules_and_verbs_are_pure, "actions/tickets/joining.py", "tx.commit()"),
    (house.rules_and_verbs_are_pure, "actions/tickets/joining.py", "async def join(tx): ..."),
]


@pytest.mark.parametrize("law", dict.fromkeys(law for law, _, _ in LAWS), ids=lambda law: law.__name__)
def test_the_house_keeps_its_law(law: Law) -> None:
    offences = [offence for module in MODULES for offence in law(module)]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize(("law", "path", "text"), LAWS)
def test_a_law_sees_an_offence(law: Law, path: str, text: str) -> None:
    assert len(list(law(Module(SOURCE / path, text)))) == 1


@pytest.mark.parametrize(
    "text",
    ["def standing(): ...", "class Contextmanager: ...", "answer.status = 409", "def __getitem__(self): ..."],
)
def test_ordinary_names_are_free(text: str) -> None:
    assert list(house.names_are_the_glossarys(Module(SOURCE / "web/desk.py", text))) == []


def test_sql_may_name_a_constant() -> None:
    assert (
        list(house.sql_is_never_glued(Module(SOURCE / "store/x.py", 'run.execute(f"LISTEN {CHANNEL}")')))
        == []
    )


def test_no_module_is_longer_than_400_lines() -> None:
    assert [f"{module.name}: {module.lines}" for module in [*MODULES, *TOOLS] if module.lines > 400] == []


@pytest.mark.parametrize("ending", ["js", "css", "html"])
def test_no_file_of_the_pages_is_longer_than_400_lines(ending: str) -> None:
    ours = [path for path in (SOURCE / "web").rglob(f"*.{ending}") if "vendor" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in ours if len(path.read_text().splitlines()) > 400] == []


def test_no_folder_has_more_than_a_dozen_modules() -> None:
    folders = Counter(module.path.parent for module in MODULES if module.path.name != "__init__.py")
    assert {str(folder): count for folder, count in folders.items() if count > 12} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{module.name}:{function.lineno}: {function.name} has {house.length(function)} lines"
        for module in [*MODULES, *(tool for tool in TOOLS if "journeys" not in tool.name)]
        for function in module.functions()
        if house.length(function) > 60
    ]
    assert long == []


def test_modules_and_functions_are_small_on_the_whole() -> None:
    modules = [
        module.lines for module in MODULES if module.lines >= 5 and "versions" not in module.path.parts
    ]
    functions = [house.length(function) for module in MODULES for function in module.functions()]

    assert median(modules) <= 130
    assert median(functions) <= 12


def test_every_setting_is_documented() -> None:
    pages = "".join(page.read_text() for page in (ROOT / "docs").glob("*.md"))
    documented = set(re.findall(r"NOWSERVING_[A-Z0-9_]+", pages))
    named = {name for module in MODULES for name in re.findall(r"NOWSERVING_[A-Z0-9_]+[A-Z0-9]", module.text)}
    fields = {f"NOWSERVING_{field.upper()}" for field in _settings()}

    assert sorted((fields | named) - documented - {"NOWSERVING_SECRET_KEY_FILE"}) == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    hosts = (
        "pypi." + "org/simple",
        "files.python" + "hosted.org",
        "registry.npm" + "js.org",
        "deb.deb" + "ian.org",
    )
    forbidden = re.compile("|".join([*map(re.escape, hosts), r"(?<![\w.])/(work|root)/"]).encode())
    assert [name for name in _tracked_files() if forbidden.search((ROOT / name).read_bytes())] == []


def test_nothing_that_writes_download_addresses_is_tracked() -> None:
    assert [name for name in _tracked_files() if Path(name).name in {"uv.lock", "package-lock.json"}] == []


def _settings() -> list[str]:
    """Read the names of the settings from the source, so that this test needs nothing installed."""
    tree = next(module for module in MODULES if module.path == SOURCE / "settings.py").tree
    classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return [
        line.target.id
        for line in classes["Settings"].body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    ]


def _tracked_files() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: nothing is tracked")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]

"""The laws of the house, as functions that read Python without running it.

Each law takes a module and yields the offences it finds, one sentence each. tests/test_house.py
holds the whole source to them, and holds each law to an example that must offend it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "nowserving"

# What each room may import of ours. A room that is not listed (app, cli, ...) wires, and may import all.
MAY_IMPORT = {
    "errors": set[str](),
    "domain": {"domain", "errors"},
    "store": {"store", "domain", "errors"},
    "actions": {"actions", "store", "domain", "errors"},
    "live": {"live", "actions", "store", "domain", "errors"},
    "outside": {"outside", "domain", "errors"},
    "background": {"background", "outside", "actions", "store", "domain", "errors"},
    "web": {"web", "outside", "background", "live", "actions", "store", "domain", "errors"}
    | {"settings", "secret_key", "__version__"},
}
# Foreign packages that stay in their rooms.
KEPT_IN = {
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "psycopg": {"store"},
    "sqlite3": {"store"},
    "fastapi": {"web", "app"},
    "starlette": {"web", "app"},
    "granian": {"app", "cli", "serve"},
    "typer": {"cli", "commands"},
}
FORBIDDEN_NAMES = {"session", "status", "item", "entry", "manager", "helper", "util"}
PLURALS = {"entries": "entry", "statuses": "status"}
DANGEROUS = {"pickle", "marshal", "shelve", "dill"}
RUNS_SQL = {"text", "execute", "exec_driver_sql", "executemany", "executescript", "literal_column"}
READS_THE_WORLD = re.compile(
    r"(time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|sleep)"
    r"|(datetime|date)\.(now|utcnow|today)"
    r"|random\.(?!Random$)\w+|secrets\.\w+|uuid\.uuid\d|os\.(urandom|environ|getenv)|open|print|input)"
)
ENDS_A_TRANSACTION = {"commit", "rollback", "begin"}
RUNS_A_STATEMENT = {"execute", "run"}


@dataclass(frozen=True)
class Module:
    """One file of Python: where it is and what it says."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of the tree: every law looks at it, and to walk it takes as long as to parse it."""
        return tuple(ast.walk(self.tree))

    @property
    def room(self) -> str:
        """The first folder or file below the package: "store", "web", "app"; cli_demo counts as cli."""
        first = Path(self.path.relative_to(SOURCE).parts[0]).stem
        return "cli" if first.startswith("cli") else first

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield line and absolute name of everything imported, wherever in the file it stands."""
        package = (
            ["nowserving", *self.path.relative_to(SOURCE).parent.parts] if SOURCE in self.path.parents else []
        )
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else []
                base = ".".join([*above, *([node.module] if node.module else [])])
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))


def read(folder: Path) -> list[Module]:
    """Return every module below `folder`, in order."""
    return [Module(path, path.read_text()) for path in sorted(folder.rglob("*.py"))]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function from `def` to its last, docstring included, decorators not."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imports_point_one_way(module: Module) -> Iterator[str]:
    """From the domain outwards: store, actions, then live and background, then web, then app and cli."""
    allowed = MAY_IMPORT.get(module.room)
    for line, name in module.imports():
        parts = name.split(".")
        if parts[0] == "nowserving" and len(parts) > 1 and allowed is not None and parts[1] not in allowed:
            yield f"{module.name}:{line}: {module.room} imports {name}"


def packages_stay_in_their_rooms(module: Module) -> Iterator[str]:
    """SQL in store, HTTP in web and app; the domain knows the standard library only."""
    for line, name in module.imports():
        package = name.split(".", maxsplit=1)[0]
        foreign = package not in sys.stdlib_module_names and package != "nowserving"
        if module.room in {"domain", "errors"} and foreign:
            yield f"{module.name}:{line}: {module.room} imports {package}, a foreign package"
        if module.room not in KEPT_IN.get(package, {module.room}):
            yield f"{module.name}:{line}: {package} is imported in {module.room}"


def names_are_the_glossarys(module: Module) -> Iterator[str]:
    """`session`, `status`, `item`, `entry`, `manager`, `helper`, `utils` hide what they name."""
    named = [(1, module.path.stem)]
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    named += [(node.lineno, node.name) for node in module.nodes if isinstance(node, kinds)]
    for line, name in named:
        for word in sorted(words(name) & FORBIDDEN_NAMES):
            yield f"{module.name}:{line}: {name} says {word}; take the glossary's word"


def words(name: str) -> set[str]:
    """Split a name into its words, in the singular: "SeatHolds" is seat and hold."""
    split = re.findall(r"[a-z]+|[A-Z][a-z]*", name)
    return {
        PLURALS.get(word, word.removesuffix("s") if word != "status" else word)
        for word in map(str.lower, split)
    }


def sql_is_never_glued(module: Module) -> Iterator[str]:
    """SQL text is constant, or put together from named constants; what varies is a bind parameter."""
    for call in module.calls():
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in RUNS_SQL and any(_is_glued(argument) for argument in call.args):
            yield f"{module.name}:{call.lineno}: {called}() of a string that is put together"


def _is_glued(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        filled = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return not all(isinstance(value, ast.Name) and value.id.isupper() for value in filled)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        texts = (node.left, node.right)
        return any(isinstance(side, ast.Constant | ast.JoinedStr) or _is_glued(side) for side in texts)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def verbs_leave_statements_to_the_store(module: Module) -> Iterator[str]:
    """An action asks `store/` by name: what it reads and writes can be found, and measured, in one room."""
    if module.room != "actions":
        return
    for call in module.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr in RUNS_A_STATEMENT:
            yield f"{module.name}:{call.lineno}: {ast.unparse(call.func)}() runs a statement"


def nothing_dangerous_is_loaded(module: Module) -> Iterator[str]:
    """Nothing that runs what it reads: no pickle, no yaml.load, no eval."""
    for line, name in module.imports():
        if name.split(".", maxsplit=1)[0] in DANGEROUS or name == "yaml.load":
            yield f"{module.name}:{line}: imports {name}"
    for call in module.calls():
        if ast.unparse(call.func) in {"yaml.load", "eval", "exec"}:
            yield f"{module.name}:{call.lineno}: calls {ast.unparse(call.func)}"


def rules_and_verbs_are_pure(module: Module) -> Iterator[str]:
    """Domain and actions know no clock, no chance and no outside; an action never ends its transaction."""
    if module.room not in {"domain", "actions"}:
        return
    for call in module.calls():
        called = ast.unparse(call.func)
        if READS_THE_WORLD.fullmatch(called):
            yield f"{module.name}:{call.lineno}: {called}() reads the world; take it from the caller"
        if called.rpartition(".")[2] in ENDS_A_TRANSACTION and "." in called:
            yield f"{module.name}:{call.lineno}: {called}() is the writer's to call"
    for function in module.functions():
        if isinstance(function, ast.AsyncFunctionDef):
            yield f"{module.name}:{function.lineno}: {function.name} is async"

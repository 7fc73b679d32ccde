"""The tables of docs/api.md, made from the code: every operation, every refusal and its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nowserving import errors
from nowserving.app import make_app, make_house
from nowserving.settings import load

SOURCE = Path(__file__).resolve().parent.parent / "src" / "nowserving"
# Refused on the command line, where nobody asks for a code.
_ON_THE_CONSOLE = (
    "commands",
    "cli",
    "serve",
    *(f"store/{name}" for name in "care/backup care/migrate engine/lock database".split()),
)
# Where several modules have a sentence for a code, these have the one that fits everywhere.
_FIRST = ("domain/values.py", "domain/text.py", "web/wire/errors.py")
_KINDS = {
    name: kind.status
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.AppError)
}
_ODD = {"unsupported_media_type": 415, "our_fault": 500}
# What stands in variables: one sentence for each state of a ticket.
_SEVERAL = "The ticket is not in the state that this needs; `state` is the real one."


@dataclass(frozen=True, order=True)
class Refusal:
    """A code that a caller of the API can get, and the sentence that comes with it."""

    status: int
    code: str
    sentence: str


def operations() -> Iterator[tuple[str, str, str]]:
    """Yield verb and path, name, and summary of every operation, in the order of the document."""
    paths: dict[str, Any] = _document()["paths"]
    for path, methods in sorted(paths.items()):
        for method, operation in methods.items():
            address = f"`{method.upper()} {path.removeprefix('/api/v1')}`"
            yield address, f"`{operation['operationId']}`", operation["summary"]


def refusals() -> Iterator[tuple[str, str, str]]:
    """Yield code, HTTP status and sentence of every refusal."""
    found = {one for one in _refusals() if one.code}
    for one in sorted(found | {Refusal(405, "method_not_allowed", "This address does not do that.")}):
        yield f"`{one.code}`", str(one.status), one.sentence


def fields() -> Iterator[tuple[str, str]]:
    """Yield code and sentence of everything that can be wrong with a field."""
    found: dict[str, str] = {}
    for call, scope in _calls("invalid_field", "FieldError"):
        if len(call.args) > 2 and isinstance(call.args[1], ast.Constant):
            found.setdefault(str(call.args[1].value), _sentence(call.args[2], scope))
    return ((f"`{code}`", sentence) for code, sentence in sorted(found.items()))


def _refusals() -> Iterator[Refusal]:
    seen: set[str] = set()
    for call, scope in _calls(*_KINDS):
        if len(call.args) < 2 or not isinstance(call.args[0], ast.Constant):
            continue
        code = str(call.args[0].value)
        if code not in seen:
            seen.add(code)
            kind = getattr(call.func, "id", "")
            yield Refusal(_ODD.get(code, _KINDS[kind]), code, _sentence(call.args[1], scope))


def _calls(*names: str) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Yield every call of these, each with the function in which it stands."""
    modules = {str(path.relative_to(SOURCE)): path for path in sorted(SOURCE.rglob("*.py"))}
    for name in sorted(modules, key=lambda name: (name not in _FIRST, name)):
        if name.startswith(_ON_THE_CONSOLE):
            continue
        for scope in ast.walk(ast.parse(modules[name].read_text(encoding="utf-8"))):
            if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(scope):
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                        yield node, scope


def _sentence(node: ast.expr, scope: ast.AST) -> str:
    """Return the sentence that a call is given: there, or in the variable that was set last before it."""
    if not isinstance(node, ast.Name):
        return _marked(node) or _SEVERAL
    told = [
        (one.lineno, _marked(one.value))
        for one in ast.walk(scope)
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id and one.lineno < node.lineno
    ]
    return max(told)[1] if told else _SEVERAL


def _marked(node: ast.expr) -> str:
    """Return the text of N_("..."), or ""."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
        argument = node.args[0]
        return str(argument.value) if isinstance(argument, ast.Constant) else ""
    return ""


def _document() -> dict[str, Any]:
    app: Any = make_app(make_house(load(data_dir=Path("nowhere"), database_url="sqlite:///nowhere")))
    while not hasattr(app, "openapi"):
        app = getattr(app, "_app", None) or app.app
    found: dict[str, Any] = app.openapi()
    return found

"""The tables of the documentation that are made from the code: `make docs` writes them anew.

A table stands between two comments, `<!-- settings: ... -->` and `<!-- /settings -->`, in the page
that people read. A test compares what stands there with what the code says.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import docs_api
from nowserving.domain.people.roles import Permission, Role, may
from nowserving.settings_table import settings_table

ROOT = Path(__file__).resolve().parent.parent
# What each permission allows, in the words of its docstring in domain/people/roles.py.
_PERMITS = re.compile(r'^    (\w+) = "(\w+)"\n    """(.+?)"""', re.MULTILINE)


def settings() -> str:
    """Return the table of settings."""
    rows = (
        (f"`{row.variable}`", f"`{row.default}`" if row.default else "", row.meaning)
        for row in settings_table()
    )
    return table(("setting", "default", "meaning"), rows)


def roles() -> str:
    """Return the table of roles and what each of them may do."""
    source = (ROOT / "src/nowserving/domain/people/roles.py").read_text(encoding="utf-8")
    meanings = {value: meaning for _, value, meaning in _PERMITS.findall(source)}
    rows = (
        (
            f"`{permission.value}`",
            meanings[permission.value].rstrip("."),
            *("yes" if may(role, permission) else "" for role in Role),
        )
        for permission in Permission
    )
    return table(("permission", "what it allows", *(role.value for role in Role)), rows)


def operations() -> str:
    """Return the table of everything that the API can do."""
    return table(("request", "name", "what it does"), docs_api.operations())


def refusals() -> str:
    """Return the table of the codes with which the API refuses."""
    return table(("code", "HTTP", "what it says"), docs_api.refusals())


def fields() -> str:
    """Return the table of what can be wrong with a field."""
    return table(("code of a field", "what it says"), docs_api.fields())


TABLES: Mapping[str, tuple[str, Callable[[], str]]] = {
    "settings": ("docs/self-hosting.md", settings),
    "roles": ("docs/security.md", roles),
    "operations": ("docs/api.md", operations),
    "refusals": ("docs/api.md", refusals),
    "fields": ("docs/api.md", fields),
}


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def filled(page: str, name: str, text: str) -> str:
    """Return a page with what stands between the two comments of `name` replaced."""
    between = re.compile(f"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
    made, count = between.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", page)
    if count != 1:
        raise SystemExit(f"there must be one place for the table {name!r}; there are {count}")
    return made


def stale() -> list[str]:
    """Return the names of the tables that do not say what the code says."""
    return [name for name, (path, make) in TABLES.items() if _new(name, path, make) != _old(path)]


def main() -> None:
    """Write every table."""
    for name, (path, make) in TABLES.items():
        (ROOT / path).write_text(_new(name, path, make), encoding="utf-8")
        print(f"{path}: {name}", file=sys.stderr)


def _new(name: str, path: str, make: Callable[[], str]) -> str:
    return filled(_old(path), name, make())


def _old(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


if __name__ == "__main__":
    main()

"""Holds every answer of the API to its own OpenAPI document: the status, the kind, the exact shape."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from nowserving.app import make_app, make_house
from nowserving.settings import load


def routes_of(app: Any) -> Any:
    """Return the FastAPI application inside its layers."""
    while not hasattr(app, "openapi"):
        app = getattr(app, "_app", None) or app.app
    return app


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document, as a server gives it out."""
    # Nothing is opened: the folder is not even made.
    house = make_house(load(data_dir=Path("nowhere"), database_url="sqlite:///nowhere"))
    found = routes_of(make_app(house)).openapi()
    made: dict[str, Any] = json.loads(json.dumps(found))
    return made


@dataclass
class Answers:
    """What the document says about answers."""

    spec: dict[str, Any]
    _validators: dict[str, Any] = field(default_factory=dict)

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the operation that serves a path, fixed paths before those with places."""
        for template in sorted(self.spec["paths"], key=lambda one: one.count("{")):
            pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
            if re.fullmatch(pattern, path) and method.lower() in self.spec["paths"][template]:
                found: dict[str, Any] = self.spec["paths"][template][method.lower()]
                return found
        return None

    def check(self, method: str, path: str, code: int, kind: str, body: bytes) -> None:
        """Fail unless the document foresees this answer."""
        operation = self.operation(method, path)
        if operation is None or code == 405:
            return
        name = operation["operationId"]
        assert str(code) in operation["responses"], f"{name} answered {code}: {body[:300]!r}"
        content = operation["responses"][str(code)].get("content", {})
        plain = kind.partition(";")[0]
        assert plain in content or not content, f"{name} answered {plain}"
        if plain.endswith("json"):
            self._validator(name, code, content[plain]["schema"]).validate(json.loads(body))

    def _validator(self, name: str, code: int, schema: dict[str, Any]) -> Any:
        place = f"{name} {code}"
        if place not in self._validators:
            whole = {**schema, "components": self.spec["components"]}
            self._validators[place] = jsonschema_rs.Draft202012Validator(whole)
        return self._validators[place]


@cache
def answers() -> Answers:
    """Return what the document says, read once."""
    return Answers(document())

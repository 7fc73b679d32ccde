"""The OpenAPI document tells the truth, the whole truth, and stays what it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from nowserving.app import make_house
from nowserving.settings import load
from nowserving.web.doors import Doors
from tests.house import ROOT
from tests.web.conftest import Client
from tests.web.documented import Answers, answers, document

RECORD = ROOT / "docs" / "api-operations.txt"
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
]


def named(operations: list[tuple[str, str, dict[str, Any]]]) -> list[str]:
    return sorted(f"{operation['operationId']} {method} {path}" for method, path, operation in operations)


def test_it_is_openapi_3_1() -> None:
    assert document()["openapi"].startswith("3.1.")
    jsonschema_rs.validator_for(OPENAPI_31).validate(document())
    text = json.dumps(document())
    wanted = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert sorted(wanted - document()["components"]["schemas"].keys()) == []


def test_every_schema_is_json_schema() -> None:
    for schema in document()["components"]["schemas"].values():
        jsonschema_rs.Draft202012Validator({**schema, "components": document()["components"]})


def test_operation_ids_are_what_they_have_always_been() -> None:
    """Programs are generated from these names: a change here is a new version of the API."""
    assert len({operation["operationId"] for _, _, operation in OPERATIONS}) == len(OPERATIONS)
    assert named(OPERATIONS) == RECORD.read_text().splitlines()


def test_the_hot_doors_are_in_it(tmp_path: Path) -> None:
    doors = Doors(make_house(load(data_dir=tmp_path)), None)  # type: ignore[arg-type]
    shown = set()
    for method, path, _ in OPERATIONS:
        parts = path.split("/")[3:]
        shown.add((method, parts[0], None if len(parts) == 1 else "/".join(parts[2:])))
    assert sorted(doors._table.keys() - shown, key=str) == []


@pytest.mark.parametrize(
    "operation", [one for _, _, one in OPERATIONS], ids=[f"{m} {p}" for m, p, _ in OPERATIONS]
)
def test_every_operation_is_described(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["tags"][0] in {tag["name"] for tag in document()["tags"]}
    assert "security" in operation
    good = [code for code in operation["responses"] if code < "300"]
    # A phone that joins again gets its place back, and that is no new one.
    assert len(good) == (2 if operation["operationId"] in ("joinQueue", "takePlace") else 1)
    assert {"400", "422", "429", "503"} <= operation["responses"].keys()
    for code, answer in operation["responses"].items():
        kinds = list(answer.get("content", {}))
        assert kinds == (["application/problem+json"] if code >= "400" else kinds)


def test_every_object_that_is_sent_or_given_out_has_an_example_that_fits() -> None:
    components = document()["components"]
    bare = []
    for name, schema in components["schemas"].items():
        if name.startswith(("Envelope_", "Listing_")):
            continue
        found = schema.get("examples", ())
        if not found and "properties" in schema and len(schema["properties"]) > 2:
            bare.append(name)
        for example in found:
            jsonschema_rs.Draft202012Validator({**schema, "components": components}).validate(example)
    assert bare == []


async def test_it_is_served_to_everybody(client: Client) -> None:
    answer = await client.get("/api/v1/openapi.json")
    assert answer.json()["info"]["title"] == "Now Serving"


def test_an_answer_that_is_not_foreseen_is_seen() -> None:
    """The control of what tests/web/conftest.py does with every answer of every test."""
    checked: Answers = answers()
    problem = json.dumps({"type": "", "title": "", "status": 418, "code": "", "detail": ""}).encode()
    with pytest.raises(AssertionError, match="getMe answered 418"):
        checked.check("GET", "/api/v1/me", 418, "application/problem+json", problem)
    with pytest.raises(AssertionError, match="answered text/html"):
        checked.check("GET", "/api/v1/me", 200, "text/html", b"")
    with pytest.raises(jsonschema_rs.ValidationError):
        checked.check("GET", "/api/v1/me", 200, "application/json", b'{"data": {"surprise": 1}}')

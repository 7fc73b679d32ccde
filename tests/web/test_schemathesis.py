"""Whatever a caller sends, the answer is one that the OpenAPI document foresees.

Schemathesis reads the document and invents requests, good ones and bad ones, for a real server: as an
admin, an agent, a kiosk, and as nobody. No answer may be a mistake of ours, carry a status or a content
type that the document does not know, or a body that breaks its schema.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as of_openapi

from tests.web.bad_input.siege import KEYS, Siege, besieged
from tests.web.documented import document

CHECKS: list[Any] = [
    not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_headers_conformance,
    of_openapi.response_schema_conformance,
]
ROLES = ("admin", "agent", "kiosk", None)
# A stream never ends; tests/web/bad_input/test_live.py and tests/live ask for it in every way.
SCHEMA = schemathesis.openapi.from_dict(document()).exclude(operation_id="openStream")


def operations_of(schema: Any) -> dict[str, Any]:
    """Return the operations of a document by their names, like "GET /api/v1/me"."""
    return {operation.label: operation for operation in (found.ok() for found in schema.get_all_operations())}


OPERATIONS = operations_of(SCHEMA)
# What the attackers know, so that they come further than to "there is no such thing".
KNOWN = {
    "branch_id": "library",
    "department_id": "citizens",
    "desk_id": "desk-1",
    "device_id": "door",
    "queue_id": "open-to-all",
    "staff_id": "amir-khan",
}
CHAINS = 100
HOW: dict[str, Any] = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Siege]:
    """A server of this module's own: whoever sends everything also deletes everything."""
    folder = tmp_path_factory.mktemp("besieged")
    path = folder / "nowserving.sqlite3"
    shutil.copyfile(sqlite_template, path)
    with besieged(f"sqlite:///{path}", folder) as found:
        yield found


@pytest.fixture(scope="module")
def wire() -> Iterator[requests.Session]:
    """One connection for all requests."""
    with requests.Session() as found:
        yield found


def credentials(role: str | None) -> dict[str, str]:
    return {"X-API-Key": KEYS[role]} if role else {}


def send(siege: Siege, wire: requests.Session, case: Any, role: str | None) -> None:
    """Send a request as somebody and hold the answer to the document."""
    for name in {"x-api-key", "authorization", "cookie"} & {name.lower() for name in case.headers or {}}:
        case.headers.pop(name, None)
    keep_our_keys(case)
    answer = case.call(base_url=siege.server.base, session=wire, headers=credentials(role))
    case.validate_response(answer, checks=CHECKS)


def keep_our_keys(case: Any) -> None:
    """Let nobody revoke the keys that the attackers come with: the rest would only see 401."""
    if str(case.path_parameters.get("key_id", "")).capitalize() in {role.capitalize() for role in KEYS}:
        case.path_parameters["key_id"] = "unknown"


def requests_for(label: str) -> st.SearchStrategy[Any]:
    """Return good and bad requests of an operation, now and then about something that is there."""

    def of_something_known(case: Any) -> Any:
        # What is deleted once would be gone for all the rest.
        if case.method != "DELETE":
            known = {name: KNOWN[name] for name in case.path_parameters or {} if name in KNOWN}
            case.path_parameters.update(known)
        return case

    operation = OPERATIONS[label]
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    kinds = [good, good.map(of_something_known)]
    if operation.body or operation.query or operation.path_parameters or operation.headers:
        kinds.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return st.one_of(kinds)


@pytest.mark.siege
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_answer_that_the_document_does_not_foresee(
    siege: Siege, wire: requests.Session, label: str
) -> None:
    @settings(max_examples=8, derandomize=True, phases=[Phase.generate], **HOW)
    @given(case=requests_for(label), role=st.sampled_from(ROLES))
    def ask(case: Any, role: str | None) -> None:
        send(siege, wire, case, role)

    ask()


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("role", ROLES)
def test_no_chain_of_requests_leads_to_such_an_answer(
    siege: Siege, wire: requests.Session, role: str | None
) -> None:
    """What one answer gives out, the next request uses: make a queue, join it, call, undo, archive."""
    codes: Counter[int] = Counter()
    faults: list[str] = []
    chains = count()

    # Schemathesis makes the base class from the document, at run time.
    class Chain(SCHEMA.as_state_machine()):  # type: ignore[misc]
        def before_call(self, case: Any) -> None:
            keep_our_keys(case)

        def get_call_kwargs(self, _case: Any) -> dict[str, Any]:
            return {"base_url": siege.server.base, "session": wire, "headers": credentials(role)}

        def after_call(self, response: Any, _case: Any) -> None:
            codes[response.status_code] += 1

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
            try:
                case.validate_response(response, checks=CHECKS)
            except FailureGroup as fault:
                faults.append(str(fault))
                raise

        def teardown(self) -> None:
            next(chains)
            super().teardown()

    how = settings(max_examples=10, stateful_step_count=30, phases=[Phase.generate], **HOW)
    while not faults and next(chains) < CHAINS:
        # The house keeps what earlier chains did to it, so a chain can't always be begun as it was.
        with suppress(FlakyStrategyDefinition):
            Chain.run(settings=how)
    assert faults == []
    # An admin's chains must come somewhere, or they would prove nothing.
    assert role != "admin" or codes[200] + codes[201] > CHAINS, codes


@pytest.mark.siege
def test_an_answer_that_is_not_foreseen_is_seen(siege: Siege, wire: requests.Session) -> None:
    """The control: a document that does not know of 404 finds one."""
    poorer = deepcopy(document())
    del poorer["paths"]["/api/v1/queues/{queue_id}"]["get"]["responses"]["404"]
    operation = operations_of(schemathesis.openapi.from_dict(poorer))["GET /api/v1/queues/{queue_id}"]
    case = operation.Case(path_parameters={"queue_id": "nowhere"})

    with pytest.raises(FailureGroup, match="Undocumented status code"):
        send(siege, wire, case, "admin")

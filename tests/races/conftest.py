"""What every race may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from postgres import Cluster
from tests.races.evidence import Evidence


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Start a PostgreSQL that may be ill-treated. It answers before it is on disk, if we let it."""
    binaries = os.environ.get("NOWSERVING_TEST_POSTGRES_BIN")
    if not binaries:
        pytest.skip("NOT TESTED ON POSTGRESQL: NOWSERVING_TEST_POSTGRES_BIN is not set")
    with Cluster(Path(binaries)) as running:
        yield running


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """Return the notes of this test for the page of proofs."""
    return Evidence(request.node)

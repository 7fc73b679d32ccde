"""What every race may use."""

from __future__ import annotations

import pytest

from tests.races.evidence import Evidence


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """Return the notes of this test for the page of proofs."""
    return Evidence(request.node)

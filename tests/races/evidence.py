"""Rows for docs/evidence/proofs.md: what a proof did and found, noted when its test has ended well.

`make prove` names the file in PROOFS_TO and writes the page from it; in an ordinary run nothing is noted.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

# How long the long proofs are, unless the environment says otherwise.
LENGTHS = {"PROVE_OPERATIONS": 40_000, "PROVE_EVENTS": 1_000_000, "PROVE_KILLS": 20, "PROVE_SEED": 1}


def length(name: str) -> int:
    """Return how much a long proof is to do: one of LENGTHS, by its name."""
    return int(os.environ.get(name, LENGTHS[name]))


class Evidence:
    """The notes of one test."""

    def __init__(self, node: pytest.Item) -> None:
        self._node = node
        self._began = time.monotonic()

    def row(self, line: str, where: str, done: str, violations: Sequence[str] = ()) -> None:
        """Note a proof: the claim it is for, the database and processes, what was done."""
        self._note(kind="row", line=line, where=where, done=done, violations=len(violations))

    def control(self, line: str, where: str, without: str, found: str) -> None:
        """Note a control: which guard was taken out, and what the same test found then."""
        self._note(kind="control", line=line, where=where, without=without, found=found)

    def _note(self, **noted: object) -> None:
        target = os.environ.get("PROOFS_TO")
        if not target:
            return
        lengths = " ".join(f"{name}={length(name)}" for name in LENGTHS) + " "
        long = self._node.get_closest_marker("prove") is not None
        row = {
            **noted,
            "test": self._node.nodeid,
            "command": f"{lengths if long else ''}make prove ARGS=\"'{self._node.nodeid}'\"",
            "seconds": round(time.monotonic() - self._began),
            "at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        }
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

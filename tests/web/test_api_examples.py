"""The examples of the documentation are true: each `curl` line is sent to a real demo, in its order."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.house import ROOT
from tests.servers import free_port

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
# NAME=$(demo "['a']['b']")/and/more
SET = re.compile(r"""(\w+)=\$\(demo "((?:\[[^\]]+\])+)"\)(\S*)""")
# What stands in the examples for something that only a running server gives out.
KEY, ETAG, CURSOR = "nWvR2cT0Qm6aXk3JpLzYhw", '"3"', "djEwMjI"
_PATIENCE_S = 90.0


def commands(page: str) -> Iterator[list[str]]:
    """Yield the `curl` commands of a page as words, as a shell would split them."""
    for block in BLOCK.findall(page):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("curl "):
                yield shlex.split(line, comments=True)


def variables(page: str, document: Any) -> dict[str, str]:
    """Return the variables that a page takes out of demo.json."""
    found = {}
    for name, path, rest in (one for block in BLOCK.findall(page) for one in SET.findall(block)):
        value = document
        for part in re.findall(r"\[([^\]]+)\]", path):
            value = value[part.strip("'") if part.startswith("'") else int(part)]
        found[name] = f"{value}{rest}"
    return found


def parsed(words: list[str]) -> argparse.Namespace:
    """Return what a command asks of curl; an option that no example had so far is a mistake here."""
    curl = argparse.ArgumentParser("curl")
    curl.add_argument("-X", dest="method")
    curl.add_argument("-H", dest="headers", action="append", default=[])
    curl.add_argument("-d", dest="body")
    curl.add_argument("-i", action="store_true")
    curl.add_argument("-N", dest="endless", action="store_true")
    curl.add_argument("url")
    asked, unknown = curl.parse_known_args(words[1:])
    assert unknown == []
    return asked


class Reader:
    """Somebody who tries the examples one after another, with what the answers gave them."""

    def __init__(self, client: httpx2.Client, known: dict[str, str]) -> None:
        self._client = client
        self._known = known
        self._given: dict[str, str] = {}

    def run(self, words: list[str]) -> int:
        """Send what a command would send and return the status of the answer."""
        asked = parsed([self._filled(word) for word in words])
        headers = dict(header.split(": ", 1) for header in asked.headers)
        method = asked.method or ("POST" if asked.body else "GET")
        with self._client.stream(method, asked.url, headers=headers, content=asked.body) as answer:
            if asked.endless:
                assert next(answer.iter_text()).strip()
            else:
                answer.read()
                self._note(answer)
            return answer.status_code

    def _filled(self, word: str) -> str:
        for name, value in self._known.items():
            word = word.replace(f"${name}", value)
        for example, value in self._given.items():
            word = word.replace(example, value)
        assert "$" not in word, f"nothing sets a variable of {word!r}"
        return word

    def _note(self, answer: httpx2.Response) -> None:
        found = answer.json()
        data = found.get("data", {})
        if isinstance(data, dict) and "key" in data:
            self._given[KEY] = data["key"]
        if found.get("next"):
            self._given[CURSOR] = found["next"]
        if "etag" in answer.headers:
            self._given[ETAG] = answer.headers["etag"]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Run a demo in which nobody moves, and return what stands in its demo.json."""
    folder = tmp_path_factory.mktemp("demo")
    words = [sys.executable, "-m", "nowserving.cli", "demo", "--still"]
    process = subprocess.Popen([*words, "--data", str(folder), "--port", str(free_port())])
    try:
        yield _awaited(process, folder / "demo.json")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _awaited(process: subprocess.Popen[bytes], path: Path) -> dict[str, Any]:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            found: dict[str, Any] = json.loads(path.read_text())
            httpx2.get(f"{found['base_url']}/healthz").raise_for_status()
        except (OSError, ValueError, httpx2.HTTPError):
            time.sleep(0.05)
        else:
            return found
    raise AssertionError("the demo never answered")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if list(commands(page.read_text()))], ids=lambda page: page.name
)
def test_every_example_works(page: Path, document: dict[str, Any]) -> None:
    text = page.read_text()
    with httpx2.Client(timeout=30) as client:
        reader = Reader(client, variables(text, document))
        refused = [
            f"{shlex.join(words)}: {code}"
            for words in commands(text)
            if not 200 <= (code := reader.run(words)) < 300
        ]

    assert refused == []


def test_the_page_of_the_api_has_examples() -> None:
    """The control: all of them are found, however they are set."""
    text = (ROOT / "docs/api.md").read_text()

    assert len(list(commands(text))) == len(re.findall(r"^curl ", text, re.MULTILINE)) > 10


def test_an_example_that_is_wrong_is_seen(document: dict[str, Any]) -> None:
    with httpx2.Client(timeout=30) as client:
        reader = Reader(client, {"BASE": f"{document['base_url']}/api/v1"})

        assert reader.run(["curl", "$BASE/branches"]) == 401
        with pytest.raises(AssertionError, match="--retry"):
            reader.run(["curl", "--retry", "3", "$BASE/branches"])
        with pytest.raises(AssertionError, match="nothing sets"):
            reader.run(["curl", "$BASE/$NOTHING"])

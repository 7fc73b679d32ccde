"""Static files are named by their content and cached for ever; nothing else can be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from nowserving.web.looks.static_files import StaticFiles, static_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css/components").mkdir(parents=True)
    (tmp_path / "js").mkdir()
    (tmp_path / "css/tokens.css").write_text("@layer tokens, components;")
    (tmp_path / "css/components/button.css").write_text(".button {}")
    (tmp_path / "js/live.js").write_text("export {};")
    (tmp_path / "chime.ogg").write_bytes(b"OggS" + bytes(1000))
    return tmp_path


def client(files: StaticFiles) -> TestClient:
    return TestClient(files)


def test_an_address_names_the_content_and_is_kept_for_ever(folder: Path) -> None:
    files = StaticFiles(folder)
    answer = client(files).get(files.url("js/live.js"))
    assert answer.text == "export {};"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_another_content_is_another_address(folder: Path) -> None:
    before = StaticFiles(folder).url("js/live.js")
    (folder / "js/live.js").write_text("export { follow };")
    assert StaticFiles(folder).url("js/live.js") != before


def test_a_page_from_before_an_upgrade_still_gets_its_files_but_does_not_keep_them(folder: Path) -> None:
    answer = client(StaticFiles(folder)).get("/static/0123456789ab/js/live.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_the_site_sheet_is_all_parts_in_order(folder: Path) -> None:
    files = StaticFiles(folder)
    sheet = client(files).get(files.url("css/site.css")).text
    assert sheet.index("@layer tokens") < sheet.index(".button")


def test_text_travels_packed_to_those_who_can_unpack_it(folder: Path) -> None:
    files = StaticFiles(folder)
    packed = client(files).get(files.url("js/live.js"), headers={"Accept-Encoding": "gzip"})
    plain = client(files).get(files.url("js/live.js"), headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert packed.headers["vary"] == "Accept-Encoding"


def test_sounds_can_be_read_in_parts(folder: Path) -> None:
    files = StaticFiles(folder)
    answer = client(files).get(files.url("chime.ogg"), headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.content) == (206, b"OggS")


@pytest.mark.parametrize(
    "path",
    [
        "/static",
        "/static/",
        "/static/x/",
        "/static/x/../../i18n.py",
        "/static/x/%2e%2e/%2e%2e/i18n.py",
        "/static/x//etc/passwd",
        "/static/x/js",
        "/static/x/js/live.js%00",
    ],
)
def test_nothing_outside_the_folder_can_be_read(folder: Path, path: str) -> None:
    assert client(StaticFiles(folder)).get(path).status_code == 404


@pytest.mark.parametrize(("name", "body"), [("js/late.js", b"export {};"), ("late.ogg", b"OggS")])
def test_a_file_that_comes_while_the_server_runs_is_served_but_not_kept(
    folder: Path, name: str, body: bytes
) -> None:
    """An upgrade unpacks its templates and files under a server that still runs."""
    files = StaticFiles(folder)
    before = client(files).get(f"/static/{files.hash}/{name}")
    (folder / name).write_bytes(body)
    answer = client(files).get(files.url(name))

    assert before.status_code == 404
    assert (answer.status_code, answer.content) == (200, body)
    assert answer.headers["cache-control"] == "no-cache"


def test_a_file_that_has_gone_is_not_there(folder: Path) -> None:
    files = StaticFiles(folder)
    address = files.url("chime.ogg")
    (folder / "chime.ogg").unlink()

    assert client(files).get(address).status_code == 404


def test_a_link_out_of_the_folder_that_comes_later_leads_nowhere(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / "secret.js"
    outside.write_text("secret")
    files = StaticFiles(folder)
    (folder / "js/link.js").symlink_to(outside)

    assert client(files).get("/static/x/js/link.js").status_code == 404


def test_files_are_only_read(folder: Path) -> None:
    files = StaticFiles(folder)
    answer = client(files).post(files.url("js/live.js"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_template_that_names_a_missing_file_is_a_mistake() -> None:
    with pytest.raises(LookupError, match=r"js/nothing\.js"):
        static_files().url("js/nothing.js")


def test_every_page_fits_through_a_slow_line() -> None:
    sheet = gzip.compress(static_files().texts["css/site.css"].plain)
    assert len(sheet) < 15_000

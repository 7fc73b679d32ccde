"""Style sheets, scripts, fonts, icons and sounds, named by their content and cached for ever.

One short hash over all files is part of every address (/static/HASH/js/live.js). So relative
references between the files hold, nothing is ever stale after an upgrade, and no build step is
needed. An address with another hash still answers with today's file, but is not to be kept.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

ROOT = Path(__file__).resolve().parent.parent / "static"
PREFIX = "/static"
_FOR_EVER = "public, max-age=31536000, immutable"
_TEXT = {".css", ".js", ".svg", ".json", ".txt", ".webmanifest"}
# What the pages load, made of the sheets in css/. The order of the layers is declared in tokens.css.
_BUNDLE = "css/site.css"
# The same for phones on a slow line: the phone's own letters, and only the parts that a guest sees.
_LIGHT_BUNDLE = "css/light.css"
_LIGHT_PARTS = ("button", "card", "message", "nav", "progress")
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that travels compressed, kept in memory both ways."""

    plain: bytes
    packed: bytes


class StaticFiles:
    """The ASGI application behind /static, and the maker of the addresses under it."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.paths = {
            path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()
        }
        self.texts = {
            name: _text(path.read_bytes()) for name, path in self.paths.items() if path.suffix in _TEXT
        }
        self.texts[_BUNDLE] = _text(_site_css(self.paths))
        self.texts[_LIGHT_BUNDLE] = _text(_light_css(self.paths))
        self.hash = _hash(self.paths)
        # Files that were put there while the server ran, by an upgrade under its feet.
        self._late: set[str] = set()

    def url(self, name: str) -> str:
        """Return the address of a file; a name that is not there is a mistake in a template."""
        if not self._is_there(name):
            raise LookupError(f"no static file {name!r}")
        return f"{PREFIX}/{self.hash}/{name}"

    def _is_there(self, name: str) -> bool:
        """Say whether there is such a file, and learn of one that has come since the start."""
        if name in self.paths or name in self.texts:
            return True
        path = _below(self.root, name)
        if path is None:
            return False
        self.paths[name] = path
        self._late.add(name)
        if path.suffix in _TEXT:
            self.texts[name] = _text(path.read_bytes())
        return True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for a file."""
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("Method Not Allowed", 405, {"Allow": "GET, HEAD"})
        build, _, name = scope["path"].removeprefix(PREFIX).lstrip("/").partition("/")
        if not self._is_there(name):
            return PlainTextResponse("Not Found", 404)
        # What came later is not part of the hash, so its address does not name its content.
        keeps = build == self.hash and name not in self._late
        headers = {"Cache-Control": _FOR_EVER if keeps else "no-cache"}
        if name in self.texts:
            return _text_response(self.texts[name], name, scope, headers)
        if self.paths[name].is_file():
            return FileResponse(self.paths[name], headers=headers, media_type=_media_type(name))
        return PlainTextResponse("Not Found", 404)


def _below(root: Path, name: str) -> Path | None:
    """Return the file of this name if it is one below the folder, by the one way to write that name."""
    try:
        path = (root / name).resolve(strict=True)
        known_as = path.relative_to(root.resolve()).as_posix()
    except (OSError, ValueError):
        return None
    return path if known_as == name and path.is_file() else None


@cache
def static_files() -> StaticFiles:
    """Return the static files of the product, read once."""
    return StaticFiles()


def _site_css(paths: dict[str, Path]) -> bytes:
    """Join what every page needs into one sheet."""
    parts = sorted(name for name in paths if name.startswith("css/components/"))
    return _joined(paths, ["css/tokens.css", "css/fonts.css", "css/base.css", *parts, "css/utilities.css"])


def _light_css(paths: dict[str, Path]) -> bytes:
    """Join what a guest's page needs into one small sheet."""
    parts = [f"css/components/{name}.css" for name in _LIGHT_PARTS]
    return _joined(paths, ["css/tokens.css", "css/base.css", *parts, "css/utilities.css"])


def _joined(paths: dict[str, Path], names: list[str]) -> bytes:
    return b"\n".join(paths[name].read_bytes() for name in names if name in paths)


def _hash(paths: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in paths.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _text(plain: bytes) -> TextFile:
    return TextFile(plain, gzip.compress(plain, 9, mtime=0))


def _text_response(file: TextFile, name: str, scope: Scope, headers: dict[str, str]) -> Response:
    packs = any(key == b"accept-encoding" and b"gzip" in value for key, value in scope["headers"])
    headers["Vary"] = "Accept-Encoding"
    if packs:
        headers["Content-Encoding"] = "gzip"
    body = file.packed if packs else file.plain
    return Response(body, headers=headers, media_type=_media_type(name))


def _media_type(name: str) -> str:
    known = _TYPES.get(Path(name).suffix)
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"

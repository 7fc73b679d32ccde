"""A ticket's page as an app on the home screen: its manifest, and the worker that keeps it offline."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.errors import not_found
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.looks.qr import is_key
from nowserving.web.looks.static_files import static_files

router = APIRouter(include_in_schema=False)

WORKER = "js/guest/worker.js"
_SIZES = ((192, "any"), (512, "any"), (512, "maskable"))


@router.get("/worker.js")
async def worker(request: Request) -> Response:
    """Return the service worker, at the root so that it may serve /t/, and looked for anew each time."""
    script = static_files().texts[WORKER]
    packs = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if packs:
        headers["Content-Encoding"] = "gzip"
    return Response(script.packed if packs else script.plain, media_type="text/javascript", headers=headers)


@router.get("/t/{key}/app.webmanifest")
async def manifest(request: Request, key: str) -> Response:
    """Return what the home screen is told of a ticket. It looks nothing up, so it tells nothing."""
    if not is_key(key):
        raise not_found()
    speaking = localiser(language_of(request))
    files = static_files()
    told = {
        "id": f"/t/{key}",
        "name": speaking.gettext("Now Serving"),
        "short_name": speaking.gettext("My place"),
        "lang": speaking.code,
        "dir": speaking.direction,
        "start_url": f"/t/{key}",
        "scope": "/t/",
        "display": "standalone",
        "background_color": "#faf8f3",
        "theme_color": "#faf8f3",
        "icons": [
            {
                "src": files.url(f"icons/app-{'maskable' if purpose == 'maskable' else size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in _SIZES
        ],
    }
    return Response(msgspec.json.encode(told), media_type="application/manifest+json")

"""Whether the server lives (`/healthz`) and whether it can serve (`/readyz`)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from nowserving import __version__
from nowserving.errors import AppError
from nowserving.store.events import scope_versions
from nowserving.web.house import house_of

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> Response:
    """Answer as long as the process answers anything."""
    return JSONResponse({"alive": True, "version": __version__})


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Answer 200 when the database can be read, 503 when it can't."""
    try:
        await house_of(request).store.read(scope_versions)
    except AppError:
        return JSONResponse({"ready": False}, 503)
    return JSONResponse({"ready": True})

"""The style sheet of an organisation's accent colour, at an address that is the colour itself."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from nowserving.errors import not_found
from nowserving.web.looks.brand import brand_sheet, brand_url

router = APIRouter(include_in_schema=False)


@router.get("/brand/{colour}.css")
async def brand(colour: str) -> Response:
    """Return the sheet. The colour never means anything else, so it may be kept for ever."""
    if brand_url(colour) != f"/brand/{colour}.css":
        raise not_found()
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(brand_sheet(colour), media_type="text/css", headers=headers)

"""Who has looked at whom, for the privacy officer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request

from nowserving.store.clinic.visits import reads
from nowserving.web.api.clinic.shapes import ReadShape, read_json
from nowserving.web.house import house_of
from nowserving.web.wire.resource import HEADS, Listing, cursor_of, limit_of, resource, version_of

router = resource("records")


@router.get(
    "/record-reads", operation_id="listRecordReads", dependencies=HEADS, response_model=Listing[ReadShape]
)
async def looked(
    request: Request,
    record: Annotated[str | None, Query(description="Only looks at this record, by its id.")] = None,
    cursor: Annotated[str | None, Query(description="Where to go on: `next` of the page before.")] = None,
    limit: Annotated[str | None, Query(description="How many at most; 50 unless told, 200 at most.")] = None,
) -> Any:
    """Return who has looked at whom, when, why and from where, newest first; nobody's name."""
    most = limit_of(limit)
    found = await house_of(request).store.read(
        reads, record_id=record or None, before=version_of(cursor), most=most
    )
    following = cursor_of(found[-1].id) if len(found) == most else None
    return {"data": [read_json(row) for row in found], "next": following}

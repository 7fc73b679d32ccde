"""How the quotes of a branch fared."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request

from nowserving.domain.instants import DAY_US
from nowserving.domain.values import whole_from_text
from nowserving.store.tickets.quotes import quotes_by_day
from nowserving.web.api.layout.branches import found_branch
from nowserving.web.house import house_of
from nowserving.web.wire.resource import Envelope, LogReader, Shape, resource

router = resource("quotes")

_MOST_DAYS = 366
Days = Annotated[str | None, Query(description="Of how many days back; 7 unless told, 366 at most.")]


class QuotedShape(Shape):
    """One queue on one service day: how many quotes, how many held, how many waited longer."""

    queue_id: str
    day: str
    quotes: int
    held: int
    longer: int
    mean_error_s: float
    mean_waited_s: float


@router.get(
    "/branches/{branch_id}/quotes", operation_id="listQuotes", response_model=Envelope[list[QuotedShape]]
)
async def of_branch(request: Request, principal: LogReader, branch_id: str, days: Days = None) -> Any:
    """Return what guests were told against how long they waited, by queue and day, latest first.

    A quote is counted when its ticket has ended. Whoever was called at once is not counted.
    """
    house = house_of(request)
    branch = await found_branch(house, principal, branch_id)
    back = 7 if days is None else whole_from_text(days, "/days", 1, _MOST_DAYS)
    found = await house.store.read(quotes_by_day, branch.id, house.store.clock() - back * DAY_US)
    return {
        "data": [
            {
                "queue_id": one.queue_id,
                "day": one.day,
                "quotes": one.count,
                "held": one.held,
                "longer": one.longer,
                "mean_error_s": round(one.mean_error_s, 1),
                "mean_waited_s": round(one.mean_waited_s, 1),
            }
            for one in found
        ]
    }

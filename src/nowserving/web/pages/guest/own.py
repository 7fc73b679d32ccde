"""The smaller pages of one ticket: to show across a counter, its forms by themselves, what is kept."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.domain.retention import NAMES_KEPT_US
from nowserving.domain.tickets.ticket import FINAL, State
from nowserving.errors import AppError
from nowserving.live.screens import line_view
from nowserving.web.gate.hosts import vouched_base
from nowserving.web.pages.guest.frame import HEADERS, field_words_of, guest_page, nothing_here, words_of
from nowserving.web.pages.guest.place import NOTHING, Shown, place_page, shown_ticket

router = APIRouter(include_in_schema=False)


@router.get("/t/{key}/show")
async def show(request: Request, key: str) -> Response:
    """Show the number and its code, as large as the phone is."""
    return await _page(request, key, "guest/show.html")


@router.get("/t/{key}/data")
async def data(request: Request, key: str) -> Response:
    """Say what is kept and until when, and ask once before it is erased for good."""
    return await _page(request, key, "guest/data.html")


@router.get("/t/{key}/party-size")
async def party_size(request: Request, key: str) -> Response:
    """Show the form for another party size, on a page that does not read itself again."""
    return await form_page(request, key, "party-size")


@router.get("/t/{key}/postpone")
async def postpone(request: Request, key: str) -> Response:
    """Show how many can be let pass, on a page that does not read itself again."""
    return await form_page(request, key, "postpone")


async def form_page(request: Request, key: str, act: str, error: AppError | None = None) -> Response:
    """Return the page of one form ("party-size", "postpone"), with what was refused if something was.

    Who does not wait any more has nothing to change: they are led to their place.
    """
    shown = await shown_ticket(request, key)
    if shown is None:
        return nothing_here(request, "guest/unknown.html")
    queue = shown.branch.queues.get(shown.state["queue"]["id"])
    asks = queue is not None and (act == "postpone" or queue.rules.ask_party)
    if not asks or shown.state["state"] != State.WAITING:
        return await place_page(request, key, error) if error else RedirectResponse(f"/t/{key}", 303, HEADERS)
    errors = field_words_of(request, error)
    return guest_page(
        request,
        "guest/act.html",
        status_code=error.status if error else 200,
        act=act,
        ticket={**NOTHING, **shown.state},
        rules=queue.rules if queue else None,
        behind=_behind(shown),
        wanted=request.query_params.get("wanted", "")[:9] or shown.state["party_size"],
        have="wanted" in request.query_params,
        place_name=shown.branch.layout.branch.name,
        errors=errors,
        error=words_of(request, error) if error and not errors else "",
    )


def _behind(shown: Shown) -> int:
    waiting: int = line_view(shown.branch, shown.state["queue"]["id"])["waiting"]
    return max(0, waiting - int(shown.state["ahead"]) - 1)


async def _page(request: Request, key: str, template: str) -> Response:
    shown = await shown_ticket(request, key)
    if shown is None:
        return nothing_here(request, "guest/unknown.html")
    state, branch = shown.state, shown.branch.layout.branch
    over = State(state["state"]) in FINAL
    base = vouched_base(request)
    return guest_page(
        request,
        template,
        ticket=state,
        place_name=branch.name,
        zone=branch.time_zone,
        address=f"{base}/t/{key}".partition("://")[2] if base else "",
        names_until=state["since_at"] + NAMES_KEPT_US if over else None,
    )

"""What a guest does with the own ticket, as plain forms: the page works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nowserving.actions.guests.erasing import erase_guest
from nowserving.actions.guests.feedback import give_feedback
from nowserving.actions.tickets.arriving import coming, rejoin
from nowserving.actions.tickets.hosting import resize_own
from nowserving.actions.tickets.serving import check_in, leave, postpone
from nowserving.actions.tickets.undoing import undo_leave
from nowserving.domain.people.roles import Principal
from nowserving.errors import AppError
from nowserving.web.forms.forms import form_of
from nowserving.web.gate.auth import MaybeCaller
from nowserving.web.house import house_of
from nowserving.web.looks.qr import is_key
from nowserving.web.pages.guest.frame import HEADERS
from nowserving.web.pages.guest.own import form_page
from nowserving.web.pages.guest.place import place_page

router = APIRouter(include_in_schema=False)

# The forms of the page: the verb, and the fields that it reads, as numbers or as text.
_VERBS: dict[str, tuple[Callable[..., Any], dict[str, type]]] = {
    "leave": (leave, {}),
    "undo-leave": (undo_leave, {}),
    "check-in": (check_in, {}),
    "coming": (coming, {}),
    "rejoin": (rejoin, {}),
    "postpone": (postpone, {"places": int}),
    "party-size": (resize_own, {"party_size": int}),
    "feedback": (give_feedback, {"face": int, "comment": str}),
    "erase": (erase_guest, {}),
}


def _read(text: str, kind: type) -> Any:
    """Return a field as the verb wants it; what is no number stays text, and the verb refuses it."""
    is_number = kind is int and text.isascii() and text.isdigit() and len(text) < 9
    return int(text) if is_number else text


async def _do(request: Request, key: str, caller: Principal | None, act: str) -> Response:
    """Do what one of the page's forms asks, and show the page again."""
    verb, fields = _VERBS[act]
    form = await form_of(request)
    if not is_key(key):
        return await place_page(request, key)
    given = {name: _read(form.get(name, ""), kind) for name, kind in fields.items()}
    try:
        actor = caller.actor if caller else "guest"
        await house_of(request).store.write(verb, actor=actor, key=key, **given)
    except AppError as error:
        if act in ("party-size", "postpone"):
            return await form_page(request, key, act, error)
        return await place_page(request, key, error)
    return RedirectResponse(f"/t/{key}{'?erased' if act == 'erase' else ''}", 303, HEADERS)


def _form_of(act: str) -> Callable[..., Any]:
    async def posted(request: Request, key: str, caller: MaybeCaller) -> Response:
        return await _do(request, key, caller, act)

    return posted


for _act in _VERBS:
    router.add_api_route(f"/t/{{key}}/{_act}", _form_of(_act), methods=["POST"])

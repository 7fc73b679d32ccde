"""A word about what was just done, with the way to undo it, carried by the address of the next page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from nowserving.domain.messages.channels import Channel
from nowserving.domain.reservations.reservation import Reservation
from nowserving.errors import N_
from nowserving.store.reservations.reservations import reservation_by_key
from nowserving.web.house import House, house_of
from nowserving.web.looks.i18n import language_of, localiser
from nowserving.web.looks.qr import is_key

_WORDS: Mapping[str, str] = {
    "booked": N_("Booked."),
    "asked": N_("Booked. It waits for a word of confirmation."),
    "confirm": N_("Confirmed. The guest is told."),
    "refuse": N_("Refused. The guest is told."),
    "arrive": N_("Checked in: ticket %(ticket)s."),
    "miss": N_("Noted as a no-show."),
    "cancel": N_("Cancelled. The guest is told."),
    "move": N_("Moved. The guest is told."),
}
# The same where nothing tells the guest: they would come in vain, or not at all.
_UNTOLD: Mapping[str, str] = {
    "confirm": N_("Confirmed."),
    "refuse": N_("Refused."),
    "cancel": N_("Cancelled."),
    "move": N_("Moved."),
}
_CALL = N_("This server can't tell the guest: please call %(phone)s.")
_NOBODY = N_("This server can't tell the guest, and there is no number to call.")
# What takes an act back: the verb, with the fields it needs from the address.
_BACK: Mapping[str, str] = {"booked": "cancel", "asked": "cancel", "move": "move", "miss": "arrive"}


def after(path: str, said: str, key: str, **more: str) -> str:
    """Return an address of ours with a word to be said there, and what undo would need."""
    asked = urlencode({"said": said, "of": key, **{name: value for name, value in more.items() if value}})
    bare, _, query = path.partition("?")
    kept = "&".join(part for part in query.split("&") if part and part.split("=")[0] not in _OURS)
    return f"{bare}?{kept}&{asked}" if kept else f"{bare}?{asked}"


_OURS = frozenset({"said", "of", "ticket", "slot"})


def is_told(house: House, one: Reservation) -> bool:
    """Tell whether this server has a way to reach who reserved, by letter or by text message."""
    roads = {Channel.EMAIL: one.email, Channel.SMS: one.phone}
    return one.stopped_at is None and any(to and road in house.senders for road, to in roads.items())


async def said_of(request: Request, branch_id: str) -> dict[str, Any] | None:
    """Return the word to show on a page of a branch, or None."""
    given = request.query_params
    said, key = given.get("said", ""), given.get("of", "")
    if said not in _WORDS or not is_key(key):
        return None
    speaking = localiser(language_of(request))
    words = speaking.gettext(_WORDS[said], ticket=given.get("ticket", "")[:20])
    house, kind = house_of(request), "success"
    one = await house.store.read(reservation_by_key, key) if said in _UNTOLD else None
    if one is not None and one.branch_id == branch_id and not is_told(house, one):
        # The number stands in no address: it is looked up for those who may see the agenda.
        call = speaking.gettext(_CALL, phone=one.phone) if one.phone else speaking.gettext(_NOBODY)
        words, kind = f"{speaking.gettext(_UNTOLD[said])} {call}", "warning"
    undo = None
    if said in _BACK and (said != "move" or given.get("slot")):
        bare = request.url.path
        query = "&".join(part for part in request.url.query.split("&") if part.split("=")[0] not in _OURS)
        fields = {"verb": _BACK[said], "slot": given.get("slot", ""), "back": f"{bare}?{query}", "undo": "1"}
        undo = {"key": key, "fields": fields}
    return {"words": words, "kind": kind, "undo": undo}

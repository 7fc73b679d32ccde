"""The verbs of the desk as a form sends them: `verb`, the ticket's `key`, and what a verb needs more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nowserving.actions.tickets import calling, desk_duty, serving, undoing
from nowserving.actions.tickets.joining import join
from nowserving.domain.people.roles import Principal
from nowserving.domain.tickets.rank import Where
from nowserving.domain.values import choice, whole_from_text
from nowserving.errors import N_, Conflict, Invalid, not_found
from nowserving.live.branch import BranchLive
from nowserving.web.api.tickets.ticket_answers import check_ticket
from nowserving.web.house import House

Form = Mapping[str, str]

_AT_DESK: Mapping[str, Callable[..., Any]] = {
    "call-next": calling.call_next,
    "undo": undoing.undo,
    "open": desk_duty.open_desk,
    "pause": desk_duty.pause_desk,
    "close": desk_duty.close_desk,
}
_ON_TICKET: Mapping[str, Callable[..., Any]] = {
    "recall": calling.recall,
    "start": serving.start,
    "finish": serving.finish,
    "no-show": serving.no_show,
}
# These can be done from a list, on a ticket that is at no desk; the desk is named for log and undo.
_FROM_LIST: Mapping[str, Callable[..., Any]] = {
    "park": serving.park,
    "cancel": serving.cancel,
    "requeue": serving.requeue,
    "transfer": serving.transfer,
}


class Question(Exception):
    """The verb needs an answer first; `context` is what the page that asks is given."""

    def __init__(self, **context: Any) -> None:
        super().__init__()
        self.context = context


async def do_verb(house: House, me: Principal, branch: BranchLive, desk_id: str, form: Form) -> None:
    """Do what a form asks for. Raises the action's AppError, or Question."""
    verb, _, where = form.get("verb", "").partition(":")
    if verb in _AT_DESK:
        await house.store.write(_AT_DESK[verb], actor=me.actor, desk_id=desk_id)
    elif verb == "walk-in":
        await _walk_in(house, me, branch, desk_id, form)
    else:
        await check_ticket(house, me, form.get("key", ""))
        await _on_ticket(house, me, desk_id, verb, {**form, **({"where": where} if where else {})})


async def _on_ticket(house: House, me: Principal, desk_id: str, verb: str, form: Form) -> None:
    key = form["key"]
    if verb == "call":
        await _call(house, me, desk_id, key, anyway=form.get("anyway") == "yes")
    elif verb in _ON_TICKET:
        await house.store.write(_ON_TICKET[verb], actor=me.actor, key=key)
    elif verb in _FROM_LIST:
        more: dict[str, Any] = {}
        if verb in ("requeue", "transfer"):
            more["where"] = choice(form.get("where", "end"), "/where", Where)
        if verb == "transfer":
            more["queue_id"] = form.get("queue_id", "")
        await house.store.write(_FROM_LIST[verb], actor=me.actor, key=key, desk_id=desk_id, **more)
    else:
        raise Invalid("unknown_verb", N_("There is no such verb."))


async def _call(house: House, me: Principal, desk_id: str, key: str, *, anyway: bool) -> None:
    try:
        await house.store.write(calling.call_chosen, actor=me.actor, desk_id=desk_id, key=key, anyway=anyway)
    except Conflict as refusal:
        if refusal.code != "at_other_desk":
            raise
        raise Question(key=key, words=refusal.message, data=refusal.data) from None


async def _walk_in(house: House, me: Principal, branch: BranchLive, desk_id: str, form: Form) -> None:
    queue = branch.queues.get(form.get("queue_id", ""))
    if queue is None or queue.id not in branch.desks[desk_id].queue_ids:
        raise not_found()
    asked: dict[str, Any] = {"queue_id": queue.id, "priority": form.get("priority", "")}
    if queue.rules.ask_party:
        asked["party_size"] = whole_from_text(form.get("party_size", "1"), "/party_size", 1, 1000)
    if queue.rules.ask_name and form.get("name", "").strip():
        asked["name"] = form["name"]
    asked["pace"] = house.pace_for(queue.id, asked.get("party_size", 1))
    joined = await house.store.write(join, actor=me.actor, **asked)
    if form.get("call") == "on":
        await _call(house, me, desk_id, joined.ticket.key, anyway=False)

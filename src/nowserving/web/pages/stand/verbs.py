"""The verbs of the stand as a form sends them: `verb`, the party's `key`, and what a verb needs more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nowserving.actions.layout.telling import tell_line
from nowserving.actions.tickets import hosting, serving
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.undoing import undo_at_stand
from nowserving.domain.people.roles import Principal
from nowserving.domain.tickets.rank import Where
from nowserving.domain.values import choice, whole_from_text
from nowserving.errors import N_, Invalid
from nowserving.live.branch import BranchLive
from nowserving.web.api.tickets.ticket_answers import check_ticket
from nowserving.web.house import House

Form = Mapping[str, str]

_ON_PARTY: Mapping[str, Callable[..., Any]] = {
    "call": hosting.call_now,
    "seat": hosting.seat,
    "free": serving.finish,
    "no-show": serving.no_show,
    "cancel": serving.cancel,
}


async def do_verb(house: House, me: Principal, branch: BranchLive, queue_id: str, form: Form) -> None:
    """Do what a form asks for. Raises the action's AppError."""
    verb, _, more = form.get("verb", "").partition(":")
    write, actor = house.store.write, me.actor
    if verb == "add":
        asked = _asked(branch, queue_id, form)
        asked["pace"] = house.pace_for(queue_id, asked["party_size"])
        await write(join, actor=actor, queue_id=queue_id, **asked)
    elif verb in ("tell", "untell"):
        await write(tell_line, actor=actor, queue_id=queue_id, text=form.get("text", ""))
    elif verb == "late":
        late = _later(branch, queue_id, more)
        await write(hosting.run_late, actor=actor, queue_id=queue_id, minutes=late)
    elif verb == "undo":
        await write(undo_at_stand, actor=actor, queue_id=queue_id)
    else:
        key = form.get("key", "")
        await check_ticket(house, me, key)
        action, arguments = _on_party(verb, more, form)
        await write(action, actor=actor, key=key, **arguments)


def _on_party(verb: str, more: str, form: Form) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the action that a verb on one party is, and what it is given. Raises Invalid."""
    if verb in _ON_PARTY:
        return _ON_PARTY[verb], {}
    if verb == "requeue":
        return serving.requeue, {"where": choice(more, "/where", Where)}
    if verb == "extend":
        return hosting.extend, {"minutes": _minutes(more)}
    if verb == "party-size":
        return hosting.resize, {
            "party_size": whole_from_text(form.get("party_size", ""), "/party_size", 1, 1000)
        }
    raise Invalid("unknown_verb", N_("There is no such verb."))


def _minutes(text: str, least: int = 1) -> int:
    return whole_from_text(text, "/minutes", least, hosting.MOST_MINUTES)


def _later(branch: BranchLive, queue_id: str, more: str) -> int:
    """Return how late a queue runs from now on: later than before by so many minutes, or on time with 0."""
    minutes = _minutes(more, 0)
    late = branch.queues[queue_id].late_s // 60 + minutes if minutes else 0
    return min(late, hosting.MOST_MINUTES)


def _asked(branch: BranchLive, queue_id: str, form: Form) -> dict[str, Any]:
    rules = branch.queues[queue_id].rules
    size = form.get("large" if form.get("party_size") == "more" else "party_size", "")
    asked: dict[str, Any] = {"party_size": whole_from_text(size, "/party_size", 1, rules.max_party)}
    if rules.ask_name and form.get("name", "").strip():
        asked["name"] = form["name"]
    if form.get("note", "").strip():
        asked["note"] = form["note"]
    if form.get("quoted_min", "").strip():
        quoted_s = _minutes(form["quoted_min"], 0) * 60
        asked["quoted"] = (quoted_s, quoted_s)
    if form.get("phone", "").strip():
        asked["contact"] = {"phone": form["phone"]}
    return asked

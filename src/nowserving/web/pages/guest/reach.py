"""What a guest's page knows of messages: whether its queue asks for a contact, and how this guest is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from nowserving.domain.layout.branch import Queue
from nowserving.domain.messages.channels import Channel
from nowserving.domain.tickets.rules import AskContact
from nowserving.store.messages.contacts import contact_of_key
from nowserving.web.api.messages.contact import contact_json
from nowserving.web.house import house_of


def roads_of(request: Request, queue: Queue | None) -> list[str]:
    """Return the channels by which the guests of a queue can be told: none where it does not ask."""
    if queue is None or queue.rules.ask_contact is AskContact.NONE:
        return []
    return [road.value for road in queue.rules.channels if road in house_of(request).senders]


async def reach_of(request: Request, queue: Queue | None, key: str) -> dict[str, Any]:
    """Return what the page of a ticket shows of messages."""
    roads = roads_of(request, queue)
    house = house_of(request)
    contact = await house.store.read(contact_of_key, key) if roads else None
    return {
        "roads": roads,
        "contact": contact_json(contact),
        "push_key": house.push_key if Channel.PUSH in roads else "",
    }


def contact_wish(queue: Queue, form: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says of phone and e-mail, where the queue asks; fields left empty say nothing."""
    if queue.rules.ask_contact is AskContact.NONE:
        return {}
    return {name: form[name] for name in ("phone", "email") if form.get(name, "").strip()}

"""The outbox as its tests fill it, look at it, claim from it and settle."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from nowserving.actions.messages.claiming import Claim, claim_messages
from nowserving.actions.messages.settling import settle_message
from nowserving.domain.messages.delivery import SENT, Outcome
from nowserving.domain.tickets.ticket import Ticket
from nowserving.store import schema
from tests.actions.office import Office

ANA = {"phone": "+34600123456", "email": "ana@example.org"}
ROOM = {"push": 9, "email": 9, "sms": 9, "staff": 9}
HOUR = 3600


def outbox(office: Office, *columns: str) -> list[tuple[Any, ...]]:
    """Return these columns of all messages, in the order in which they were written."""
    table = schema.messages
    wanted = select(*(table.c[name] for name in columns or ("kind", "state")))
    return office.store.read_now(
        lambda reader: [
            tuple(row) for row in reader.execute(wanted.order_by(table.c.created_at, table.c.kind))
        ]
    )


def kinds(office: Office) -> list[str]:
    return [kind for (kind,) in outbox(office, "kind")]


def claims(office: Office, lease_s: float = 60, **room: int) -> list[Claim]:
    found, _ = office.do(claim_messages, branch_id=office.hall.branch_id, room=room or ROOM, lease_s=lease_s)
    return found


def settle(office: Office, claim: Claim, outcome: Outcome = SENT) -> bool:
    return office.do(
        settle_message,
        branch_id=office.hall.branch_id,
        message_id=claim.message.id,
        fence=claim.fence,
        outcome=outcome,
        to=claim.to,
    )


def guest(office: Office, **contact: Any) -> Ticket:
    return office.join(contact=contact or ANA)


def setting(office: Office, **settings: Any) -> None:
    alert_url = settings.pop("alert_url", "")
    office.build.insert(
        schema.message_settings,
        branch_id=office.hall.branch_id,
        settings=json.dumps(settings),
        alert_url=alert_url,
    )

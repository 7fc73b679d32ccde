"""Who calls in the tests of messages, and what they ask."""

from __future__ import annotations

from typing import Any

from tests.builders import TownHall
from tests.web.conftest import KEYS, Client

PHONE, EMAIL = "+34600123456", "ana.canary@example.net"
ADMIN = {"X-API-Key": KEYS["admin"]}
AGENT = {"X-API-Key": KEYS["agent"]}


async def joined(client: Client, queue: str, **contact: Any) -> str:
    answer = await client.post(f"/api/v1/queues/{queue}/tickets", json={"contact": contact}, headers=AGENT)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["data"]["key"]
    return key


async def messages(client: Client, hall: TownHall, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/branches/{hall.branch_id}/messages{query}", headers=ADMIN)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found

"""The town hall as the tests of tickets and desks call it over the API."""

from __future__ import annotations

from typing import Any

from tests.builders import TownHall
from tests.web.conftest import Client

API = "/api/v1"


class Hall:
    """The town hall as an agent's program sees it."""

    def __init__(self, client: Client, town: TownHall, registry: str) -> None:
        self.client, self.town = client, town
        # A queue that asks for names; no desk serves it.
        self.registry = registry

    async def post(self, path: str, body: Any = None, role: str | None = "agent") -> Any:
        headers = self.client.as_(role) if role else {}
        return await self.client.post(API + path, json={} if body is None else body, headers=headers)

    async def get(self, path: str, role: str | None = "agent") -> Any:
        return await self.client.get(API + path, headers=self.client.as_(role) if role else {})

    async def join(self, queue_id: str | None = None, **asked: Any) -> dict[str, Any]:
        answer = await self.post(f"/queues/{queue_id or self.town.passports}/tickets", asked)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()["data"]
        return found

    async def call_next(self, desk_id: str | None = None) -> dict[str, Any]:
        answer = await self.post(f"/desks/{desk_id or self.town.desk_1}/call-next")
        return dict(answer.json()["data"]["ticket"])

    async def verb(self, ticket: dict[str, Any], verb: str, **body: Any) -> Any:
        return await self.post(f"/tickets/{ticket['key']}/{verb}", body)

    async def state(self, ticket: dict[str, Any]) -> str:
        answer = await self.get(f"/tickets/{ticket['key']}", role=None)
        return str(answer.json()["data"]["state"])

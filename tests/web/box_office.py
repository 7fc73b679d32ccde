"""A sale as programs of guests meet it: devices by their cookies, passes in a header, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nowserving.actions.shows.lobbying import take_place
from nowserving.domain.people.credentials import secret_hash
from tests.web.playhouse import Playhouse

API = "/api/v1"
Answer = Any


def secret_of(name: str) -> str:
    """Return the secret in the cookie of somebody's device."""
    return name.ljust(22, "-")


@dataclass
class BoxOffice:
    """A playhouse whose sale is open."""

    playhouse: Playhouse
    keys: list[str] = field(default_factory=list)
    """The keys of the places that were taken."""

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        device: str | None = None,
        token: str | None = None,
        **headers: str,
    ) -> Answer:
        """Ask the API as a program on somebody's device, with the token of a pass."""
        sent = {"Origin": "http://testserver", **headers}
        if device is not None:
            sent["Cookie"] = f"ns_phone={secret_of(device)}"
        if token is not None:
            sent["Pass"] = token
        return await self.playhouse.client.request(method, API + path, json=body, headers=sent)

    async def joins(self, device: str, performance_id: str | None = None) -> str:
        """Let a device take a place; return the place's key."""
        joined = await self.playhouse.house.store.write(
            take_place,
            actor="guest",
            performance_id=performance_id or self.playhouse.performance_id,
            joined_from=secret_hash(secret_of(device)),
        )
        self.keys.append(joined.ticket.key)
        return joined.ticket.key

    async def enters(self, device: str, key: str | None = None) -> dict[str, Any]:
        """Let a device join and come in; return its pass, with the key of its place."""
        key = key or await self.joins(device)
        answer = await self.ask("POST", f"/tickets/{key}/enter", device=device)
        assert answer.status_code == 200, answer.text
        return {**answer.json()["data"], "key": key}

    async def holds(self, device: str, token: str, **wish: Any) -> Answer:
        """Ask for seats."""
        path = f"/performances/{self.playhouse.performance_id}/holds"
        return await self.ask("POST", path, wish, device=device, token=token)

    async def books(self, device: str, token: str, hold_key: Any, **said: Any) -> Answer:
        """Book what is held."""
        path = f"/performances/{self.playhouse.performance_id}/bookings"
        given = {"hold_key": hold_key, "name": "Ana Ruiz", "email": "ana@example.org", **said}
        return await self.ask("POST", path, given, device=device, token=token)

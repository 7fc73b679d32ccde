"""An organiser's program at the town hall: it sets up shows over the API, and people come to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nowserving.actions.seats.holding import hold_seats
from nowserving.actions.shows.lobbying import take_place
from nowserving.actions.shows.passing import come_in
from nowserving.web.house import House
from tests.conftest import Clock
from tests.web.conftest import BASE, Client

API = "/api/v1"
OPENS, STARTS, DOORS = "2099-12-01T09:00:00Z", "2099-12-05T20:30:00+01:00", "2099-12-05T20:00:00+01:00"
PRICES = {"Seats": {"text": "", "amount_minor": 1250, "currency": "EUR"}}


@dataclass
class Organiser:
    """A program that runs the shows of the town hall's stage."""

    house: House
    client: Client
    clock: Clock
    branch_id: str

    async def call(
        self, method: str, path: str, body: Any = None, role: str | None = "admin", **headers: str
    ) -> Any:
        # Nobody with a key is a browser with a cookie: that one says on whose page it is.
        who = self.client.as_(role) if role else {"Origin": BASE}
        return await self.client.request(method, API + path, json=body, headers=who | headers)

    async def data(self, method: str, path: str, body: Any = None, **how: Any) -> Any:
        """Call, and return what came of it; it must have gone well."""
        answer = await self.call(method, path, body, **how)
        assert answer.status_code < 300, answer.text
        return answer.json()["data"]

    async def refused(self, method: str, path: str, body: Any, pointer: str, code: str) -> None:
        """Call, and be refused for one field, by its pointer and its code."""
        answer = await self.call(method, path, body)
        assert answer.status_code == 422, answer.text
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]

    async def show(self, **rules: Any) -> tuple[str, str]:
        """Set up a show with one performance; return their ids."""
        given = {"name": "The Tempest", "rules": {"choosing": 1, **rules}}
        show = await self.data("POST", f"/branches/{self.branch_id}/shows", given)
        dated = {"starts_at": STARTS, "prices": PRICES}
        one = await self.data("POST", f"/shows/{show['id']}/performances", dated)
        return show["id"], one["id"]

    async def open(self, **rules: Any) -> tuple[str, str]:
        """Set up a show and open its sale; return the ids of the show and its performance."""
        show_id, performance_id = await self.show(**rules)
        for verb in ("announce", "open"):
            await self.data("POST", f"/shows/{show_id}/{verb}")
        return show_id, performance_id

    async def sell(self, performance_id: str, plan: dict[str, Any]) -> None:
        """Sell a performance from a plan."""
        made = await self.data(
            "POST", f"/branches/{self.branch_id}/seat-maps", {"name": "Hall", "plan": plan}
        )
        await self.data("PUT", f"/performances/{performance_id}/seat-map", {"seat_map_id": made["id"]})

    async def comes(self, performance_id: str, phone: str) -> str:
        """Let somebody take a place; return its key."""
        write = self.house.store.write
        joined = await write(
            take_place, actor="guest", performance_id=performance_id, joined_from=phone, language=""
        )
        return joined.ticket.key

    async def holds(self, performance_id: str, phone: str, *guids: str) -> tuple[str, dict[str, Any]]:
        """Let somebody come in and hold seats; return the key of the hold, and the claims of the pass."""
        write, key = self.house.store.write, await self.comes(performance_id, phone)
        given = await write(come_in, actor="guest", key=key, device_hash=phone)
        claims: dict[str, Any] = {"jti": given.id, "dev": phone}
        held = await write(hold_seats, performance_id=performance_id, claims=claims, guids=list(guids))
        return held.key, claims

"""Who has written something reads it with the very next request."""

from __future__ import annotations

from tests.builders import TownHall
from tests.web.conftest import Client


async def test_a_queue_can_be_joined_the_moment_it_is_made(client: Client, hall: TownHall) -> None:
    for prefix in ("P", "Q", "R"):
        given = {"name": prefix, "prefix": prefix}
        path = f"/api/v1/branches/{hall.branch_id}/queues"
        queue = (await client.post(path, json=given, headers=client.as_("admin"))).json()["data"]
        joined = await client.post(f"/api/v1/queues/{queue['id']}/tickets", headers=client.as_("kiosk"))
        assert joined.status_code == 201, joined.text


async def test_a_desk_can_call_the_moment_it_is_made(client: Client, hall: TownHall) -> None:
    await client.post(f"/api/v1/queues/{hall.passports}/tickets", headers=client.as_("kiosk"))
    given = {"name": "Desk 9", "queue_ids": [hall.passports]}
    path = f"/api/v1/branches/{hall.branch_id}/desks"
    desk = (await client.post(path, json=given, headers=client.as_("admin"))).json()["data"]
    called = await client.post(f"/api/v1/desks/{desk['id']}/call-next", headers=client.as_("agent"))
    assert called.json()["data"]["ticket"]["code"] == "A-001"


async def test_a_guest_with_a_name_reads_their_place_at_once(client: Client, hall: TownHall) -> None:
    rules = {"rules": {"ask_name": True}}
    await client.patch(f"/api/v1/queues/{hall.passports}", json=rules, headers=client.as_("admin"))
    for place in (1, 2, 3):
        path = f"/api/v1/queues/{hall.passports}/tickets"
        joined = await client.post(path, json={"name": "Asha"}, headers=client.as_("kiosk"))
        ticket = joined.json()["data"]
        assert ticket["position"] == place
        read = await client.get(f"/api/v1/tickets/{ticket['key']}")
        assert read.json()["data"]["position"] == place


async def test_what_was_made_is_found_at_its_location(client: Client, hall: TownHall) -> None:
    admin, branch = client.as_("admin"), f"/api/v1/branches/{hall.branch_id}"
    hours = {"weekly": {"mon": [["09:00", "17:00"]]}, "day_starts_at": "00:00"}
    made = [
        ("/api/v1/branches", {"name": "Annex", "time_zone": "UTC", "hours": hours}),
        (f"{branch}/closures", {"starts_on": "2026-12-24", "ends_on": "2026-12-24"}),
        (f"{branch}/departments", {"name": "Traffic"}),
        (f"{branch}/queues", {"name": "Parking", "prefix": "P"}),
        (f"{branch}/desks", {"name": "Desk 4"}),
        ("/api/v1/staff", {"name": "Zoe", "login": "zoe", "role": "agent", "password": "seven geese"}),
        ("/api/v1/api-keys", {"name": "Website", "role": "kiosk"}),
        (f"/api/v1/queues/{hall.passports}/tickets", {}),
    ]
    for path, given in made:
        headers = admin | ({} if "api-keys" in path else {"Idempotency-Key": path})
        answer = await client.post(path, json=given, headers=headers)
        assert answer.status_code == 201, answer.text
        again = await client.post(path, json=given, headers=headers) if "api-keys" not in path else answer
        assert again.headers["location"] == answer.headers["location"]
        found = await client.get(answer.headers["location"], headers=admin)
        same = answer.json()["data"].get("id", answer.json()["data"].get("key"))
        assert same in (found.json()["data"].get("id"), found.json()["data"].get("key"))

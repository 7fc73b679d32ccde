"""Leave and holidays from calendars of other programs, over the API: shown first, taken over when told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders import TownHall
from tests.web.conftest import Client

pytestmark = pytest.mark.anyio
API = "/api/v1"
# The server's clock is the wall's: every date is told from it.
TODAY = datetime.now(UTC).date()
NEXT = TODAY + timedelta(days=30)


def calendar(*events: str) -> str:
    inside = "".join(f"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT\r\n" for one in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n"


FILE = calendar(
    f"DTSTART:{NEXT:%Y%m%d}T090000Z\r\nDTEND:{NEXT:%Y%m%d}T110000Z\r\nSUMMARY:Chemotherapy",
    f"DTSTART;VALUE=DATE:{NEXT:%Y%m%d}\r\nSUMMARY:Town feast",
    f"DTSTART;VALUE=DATE:{NEXT:%Y%m%d}\r\nSUMMARY:Birthday\r\nTRANSP:TRANSPARENT",
    "DTSTART;VALUE=DATE:20200101\r\nSUMMARY:Long ago",
)


async def sent(client: Client, path: str, role: str = "admin", **body: Any) -> Any:
    return await client.post(f"{API}{path}", json=body, headers=client.as_(role))


async def absences(client: Client, hall: TownHall) -> list[dict[str, Any]]:
    answer = await client.get(f"{API}/branches/{hall.branch_id}/absences", headers=client.as_("admin"))
    return list(answer.json()["data"])


async def test_a_calendar_of_leave_is_shown_first_and_taken_over_once(client: Client, hall: TownHall) -> None:
    path = f"/desks/{hall.desk_1}/absences/import"
    shown = (await sent(client, path, calendar=FILE)).json()["data"]
    assert [(one["words"], one["is_new"]) for one in shown["found"]] == [
        ("Town feast", True),
        ("Chemotherapy", True),
    ]
    assert [(one["words"], one["why"]) for one in shown["left_out"]] == [
        ("Birthday", "free"),
        ("Long ago", "past"),
    ]
    assert (shown["applied"], await absences(client, hall)) == (0, [])
    assert (await sent(client, path, calendar=FILE, apply=True)).json()["data"]["applied"] == 2
    kept = await absences(client, hall)
    # Nobody's illness is kept because a calendar named it.
    assert [one["reason"] for one in kept] == ["", ""]
    assert kept[1]["from_at"] == f"{NEXT}T09:00:00.000000Z"
    again = (await sent(client, path, calendar=FILE, apply=True)).json()["data"]
    assert ([one["is_new"] for one in again["found"]], again["applied"]) == ([False, False], 0)
    assert len(await absences(client, hall)) == 2


async def test_words_and_free_days_are_kept_where_somebody_says_so(client: Client, hall: TownHall) -> None:
    path = f"/desks/{hall.desk_1}/absences/import"
    await sent(client, path, calendar=FILE, apply=True, free_too=True, with_words=True)
    # The feast and the birthday are one day.
    assert sorted(one["reason"] for one in await absences(client, hall)) == ["Chemotherapy", "Town feast"]


async def test_whole_days_of_a_calendar_close_the_branch(client: Client, hall: TownHall) -> None:
    path = f"/branches/{hall.branch_id}/closures/import"
    shown = (await sent(client, path, calendar=FILE, with_words=True)).json()["data"]
    assert [one["first_day"] for one in shown["found"]] == [NEXT.isoformat()]
    assert {"words": "Chemotherapy", "why": "part_of_a_day"} in shown["left_out"]
    before = await client.get(f"{API}/branches/{hall.branch_id}/closures", headers=client.as_("admin"))
    for applied in (1, 0):
        answer = await sent(client, path, calendar=FILE, with_words=True, apply=True)
        assert answer.json()["data"]["applied"] == applied
    after = await client.get(f"{API}/branches/{hall.branch_id}/closures", headers=client.as_("admin"))
    (new,) = [one for one in after.json()["data"] if one not in before.json()["data"]]
    assert (new["starts_on"], new["ends_on"], new["reason"]) == (
        NEXT.isoformat(),
        NEXT.isoformat(),
        "Town feast",
    )


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"calendar": "hello"}, ("/calendar", "not_a_calendar")),
        ({"calendar": 5}, ("/calendar", "not_text")),
        ({"calendar": FILE, "apply": "yes"}, ("/apply", "not_flag")),
        ({}, ("/calendar", "required")),
    ],
)
async def test_what_is_no_calendar_is_refused_by_name(
    client: Client, hall: TownHall, body: dict[str, Any], wrong: tuple[str, str]
) -> None:
    for path in (f"/desks/{hall.desk_1}/absences/import", f"/branches/{hall.branch_id}/closures/import"):
        answer = await sent(client, path, **body)
        assert answer.status_code == 422
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [wrong]
        assert (await sent(client, path, calendar="x" * 70_000)).status_code == 413
        assert (await sent(client, path, "agent", **body)).status_code == 403

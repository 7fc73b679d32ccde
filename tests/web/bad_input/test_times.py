"""HARDENING section 4, rows 33 to 41, and 71 to 77 for what is promised: times that are not, twice, too late.

An instant comes with its offset, so no time is ever said that the clock leaves out, or shows twice.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count, pairwise
from json import dumps, loads
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.web.bad_input.siege import KEYS, Siege, problem_in, refused_fields
from tests.web.bad_input.test_replays import all_at_once

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = "mon tue wed thu fri sat sun".split()
ALWAYS = {"weekly": {day: [["00:00", "24:00"]] for day in WEEK}, "day_starts_at": "00:00"}
HALF_HOUR = timedelta(minutes=30)
_NUMBERS = count(1)
_SERVICES: dict[int, dict[str, Any]] = {}


@pytest.fixture
def service(siege: Siege) -> dict[str, Any]:
    """A service in Berlin that is given day and night, half an hour to one guest; one for all attacks."""
    if id(siege) not in _SERVICES:
        given = {"name": "Night surgery", "time_zone": "Europe/Berlin", "hours": ALWAYS}
        branch = siege.data("POST", "/branches", given)["id"]
        queue = siege.data("POST", f"/branches/{branch}/queues", {"name": "Night", "prefix": "N"})["id"]
        wish = {"name": "Visit", "queue_id": queue, "duration_s": 1800, "rules": {"window_days": 730}}
        _SERVICES[id(siege)] = siege.data("POST", f"/branches/{branch}/services", wish)
    return _SERVICES[id(siege)]


def reserve(siege: Siege, service: dict[str, Any], start_at: object, **more: Any) -> Any:
    given = {"service_id": service["id"], "start_at": start_at, "name": "Ana"}
    return siege.call("POST", "/reservations", given, as_="kiosk", **more)


def a_time(days: int = 3) -> datetime:
    """Return a time that nobody else in these tests wants, some days ahead."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days) + next(_NUMBERS) * HALF_HOUR


def changes_of_clock() -> dict[str, datetime]:
    """Return the next two instants at which Berlin's clock jumps: "gap" forward, "fold" back."""
    at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    found: dict[str, datetime] = {}
    while len(found) < 2:
        later = at + timedelta(hours=1)
        before, after = (one.astimezone(BERLIN).utcoffset() or timedelta() for one in (at, later))
        if before != after:
            found.setdefault("gap" if after > before else "fold", later)
        at = later
    return found


def slots_of(siege: Siege, service: dict[str, Any], day: datetime) -> list[datetime]:
    """Return when the slots of a day of Berlin begin."""
    first = day.astimezone(BERLIN).replace(hour=0, minute=0)
    last = (first + timedelta(days=1)).replace(hour=0, minute=0)
    span = {"from": first.isoformat(), "to": last.isoformat()}
    found = siege.call("GET", f"/services/{service['id']}/slots", as_=None, params=span).json()["data"]
    return [datetime.fromisoformat(one["start_at"]) for one in found]


@pytest.mark.parametrize(("change", "slots"), [("gap", 46), ("fold", 50)])
def test_rows_33_and_34_every_slot_of_a_day_that_jumps_is_an_instant_of_its_own(
    siege: Siege, service: dict[str, Any], change: str, slots: int
) -> None:
    jump = changes_of_clock()[change]
    found = slots_of(siege, service, jump)
    assert len(found) == len(set(found)) == slots
    assert all(after - before == HALF_HOUR for before, after in pairwise(found))
    shown = [f"{one.astimezone(BERLIN):%H:%M}" for one in found]
    assert shown.count("02:30") == {"gap": 0, "fold": 2}[change]


def test_row_34_a_time_that_is_shown_twice_is_two_times_each_sold_once(
    siege: Siege, service: dict[str, Any]
) -> None:
    jump = changes_of_clock()["fold"].astimezone(BERLIN)
    summer, winter = (f"{jump:%Y-%m-%d}T02:30:00{offset}" for offset in ("+02:00", "+01:00"))
    for start_at in (summer, winter):
        assert reserve(siege, service, start_at).status_code in (201, 409)
        assert problem_in(reserve(siege, service, start_at), 409)["code"] == "slot_full"


NO_TIMES: list[tuple[int, object]] = [
    (33, "2027-03-28T02:30:00"),
    (34, "2027-10-31T02:30"),
    (35, "2027-02-29T09:00:00+01:00"),
    (35, "2027-02-30T09:00:00+01:00"),
    (35, "2027-13-01T09:00:00+01:00"),
    (35, "2027-01-01T24:00:00+01:00"),
    (35, "2027-01-01T09:00:60+01:00"),
    (36, "0000-01-01T00:00:00Z"),
    (36, "1969-12-31T23:59:59Z"),
    (36, "9999-12-31T23:59:59Z"),
    (36, "+10000-01-01T00:00:00Z"),
    (36, 1_795_376_952),
    (36, 1_795_376_952_000),
    (36, "1795376952"),
    (37, "2027-01-01T09:00:00+24:00"),
    (37, "2027-01-01T09:00:00"),
    (37, "2027-01-01"),
    (37, "2027-01-01T09:00:00 Europe/Berlin"),
    (37, None),
    (37, ["2027-01-01T09:00:00Z"]),
]


@pytest.mark.parametrize(
    ("row", "start_at"), NO_TIMES, ids=[f"row {row}: {str(at)[:32]}" for row, at in NO_TIMES]
)
def test_what_is_no_instant_is_refused_by_name(
    siege: Siege, service: dict[str, Any], row: int, start_at: object
) -> None:
    with siege.unchanged():
        assert refused_fields(reserve(siege, service, start_at)) == {"/start_at": "not_an_instant"}


def test_row_37_an_offset_is_how_an_instant_is_written_and_nothing_else(
    siege: Siege, service: dict[str, Any]
) -> None:
    at = a_time()
    written = [at.astimezone(zone).isoformat() for zone in (ZoneInfo("Etc/GMT-14"), ZoneInfo("Etc/GMT+12"))]
    assert reserve(siege, service, written[0]).status_code == 201
    for other in (written[1], f"{at:%Y-%m-%dT%H:%M:%SZ}"):
        assert problem_in(reserve(siege, service, other), 409)["code"] == "slot_full"


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/passwd", "Mars/Phobos", "localtime", "", "UTC\n"])
def test_row_38_a_zone_that_is_none_is_refused_and_opens_no_file(
    siege: Siege, service: dict[str, Any], zone: str
) -> None:
    with siege.unchanged():
        refused = siege.call("POST", "/branches", {"name": "Nowhere", "time_zone": zone, "hours": ALWAYS})
        assert "/time_zone" in refused_fields(refused)
        page = siege.client.get(f"/book/{service['branch_id']}/{service['id']}", params={"zone": zone})
        assert page.status_code in (200, 422)
        assert "root:" not in page.text


def test_row_39_a_service_takes_some_time_and_not_years(siege: Siege, service: dict[str, Any]) -> None:
    path = f"/branches/{service['branch_id']}/services"
    for duration_s in (0, -1, 1, 10 * 365 * 86_400):
        wish = {"name": "Odd", "queue_id": service["queue_id"], "duration_s": duration_s}
        assert "/duration_s" in refused_fields(siege.call("POST", path, wish))


DAYS: list[tuple[Any, str]] = [
    ([["10:00", "10:00"]], "/intervals/0"),
    ([["09:00", "12:00"], ["11:00", "13:00"]], "/intervals/1"),
    ([["09:00", "25:00"]], "/intervals/0"),
    ([["09:00"]], "/intervals/0"),
]


@pytest.mark.parametrize(("intervals", "pointer"), DAYS, ids=[str(day) for day, _ in DAYS])
def test_row_39_hours_of_a_day_end_after_they_begin_and_do_not_overlap(
    siege: Siege, service: dict[str, Any], intervals: Any, pointer: str
) -> None:
    given = {"on_date": "2027-01-05", "intervals": intervals}
    refused = siege.call("POST", f"/branches/{service['branch_id']}/special-days", given)
    assert any(one.startswith(pointer) for one in refused_fields(refused))


def test_row_39_an_absence_ends_after_it_begins(siege: Siege) -> None:
    given = {"from_at": "2027-01-05T09:00:00Z", "to_at": "2027-01-05T09:00:00Z"}
    refused = siege.call("POST", f"/desks/{siege.hall.desk_1}/absences", given)
    assert refused_fields(refused) == {"/to_at": "before_start"}


@pytest.mark.parametrize("date", ["Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_row_40_the_servers_clock_decides_what_is_past(
    siege: Siege, service: dict[str, Any], date: str
) -> None:
    """Whatever a client's clock says: the slot that has just begun is gone, the next one can be had."""
    now = datetime.now(UTC)
    begun = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    for past in (begun, begun - timedelta(days=1), now - timedelta(seconds=1)):
        refused = reserve(siege, service, past.isoformat(), headers={"Date": date})
        assert problem_in(refused, 409)["code"] == "too_soon"
    assert reserve(siege, service, a_time().isoformat(), headers={"Date": date}).status_code == 201
    far = now + timedelta(days=800)
    assert problem_in(reserve(siege, service, far.isoformat()), 409)["code"] == "too_far"


@pytest.mark.parametrize("until", ["2199-12-31T00:00:00Z", "9999-12-31T00:00:00Z", "12026-01-01T00:00:00Z"])
def test_row_41_no_span_unrolls_a_rule_for_ages(siege: Siege, service: dict[str, Any], until: str) -> None:
    span = {"from": "2027-01-01T00:00:00Z", "to": until}
    refused = siege.call("GET", f"/services/{service['id']}/slots", as_=None, params=span)
    assert list(refused_fields(refused)) == ["/to"]


def test_row_41_a_month_of_the_year_9999_is_only_an_empty_page(siege: Siege, service: dict[str, Any]) -> None:
    for month in ("9999-12", "12026-01", "0000-00", "2027-13"):
        path = f"/book/{service['branch_id']}/{service['id']}"
        assert siege.client.get(path, params={"month": month}).status_code in (200, 422)


def test_row_71_the_same_key_is_one_reservation(siege: Siege, service: dict[str, Any]) -> None:
    start_at = a_time().isoformat()
    headers = {"Idempotency-Key": f"one tap {start_at}"}
    first = reserve(siege, service, start_at, headers=headers)
    again = reserve(siege, service, start_at, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    other = reserve(siege, service, a_time().isoformat(), headers=headers)
    assert problem_in(other, 422)["code"] == "idempotency_key_reused"


def test_row_72_a_strangers_key_opens_nobody_elses_reservation(siege: Siege, service: dict[str, Any]) -> None:
    """Who guesses key and body of somebody else is not given their answer, with its secret link."""
    wanted = {"service_id": service["id"], "start_at": a_time().isoformat(), "name": "Ana"}
    codes, keys = [], []
    for address in ("127.0.0.1", "127.0.0.1", "127.9.9.9"):
        line = HTTPConnection("127.0.0.1", siege.server.port, timeout=20, source_address=(address, 0))
        headers = {"Content-Type": "application/json", "Idempotency-Key": "k1"}
        line.request("POST", "/api/v1/reservations", dumps(wanted), headers)
        answer = line.getresponse()
        codes.append(answer.status)
        keys.append(loads(answer.read()).get("data", {}).get("key"))
        line.close()
    assert codes == [201, 201, 409]
    assert keys[0] == keys[1]
    assert keys[2] is None


def test_row_75_nobody_to_advance_to_is_said_and_no_number_is_lost(
    siege: Siege, service: dict[str, Any]
) -> None:
    desk = siege.data("POST", f"/branches/{service['branch_id']}/desks", {"name": f"Room {next(_NUMBERS)}"})
    path = f"/services/{service['id']}/advance"
    problem_in(siege.call("POST", path, {"desk_id": desk["id"]}, as_="admin"), 404, 409, 422)


def test_row_74_of_fifty_who_want_the_last_slot_one_gets_it(siege: Siege, service: dict[str, Any]) -> None:
    start_at = a_time().isoformat()
    hold = f"/services/{service['id']}/holds"
    answers = all_at_once(siege, hold, 50, {"X-API-Key": KEYS["kiosk"]}, {"start_at": start_at})
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert problem_in(refused, 409)["alternatives"], "who comes too late is told what is near"


def test_row_77_what_is_over_is_neither_moved_nor_confirmed_nor_begun(
    siege: Siege, service: dict[str, Any]
) -> None:
    made = reserve(siege, service, a_time().isoformat()).json()["data"]
    path = f"/reservations/{made['key']}"
    assert siege.call("DELETE", path, as_="kiosk").status_code == 200
    with siege.unchanged():
        later = {"start_at": a_time().isoformat()}
        problem_in(siege.call("PATCH", path, later, as_="kiosk"), 409, 410)
        problem_in(siege.call("DELETE", path, as_="kiosk"), 409, 410)
        problem_in(siege.call("POST", f"{path}/check-in", as_="kiosk"), 409, 410)
        problem_in(siege.call("POST", f"{path}/book", {"name": "Ana"}, as_="kiosk"), 409, 410)
        problem_in(siege.call("POST", f"{path}/confirm", as_="admin"), 409, 410)


def test_row_86_no_table_that_goes_out_is_run_by_a_spreadsheet(siege: Siege) -> None:
    """What people typed stands in every table that goes out as text."""
    branch = siege.hall.branch_id
    for place, name in enumerate(('=HYPERLINK("http://example.org")', "+1", "-2+3", "@SUM(A1)")):
        given = {"name": name, "prefix": f"X{place}"}
        assert siege.call("POST", f"/branches/{branch}/queues", given).status_code == 201
    headers = {"X-API-Key": KEYS["admin"]}
    table = siege.client.get(f"/glance/{branch}/table.csv", params={"of": "queues"}, headers=headers)
    assert table.headers["content-type"].startswith("text/csv")
    cells = [line.lstrip('"')[0] for line in table.text.splitlines()[1:] if line.strip()]
    assert len(cells) > 4
    assert not set("=+-@") & set(cells)


LONG = "BEGIN:VEVENT\r\nDTSTART:20270101T090000Z\r\nDTEND:20270101T100000Z\r\nEND:VEVENT\r\n"
FILES: list[tuple[str, object, int]] = [
    ("a million rows", LONG * 20_000, 413),
    ("a NUL", "BEGIN:VCALENDAR\x00\r\nEND:VCALENDAR\r\n", 422),
    ("no calendar at all", "name,phone\n=1+1,+34600", 422),
    ("not even text", 5, 422),
    ("nothing", "", 422),
]


@pytest.mark.parametrize(("file", "code"), [row[1:] for row in FILES], ids=[f"row 86: {r[0]}" for r in FILES])
def test_a_file_that_comes_in_is_read_whole_or_not_at_all(siege: Siege, file: object, code: int) -> None:
    """The tables that come in are calendars: what is wrong with one is named, and nothing of it is kept."""
    branch, desk = siege.hall.branch_id, siege.hall.desk_1
    with siege.unchanged():
        for path in (f"/desks/{desk}/absences/import", f"/branches/{branch}/closures/import"):
            problem_in(siege.call("POST", path, {"calendar": file, "apply": True}), code)


def test_row_86_the_bad_lines_of_a_file_are_named_and_the_good_ones_kept_once(siege: Siege) -> None:
    desk = siege.hall.desk_2
    day = (datetime.now(UTC) + timedelta(days=40)).date()
    good = f"BEGIN:VEVENT\r\nDTSTART:{day:%Y%m%d}T090000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
    bad = "BEGIN:VEVENT\r\nDTSTART:20270230T990000Z\r\nSUMMARY:=HYPERLINK(1)\r\nEND:VEVENT\r\n"
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{good}{bad}{good}END:VCALENDAR\r\n"
    path = f"/desks/{desk}/absences/import"
    read = siege.data("POST", path, {"calendar": file, "apply": True})
    assert (read["applied"], [one["why"] for one in read["left_out"]]) == (1, ["unreadable"])
    again = siege.data("POST", path, {"calendar": file, "apply": True})
    assert again["applied"] == 0

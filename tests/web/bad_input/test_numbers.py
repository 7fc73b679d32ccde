"""HARDENING section 4, rows 26 to 32: numbers in bodies and in addresses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.bad_input.siege import KEYS, Siege, problem_in, refused_fields

# Written as they stand in the body, because Python would not write some of them.
NOT_A_PARTY = [
    (26, "0", "out_of_range"),
    (26, "-1", "out_of_range"),
    (26, "1.5", "not_whole"),
    (26, '"3"', "not_whole"),
    (26, "true", "not_whole"),
    (26, "null", "not_whole"),
    (26, "1e3", "not_whole"),
    (26, "3.0", "not_whole"),
    (26, "[3]", "not_whole"),
    (26, '{"n": 3}', "not_whole"),
    (26, "13", "out_of_range"),
    (26, "1000000000", "out_of_range"),
    (26, "9223372036854775808", "out_of_range"),
    (26, "1" + "0" * 400, "out_of_range"),
    (27, "-0", "out_of_range"),
    (27, "-0.0", "not_whole"),
]
NO_JSON = [
    (27, "NaN"),
    (27, "Infinity"),
    (27, "-Infinity"),
    (27, "1e999"),
    (27, "-1e999"),
    (28, "0x10"),
    (28, "1_000"),
    (28, "+5"),
    (28, "０３"),
    (28, "01"),
    (28, ".5"),
    (29, "9" * 5_000),
]
NO_LIMIT = [
    (28, "１２"),
    (28, "٣"),
    (28, "1_000"),
    (28, "0x10"),
    (28, " 7 "),
    (28, "+5"),
    (28, "²"),
    (28, "1.0"),
    (28, "1e2"),
    (28, ""),
    (28, "007"),
    (31, "-1"),
    (31, "0"),
    (31, "9" * 20),
    (31, "9" * 5_000),
    (31, "NaN"),
]


def rows(table: list[Any]) -> list[str]:
    return [f"row {row[0]}: {str(row[1])[:20]}" for row in table]


def joined(siege: Siege, number: str) -> Any:
    headers = {"Content-Type": "application/json", "X-API-Key": KEYS["kiosk"]}
    return siege.client.post(
        f"/api/v1/queues/{siege.queue}/tickets",
        content=f'{{"party_size": {number}}}'.encode(),
        headers=headers,
    )


@pytest.mark.parametrize(("row", "number", "code"), NOT_A_PARTY, ids=rows(NOT_A_PARTY))
def test_a_party_is_a_whole_number_of_people(siege: Siege, row: int, number: str, code: str) -> None:
    with siege.unchanged():
        assert refused_fields(joined(siege, number)) == {"/party_size": code}


@pytest.mark.parametrize(("row", "number"), NO_JSON, ids=rows(NO_JSON))
def test_what_json_does_not_know_is_no_number(siege: Siege, row: int, number: str) -> None:
    with siege.unchanged():
        assert problem_in(joined(siege, number), 400)["code"] == "malformed"


def test_row_26_the_smallest_and_the_largest_party_are_let_in(siege: Siege) -> None:
    for number in ("1", "12"):
        assert joined(siege, number).json()["data"]["party_size"] == int(number)


LISTS = ["/organisation/events", "/branches/{}/events", "/branches/{}/tickets"]


@pytest.mark.parametrize(("row", "limit"), NO_LIMIT, ids=rows(NO_LIMIT))
def test_a_limit_is_spelled_with_plain_digits(siege: Siege, row: int, limit: str) -> None:
    for path in LISTS:
        answer = siege.call("GET", path.format(siege.hall.branch_id), params={"limit": limit})
        assert refused_fields(answer).keys() == {"/limit"}


@pytest.mark.parametrize("path", LISTS)
def test_row_31_a_huge_limit_is_capped(siege: Siege, path: str) -> None:
    answer = siege.call("GET", path.format(siege.hall.branch_id), params={"limit": str(10**9)})
    assert answer.status_code == 200
    assert len(answer.json()["data"]) <= 200


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "cursor", ["forged", "", "0", "v1", "djA", "LTE", "MS4y", "../..", "%00", "ä", "A" * 500]
)
def test_row_31_a_forged_cursor_is_refused(siege: Siege, path: str, cursor: str) -> None:
    """Our own cursors are opaque: one that we could not have written is no cursor."""
    answer = siege.call("GET", path.format(siege.hall.branch_id), params={"cursor": cursor})
    if answer.status_code == 200:
        # It happens to spell a place that a page could begin at.
        assert cursor in ("MS4y", "djA")
    else:
        assert problem_in(answer, 400, 422)


def test_row_31_there_is_no_offset(siege: Siege) -> None:
    answer = siege.call("GET", "/organisation/events", params={"offset": str(2**64)})
    assert refused_fields(answer) == {"/offset": "unknown_parameter"}


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("capacity", -1),
        ("capacity", 2**63),
        ("capacity", 1.5),
        ("max_waiting", -1),
        ("max_waiting", True),
        ("max_party", 0),
        ("service_limit_s", -5),
        ("check_in_window_s", 10**12),
        ("announce_nearly_at", "3"),
        ("priorities", [{"code": "x", "name": "X", "head_start_s": -1}]),
        ("priorities", {}),
        ("service_limit_by_party", [[1]]),
        ("service_limit_by_party", [[0, 5]]),
        ("last_ticket", "25:00"),
        ("last_ticket", -1),
        ("last_ticket", [1]),
        ("admission", ["by_agent"]),
        ("fit", {}),
        ("remote_join", 1),
    ],
)
def test_row_26_rules_are_numbers_of_their_kind(siege: Siege, rule: str, value: object) -> None:
    with siege.unchanged():
        fields = refused_fields(siege.call("PATCH", f"/queues/{siege.queue}", {"rules": {rule: value}}))
        assert all(pointer.startswith(f"/rules/{rule}") for pointer in fields)
        assert fields


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("paper_mm", 58.0),
        ("paper_mm", True),
        ("paper_mm", "58"),
        ("paper_mm", 57),
        ("reset_after_s", 1.0),
        ("reset_after_s", 10**30),
        ("chime", 1),
        ("voice_languages", "en"),
        ("voice_languages", [["en"]]),
        ("voice_languages", ["en", "en"]),
    ],
)
def test_row_26_what_screens_do_is_of_its_kind(siege: Siege, name: str, value: object) -> None:
    with siege.unchanged():
        path = f"/branches/{siege.hall.branch_id}"
        fields = refused_fields(siege.call("PATCH", path, {"screens": {name: value}}))
        assert all(pointer.startswith(f"/screens/{name}") for pointer in fields)


def test_row_30_a_capacity_below_what_is_taken_lets_nobody_in_and_nobody_out(siege: Siege) -> None:
    rules = {"admission": "automatic", "capacity": 2}
    given = {"name": "Tables", "prefix": "TB", "rules": rules}
    queue = siege.data("POST", f"/branches/{siege.hall.branch_id}/queues", given)["id"]
    path = f"/queues/{queue}/tickets"
    seated = [siege.data("POST", path, as_="kiosk") for _ in range(2)]
    assert [ticket["state"] for ticket in seated] == ["called", "called"]
    siege.data("PATCH", f"/queues/{queue}", {"rules": {"capacity": 1}})
    waiting = siege.data("POST", path, as_="kiosk")
    assert (waiting["state"], waiting["position"]) == ("waiting", 1)
    for ticket in seated:
        assert siege.data("GET", f"/tickets/{ticket['key']}", as_=None)["state"] == "called"
    # One leaves: the house is full now, and not over full. The next one lets somebody in.
    siege.data("DELETE", f"/tickets/{seated[0]['key']}", as_=None)
    assert siege.data("GET", f"/tickets/{waiting['key']}", as_=None)["state"] == "waiting"
    siege.data("DELETE", f"/tickets/{seated[1]['key']}", as_=None)
    assert siege.data("GET", f"/tickets/{waiting['key']}", as_=None)["state"] == "called"


def test_row_32_nobody_was_served_yet_so_nobody_knows_how_long_it_takes(siege: Siege) -> None:
    given = {"name": "New", "prefix": "NW"}
    queue = siege.data("POST", f"/branches/{siege.hall.branch_id}/queues", given)["id"]
    tickets = [siege.data("POST", f"/queues/{queue}/tickets", as_="kiosk") for _ in range(2)]
    assert [ticket["ahead"] for ticket in tickets] == [0, 1]
    assert [ticket["estimate"] for ticket in tickets] == [None, None]

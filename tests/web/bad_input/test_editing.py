"""HARDENING section 4, row 63: edits of what has changed meanwhile, and answers in part."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.bad_input.siege import Siege, problem_in


@pytest.mark.parametrize(
    "seen", ['"0"', '"999"', 'W/"1"', "1", '"1", "2"', '"x"', '""', '"1"; x', "'1'", '"' + "9" * 400 + '"']
)
def test_row_63_an_edit_of_what_was_not_seen_is_refused(siege: Siege, seen: str) -> None:
    edits: list[tuple[str, dict[str, Any]]] = [
        ("/organisation", {"name": "X"}),
        (f"/branches/{siege.hall.branch_id}", {"name": "X"}),
        (f"/departments/{siege.hall.department_id}", {"name": "X"}),
        (f"/queues/{siege.hall.licences}", {"name": "X"}),
        (f"/desks/{siege.hall.desk_2}", {"name": "X"}),
        (f"/staff/{siege.hall.amir}", {"name": "X"}),
        (f"/devices/{siege.device}", {"name": "X"}),
    ]
    with siege.unchanged():
        for path, given in edits:
            answer = siege.call("PATCH", path, given, headers={"If-Match": seen})
            assert problem_in(answer, 412)["code"] == "stale", path


def test_row_63_of_two_who_edit_what_they_saw_one_is_told(siege: Siege) -> None:
    path = f"/desks/{siege.hall.desk_2}"
    seen = siege.call("GET", path).headers["etag"]
    first = siege.call("PATCH", path, {"name": "Desk two"}, headers={"If-Match": seen})
    second = siege.call("PATCH", path, {"name": "Desk II"}, headers={"If-Match": seen})
    assert (first.status_code, second.status_code) == (200, 412)
    assert siege.data("GET", path)["name"] == "Desk two"
    assert siege.call("GET", path).headers["etag"] == first.headers["etag"] != seen


@pytest.mark.parametrize("wanted", ["bytes=0-1", "bytes=-1", "bytes=0-0,1-1", "bytes=999999-", "lines=1-2"])
def test_row_63_a_range_changes_nothing_that_is_said(siege: Siege, wanted: str) -> None:
    answer = siege.call("GET", f"/queues/{siege.queue}", headers={"Range": wanted})
    assert (answer.status_code, answer.json()["data"]["id"]) == (200, siege.queue)

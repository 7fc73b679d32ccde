"""HARDENING section 4, rows 71 to 77: the same thing twice, at the wrong time, or out of order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import httpx2
import pytest

from tests.web.bad_input.fields import HOURS
from tests.web.bad_input.siege import KEYS, Siege, problem_in

_NUMBERS = count(1)


def a_queue(siege: Siege, **rules: Any) -> tuple[str, str]:
    """Make a queue and a desk that serves nothing else."""
    branch = f"/branches/{siege.hall.branch_id}"
    given = {"name": "Fresh", "prefix": f"R{next(_NUMBERS):02d}", "rules": rules}
    queue = siege.data("POST", f"{branch}/queues", given)["id"]
    return queue, siege.data("POST", f"{branch}/desks", {"name": "Fresh", "queue_ids": [queue]})["id"]


def join(siege: Siege, queue: str, given: Any = None, **more: Any) -> httpx2.Response:
    return siege.call("POST", f"/queues/{queue}/tickets", given, **{"as_": "kiosk", **more})


def all_at_once(
    siege: Siege, path: str, times: int, headers: dict[str, str], given: Any = None
) -> list[httpx2.Response]:
    """Send the same request from as many connections as there are."""

    def send(_: int) -> httpx2.Response:
        with httpx2.Client(base_url=siege.server.base, timeout=30) as own:
            body = {} if given is None else {"json": given}
            return own.post(f"/api/v1{path}", headers=headers, **body)

    with ThreadPoolExecutor(20) as crowd:
        return list(crowd.map(send, range(times)))


def test_row_71_the_same_key_a_hundred_times_draws_one_ticket(siege: Siege) -> None:
    queue, _ = a_queue(siege)
    headers = {"X-API-Key": KEYS["kiosk"], "Idempotency-Key": "one guest, one tap"}
    answers = all_at_once(siege, f"/queues/{queue}/tickets", 100, headers)
    good = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in good}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in good) == 1
    assert siege.data("GET", f"/queues/{queue}")["waiting"] == 1


def test_row_72_the_same_key_for_something_else_is_refused(siege: Siege) -> None:
    queue, desk = a_queue(siege, ask_party=True)
    headers = {"Idempotency-Key": "mine"}
    first = join(siege, queue, {"party_size": 1}, headers=headers)
    with siege.unchanged():
        other = join(siege, queue, {"party_size": 2}, headers=headers)
        assert problem_in(other, 422)["code"] == "idempotency_key_reused"
        again = join(siege, queue, {"party_size": 1}, headers=headers)
    assert again.content == first.content
    # On another route, and from another caller, it is another key.
    called = siege.call("POST", f"/desks/{desk}/call-next", as_="agent", headers=headers)
    assert called.json()["data"]["ticket"]["key"] == first.json()["data"]["key"]
    theirs = join(siege, queue, {"party_size": 1}, as_="agent", headers=headers)
    assert theirs.json()["data"]["key"] != first.json()["data"]["key"]


def test_row_72_what_is_created_by_key_is_created_once(siege: Siege) -> None:
    branch = f"/branches/{siege.hall.branch_id}"
    number = next(_NUMBERS)
    makings: list[tuple[str, dict[str, Any]]] = [
        ("/branches", {"name": "Annex", "time_zone": "UTC", "hours": HOURS}),
        (f"{branch}/departments", {"name": "Traffic"}),
        (f"{branch}/queues", {"name": "Cars", "prefix": f"K{number:02d}"}),
        (f"{branch}/desks", {"name": "Desk 9"}),
        (f"{branch}/closures", {"starts_on": "2101-01-01", "ends_on": "2101-01-02"}),
        ("/staff", {"name": "Zoe", "login": f"zoe{number}", "role": "agent", "password": "seven geese"}),
    ]
    for path, given in makings:
        headers = {"Idempotency-Key": f"make {number}"}
        first = siege.call("POST", path, given, headers=headers)
        assert first.status_code == 201, first.text
        with siege.unchanged():
            again = siege.call("POST", path, given, headers=headers)
            assert (again.status_code, again.content) == (201, first.content), path
            other = siege.call("POST", path, {**given, "name": "Other"}, headers=headers)
            problem_in(other, 422)


BAD_KEYS = ["", "x" * 256, "x" * 10_000, "ü", "a\tb", "' OR 1=1--" * 30]


@pytest.mark.parametrize("key", BAD_KEYS, ids=[f"row 73: {key[:12]!a}" for key in BAD_KEYS])
def test_a_key_that_is_none_is_refused(siege: Siege, key: str) -> None:
    queue, desk = a_queue(siege)
    with siege.unchanged():
        for path in (f"/queues/{queue}/tickets", f"/desks/{desk}/call-next"):
            answer = siege.call("POST", path, headers={"Idempotency-Key": key.encode()})
            assert problem_in(answer, 400)["code"] == "bad_idempotency_key"
        given = {"name": "Never", "prefix": "NV"}
        made = siege.call(
            "POST", "/branches/town-hall/queues", given, headers={"Idempotency-Key": key.encode()}
        )
        problem_in(made, 400)


def test_row_73_a_newline_in_a_key_is_no_key(siege: Siege) -> None:
    queue, _ = a_queue(siege)
    lines = f"Host: x\r\nX-API-Key: {KEYS['kiosk']}\r\nIdempotency-Key: a\nb\r\nContent-Length: 0\r\n\r\n"
    with siege.unchanged():
        answer = siege.raw(f"POST /api/v1/queues/{queue}/tickets HTTP/1.1\r\n{lines}".encode())
        assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("key", ["'; DROP TABLE idempotency;--", "%00", "../..", "{}", "null"])
def test_row_73_a_key_is_only_text(siege: Siege, key: str) -> None:
    queue, _ = a_queue(siege)
    first, again = (join(siege, queue, headers={"Idempotency-Key": key}) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)


def test_row_74_a_double_tap_calls_one_guest(siege: Siege) -> None:
    queue, desk = a_queue(siege)
    codes = [join(siege, queue).json()["data"]["code"] for _ in range(3)]
    headers = {"X-API-Key": KEYS["agent"], "Idempotency-Key": "tap"}
    answers = all_at_once(siege, f"/desks/{desk}/call-next", 20, headers)
    called = {answer.json()["data"]["ticket"]["code"] for answer in answers if answer.status_code == 200}
    assert called == {codes[0]}
    assert siege.data("GET", f"/queues/{queue}")["waiting"] == 2


def test_row_75_nobody_waits_so_nobody_is_called_and_no_number_is_lost(siege: Siege) -> None:
    queue, desk = a_queue(siege)
    with siege.unchanged():
        for _ in range(3):
            answer = siege.call("POST", f"/desks/{desk}/call-next", as_="agent")
            assert problem_in(answer, 409)["code"] == "queue_empty"
    assert join(siege, queue).json()["data"]["number"] == 1


def test_row_75_a_desk_that_is_gone_calls_nobody(siege: Siege) -> None:
    queue, desk = a_queue(siege)
    join(siege, queue)
    siege.data("DELETE", f"/desks/{desk}")
    with siege.unchanged():
        problem_in(siege.call("POST", f"/desks/{desk}/call-next", as_="agent"), 404)


REASONS: list[tuple[str, dict[str, Any], str]] = [
    ("full", {"max_waiting": 1}, "queue_full"),
    ("for reservations", {"walk_ins": False}, "no_walk_ins"),
]


@pytest.mark.parametrize(("name", "rules", "code"), REASONS, ids=[f"row 76: {row[0]}" for row in REASONS])
def test_who_can_not_join_is_told_why(siege: Siege, name: str, rules: dict[str, Any], code: str) -> None:
    queue, _ = a_queue(siege, **rules)
    join(siege, queue)
    with siege.unchanged():
        assert problem_in(join(siege, queue), 409)["code"] == code


def test_row_76_a_paused_or_closed_queue_says_so(siege: Siege) -> None:
    queue, _ = a_queue(siege)
    siege.data("POST", f"/queues/{queue}/pause")
    with siege.unchanged():
        assert problem_in(join(siege, queue), 409)["code"] == "queue_paused"
    siege.data("POST", f"/queues/{queue}/resume")
    assert join(siege, queue).status_code == 201
    # A branch that is never open.
    given = {"name": "Night", "time_zone": "UTC", "hours": {"weekly": {}, "day_starts_at": "00:00"}}
    night = siege.data("POST", "/branches", given)["id"]
    shut = siege.data("POST", f"/branches/{night}/queues", {"name": "Shut", "prefix": "S"})["id"]
    with siege.unchanged():
        assert problem_in(join(siege, shut, as_="admin"), 409)["code"] == "queue_closed"


def test_row_76_from_afar_only_where_the_queue_says_so(siege: Siege) -> None:
    queue, _ = a_queue(siege)
    with siege.unchanged():
        problem_in(join(siege, queue, as_=None), 401)
    assert join(siege, siege.queue, {}, as_=None).status_code == 201


ORDERS = [
    (("finish", "cancel"), "done"),
    (("finish", "start"), "done"),
    (("finish", "recall"), "done"),
    (("finish", "finish"), "done"),
    (("finish", "no-show"), "done"),
    (("finish", "requeue"), "done"),
    (("no-show", "start"), "no_show"),
    (("no-show", "finish"), "no_show"),
    (("cancel", "start"), "cancelled"),
    (("cancel", "park"), "cancelled"),
    (("start", "no-show"), "serving"),
    (("start", "cancel"), "serving"),
    (("start", "recall"), "serving"),
    (("park", "start"), "parked"),
    (("park", "finish"), "parked"),
    (("park", "park"), "parked"),
]


@pytest.mark.parametrize(("verbs", "state"), ORDERS, ids=[f"row 77: {a} then {b}" for (a, b), _ in ORDERS])
def test_a_verb_at_the_wrong_time_names_the_real_state(
    siege: Siege, verbs: tuple[str, str], state: str
) -> None:
    queue, desk = a_queue(siege)
    key = join(siege, queue).json()["data"]["key"]
    siege.data("POST", f"/desks/{desk}/call-next", as_="agent")
    given = {"where": "end"}
    good, wrong = verbs
    siege.data("POST", f"/tickets/{key}/{good}", as_="agent")
    with siege.unchanged():
        body = given if wrong == "requeue" else {}
        answer = siege.call("POST", f"/tickets/{key}/{wrong}", body, as_="agent")
        found = problem_in(answer, 409)
        assert (found["code"], found["state"]) == ("wrong_state", state)


def test_row_77_a_transfer_to_where_it_is_is_none(siege: Siege) -> None:
    queue, _ = a_queue(siege)
    key = join(siege, queue).json()["data"]["key"]
    with siege.unchanged():
        answer = siege.call("POST", f"/tickets/{key}/transfer", {"queue_id": queue}, as_="agent")
        problem_in(answer, 409, 422)
        foreign = siege.call("POST", f"/tickets/{key}/transfer", {"queue_id": "loans"}, as_="agent")
        problem_in(foreign, 404, 409, 422)


def test_row_77_who_has_left_does_not_come_back_by_a_call(siege: Siege) -> None:
    queue, desk = a_queue(siege)
    key = join(siege, queue).json()["data"]["key"]
    siege.data("DELETE", f"/tickets/{key}", as_=None)
    with siege.unchanged():
        for verb in ("start", "recall", "finish", "no-show", "park"):
            answer = siege.call("POST", f"/tickets/{key}/{verb}", {}, as_="agent")
            assert problem_in(answer, 409)["state"] == "left"
        problem_in(siege.call("DELETE", f"/tickets/{key}", as_=None), 409)
        problem_in(siege.call("POST", f"/desks/{desk}/call", {"key": key}, as_="agent"), 409)

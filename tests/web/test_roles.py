"""Who may call what: every route there is, by every role, on their own things and on other people's.

The table below is the law. A route that is not in it fails the first test, so nothing new is served
before somebody has said who may have it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nowserving.actions.clinic.records import create_record
from nowserving.actions.layout.branches import add_closure
from nowserving.actions.people.devices import approve_pairing, begin_pairing
from nowserving.actions.reservations.booking import hold
from nowserving.actions.reservations.rosters import add_absence, set_special_day
from nowserving.actions.reservations.services import create_service
from nowserving.actions.reservations.standing_by import stand_by
from nowserving.actions.seats.mapping import create_seat_map
from nowserving.actions.tickets.joining import join
from nowserving.domain.people.roles import Principal
from nowserving.domain.seats.plan import read_plan
from nowserving.store import schema
from nowserving.store.layout import desks
from nowserving.web import api, pages
from nowserving.web.house import House
from nowserving.web.routers import routers_in
from tests.builders import Builder, TownHall
from tests.conftest import Clock
from tests.domain.seats.plans import house as plan_of
from tests.web.conftest import KEYS, Client, serving

pytestmark = pytest.mark.anyio

# A admin of the whole house, B admin (a key) of one branch, G agent, K kiosk, D display, N nobody.
ROLES = {"A": "admin", "B": "local", "G": "agent", "K": "kiosk", "D": "display", "N": ""}
LOCAL_KEY = "nsk_local-admin-key-of-the-tests"

EVERYBODY, ALL_STAFF_AND_DEVICES, STAFF, MANAGERS, HEAD = "ABGKDN", "ABGKD", "ABG", "AB", "A"
LAW = [
    # (methods, pattern of the path, who may)
    ("POST", r"/api/v1/(tokens.*|pairings.*)", EVERYBODY),
    ("GET PATCH PUT DELETE", r"/api/v1/me.*", ALL_STAFF_AND_DEVICES),
    ("GET", r"/api/v1/(streams|snapshots|tickets/\{key\})", EVERYBODY),
    ("POST DELETE", r"/api/v1/tickets/\{key\}(/undo-leave|/postpone|/check-in)?", EVERYBODY),
    ("POST", r"/api/v1/tickets/\{key\}/(coming|rejoin|party-size|allow-messages|feedback|erase)", EVERYBODY),
    ("POST", r"/api/v1/queues/\{queue_id\}/tickets", "ABGK"),
    # It asks for the device that joined, and then for the pass.
    ("POST", r"/api/v1/tickets/\{key\}/(enter|extend-pass|leave-seats)", "any"),
    ("GET PUT", r"/api/v1/tickets/\{key\}/contact", EVERYBODY),
    ("POST", r"/api/v1/tickets/\{key\}/stop-messages", EVERYBODY),
    ("GET PATCH", r"/api/v1/branches/\{branch_id\}/message-settings", MANAGERS),
    ("GET POST", r"/api/v1/branches/\{branch_id\}/messages(/test|/\{message_id\}/retry)?", MANAGERS),
    ("GET POST", r"/stop/\{key\}", EVERYBODY),
    # Who somebody is: for agents. Why they came and what was written: for people who were given that.
    ("GET PUT", r"/api/v1/tickets/\{key\}/(visit|consultation)", ""),
    ("POST", r"/api/v1/tickets/\{key\}/consultation/finish", ""),
    ("PATCH", r"/api/v1/tickets/\{key\}/visit", "G"),
    ("POST", r"/api/v1/branches/\{branch_id\}/records(/search)?|/api/v1/records/\{record_id\}/open", "G"),
    ("GET PATCH", r"/api/v1/records/\{record_id\}", "G"),
    ("GET", r"/api/v1/records/\{record_id\}/(consultations|data)", ""),
    ("DELETE", r"/api/v1/records/\{record_id\}", ""),
    ("GET PATCH", r"/api/v1/(branches/\{branch_id\}/consultations|consultations/\{consultation_id\})", ""),
    ("GET", r"/api/v1/record-reads", HEAD),
    ("POST", r"/api/v1/queues/\{queue_id\}/take-over|/api/v1/desks/\{desk_id\}/pause-and-tell", STAFF),
    ("POST", r"/api/v1/tickets/\{key\}/.*", STAFF),
    ("POST", r"/api/v1/queues/\{queue_id\}/(late|undo|message)", STAFF),
    ("GET", r"/api/v1/queues/\{queue_id\}/stand", STAFF),
    ("POST", r"/api/v1/desks/\{desk_id\}/(call-next|call|undo|open|pause|close)", STAFF),
    ("GET", r"/api/v1/desks/\{desk_id\}/work", STAFF),
    ("GET", r"/api/v1/branches/\{branch_id\}/tickets", STAFF),
    ("GET", r"/api/v1/organisation", ALL_STAFF_AND_DEVICES),
    (
        "GET",
        r"/api/v1/branches(/\{branch_id\}(/layout|/closures|/departments|/queues|/desks)?)?",
        ALL_STAFF_AND_DEVICES,
    ),
    ("GET", r"/api/v1/(queues|desks|departments|closures)/\{\w+\}", ALL_STAFF_AND_DEVICES),
    ("POST", r"/api/v1/devices/\{device_id\}/report", "KD"),
    ("GET PATCH DELETE", r"/api/v1/devices/\{device_id\}", MANAGERS),
    ("GET POST", r"/api/v1/branches/\{branch_id\}/(devices|events|quotes)", MANAGERS),
    ("POST PUT", r"/api/v1/branches/\{branch_id\}/(closures|departments|queues|desks)(/order)?", MANAGERS),
    ("POST", r"/api/v1/branches/\{branch_id\}/closures/import", MANAGERS),
    ("PATCH DELETE", r"/api/v1/(queues|desks|departments|closures)/\{\w+\}", MANAGERS),
    ("POST", r"/api/v1/queues/\{queue_id\}/(pause|resume)", MANAGERS),
    # Who has an account of a guest proves it with a password or a cookie of its own.
    ("GET POST", r"/api/v1/accounts.*|/api/v1/sms/inbound/\{secret\}", "any"),
    ("GET POST", r"/(r|s)/\{key\}.*|/book/\{branch_id\}.*|/calendar/\{name\}", EVERYBODY),
    ("GET", r"/\$bulk-publish|/smart/\w+\.ndjson", EVERYBODY),
    # It only leads on to a branch's own, or to the sign-in.
    ("GET", r"/agenda", "any"),
    ("GET POST", r"/agenda/.*", STAFF),
    ("POST", r"/kiosk/arrive", "any"),
    ("POST", r"/api/v1/reservations/\{reservation_key\}/confirm", STAFF),
    ("GET", r"/api/v1/reservations", STAFF),
    ("GET POST PATCH DELETE", r"/api/v1/(reservations|standbys)(/.*)?", EVERYBODY),
    ("GET POST", r"/api/v1/services/\{service_id\}/(slots|holds|standbys)", EVERYBODY),
    ("GET POST", r"/api/v1/services/\{service_id\}/(queue|advance)", STAFF),
    ("GET", r"/api/v1/services/\{service_id\}|/api/v1/desks/\{desk_id\}/roster", ALL_STAFF_AND_DEVICES),
    ("GET", r"/api/v1/branches/\{branch_id\}/(services|special-days|absences)", ALL_STAFF_AND_DEVICES),
    ("POST PUT", r"/api/v1/branches/\{branch_id\}/(services|special-days)(/order)?", MANAGERS),
    ("PATCH POST", r"/api/v1/desks/\{desk_id\}/(roster|absences)(/import)?", MANAGERS),
    ("PUT DELETE", r"/api/v1/desks/\{desk_id\}/calendar-feed", MANAGERS),
    ("PATCH DELETE", r"/api/v1/(services|special-days|absences)/\{\w+\}", MANAGERS),
    # Seats: maps are the organiser's, what is free is everybody's, a booking is whoever's who has its key.
    ("GET", r"/api/v1/branches/\{branch_id\}/seat-maps|/api/v1/seat-maps/.*", ALL_STAFF_AND_DEVICES),
    ("POST", r"/api/v1/branches/\{branch_id\}/seat-maps(/import)?", MANAGERS),
    ("PUT DELETE", r"/api/v1/seat-maps/\{seat_map_id\}", MANAGERS),
    ("PUT", r"/api/v1/performances/\{performance_id\}/seat-map", MANAGERS),
    ("GET", r"/api/v1/performances/\{performance_id\}/seats(/taken)?", EVERYBODY),
    ("POST", r"/api/v1/performances/\{performance_id\}/standbys", EVERYBODY),
    ("GET POST", r"/api/v1/performances/\{performance_id\}/(block|door|door-list|door-merge)", STAFF),
    ("GET", r"/api/v1/door-keys", STAFF),
    # They ask for a pass of their own (tests/web/test_pass_attacks.py).
    ("POST", r"/api/v1/passes/(verify|end)", "any"),
    ("POST", r"/api/v1/performances/\{performance_id\}/(holds|bookings)", "any"),
    ("GET POST DELETE", r"/api/v1/holds/\{hold_key\}(/extend)?", "any"),
    # Shows are an organiser's: who manages the branch. Staff see the numbers, and may speak to the line.
    ("GET", r"/api/v1/branches/\{branch_id\}/shows", ALL_STAFF_AND_DEVICES),
    ("GET", r"/api/v1/shows/\{show_id\}(/performances|/lobbies)?", ALL_STAFF_AND_DEVICES),
    ("GET", r"/api/v1/performances/\{performance_id\}", ALL_STAFF_AND_DEVICES),
    ("GET", r"/api/v1/performances/\{performance_id\}/live", STAFF),
    ("POST", r"/api/v1/branches/\{branch_id\}/shows", MANAGERS),
    ("PATCH DELETE", r"/api/v1/(shows/\{show_id\}|performances/\{performance_id\})", MANAGERS),
    ("POST", r"/api/v1/shows/\{show_id\}/(announce|open|begin|close|cancel|postpone)", MANAGERS),
    ("POST", r"/api/v1/shows/\{show_id\}/performances", MANAGERS),
    ("POST", r"/api/v1/performances/\{performance_id\}/(pause|resume)", MANAGERS),
    ("PUT", r"/api/v1/performances/\{performance_id\}/rate", MANAGERS),
    ("POST", r"/api/v1/performances/\{performance_id\}/message", STAFF),
    # How a lobby stands and was drawn is everybody's, and a place is whoever's device asks for one.
    ("GET", r"/api/v1/performances/\{performance_id\}/(lobby|draw)", EVERYBODY),
    ("POST", r"/api/v1/performances/\{performance_id\}/places", EVERYBODY),
    # Guests of shows: what is on, the lobby, the seats under a pass, and what was booked.
    ("GET", r"/shows/\{branch_id\}", EVERYBODY),
    ("GET POST", r"/on-sale/\{performance_id\}(/draw\.json)?", EVERYBODY),
    ("GET", r"/on-sale/place/\{key\}(/seats|/website)?", EVERYBODY),
    ("POST", r"/on-sale/place/\{key\}/(enter|leave|hold|release|more-time|leave-seats|book)", EVERYBODY),
    ("GET POST", r"/door/\{performance_id\}", STAFF),
    ("GET POST", r"/seat-standby/\{key\}(/take|/decline|/leave|/erase)?", EVERYBODY),
    ("GET POST", r"/booked/\{key\}(/cancel|/\{nth\}/qr\.svg|/calendar\.ics|/hand-on|/erase)?", EVERYBODY),
    ("GET", r"/booked/\{key\}/data(\.json)?", EVERYBODY),
    ("GET POST", r"/on-sale/\{performance_id\}/waiting-list", EVERYBODY),
    ("GET POST DELETE", r"/api/v1/(bookings|seat-standbys)/.*", EVERYBODY),
    ("PATCH", r"/api/v1/branches/\{branch_id\}", MANAGERS),
    ("POST DELETE", r"/api/v1/branches(/\{branch_id\})?", HEAD),
    ("GET POST PATCH PUT DELETE", r"/api/v1/(staff|api-keys|organisation|check).*", HEAD),
    ("GET", r"/(healthz|readyz|kiosk|display|)", EVERYBODY),
    # They ask for a secret or a credential of their own.
    ("GET POST", r"/first-run|/sign-in", "any"),
    ("POST", r"/sign-out", EVERYBODY),
    ("POST", r"/(kiosk|display)/pulse|/devices/here", "any"),
    ("GET POST", r"/t/\{key\}.*", EVERYBODY),
    ("GET POST", r"/q/\{queue_id\}(/qr\.svg)?", EVERYBODY),
    ("GET", r"/b/\{branch_id\}(/qr\.svg)?", EVERYBODY),
    ("GET", r"/worker\.js|/brand/\{colour\}\.css", EVERYBODY),
    ("GET", r"/metrics", "any"),
    # They ask for a password or a sign-in of their own: a guest's or a member's of the staff.
    ("GET POST", r"/(account|my)(/.*)?", "any"),
    # Notes and reasons are for people who were given them (tests/web/test_clinic_pages.py): for no key.
    ("GET POST", r"/desk/\{desk_id\}/clinic|/clinic/records/\{record_id\}/(data|data\.json|erase)", ""),
    # An admin says why first; a key is nobody who could.
    ("GET POST", r"/clinic/records/\{record_id\}", "G"),
    ("GET POST", r"/clinic/\{branch_id\}/records|/department/\{department_id\}", STAFF),
    ("GET", r"/glance/\{branch_id\}(/table\.csv)?", MANAGERS),
    ("GET POST", r"/organiser/\{performance_id\}", MANAGERS),
    ("GET POST", r"/(desk|overview|stand).*", STAFF),
    (
        "GET POST",
        r"/admin/(branches/new|branches/\{branch_id\}/archive|staff.*|api-keys.*|organisation|operations|log|reads)",
        HEAD,
    ),
    ("GET POST", r"/admin(/.*)?", MANAGERS),
]


_WITH_BODY = ("POST", "PATCH", "PUT")
_BODY: dict[str, str] = {}


def routes() -> list[tuple[str, str]]:
    """Return method and path of everything that is served."""
    found = []
    for prefix, package in (("/api/v1", api), ("", pages)):
        for router in routers_in(package):
            for route in router.routes:
                methods: set[str] = getattr(route, "methods", set())
                found += [
                    (method, prefix + getattr(route, "path", "")) for method in sorted(methods - {"HEAD"})
                ]
    return found


def who_may(method: str, path: str) -> str | None:
    """Return the roles that the law lets pass, or None where it says nothing."""
    for methods, pattern, roles in LAW:
        if method in methods.split() and re.fullmatch(pattern, path):
            return roles
    return None


def test_every_route_is_in_the_law() -> None:
    assert len(routes()) > 100
    assert [route for route in routes() if who_may(*route) is None] == []


@pytest.fixture
async def house(
    sqlite_url: str, tmp_path: Path, hall: TownHall, web_build: Builder, wall: Clock
) -> AsyncIterator[tuple[House, Client, dict[str, dict[str, str]]]]:
    """A server, and the ids of things at the town hall and at the library, one of each kind."""
    web_build.admin("Olga")
    web_build.api_key("Local", LOCAL_KEY, role="admin", branch_id=hall.branch_id)
    books = web_build.department("Books", "library")
    generous = {"limit_requests": "100000 per minute"}
    async with serving(sqlite_url, tmp_path / "data", wall, **generous) as (house, client):
        own = await _things(house, hall.branch_id, hall.passports)
        other = await _things(house, "library", "loans")
        own |= await _seats(house, web_build, hall.branch_id)
        other |= await _seats(house, web_build, "library")
        ids = {
            "own": {**own, "desk_id": hall.desk_1, "department_id": hall.department_id},
            "other": {**other, "desk_id": "front-desk", "department_id": books},
        }
        yield house, client, ids


async def _things(house: House, branch_id: str, queue_id: str) -> dict[str, str]:
    write = house.store.write
    begun = await write(begin_pairing, kind="kiosk", lifetime_s=300)
    device = await write(approve_pairing, branch_id=branch_id, code=begun.code, name="Door")
    closure = await write(add_closure, branch_id=branch_id, starts_on="2199-01-01", ends_on="2199-01-01")
    ticket = (await write(join, queue_id=queue_id)).ticket
    person: dict[str, object] = {"name": "Ana"}
    record = await write(create_record, branch_id=branch_id, cabinet=house.cabinet, given=person)
    return {
        "branch_id": branch_id,
        "queue_id": queue_id,
        "device_id": device.id,
        "closure_id": closure.id,
        "key": ticket.key,
        "record_id": record.id,
        **await _promises(house, branch_id, queue_id, ticket.id),
        # Nobody's: what belongs to the whole house is refused before it is looked for.
        "staff_id": "nobody",
        "key_id": "nothing",
        "message_id": "nothing",
        "consultation_id": "nothing",
        "secret": "nothing",
        "proof": "nothing",
        "name": "nothing.ics",
        "colour": "0b5c63",
    }


async def _seats(house: House, build: Builder, branch_id: str) -> dict[str, str]:
    """Make a seat map and a performance that is sold from it."""
    queue_id = build.queue(f"Lobby of {branch_id}", branch_id, prefix="Z")
    of = {"branch_id": branch_id, "created_at": 1}
    build.insert(schema.shows, id=f"show-{branch_id}", name="The Tempest", state="open", **of)
    show = {"show_id": f"show-{branch_id}", "queue_id": queue_id, "seed": "s", "seed_hash": "h", **of}
    build.insert(
        schema.performances, id=f"evening-{branch_id}", starts_at=1 << 52, drawn_at=1, opened_at=1, **show
    )
    made = await house.store.write(
        create_seat_map, branch_id=branch_id, name="Hall", plan=read_plan(plan_of(1, 2))
    )
    return {
        "seat_map_id": made.id,
        "show_id": f"show-{branch_id}",
        "performance_id": f"evening-{branch_id}",
        "booking_key": "no-such-booking",
        "hold_key": "no-such-hold",
        "nth": "1",
        "seat_standby_key": "no-such-place",
    }


async def _promises(house: House, branch_id: str, queue_id: str, number: int) -> dict[str, str]:
    """Make a service, somebody with a reservation, somebody who waits for one, and days of another kind."""
    write = house.store.write
    service = await write(
        create_service, branch_id=branch_id, queue_id=queue_id, name="Check-up", duration_s=1800
    )
    day = await write(set_special_day, branch_id=branch_id, on_date="2199-01-02")
    desk = (await house.store.read(desks, branch_id))[0]
    absence = await write(add_absence, desk_id=desk.id, from_at=1, to_at=2 + number)
    start_at = house.store.clock() - house.store.clock() % 86_400_000_000 + 3 * 86_400_000_000
    held = await write(hold, service_id=service.id, start_at=start_at)
    waiting = await write(stand_by, service_id=service.id, from_at=start_at, to_at=start_at + 1)
    return {
        "service_id": service.id,
        "special_day_id": day.id,
        "absence_id": absence.id,
        "reservation_key": held.key,
        "standby_key": waiting.key,
    }


async def ask(client: Client, letter: str, method: str, path: str) -> str:
    """Return "refused" when a role is turned away, "passed" whatever else comes of it, "broken" for a 500."""
    key = {"B": LOCAL_KEY, "N": ""}.get(letter) or KEYS.get(ROLES[letter], "")
    headers = {"X-API-Key": key} if key else {}
    body = _BODY if path.startswith("/api/") and method in _WITH_BODY else None
    client.cookies.clear()
    answer = await client.request(method, path, json=body, headers=headers)
    if answer.status_code >= 500 and answer.status_code != 503:
        return "broken"
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    turned_away = answer.status_code in (401, 403) or (
        to_sign_in and path not in ("/", "/sign-in", "/sign-out")
    )
    return "refused" if turned_away else "passed"


@pytest.mark.parametrize("letter", ROLES)
async def test_each_role_passes_where_the_law_says_so_and_nowhere_else(
    house: tuple[House, Client, dict[str, dict[str, str]]], letter: str
) -> None:
    _, client, ids = house
    wrong = []
    # What takes things away comes last, so that all else still finds them.
    for method, path in sorted(routes(), key=lambda route: (route[0] == "DELETE", "archive" in route[1])):
        may = who_may(method, path)
        if may == "any":
            continue
        got = await ask(client, letter, method, path.format(**ids["own"]))
        expected = "passed" if letter in (may or "") else "refused"
        if got != expected and not _excused(path):
            wrong.append(f"{letter} {method} {path}: {got}, expected {expected}")
    assert not wrong, "\n".join(wrong)


def _excused(path: str) -> bool:
    """Tell whether a refusal there is about something else: wrong passwords, or having no account."""
    return path.startswith(("/api/v1/tokens", "/api/v1/me"))


@pytest.mark.parametrize("letter", ["B", "G", "K", "D"])
async def test_what_belongs_to_another_branch_is_not_there(
    house: tuple[House, Client, dict[str, dict[str, str]]], letter: str
) -> None:
    leaks = await leaks_to(house, letter)
    assert not leaks, "\n".join(leaks)


async def test_the_test_sees_a_leak(
    house: tuple[House, Client, dict[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: where everybody sees every branch, the test above must fail."""
    monkeypatch.setattr(Principal, "sees", lambda _principal, _branch_id: True)
    assert len(await leaks_to(house, "B")) > 20


async def leaks_to(house: tuple[House, Client, dict[str, dict[str, str]]], letter: str) -> list[str]:
    """Return the routes that show a role of the town hall anything of the library's."""
    _, client, ids = house
    key = LOCAL_KEY if letter == "B" else KEYS[ROLES[letter]]
    leaks = []
    for method, path in routes():
        may = who_may(method, path) or ""
        foreign = set(re.findall(r"\{(\w+)\}", path)) - {"staff_id", "key_id"}
        # Whoever holds a ticket's key is its guest, whatever else they are.
        if not foreign or letter not in may or may == EVERYBODY:
            continue
        body = _BODY if path.startswith("/api/") and method in _WITH_BODY else None
        client.cookies.clear()
        there = path.format(**{**ids["own"], **{name: ids["other"][name] for name in foreign}})
        answer = await client.request(method, there, json=body, headers={"X-API-Key": key})
        # A form that is refused before anything is looked up tells nothing either.
        if answer.status_code not in (404, 422):
            leaks.append(f"{letter} {method} {there}: {answer.status_code}")
    return leaks
